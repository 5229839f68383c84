import { expect, test } from 'vitest';
import { ephemeralVolumeController } from '../../../src/controllers/ephemeralvolume/controller.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { forbidden } from '../../../src/machinery/status.ts';
import { World } from '../persistentvolume/world.ts';
import { pod } from '../support/objects.ts';

const template = { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x' } };
const scratch = { volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }, { name: 'other', emptyDir: {} }] };
const start = () => new World([ephemeralVolumeController]);

test('a claim is made for the volume, after its template, and belongs to the pod', () => {
  const world = start();
  const made = world.cluster.create(pods, pod('p', { spec: scratch }));
  world.cluster.settle();
  expect(world.cluster.list(persistentVolumeClaims).map(({ metadata }) => metadata.name)).toEqual(['p-scratch']);
  const { metadata, spec } = world.getClaim('p-scratch');
  expect(metadata).toMatchObject({
    labels: { a: 'b' },
    annotations: { c: 'd' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: made.metadata.uid, controller: true, blockOwnerDeletion: true }],
  });
  expect(spec).toMatchObject(template.spec);
});

test('one that was made for somebody else is in the way until it goes', () => {
  const world = start();
  world.claim('p-scratch');
  world.cluster.create(pods, pod('p', { spec: scratch }));
  world.cluster.settle();
  expect(world.said).toEqual([
    'FailedBinding Pod/p: ephemeral volume scratch: PVC default/p-scratch was not created for pod default/p (pod is not owner)',
  ]);
  world.cluster.remove(persistentVolumeClaims, 'default', 'p-scratch');
  world.cluster.settle();
  expect(world.getClaim('p-scratch').metadata.ownerReferences).toHaveLength(1);
});

test('one that is refused is said and tried again', () => {
  const world = start();
  let refusals = 1;
  world.cluster.refuse = ({ verb }) =>
    verb === 'create' && refusals-- > 0 ? forbidden({ group: '', resource: 'persistentvolumeclaims', name: 'p-scratch' }, 'no') : undefined;
  world.cluster.create(pods, pod('p', { spec: scratch }));
  world.cluster.settle();
  world.cluster.advance(1);
  world.cluster.settle();
  expect(world.said).toHaveLength(1);
  expect(world.said[0]).toMatch(/^FailedBinding Pod\/p: ephemeral volume scratch: create PVC p-scratch: .*no$/);
  expect(world.getClaim('p-scratch')).toBeDefined();
});

test.each([
  ['a pod that is being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, undefined],
  ['a pod of a namespace that is', {}, '2026-01-01T00:00:00Z'],
])('none is made for %s', (_, parts, deletionTimestamp) => {
  const world = start();
  world.cluster.create(namespaces, { metadata: { name: 'default', ...(deletionTimestamp && { deletionTimestamp }) } });
  world.cluster.create(pods, pod('p', { spec: scratch, ...parts }));
  world.cluster.settle();
  expect(world.cluster.list(persistentVolumeClaims)).toEqual([]);
});
