import { describe, expect, it } from 'vitest';
import { testCluster } from './support/cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } };
const cpu = (requests: string, limits = requests) => ({ requests: { cpu: requests }, limits: { cpu: limits } });
const pod = (more: object = {}, metadata: object = {}) => ({
  metadata: { name: 'p', ...metadata },
  spec: { containers: [{ name: 'c', image: 'i', resources: cpu('100m', '200m') }], ...more },
});

async function withPod(more: object = {}, metadata: object = {}) {
  const cluster = await testCluster();
  const made = await cluster.ok('POST', pods, pod(more, metadata));
  return { ...cluster, made };
}

const debug = (more: object = {}) => ({ spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox', ...more }] } });

describe('pods/ephemeralcontainers', () => {
  const path = `${pods}/p/ephemeralcontainers`;

  it('adds containers, and takes nothing else', async () => {
    const { ok, made } = await withPod();
    const patch = { ...debug(), metadata: { labels: { a: 'b' } }, status: { phase: 'Running' } };
    const patched = await ok('PATCH', `${path}?fieldManager=me`, patch, strategic);
    expect(patched.spec.ephemeralContainers).toMatchObject([{ name: 'debug', imagePullPolicy: 'Always', resources: {} }]);
    expect(patched.metadata.labels).toBeUndefined();
    expect(patched.status.phase).toBe('Pending');
    expect(patched.metadata.generation).toBe(made.metadata.generation + 1);
    const mine = patched.metadata.managedFields.find((entry: { manager: string }) => entry.manager === 'me');
    expect(mine).toMatchObject({ subresource: 'ephemeralcontainers', operation: 'Update' });
    expect(Object.keys(mine.fieldsV1)).toEqual(['f:spec']);
    expect(Object.keys(mine.fieldsV1['f:spec'])).toEqual(['f:ephemeralContainers']);
    const replaced = await ok('PUT', path, {
      ...patched,
      spec: {
        ...patched.spec,
        nodeName: 'n',
        ephemeralContainers: [...patched.spec.ephemeralContainers, { name: 'x', image: 'y' }],
      },
    });
    expect(replaced.spec.nodeName).toBeUndefined();
    expect(replaced.spec.ephemeralContainers).toHaveLength(2);
    expect(await ok('GET', path)).toEqual(replaced);
  });

  it.each<[string, object, RegExp]>([
    [
      'a change',
      debug({ image: 'other' }),
      /spec\.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n/,
    ],
    ['a removal', { spec: { ephemeralContainers: [{ name: 'debug', $patch: 'delete' }] } }, /"debug" may not be removed\n/],
    ['a taken name', { spec: { ephemeralContainers: [{ name: 'c', image: 'i' }] } }, /Duplicate value: "c"/],
    [
      'ports',
      { spec: { ephemeralContainers: [{ name: 'e', image: 'i', ports: [{ containerPort: 1 }] }] } },
      /\.ports: Forbidden/,
    ],
  ])('refuses %s', async (_, patch, message) => {
    const { ok, request } = await withPod();
    await ok('PATCH', path, debug(), strategic);
    const answer = await request('PATCH', path, patch, strategic);
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringMatching(message)]);
  });

  it('refuses static pods, and anything without the subresource', async () => {
    const { request } = await withPod({ nodeName: 'n' }, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
    const answer = await request('PATCH', path, debug(), strategic);
    expect(answer.body.message).toBe('Pod "p" is invalid: []: Forbidden: static pods do not support ephemeral containers');
    expect((await request('PATCH', `${pods}/p`, debug(), strategic)).status).toBe(422);
    expect((await request('PATCH', `${pods}/none/ephemeralcontainers`, debug(), strategic)).status).toBe(404);
  });
});

describe('pods/resize', () => {
  const path = `${pods}/p/resize`;
  const to = (resources: object, more: object = {}) => ({ spec: { containers: [{ name: 'c', resources, ...more }] } });

  it('changes cpu and memory, and nothing else', async () => {
    const { ok, made } = await withPod();
    const patch = to(cpu('150m', '300m'), { image: 'other' });
    const patched = await ok('PATCH', `${path}?fieldManager=me`, patch, strategic);
    expect(patched.spec.containers[0]).toMatchObject({ image: 'i', resources: cpu('150m', '300m') });
    expect(patched.metadata.generation).toBe(made.metadata.generation + 1);
    expect(patched.status).toEqual(made.status);
    const mine = patched.metadata.managedFields.find((entry: { manager: string }) => entry.manager === 'me');
    expect(mine.subresource).toBe('resize');
    expect(Object.keys(mine.fieldsV1['f:spec']['f:containers']['k:{"name":"c"}'])).toEqual(['f:resources']);
    const same = await ok('PATCH', path, patch, strategic);
    expect(same.metadata.resourceVersion).toBe(patched.metadata.resourceVersion);
  });

  it.each<[string, object, string]>([
    [
      'another QoS class',
      to({ limits: { cpu: '100m', memory: '1Gi' }, requests: { memory: '1Gi' } }),
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      'a request less',
      to({ requests: { cpu: null }, limits: { cpu: null } }),
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ],
    ['storage', to({ requests: { 'ephemeral-storage': '1Gi' } }), 'spec: Forbidden: only cpu and memory resources are mutable'],
    [
      'a policy',
      to({}, { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    ['more than the limit', to({ requests: { cpu: '1' } }), 'must be less than or equal to cpu limit of 200m'],
    [
      'another container',
      { spec: { containers: [{ name: 'd', image: 'i' }] } },
      'spec.containers: Forbidden: containers may not be added or removed on resize',
    ],
  ])('refuses %s', async (_, patch, message) => {
    const { request } = await withPod();
    const answer = await request('PATCH', path, patch, strategic);
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('refuses a pod on a kubelet that says nothing of resources', async () => {
    const { ok, request } = await withPod();
    const running = { name: 'c', image: 'i', imageID: 'i', ready: true, restartCount: 0, state: { running: {} } };
    await ok('PATCH', `${pods}/p/status`, { status: { containerStatuses: [running] } }, strategic);
    const answer = await request('PATCH', path, to(cpu('150m')), strategic);
    expect(answer.body.message).toContain('spec: Forbidden: Pod running on node without support for resize');
    await ok(
      'PATCH',
      `${pods}/p/status`,
      { status: { containerStatuses: [{ ...running, resources: {} }] } },
      {
        headers: { 'content-type': 'application/merge-patch+json' },
      },
    );
    await ok('PATCH', path, to(cpu('150m')), strategic);
  });

  it('resizes the pod as a whole, and its init containers', async () => {
    const init = { name: 'i', image: 'i', resources: cpu('10m', '20m') };
    const { ok, request } = await withPod({ initContainers: [init], resources: cpu('1', '2') });
    const patched = await ok(
      'PATCH',
      path,
      { spec: { resources: cpu('2', '3'), initContainers: [{ name: 'i', resources: cpu('15m', '20m') }] } },
      strategic,
    );
    expect(patched.spec.resources).toEqual(cpu('2', '3'));
    expect(patched.spec.initContainers[0].resources).toEqual(cpu('15m', '20m'));
    const less = await request(
      'PATCH',
      path,
      { spec: { resources: { requests: { memory: '1Gi' }, limits: { 'hugepages-2Mi': '2Mi' } } } },
      strategic,
    );
    expect(less.body.message).toContain('only cpu and memory resources are mutable at pod-level');
  });
});
