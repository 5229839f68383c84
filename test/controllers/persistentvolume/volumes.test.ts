import { describe, expect, it, test } from 'vitest';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../../src/resources/core/persistentvolume.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { pod } from '../support/objects.ts';
import { World, type volume } from './world.ts';

const byController = { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } };
const madeBy = (provisioner: string) => ({
  annotations: { 'pv.kubernetes.io/provisioned-by': provisioner, 'pv.kubernetes.io/bound-by-controller': 'yes' },
});
const ref = (name: string, uid?: string) => ({ claimRef: { name, namespace: 'default', ...(uid && { uid }) } });

/** Upstream's set 4: what becomes of a volume `v`, when there is no claim. */
test.each<[string, Parameters<typeof volume>[1], string | undefined]>([
  ['nobody’s', {}, 'Available -'],
  ['set aside for a claim that has not come', { spec: ref('c') }, 'Available c'],
  ['of a claim that is gone', { spec: ref('c', 'gone') }, 'Released c'],
  ['that has failed before', { spec: ref('c', 'gone'), status: { phase: 'Failed' } }, 'Failed c'],
  ['of a claim that is gone, to be deleted by nobody', { spec: { ...ref('c', 'gone'), persistentVolumeReclaimPolicy: 'Delete' } }, 'Failed c'],
  [
    'of a driver, that deletes it',
    { spec: { ...ref('c', 'gone'), persistentVolumeReclaimPolicy: 'Delete', hostPath: undefined, csi: { driver: 'd', volumeHandle: 'h' } } },
    'Released c',
  ],
  [
    'of a provisioner, that deletes it',
    { metadata: madeBy('example.com/disks'), spec: { ...ref('c', 'gone'), persistentVolumeReclaimPolicy: 'Delete' } },
    'Released c',
  ],
  [
    'of a provisioner that is no more',
    { metadata: madeBy('kubernetes.io/quobyte'), spec: { ...ref('c', 'gone'), persistentVolumeReclaimPolicy: 'Delete' } },
    'Failed c',
  ],
  [
    'made here',
    { metadata: madeBy('hibernetes.dev/local'), spec: { ...ref('c', 'gone'), persistentVolumeReclaimPolicy: 'Delete' } },
    undefined,
  ],
  ['made here, to be kept', { metadata: madeBy('hibernetes.dev/local'), spec: ref('c', 'gone') }, 'Released c'],
  ['to be recycled', { spec: { ...ref('c', 'gone'), persistentVolumeReclaimPolicy: 'Recycle' } }, 'Failed c'],
])('a volume %s', (_, parts, expected) => {
  const world = new World();
  world.volume('v', parts);
  world.cluster.settle();
  expect(world.stateOfVolume('v')).toBe(expected);
});

describe('a volume whose claim has another', () => {
  const bound = (parts: (uid: string) => Parameters<typeof volume>[1]) => {
    const world = new World();
    world.volume('mine');
    const { metadata } = world.claim('c');
    world.cluster.settle();
    world.volume('v', parts(metadata.uid));
    world.cluster.settle();
    expect(world.stateOfClaim('c')).toBe('Bound mine');
    return world;
  };

  it('is free again', () => {
    const world = bound((uid) => ({ metadata: byController, spec: ref('c', uid) }));
    expect(world.stateOfVolume('v')).toBe('Available -');
    expect(world.getVolume('v').metadata.annotations).toBeUndefined();
  });

  it('stays set aside for one of that name, if the user said so', () => {
    const world = bound((uid) => ({ spec: ref('c', uid) }));
    expect(world.stateOfVolume('v')).toBe('Available c');
    expect(world.getVolume('v').spec.claimRef).not.toHaveProperty('uid');
  });

  it('is deleted if it was made for it', () => {
    const policy = { persistentVolumeReclaimPolicy: 'Delete' };
    const world = bound((uid) => ({ metadata: madeBy('hibernetes.dev/local'), spec: { ...ref('c', uid), ...policy } }));
    expect(world.stateOfVolume('v')).toBeUndefined();
  });
});

describe('a released volume', () => {
  const released = (spec: object) => {
    const world = new World();
    world.volume('v', { spec });
    world.claim('c');
    world.cluster.settle();
    world.cluster.create(pods, pod('p', { spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'c' } }] } }));
    world.cluster.remove(persistentVolumeClaims, 'default', 'c');
    world.cluster.settle();
    return world;
  };

  it('waits for somebody to look at it', () => {
    const world = released({});
    expect(world.stateOfVolume('v')).toBe('Released c');
    world.claim('c');
    world.cluster.settle();
    expect(world.stateOfClaim('c')).toBe('Pending -');
  });

  it('is free once its claim is forgotten', () => {
    const world = released({});
    world.claim('d');
    world.cluster.change(persistentVolumes, '', 'v', ({ spec }) => void delete spec.claimRef);
    world.cluster.settle();
    expect(world.stateOfClaim('d')).toBe('Bound v');
  });

  it('is not recycled while pods use it, and not at all afterwards', () => {
    const world = released({ persistentVolumeReclaimPolicy: 'Recycle' });
    expect(world.stateOfVolume('v')).toBe('Released c');
    expect(world.said).toContain('VolumeFailedRecycle PersistentVolume/v: Volume is used by pods: default/p');
    world.cluster.remove(pods, 'default', 'p');
    world.cluster.change(persistentVolumes, '', 'v', ({ metadata }) => void (metadata.labels = { look: 'again' }));
    world.cluster.settle();
    expect(world.getVolume('v').status).toMatchObject({ phase: 'Failed', message: 'No recycler plugin found for the volume!' });
  });

  it('that nobody deletes says why', () => {
    const world = released({ persistentVolumeReclaimPolicy: 'Delete' });
    const message = 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched';
    expect(world.getVolume('v').status).toMatchObject({ phase: 'Failed', message });
    expect(world.cluster.events).toContainEqual({ type: 'Warning', reason: 'VolumeFailedDelete', message, regarding: 'PersistentVolume/v' });
  });
});

describe('the finalizer of what is made here', () => {
  const finalizer = 'kubernetes.io/pv-controller';
  const start = (persistentVolumeReclaimPolicy: string) => {
    const world = new World();
    world.volume('v', { metadata: madeBy('hibernetes.dev/local'), spec: { persistentVolumeReclaimPolicy } });
    world.cluster.settle();
    return world;
  };

  it('is there as long as the policy is Delete', () => {
    const world = start('Delete');
    expect(world.getVolume('v').metadata.finalizers).toEqual([finalizer]);
    world.cluster.change(persistentVolumes, '', 'v', ({ spec }) => void (spec.persistentVolumeReclaimPolicy = 'Retain'));
    world.cluster.settle();
    expect(world.getVolume('v').metadata.finalizers).toEqual([]);
  });

  it('is not given to what is being deleted, which the API would refuse', () => {
    const world = new World();
    const metadata = { ...madeBy('hibernetes.dev/local'), deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] };
    world.volume('v', { metadata, spec: { persistentVolumeReclaimPolicy: 'Delete' } });
    world.cluster.settle();
    expect(world.getVolume('v').metadata.finalizers).toEqual(['x/y']);
  });

  it('is not given to others', () => {
    expect(start('Retain').getVolume('v').metadata.finalizers).toBeUndefined();
    const world = new World();
    world.volume('v', { spec: { persistentVolumeReclaimPolicy: 'Delete' } });
    world.cluster.settle();
    expect(world.getVolume('v').metadata.finalizers).toBeUndefined();
  });
});
