import { describe, expect, test } from 'vitest';
import { boundsOfClaim, boundsOfPod } from '../../src/admission/limitranger/bounds.ts';
import { limitRanger } from '../../src/admission/limitranger/limitranger.ts';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import type { PersistentVolumeClaim } from '../../src/resources/core/persistentvolumeclaim.ts';
import type { Pod } from '../../src/resources/core/pod.ts';
import { admissionCluster, pod, podsPath } from './support.ts';

const ranges = '/api/v1/namespaces/default/limitranges';

type Amounts = Record<string, string>;
const container = (requests: Amounts = {}, limits: Amounts = {}) => ({ name: 'c', resources: { requests, limits } });
const podOf = (...containers: object[]) => ({ spec: { containers } }) as Pod;

describe('bounds', () => {
  test.each<[string, object, Pod, string[]]>([
    ['within', { min: { cpu: '50m' }, max: { cpu: '2' } }, podOf(container({ cpu: '100m' }, { cpu: '1' })), []],
    ['at the bounds', { min: { cpu: '50m' }, max: { cpu: '2' } }, podOf(container({ cpu: '50m' }, { cpu: '2000m' })), []],
    [
      'no request',
      { min: { memory: '50Mi' } },
      podOf(container({ cpu: '1' })),
      ['minimum memory usage per Container is 50Mi.  No request is specified'],
    ],
    [
      'a small request',
      { min: { cpu: '50m' } },
      podOf(container({ cpu: '40m' })),
      ['minimum cpu usage per Container is 50m, but request is 40m'],
    ],
    [
      'a small limit',
      { min: { cpu: '50m' } },
      podOf(container({ cpu: '60m' }, { cpu: '40m' })),
      ['minimum cpu usage per Container is 50m, but limit is 40m'],
    ],
    [
      'no limit',
      { max: { cpu: '1' } },
      podOf(container({ cpu: '1' })),
      ['maximum cpu usage per Container is 1.  No limit is specified'],
    ],
    [
      'a large limit',
      { max: { memory: '1Gi' } },
      podOf(container({}, { memory: '2Gi' })),
      ['maximum memory usage per Container is 1Gi, but limit is 2Gi'],
    ],
    [
      'a large request',
      { max: { cpu: '1' } },
      podOf(container({ cpu: '2' }, { cpu: '1' })),
      ['maximum cpu usage per Container is 1, but request is 2'],
    ],
    ['ratio', { maxLimitRequestRatio: { cpu: '2' } }, podOf(container({ cpu: '500m' }, { cpu: '1' })), []],
    [
      'too large a ratio',
      { maxLimitRequestRatio: { cpu: '1500m' } },
      podOf(container({ cpu: '500m' }, { cpu: '1' })),
      ['cpu max limit to request ratio per Container is 1500m, but provided ratio is 2.000000'],
    ],
    [
      'a ratio without a request',
      { maxLimitRequestRatio: { cpu: '2' } },
      podOf(container({}, { cpu: '1' })),
      ['cpu max limit to request ratio per Container is 2, but no request is specified or request is 0'],
    ],
    [
      'a ratio without a limit',
      { maxLimitRequestRatio: { cpu: '2' } },
      podOf(container({ cpu: '1' })),
      ['cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0'],
    ],
    [
      'a pod as a whole',
      { type: 'Pod', max: { cpu: '1' } },
      podOf(container({ cpu: '500m' }, { cpu: '600m' }), container({ cpu: '500m' }, { cpu: '600m' })),
      ['maximum cpu usage per Pod is 1, but limit is 1200m'],
    ],
    [
      'the largest init container counts',
      { type: 'Pod', min: { cpu: '1' } },
      { spec: { containers: [container({ cpu: '500m' })], initContainers: [container({ cpu: '1' }), container({ cpu: '1' })] } } as Pod,
      [],
    ],
    [
      'what the pod says for itself',
      { type: 'Pod', max: { cpu: '1' } },
      { spec: { containers: [container()], resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } } } as unknown as Pod,
      ['maximum cpu usage per Pod is 1, but limit is 2'],
    ],
    [
      'init containers too',
      { min: { cpu: '50m' } },
      { spec: { containers: [], initContainers: [container({ cpu: '40m' })] } } as unknown as Pod,
      ['minimum cpu usage per Container is 50m, but request is 40m'],
    ],
  ])('%s', (_, item, object, expected) => {
    expect(boundsOfPod(object, [{ type: 'Container', ...item }])).toEqual(expected);
  });

  test.each([
    ['1Gi', []],
    ['512Mi', ['minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi']],
    ['4Gi', ['maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 4Gi']],
  ])('a claim of %s', (storage, expected) => {
    const claim = { spec: { resources: { requests: { storage } } } } as unknown as PersistentVolumeClaim;
    const item = { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } };
    expect(boundsOfClaim(claim, [item])).toEqual(expected);
  });
});

