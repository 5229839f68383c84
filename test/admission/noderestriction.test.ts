import { beforeEach, describe, expect, test } from 'vitest';
import type { TestCluster } from '../server/support/cluster.ts';
import { admissionCluster, pod, podsPath } from './support.ts';

const n1 = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const merge = { 'content-type': 'application/merge-patch+json' };

let cluster: TestCluster;
let uid: string;
beforeEach(async () => {
  cluster = await admissionCluster();
  const { ok } = cluster;
  await ok('POST', '/api/v1/namespaces', { metadata: { name: 'kube-node-lease' } });
  uid = (await ok('POST', '/api/v1/nodes', { metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' } } })).metadata.uid;
  await ok('POST', '/api/v1/nodes', { metadata: { name: 'n2' } });
  await ok('POST', podsPath, pod('own', { spec: { nodeName: 'n1' } }));
  await ok('POST', podsPath, pod('theirs', { spec: { nodeName: 'n2' } }));
});

/** What the node gets: the status, or what a refusal says after the name. */
async function ask(method: string, path: string, body?: unknown) {
  const headers: Record<string, string> = method === 'PATCH' ? merge : {};
  const { status, body: answer } = await cluster.request(method, path, body, { user: n1, headers });
  return status < 300 ? status : (answer.message as string).replace(/^.*? is forbidden: /, '');
}

test('others are not restricted, and a node without a name is nobody', async () => {
  const user = { name: 'system:node:', groups: ['system:nodes', 'system:masters'] };
  expect((await cluster.request('PATCH', '/api/v1/nodes/n1', {}, { user, headers: merge })).body.message).toBe(
    'nodes "n1" is forbidden: could not determine node from user "system:node:"',
  );
  const other = { name: 'system:node:n2', groups: ['system:masters'] };
  expect((await cluster.request('PATCH', '/api/v1/nodes/n1', {}, { user: other, headers: merge })).status).toBe(200);
});

describe('Nodes', () => {
  test('are made and changed by themselves', async () => {
    expect(await ask('POST', '/api/v1/nodes', { metadata: { name: 'n3' } })).toBe('node "n1" is not allowed to modify node "n3"');
    expect(await ask('PATCH', '/api/v1/nodes/n2', {})).toBe('node "n1" is not allowed to modify node "n2"');
    expect(await ask('PATCH', '/api/v1/nodes/n2/status', {})).toBe('node "n1" is not allowed to modify node "n2"');
    expect(await ask('PATCH', '/api/v1/nodes/n1/status', { status: { phase: 'Running' } })).toBe(200);
  });

  test.each([
    [{ metadata: { labels: { mine: 'x', 'node.kubernetes.io/a': 'b', 'a.kubelet.kubernetes.io/c': 'd', 'kubernetes.io/os': 'linux' } } }, 200],
    [{ metadata: { labels: { 'kubernetes.io/role': 'x', 'a.k8s.io/b': 'c', fine: 'y' } } }, 'is not allowed to modify labels: a.k8s.io/b, kubernetes.io/role'],
    [{ metadata: { labels: { 'node-restriction.kubernetes.io/a': 'x' } } }, 'is not allowed to modify labels: node-restriction.kubernetes.io/a'],
    [{ metadata: { labels: { 'kubernetes.io/hostname': null } } }, 200],
    [{ spec: { taints: [] } }, 'node "n1" is not allowed to modify taints'],
    [{ metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n2', uid: 'u' }] } }, 'node "n1" is not allowed to modify ownerReferences'],
  ])('are changed with %j', async (patch, answer) => {
    await cluster.ok('PATCH', '/api/v1/nodes/n1', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }, { headers: merge });
    expect(await ask('PATCH', '/api/v1/nodes/n1', patch)).toBe(answer);
  });

  test('are made with labels that kubelets know', async () => {
    await cluster.ok('DELETE', '/api/v1/nodes/n1');
    const node = (labels: object) => ({ metadata: { name: 'n1', labels } });
    expect(await ask('POST', '/api/v1/nodes', node({ 'node-role.kubernetes.io/master': '' }))).toBe(
      'node "n1" is not allowed to set the following labels: node-role.kubernetes.io/master',
    );
    expect(await ask('POST', '/api/v1/nodes', node({ 'kubernetes.io/arch': 'arm64' }))).toBe(201);
  });
});

describe('Pods', () => {
  test('are reported on and ended by the node that they are on', async () => {
    const status = { status: { phase: 'Running' } };
    expect(await ask('PATCH', `${podsPath}/own/status`, status)).toBe(200);
    expect(await ask('PATCH', `${podsPath}/theirs/status`, status)).toBe(
      'node "n1" can only update pod status for pods with spec.nodeName set to itself',
    );
    expect(await ask('PATCH', `${podsPath}/own/status`, { metadata: { labels: { a: 'b' } } })).toBe(
      'node "n1" cannot update labels through pod status',
    );
    const claims = { resourceClaimStatuses: [{ name: 'x', resourceClaimName: 'y' }] };
    expect(await ask('PATCH', `${podsPath}/own/status`, { status: claims })).toBe('node "n1" cannot update resource claim statues');
    const evict = (name: string) => ask('POST', `${podsPath}/${name}/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } });
    expect(await evict('theirs')).toBe('node n1 can only evict pods with spec.nodeName set to itself');
    expect(await ask('DELETE', `${podsPath}/theirs`)).toBe('node "n1" can only delete pods with spec.nodeName set to itself');
    expect(await evict('own')).toBe(201);
    expect(await ask('DELETE', `${podsPath}/own`, { gracePeriodSeconds: 0 })).toBe(200);
  });

  const owner = (more: object = {}) => [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid, controller: true, ...more }];
  const made = (metadata: () => object, spec: object = {}) => ({
    metadata: { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' }, ...metadata() },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }], ...spec },
  });
  test.each<[string, () => object, object, string | number]>([
    ['as mirrors', () => ({ ownerReferences: owner() }), {}, 201],
    ['not otherwise', () => ({ annotations: {} }), {}, 'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods'],
    ['on itself', () => ({}), { nodeName: 'n2' }, 'node "n1" can only create pods with spec.nodeName set to itself'],
    ['with an owner', () => ({}), {}, 'node "n1" can only create pods with an owner reference set to itself'],
    ['with one owner', () => ({ ownerReferences: [...owner(), ...owner({ name: 'x', controller: false })] }), {}, 'node "n1" can only create pods with a single owner reference set to itself'],
    ['owned by itself', () => ({ ownerReferences: owner({ name: 'n2' }) }), {}, 'node "n1" can only create pods with an owner reference set to itself'],
    ['controlled by itself', () => ({ ownerReferences: owner({ controller: false }) }), {}, 'node "n1" can only create pods with a controller owner reference set to itself'],
    ['that do not block it', () => ({ ownerReferences: owner({ blockOwnerDeletion: true }) }), {}, 'node "n1" must not set blockOwnerDeletion on an owner reference'],
    ['of its own life', () => ({ ownerReferences: owner({ uid: 'old' }) }), {}, expect.stringContaining('node n1 UID mismatch: expected old got ')],
    [
      'that use nothing of the cluster',
      () => ({ ownerReferences: owner() }),
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
      'node "n1" can not create pods that reference persistentvolumeclaims',
    ],
    [
      'without configuration',
      () => ({ ownerReferences: owner() }),
      { containers: [{ name: 'c', image: 'i', envFrom: [{ configMapRef: { name: 'c' } }] }] },
      'node "n1" can not create pods that reference configmaps',
    ],
  ])('are made by it %s', async (_, metadata, spec, answer) => {
    expect(await ask('POST', podsPath, made(metadata, spec))).toEqual(answer);
  });
});

test('a Lease is made for itself', async () => {
  expect(await ask('POST', leases, { metadata: { name: 'n1' } })).toBe(201);
  expect(await ask('POST', leases, { metadata: { name: 'n2' } })).toBe('can only access node lease with the same name as the requesting node');
});

test('a CSINode is made for itself, and a ResourceSlice', async () => {
  const csi = '/apis/storage.k8s.io/v1/csinodes';
  expect(await ask('POST', csi, { metadata: { name: 'n1' }, spec: { drivers: [] } })).toBe(201);
  expect(await ask('POST', csi, { metadata: { name: 'n2' }, spec: { drivers: [] } })).toBe(
    'can only access CSINode with the same name as the requesting node',
  );
  const slice = (name: string, nodeName: string) => ({
    metadata: { name },
    spec: { driver: 'd.example.com', nodeName, pool: { name: 'p', generation: 1, resourceSliceCount: 1 } },
  });
  const slices = '/apis/resource.k8s.io/v1/resourceslices';
  expect(await ask('POST', slices, slice('s1', 'n1'))).toBe(201);
  expect(await ask('POST', slices, slice('s2', 'n2'))).toBe('can only create ResourceSlice with the same NodeName as the requesting node');
});

describe('tokens', () => {
  const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
  const podUid = async (name: string) => (await cluster.ok('GET', `${podsPath}/${name}`)).metadata.uid;
  const token = (name: string, boundUid: string | undefined, audiences?: string[]) =>
    ask('POST', path, { spec: { audiences, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid: boundUid } } });

  test('are for pods of the node', async () => {
    expect(await ask('POST', path, { spec: {} })).toBe('node requested token not bound to a pod');
    expect(await token('own', undefined)).toBe('node requested token with a pod binding without a uid');
    expect(await token('own', 'old')).toMatch(/^the UID in the bound object reference \(old\) does not match the UID in record/);
    expect(await token('none', 'x')).toBe('pod "none" not found');
    expect(await token('own', await podUid('own'))).toBe(201);
    // The account is one that pods of the node have, so the authorizer does not mind.
    expect(await token('theirs', await podUid('theirs'))).toBe('node requested token bound to a pod scheduled on a different node');
  });

  test('are for audiences that the pod asks for', async () => {
    const sources = [{ serviceAccountToken: { audience: 'vault', path: 't' } }];
    await cluster.ok('POST', podsPath, pod('vault', { spec: { nodeName: 'n1', volumes: [{ name: 'v', projected: { sources } }] } }));
    const bound = await podUid('vault');
    expect(await token('vault', bound, ['vault'])).toBe(201);
    expect(await token('vault', bound, ['vault', 'x'])).toBe('node may only request 0 or 1 audiences');
    expect(await token('vault', bound, ['other'])).toBe(
      'audience "other" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
    );
  });
});
