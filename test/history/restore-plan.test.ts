import { expect, test } from 'vitest';
import { actionFor, bodyFor, orderOf, type Changed } from '../../src/history/restore-plan.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';

const object = (kind: string, name: string, more: object = {}, metadata: object = {}) =>
  ({ apiVersion: 'v1', kind, metadata: { name, uid: `uid-${name}`, resourceVersion: '5', creationTimestamp: 'then', ...metadata }, ...more }) as unknown as KubeObject;
const owned = (by: string, controller = true) => ({ ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: by, uid: `uid-${by}`, controller }] });
const changed = (resource: string, name: string, before?: KubeObject): Changed => ({ resource, namespace: 'ns', name, ...(before && { before }) });

test('owners come before what they own, kinds in their order, and first goes what was not there', () => {
  const order = orderOf([
    changed('replicasets.apps', 'r', object('ReplicaSet', 'r', {}, owned('d'))),
    changed('configmaps', 'a', object('ConfigMap', 'a', {}, owned('r', false))),
    changed('deployments.apps', 'd', object('Deployment', 'd')),
    changed('namespaces', 'n', object('Namespace', 'n')),
    changed('namespaces', 'new'),
    changed('configmaps', 'new'),
    changed('secrets', 's', object('Secret', 's')),
  ]);
  expect(order.map(({ resource, name }) => `${resource}/${name}`)).toEqual([
    'configmaps/new',
    'namespaces/new',
    'namespaces/n',
    'secrets/s',
    'deployments.apps/d',
    'replicasets.apps/r',
    'configmaps/a',
  ]);
});

test('owners in a circle end', () => {
  const circle = [changed('configmaps', 'a', object('ConfigMap', 'a', {}, owned('b'))), changed('configmaps', 'b', object('ConfigMap', 'b', {}, owned('a')))];
  expect(orderOf(circle)).toHaveLength(2);
});

const map = object('ConfigMap', 'a', { data: { a: '1' } });
const dying = object('ConfigMap', 'a', { data: { a: '1' } }, { deletionTimestamp: 'soon' });
test.each<[string, string, KubeObject | undefined, KubeObject | undefined, string | undefined]>([
  ['is no more', 'configmaps', map, undefined, 'create'],
  ['is about to go', 'configmaps', map, dying, 'create'],
  ['is another', 'configmaps', map, object('ConfigMap', 'a', { data: { a: '2' } }), 'update'],
  ['is the same but for what the server says', 'configmaps', map, object('ConfigMap', 'a', { data: { a: '1' }, status: {} }, { uid: 'other', resourceVersion: '9', generation: 3 }), undefined],
  ['is new', 'configmaps', undefined, map, 'delete'],
  ['is new and about to go', 'configmaps', undefined, dying, undefined],
  ['came and went', 'configmaps', undefined, undefined, undefined],
  ['was about to go', 'configmaps', dying, undefined, undefined],
  ['is a node', 'nodes', object('Node', 'n'), undefined, undefined],
  ['is a pod of a controller', 'pods', object('Pod', 'p', {}, owned('r')), undefined, undefined],
  ['is a pod of nobody', 'pods', object('Pod', 'p'), undefined, 'create'],
  ['is a revision of a controller', 'replicasets.apps', object('ReplicaSet', 'r', {}, owned('d')), undefined, 'create'],
  ['is a revision that the controller changed', 'replicasets.apps', object('ReplicaSet', 'r', { spec: 1 }, owned('d')), object('ReplicaSet', 'r', { spec: 2 }, owned('d')), undefined],
  ['is a new revision', 'replicasets.apps', undefined, object('ReplicaSet', 'r', {}, owned('d')), undefined],
  ['is a token of a ServiceAccount', 'secrets', object('Secret', 's', { type: 'kubernetes.io/service-account-token' }), undefined, undefined],
  ['is the authority in each namespace', 'configmaps', object('ConfigMap', 'kube-root-ca.crt'), undefined, undefined],
  ['has a new owner by the same name', 'configmaps', object('ConfigMap', 'a', {}, owned('b', false)), object('ConfigMap', 'a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'b', uid: 'new', controller: false }] }), undefined],
])('what %s', (_, resource, before, now, expected) => {
  expect(actionFor(changed(resource, 'a', before), now, {})).toBe(expected);
  if (expected === 'delete') expect(actionFor(changed(resource, 'a', before), now, { keepNew: true })).toBeUndefined();
});

test('a body has what was, under the uid and the owners of now', () => {
  const before = object('ConfigMap', 'a', { data: { a: '1' }, status: { x: 1 } }, { labels: { l: 'm' }, ownerReferences: [...owned('b').ownerReferences, ...owned('gone').ownerReferences] });
  const uidOf = ({ name }: { name: string }) => (name === 'b' ? 'new-b' : undefined);
  const owner = { apiVersion: 'v1', kind: 'X', name: 'b', uid: 'new-b', controller: true };
  expect(bodyFor(changed('configmaps', 'a', before), 'create', undefined, uidOf)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', labels: { l: 'm' }, ownerReferences: [owner] },
    data: { a: '1' },
  });
  const now = object('ConfigMap', 'a', {}, { uid: 'now', resourceVersion: '9' });
  expect(bodyFor(changed('configmaps', 'a', before), 'update', now, uidOf).metadata).toMatchObject({ uid: 'now', resourceVersion: '9' });
});

test('what is given out to one incarnation is not asked for by another', () => {
  const create = (resource: string, before: KubeObject) => bodyFor(changed(resource, 'a', before), 'create', undefined, () => undefined) as KubeObject & { spec?: object };
  expect(create('pods', object('Pod', 'a', { spec: { nodeName: 'n', containers: [] } })).spec).toEqual({ containers: [] });
  const template = { metadata: { labels: { app: 'x', 'controller-uid': 'u', 'batch.kubernetes.io/controller-uid': 'u' } } };
  expect(create('jobs.batch', object('Job', 'a', { spec: { selector: {}, template } })).spec).toEqual({ template: { metadata: { labels: { app: 'x' } } } });
  expect(create('services', object('Service', 'a', { spec: { clusterIP: '10.0.0.1' } })).spec).toEqual({ clusterIP: '10.0.0.1' });
});
