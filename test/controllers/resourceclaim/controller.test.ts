import { describe, expect, it, test } from 'vitest';
import { resourceClaimController } from '../../../src/controllers/resourceclaim/controller.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { resourceClaims, type ResourceClaim } from '../../../src/resources/resource/resourceclaim.ts';
import { resourceClaimTemplates } from '../../../src/resources/resource/resourceclaimtemplate.ts';
import { conflict } from '../../../src/machinery/status.ts';
import { TestCluster } from '../support/cluster.ts';
import { pod } from '../support/objects.ts';

const finalizer = 'resource.kubernetes.io/delete-protection';
const deletionTimestamp = '2026-01-01T00:00:00Z';
const fromTemplate = { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpus' }] };
const byName = { resourceClaims: [{ name: 'gpu', resourceClaimName: 'mine' }] };
const allocation = { devices: { results: [] } };
const start = () => new TestCluster({ controllers: [resourceClaimController] });

const template = (cluster: TestCluster) =>
  cluster.create(resourceClaimTemplates, {
    metadata: { namespace: 'default', name: 'gpus' },
    spec: { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { devices: { requests: [{ name: 'r' }] } } },
  });
const claim = (cluster: TestCluster, parts: { metadata?: object; status?: object } = {}) =>
  cluster.create(resourceClaims, {
    metadata: { namespace: 'default', name: 'mine', ...parts.metadata },
    spec: {},
    ...(parts.status && { status: parts.status }),
  });
const claims = (cluster: TestCluster) => cluster.list(resourceClaims);
const get = (cluster: TestCluster): ResourceClaim | undefined => cluster.get(resourceClaims, 'default', 'mine');
const statuses = (cluster: TestCluster) => cluster.get(pods, 'default', 'p')?.status?.resourceClaimStatuses;

describe('a claim from a template', () => {
  it('is made once, belongs to the pod, and is named in its status', () => {
    const cluster = start();
    template(cluster);
    const { metadata } = cluster.create(pods, pod('p', { spec: fromTemplate }));
    cluster.settle();
    const [made, ...others] = claims(cluster);
    expect(others).toEqual([]);
    expect(made!.metadata.name).toMatch(/^p-gpu-[a-z0-9]{5}$/);
    expect(made).toMatchObject({
      metadata: {
        labels: { a: 'b' },
        annotations: { c: 'd', 'resource.kubernetes.io/pod-claim-name': 'gpu' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: metadata.uid, controller: true }],
      },
      spec: { devices: { requests: [{ name: 'r' }] } },
    });
    expect(statuses(cluster)).toEqual([{ name: 'gpu', resourceClaimName: made!.metadata.name }]);
  });

  it('is made when the template comes; until then the pod is told', () => {
    const cluster = start();
    cluster.create(pods, pod('p', { spec: fromTemplate }));
    cluster.settle();
    expect(cluster.events).toEqual([
      {
        type: 'Warning',
        reason: 'FailedResourceClaimCreation',
        message: 'PodResourceClaim gpu: resource claim template "gpus": resourceclaimtemplate.resource.k8s.io "gpus" not found',
        regarding: 'Pod/p',
      },
    ]);
    template(cluster);
    cluster.settle();
    expect(statuses(cluster)).toHaveLength(1);
  });

  it('is made once also if the write of the status is lost', () => {
    const cluster = start();
    let lost = 0;
    cluster.refuse = ({ verb }) => (verb === 'update' && lost++ === 0 ? conflict({ group: '', resource: 'pods', name: 'p' }) : undefined);
    template(cluster);
    cluster.create(pods, pod('p', { spec: fromTemplate }));
    cluster.settle();
    cluster.advance(1);
    cluster.settle();
    expect([claims(cluster).length, statuses(cluster)?.length]).toEqual([1, 1]);
  });

  it('is made again when somebody deletes it', () => {
    const cluster = start();
    template(cluster);
    cluster.create(pods, pod('p', { spec: fromTemplate }));
    cluster.settle();
    const [before] = claims(cluster);
    cluster.remove(resourceClaims, 'default', before!.metadata.name);
    cluster.settle();
    const [after] = claims(cluster);
    expect(after!.metadata.name).not.toBe(before!.metadata.name);
    expect(statuses(cluster)).toEqual([{ name: 'gpu', resourceClaimName: after!.metadata.name }]);
  });

  it('has a name that is no longer than names may be', () => {
    const cluster = start();
    template(cluster);
    const long = 'p'.repeat(60);
    cluster.create(pods, pod(long, { spec: fromTemplate }));
    cluster.settle();
    expect(claims(cluster)[0]!.metadata.name).toMatch(/^p{52}-gp[a-z0-9]{5}$/);
  });

  test.each<[string, Parameters<typeof pod>[1]]>([
    ['a pod that is being deleted', { metadata: { deletionTimestamp }, spec: fromTemplate }],
    ['a pod that needs none', { spec: fromTemplate, status: { resourceClaimStatuses: [{ name: 'gpu' }] } }],
    ['a pod that names one', { spec: byName }],
  ])('is not made for %s', (_, parts) => {
    const cluster = start();
    template(cluster);
    cluster.create(pods, pod('p', parts));
    cluster.settle();
    expect(claims(cluster)).toEqual([]);
  });
});

