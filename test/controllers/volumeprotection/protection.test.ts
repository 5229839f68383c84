import { describe, expect, it, test } from 'vitest';
import { persistentVolumeController } from '../../../src/controllers/persistentvolume/controller.ts';
import { attributesClassProtectionController } from '../../../src/controllers/volumeprotection/attributes-classes.ts';
import { claimProtectionController } from '../../../src/controllers/volumeprotection/claims.ts';
import { volumeProtectionController } from '../../../src/controllers/volumeprotection/volumes.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../../src/resources/core/persistentvolume.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { volumeAttributesClasses } from '../../../src/resources/storage/volumeattributesclass.ts';
import { World } from '../persistentvolume/world.ts';
import { pod } from '../support/objects.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const deletionTimestamp = '2026-01-01T00:00:00Z';
const uses = (claimName: string) => ({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });
const scratch = { volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: {} } } }] };
const ownedBy = (uid: string) => ({ ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }] });

describe('a claim', () => {
  const start = () => new World([claimProtectionController]);

  it('that nobody has protected is protected', () => {
    const world = start();
    world.claim('c');
    world.cluster.settle();
    expect(world.getClaim('c').metadata.finalizers).toEqual([claimFinalizer]);
  });

  it('that is going is not protected any more', () => {
    const world = start();
    world.claim('c', { metadata: { deletionTimestamp, finalizers: ['example.com/other'] } });
    world.cluster.settle();
    expect(world.getClaim('c').metadata.finalizers).toEqual(['example.com/other']);
  });

  test.each<[string, Partial<Pod>['spec'] | object, object, boolean]>([
    ['a running pod', { nodeName: 'n', ...uses('c') }, {}, true],
    ['a pod that has ended', { nodeName: 'n', ...uses('c') }, { status: { phase: 'Succeeded' } }, true],
    ['a pod that waits for a node', uses('c'), {}, false],
    ['a pod with another claim', { nodeName: 'n', ...uses('d') }, {}, false],
    ['a pod without claims', { nodeName: 'n', volumes: [{ name: 'e', emptyDir: {} }] }, {}, false],
    ['a pod of another namespace', { nodeName: 'n', ...uses('c') }, { metadata: { namespace: 'other' } }, false],
  ])('that %s names is used: %#', (_, spec, parts, isUsed) => {
    const world = start();
    world.cluster.create(pods, pod('p', { spec: spec as Pod['spec'], ...parts }));
    world.claim('c', { metadata: { deletionTimestamp, finalizers: [claimFinalizer] } });
    world.cluster.settle();
    expect(world.getClaim('c') !== undefined).toBe(isUsed);
  });

  test.each<[string, object, (uid: string) => object, boolean]>([
    ['of its pod', {}, ownedBy, true],
    ['of another pod of that name', {}, () => ownedBy('before'), false],
    ['of its pod, that is on its way out', { deletionTimestamp, deletionGracePeriodSeconds: 30 }, ownedBy, true],
    ['of its pod, that has shut down', { deletionTimestamp, deletionGracePeriodSeconds: 0 }, ownedBy, false],
  ])('of an ephemeral volume %s', (_, metadata, owner, isUsed) => {
    const world = start();
    const made = world.cluster.create(pods, pod('p', { metadata, spec: { nodeName: 'n', ...scratch } }));
    world.claim('p-scratch', { metadata: { ...owner(made.metadata.uid), deletionTimestamp, finalizers: [claimFinalizer] } });
    world.cluster.settle();
    expect(world.getClaim('p-scratch') !== undefined).toBe(isUsed);
  });

  it('goes when the last of its pods goes', () => {
    const world = start();
    for (const name of ['p', 'q']) world.cluster.create(pods, pod(name, { spec: { nodeName: 'n', ...uses('c') } }));
    world.claim('c', { metadata: { deletionTimestamp, finalizers: [claimFinalizer] } });
    world.cluster.settle();
    world.cluster.remove(pods, 'default', 'p');
    world.cluster.settle();
    expect(world.getClaim('c')).toBeDefined();
    world.cluster.remove(pods, 'default', 'q');
    world.cluster.settle();
    expect(world.getClaim('c')).toBeUndefined();
  });
});

