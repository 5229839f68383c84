import { describe, expect, it } from 'vitest';
import { withRetention } from '../../../src/controllers/statefulset/retention.ts';
import { controllerRef } from '../../../src/controllers/support/ownership.ts';
import type { OwnerReference } from '../../../src/machinery/meta.ts';
import { StatusError } from '../../../src/machinery/status.ts';
import { statefulSets, type StatefulSet } from '../../../src/resources/apps/statefulset.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { pod, template } from '../support/objects.ts';
import { claimTemplate, World } from './world.ts';

const withClaims = (whenDeleted = 'Retain', whenScaled = 'Retain') => ({
  replicas: 2,
  volumeClaimTemplates: [claimTemplate('data') as unknown as PersistentVolumeClaim],
  persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
});
const claim = (world: World, name: string) => world.cluster.get(persistentVolumeClaims, 'default', name)!;

describe('claims', () => {
  it('are there before their pod, and stay when it is replaced', () => {
    const world = new World(withClaims());
    world.cluster.onStep = () => {
      for (const { spec } of world.pods) expect(world.claimNames).toContain(spec.volumes![0]!.persistentVolumeClaim!.claimName);
    };
    world.settle();
    expect(world.claimNames).toEqual(['data-web-0', 'data-web-1']);
    expect(claim(world, 'data-web-1')).toMatchObject({
      metadata: { labels: { tier: 'data', app: 'web' } },
      spec: { accessModes: ['ReadWriteOnce'] },
    });
    const uids = () => world.claimNames.map((name) => claim(world, name).metadata.uid);
    const before = uids();
    world.cluster.remove(pods, 'default', 'web-1');
    world.settle();
    expect(uids()).toEqual(before);
    expect(world.messages('SuccessfulCreate').slice(0, 2)).toEqual([
      'Create Claim data-web-0 Pod web-0 in StatefulSet web success',
      'Create Pod web-0 in StatefulSet web successful',
    ]);
  });

  it('take the place of volumes of the same name', () => {
    const volumes = [{ name: 'data', emptyDir: {} }, { name: 'more', emptyDir: {} }];
    const world = new World({ ...withClaims(), template: { ...template(), spec: { ...template().spec, volumes } } });
    world.settle();
    expect(world.pod(0).spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } },
      { name: 'more', emptyDir: {} },
    ]);
  });

  it('that are refused keep the pod from being created', () => {
    const world = new World(withClaims());
    const refusal = new StatusError('Forbidden', 'exceeded quota', { kind: 'persistentvolumeclaims', name: 'data-web-0' });
    world.cluster.refuse = (write) => (write.verb === 'create' && write.resource === persistentVolumeClaims ? refusal : undefined);
    world.decide();
    world.cluster.advance(1);
    world.decide();
    expect(world.podNames).toEqual([]);
    expect(world.messages('FailedCreate').slice(0, 2)).toEqual([
      'Create Claim data-web-0 for Pod web-0 in StatefulSet web failed error: exceeded quota',
      'Create Pod web-0 in StatefulSet web failed error: failed to create PVC data-web-0: exceeded quota',
    ]);
    world.cluster.refuse = () => undefined;
    world.cluster.advance(1);
    world.settle();
    expect(world.podNames).toEqual(['web-0', 'web-1']);
  });

  it('that are being deleted keep the pod from being created, until they are gone', () => {
    const world = new World(withClaims());
    world.settle();
    world.cluster.change(persistentVolumeClaims, 'default', 'data-web-1', ({ metadata }) => {
      metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    });
    world.cluster.remove(pods, 'default', 'web-1');
    world.settle();
    expect(world.podNames).toEqual(['web-0']);
    expect(world.messages('FailedCreate')).toContain('Create Pod web-1 in StatefulSet web failed error: pvc data-web-1 is being deleted');
    world.cluster.remove(persistentVolumeClaims, 'default', 'data-web-1');
    world.settle();
    expect(world.podNames).toEqual(['web-0', 'web-1']);
  });

  it('that are missing are made for a pod that is still pending', () => {
    const world = new World(withClaims());
    world.settle();
    world.cluster.remove(persistentVolumeClaims, 'default', 'data-web-0');
    world.decide();
    expect(world.claimNames).toEqual(['data-web-1']);
    world.cluster.change(pods, 'default', 'web-0', (object) => {
      object.status = { phase: 'Pending' };
    });
    world.decide();
    expect(world.claimNames).toEqual(['data-web-0', 'data-web-1']);
  });

  it('bring up the set that they are of, whatever dashes are in the names', () => {
    const world = new World(withClaims());
    world.settle();
    world.cluster.create(statefulSets, {
      ...world.set,
      metadata: { name: 'x-web', namespace: 'default' },
      spec: { ...world.set.spec, volumeClaimTemplates: [claimTemplate('other')] },
    });
    world.settle();
    for (const name of ['data-web-7', 'web-7', 'data-x-web-7', 'data-x-web', 'data-web-x'])
      world.cluster.create(persistentVolumeClaims, { ...claimTemplate('data'), metadata: { name, namespace: 'default' } });
    expect(world.cluster.due).toEqual(['statefulset default/web']);
  });
});