describe('an allocated claim', () => {
  it('is reserved for a pod that somebody else placed', () => {
    const cluster = start();
    claim(cluster, { status: { allocation } });
    const { metadata } = cluster.create(pods, pod('p', { spec: { ...byName } }));
    cluster.settle();
    expect(get(cluster)!.status).not.toHaveProperty('reservedFor');
    cluster.change(pods, 'default', 'p', ({ spec }) => void (spec.nodeName = 'n'));
    cluster.settle();
    expect(get(cluster)!.status?.reservedFor).toEqual([{ resource: 'pods', name: 'p', uid: metadata.uid }]);
  });

  it('is not reserved for more than may share it', () => {
    const cluster = start();
    const reservedFor = Array.from({ length: 256 }, (_, i) => ({ apiGroup: 'x', resource: 'ys', name: `y${i}`, uid: `y${i}` }));
    claim(cluster, { status: { allocation, reservedFor } });
    cluster.create(pods, pod('p', { spec: { ...byName, nodeName: 'n' } }));
    cluster.settle();
    expect(get(cluster)!.status?.reservedFor).toHaveLength(256);
  });

  const reserved = (uid: string) => ({ resource: 'pods', name: 'p', uid });

  test.each<[string, Partial<Pod> | undefined, boolean]>([
    ['runs', {}, true],
    ['has ended', { status: { phase: 'Failed' } }, false],
    ['is on its way out', { metadata: { deletionTimestamp } as Pod['metadata'], spec: { nodeName: 'n' } as Pod['spec'] }, true],
    ['will never start', { metadata: { deletionTimestamp } as Pod['metadata'] }, false],
    ['is gone', undefined, false],
  ])('is kept while its pod needs it: one that %s', (_, parts, isKept) => {
    const cluster = start();
    const made = parts && cluster.create(pods, pod('p', { ...parts, spec: { ...byName, ...parts.spec } }));
    claim(cluster, { metadata: { finalizers: [finalizer] }, status: { allocation, reservedFor: [reserved(made?.metadata.uid ?? 'gone')] } });
    cluster.settle();
    expect(get(cluster)!.status ?? {}).toEqual(
      isKept ? { allocation, reservedFor: [reserved(made!.metadata.uid)] } : {},
    );
  });

  it('is taken back when the pod goes, and stays reserved for others', () => {
    const cluster = start();
    const { metadata } = cluster.create(pods, pod('p', { spec: { ...byName, nodeName: 'n' } }));
    const other = { apiGroup: 'example.com', resource: 'things', name: 't', uid: 't' };
    claim(cluster, { metadata: { finalizers: [finalizer] }, status: { allocation, reservedFor: [reserved(metadata.uid), other] } });
    cluster.settle();
    cluster.remove(pods, 'default', 'p');
    cluster.settle();
    expect(get(cluster)!.status).toEqual({ allocation, reservedFor: [other] });
  });

  it('of a driver’s own keeps its devices', () => {
    const cluster = start();
    claim(cluster, { status: { allocation, reservedFor: [reserved('gone')] } });
    cluster.settle();
    expect(get(cluster)!.status).toEqual({ allocation });
  });

  it('that is deleted gives its devices back first, then goes', () => {
    const cluster = start();
    claim(cluster, { metadata: { finalizers: [finalizer], deletionTimestamp }, status: { allocation } });
    cluster.reconcile(cluster.due[0]!);
    expect(get(cluster)).toMatchObject({ metadata: { finalizers: [finalizer] }, status: {} });
    expect(get(cluster)!.status).not.toHaveProperty('allocation');
    cluster.settle();
    expect(get(cluster)).toBeUndefined();
  });
});

test('a claim is deleted when the pod that it was made for has ended, and not made again', () => {
  const cluster = start();
  template(cluster);
  cluster.create(pods, pod('p', { spec: { ...fromTemplate, nodeName: 'n' } }));
  cluster.settle();
  cluster.change(pods, 'default', 'p', ({ status }) => void (status!.phase = 'Succeeded'));
  cluster.settle();
  expect(claims(cluster)).toEqual([]);
});