describe('a volume', () => {
  const finalizer = 'kubernetes.io/pv-protection';
  const start = () => new World([volumeProtectionController, persistentVolumeController]);

  it('stays while it is bound', () => {
    const world = start();
    world.volume('v');
    world.claim('c');
    world.cluster.settle();
    expect(world.getVolume('v').metadata.finalizers).toEqual([finalizer]);
    world.cluster.change(persistentVolumes, '', 'v', ({ metadata }) => void (metadata.deletionTimestamp = deletionTimestamp));
    world.cluster.settle();
    expect(world.stateOfVolume('v')).toBe('Bound c');
    world.cluster.remove(persistentVolumeClaims, 'default', 'c');
    world.cluster.settle();
    expect(world.stateOfVolume('v')).toBeUndefined();
  });

  test.each([
    ['stays when its claim is bound and it does not say so yet', 'v', 'Available c'],
    ['goes when its claim has another', 'w', undefined],
    ['goes when its claim has none', undefined, undefined],
  ])('%s', (_, volumeName, expected) => {
    const world = new World([volumeProtectionController]);
    const { metadata } = world.claim('c', { spec: { volumeName } });
    const claimRef = { namespace: 'default', name: 'c', uid: metadata.uid };
    world.volume('v', { metadata: { deletionTimestamp, finalizers: [finalizer] }, spec: { claimRef }, status: { phase: 'Available' } });
    world.cluster.settle();
    expect(world.stateOfVolume('v')).toBe(expected);
  });

  it('that is free goes at once', () => {
    const world = start();
    world.volume('v', { metadata: { deletionTimestamp, finalizers: [finalizer] } });
    world.cluster.settle();
    expect(world.stateOfVolume('v')).toBeUndefined();
  });
});

describe('an attributes class', () => {
  const finalizer = 'kubernetes.io/vac-protection';
  const start = () => {
    const world = new World([attributesClassProtectionController]);
    world.cluster.create(volumeAttributesClasses, { metadata: { name: 'fast' }, driverName: 'd', parameters: { a: 'b' } });
    world.cluster.settle();
    return world;
  };
  const get = (world: World) => world.cluster.get(volumeAttributesClasses, '', 'fast');
  const remove = (world: World) => {
    world.cluster.change(volumeAttributesClasses, '', 'fast', ({ metadata }) => void (metadata.deletionTimestamp = deletionTimestamp));
    world.cluster.settle();
  };

  it('that nobody has is let go', () => {
    const world = start();
    expect(get(world)?.metadata.finalizers).toEqual([finalizer]);
    remove(world);
    expect(get(world)).toBeUndefined();
  });

  test.each<[string, (world: World) => () => void]>([
    [
      'is asked for by a claim',
      (world) => {
        world.claim('c', { spec: { volumeAttributesClassName: 'fast' } });
        return () => world.cluster.remove(persistentVolumeClaims, 'default', 'c');
      },
    ],
    [
      'is what a claim has',
      (world) => {
        world.claim('c', { status: { phase: 'Bound', currentVolumeAttributesClassName: 'fast' } });
        return () => world.cluster.remove(persistentVolumeClaims, 'default', 'c');
      },
    ],
    [
      'is what a claim is on its way to',
      (world) => {
        world.claim('c', { status: { modifyVolumeStatus: { status: 'InProgress', targetVolumeAttributesClassName: 'fast' } } });
        return () => world.cluster.change(persistentVolumeClaims, 'default', 'c', ({ status }) => void delete status?.modifyVolumeStatus);
      },
    ],
    [
      'is what a volume has',
      (world) => {
        world.volume('v', { spec: { volumeAttributesClassName: 'fast' } });
        return () => world.cluster.remove(persistentVolumes, '', 'v');
      },
    ],
  ])('stays while it %s', (_, use) => {
    const world = start();
    const end = use(world);
    remove(world);
    expect(get(world)).toBeDefined();
    end();
    world.cluster.settle();
    expect(get(world)).toBeUndefined();
  });
});