describe('the retention policy', () => {
  const set = (whenDeleted: string, whenScaled: string) =>
    ({
      metadata: { name: 'web', namespace: 'default', uid: 'uid-web' },
      spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } },
    }) as StatefulSet;
  const web0 = pod('web-0');
  const bySet = controllerRef(set('', ''), statefulSets);
  const byPod = controllerRef(web0, pods);
  const friend = { apiVersion: 'v1', kind: 'ConfigMap', name: 'friend', uid: 'friend' };
  const foreign = { ...friend, controller: true };
  const plain = ({ controller: _controller, ...reference }: OwnerReference): OwnerReference => reference;

  // Policy when deleted and when scaled, whether the pod was scaled away, owners before, owners after (same: not to be written).
  it.each<[string, string, boolean, OwnerReference[], OwnerReference[] | 'same']>([
    ['Retain', 'Retain', false, [], 'same'],
    ['Retain', 'Retain', false, [bySet], []],
    ['Retain', 'Retain', true, [byPod, friend], [friend]],
    ['Retain', 'Retain', false, [foreign], 'same'],
    ['Delete', 'Retain', false, [], [bySet]],
    ['Delete', 'Retain', false, [bySet], 'same'],
    ['Delete', 'Retain', true, [bySet, byPod], [bySet]],
    ['Delete', 'Retain', false, [plain(bySet)], [bySet]],
    ['Retain', 'Delete', false, [], 'same'],
    ['Retain', 'Delete', false, [bySet], []],
    ['Retain', 'Delete', true, [], [byPod]],
    ['Retain', 'Delete', false, [byPod], []],
    ['Delete', 'Delete', false, [friend], [friend, bySet]],
    ['Delete', 'Delete', true, [bySet], [byPod]],
    ['Delete', 'Delete', true, [byPod], 'same'],
    ['Delete', 'Delete', false, [foreign], 'same'],
    ['Delete', 'Delete', false, [foreign, bySet], [foreign]],
    ['Delete', 'Delete', false, [{ ...bySet, uid: 'earlier' }], 'same'],
    ['Delete', 'Delete', true, [{ ...byPod, uid: 'earlier' }], 'same'],
  ])('%s/%s, scaled away: %s, %j', (whenDeleted, whenScaled, scaledAway, before, after) => {
    const object = { metadata: { name: 'data-web-0', ownerReferences: before } } as PersistentVolumeClaim;
    const result = withRetention(object, set(whenDeleted, whenScaled), web0, scaledAway);
    expect(result ? (result.metadata.ownerReferences ?? []) : 'same').toEqual(after);
  });

  it('has claims go with the set', () => {
    const world = new World(withClaims('Delete'));
    world.settle();
    const reference = controllerRef(world.set, statefulSets);
    for (const name of world.claimNames) expect(claim(world, name).metadata.ownerReferences).toEqual([reference]);
    world.change((spec) => {
      spec.persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Retain', whenScaled: 'Retain' };
    });
    world.settle();
    for (const name of world.claimNames) expect(claim(world, name).metadata).not.toHaveProperty('ownerReferences');
  });

  it('has claims owned by a pod before it is scaled away, and a new pod wait for their end', () => {
    const world = new World(withClaims('Retain', 'Delete'));
    world.settle();
    const reference = controllerRef(world.pod(1), pods);
    world.change((spec) => {
      spec.replicas = 1;
    });
    world.cluster.onStep = () => {
      if (world.pods.length < 2 || world.pod(1).metadata.deletionTimestamp)
        expect(claim(world, 'data-web-1').metadata.ownerReferences).toEqual([reference]);
    };
    world.settle();
    expect(world.podNames).toEqual(['web-0']);
    world.change((spec) => {
      spec.replicas = 2;
    });
    world.settle();
    expect(world.podNames).toEqual(['web-0']);
    world.cluster.onStep = () => {};
    world.cluster.remove(persistentVolumeClaims, 'default', 'data-web-1');
    world.settle();
    expect(world.podNames).toEqual(['web-0', 'web-1']);
    expect(claim(world, 'data-web-1').metadata).not.toHaveProperty('ownerReferences');
  });

  it('keeps a pod that was scaled away until its claims are its own', () => {
    const world = new World(withClaims('Retain', 'Delete'));
    world.settle();
    const refusal = new StatusError('Forbidden', 'no', { kind: 'persistentvolumeclaims', name: 'data-web-1' });
    world.cluster.refuse = (write) => (write.verb === 'update' && write.resource === persistentVolumeClaims ? refusal : undefined);
    world.change((spec) => {
      spec.replicas = 1;
    });
    world.settle();
    expect(world.podNames).toEqual(['web-0', 'web-1']);
  });

  it('leaves a claim to a controller that has it already, and says so', () => {
    const world = new World(withClaims('Delete'));
    world.settle();
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'foreign', uid: 'foreign', controller: true };
    world.cluster.change(persistentVolumeClaims, 'default', 'data-web-0', ({ metadata }) => void metadata.ownerReferences!.push(foreign));
    world.settle();
    expect(claim(world, 'data-web-0').metadata.ownerReferences).toEqual([foreign]);
    expect(world.messages('ConflictingController')).toEqual([
      'PersistentVolumeClaim data-web-0 has a conflicting OwnerReference that acts as a manging controller, ' +
        'the retention policy is ignored for this claim',
    ]);
  });
});