describe('a namespace with limits', () => {
  const limits = [
    {
      type: 'Container',
      default: { cpu: '500m', memory: '500Mi' },
      defaultRequest: { cpu: '100m', memory: '200Mi' },
      max: { cpu: '1' },
    },
    { type: 'PersistentVolumeClaim', max: { storage: '2Gi' } },
  ];
  const setUp = async () => {
    const cluster = await admissionCluster([namespaceLifecycle, limitRanger]);
    await cluster.ok('POST', ranges, { metadata: { name: 'r' }, spec: { limits } });
    return cluster;
  };

  test('fills in what containers leave out, and says so', async () => {
    const { ok } = await setUp();
    const spec = { initContainers: [{ name: 'init', image: 'i', resources: { requests: { cpu: '50m' } } }] };
    const created = await ok('POST', podsPath, pod('p', { spec }));
    const all = { requests: { cpu: '100m', memory: '200Mi' }, limits: { cpu: '500m', memory: '500Mi' } };
    expect(created.spec.containers[0].resources).toEqual(all);
    expect(created.spec.initContainers[0].resources).toEqual({ ...all, requests: { ...all.requests, cpu: '50m' } });
    expect(created.metadata.annotations['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu, memory request for container main; cpu, memory limit for container main; ' +
        'memory request for init container init; cpu, memory limit for init container init',
    );
    expect(created.status.qosClass).toBe('Burstable');
  });

  test('the pod as a whole asks for what its containers were given', async () => {
    const { ok } = await setUp();
    const created = await ok('POST', podsPath, pod('p', { spec: { resources: { limits: { cpu: '2' } } } }));
    expect(created.spec.resources).toEqual({ limits: { cpu: '2' }, requests: { cpu: '2', memory: '200Mi' } });
  });

  test('a pod that says everything is left alone', async () => {
    const { ok } = await setUp();
    const resources = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };
    const created = await ok('POST', podsPath, pod('p', { container: { resources } }));
    expect(created.spec.containers[0].resources).toEqual(resources);
    expect(created.metadata.annotations).toBeUndefined();
  });

  test('refuses what is out of bounds, with everything that is wrong', async () => {
    const { request, ok } = await setUp();
    await ok('POST', ranges, { metadata: { name: 's' }, spec: { limits: [{ type: 'Pod', min: { cpu: '3' }, max: { memory: '1Gi' } }] } });
    const resources = { limits: { cpu: '2' } };
    expect((await request('POST', podsPath, pod('p', { container: { resources } }))).body).toMatchObject({
      code: 403,
      message: 'pods "p" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
    });
    const { body } = await request('POST', podsPath, pod('p', { container: { resources: { limits: { memory: '2Gi' } } } }));
    expect(body.message).toBe(
      'pods "p" is forbidden: [minimum cpu usage per Pod is 3, but request is 100m, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    );
    const claim = { metadata: { name: 'c' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '4Gi' } } } };
    expect((await request('POST', '/api/v1/namespaces/default/persistentvolumeclaims', claim)).status).toBe(403);
  });

  test('a pod that is there may be updated', async () => {
    const { ok } = await admissionCluster([namespaceLifecycle, limitRanger]);
    const created = await ok('POST', podsPath, pod('p'));
    await ok('POST', ranges, { metadata: { name: 'r' }, spec: { limits } });
    await ok('PUT', `${podsPath}/p`, { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } });
  });
});
