import { describe, expect, it, test } from 'vitest';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../../src/resources/core/persistentvolume.ts';
import { storageClasses } from '../../../src/resources/storage/storageclass.ts';
import { conflict } from '../../../src/machinery/status.ts';
import { sized, World, type claim, type volume } from './world.ts';

const bindCompleted = 'pv.kubernetes.io/bind-completed';
const byController = 'pv.kubernetes.io/bound-by-controller';
const ref = (name: string, uid?: string) => ({ claimRef: { name, namespace: 'default', ...(uid && { uid }) } });
const large = { capacity: { storage: '10Gi' } };

/** Upstream's sets 1 and 2: what becomes of a claim `c` among volumes. */
const searches: [string, Parameters<typeof volume>[1][], Parameters<typeof claim>[1], string][] = [
  ['the only one', [{}], {}, 'Bound v0'],
  ['none', [], {}, 'Pending -'],
  ['the smallest that is large enough', [{ spec: large }, {}, { spec: { capacity: { storage: '5Gi' } } }], { spec: sized('2Gi') }, 'Bound v2'],
  ['none that is too small', [{}], { spec: sized('2Gi') }, 'Pending -'],
  ['by labels', [{}, { metadata: { labels: { a: 'b' } } }], { spec: { selector: { matchLabels: { a: 'b' } } } }, 'Bound v1'],
  ['none without its labels', [{}], { spec: { selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } } }, 'Pending -'],
  ['by access mode', [{}, { spec: { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] } }], { spec: { accessModes: ['ReadWriteMany'] } }, 'Bound v1'],
  [
    'fewer modes before a smaller size',
    [{ spec: { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] } }, { spec: large }],
    {},
    'Bound v1',
  ],
  ['by class', [{}, { spec: { storageClassName: 'gold' } }], { spec: { storageClassName: 'gold' } }, 'Bound v1'],
  ['none of a class for one without', [{ spec: { storageClassName: 'gold' } }], {}, 'Pending -'],
  ['by mode', [{}, { spec: { volumeMode: 'Block' } }], { spec: { volumeMode: 'Block' } }, 'Bound v1'],
  ['none for another claim', [{ spec: ref('other') }], {}, 'Pending -'],
  ['the one set aside for it', [{}, { spec: { ...large, ...ref('c') } }], {}, 'Bound v1'],
  ['the one set aside, of any class', [{ spec: { storageClassName: 'gold', ...ref('c') } }], {}, 'Bound v0'],
  ['none set aside that is too small', [{ spec: ref('c') }, { spec: large }], { spec: sized('2Gi') }, 'Bound v1'],
  ['none set aside for an earlier one of its name', [{ spec: ref('c', 'before') }], {}, 'Pending -'],
  ['none that is going away', [{ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] } }], {}, 'Pending -'],
  ['by attributes class', [{}, { spec: { volumeAttributesClassName: 'fast' } }], { spec: { volumeAttributesClassName: 'fast' } }, 'Bound v1'],
  ['the one that it names', [{}, {}], { spec: { volumeName: 'v1' } }, 'Bound v1'],
  ['the one that it names, before it is there', [], { spec: { volumeName: 'v1' } }, 'Pending v1'],
  ['the one that it names and that is set aside', [{ spec: ref('c') }], { spec: { volumeName: 'v0' } }, 'Bound v0'],
  ['never another than the one that it names', [{}, { spec: ref('other') }], { spec: { volumeName: 'v1' } }, 'Pending v1'],
];

test.each(searches)('a claim gets: %s', (_, volumes, parts, expected) => {
  const world = new World();
  for (const [i, each] of volumes.entries()) world.volume(`v${i}`, each);
  world.cluster.settle();
  world.claim('c', parts);
  world.cluster.settle();
  expect(world.stateOfClaim('c')).toBe(expected);
});

test.each(searches)('the same if the claim was there before: %s', (_, volumes, parts, expected) => {
  const world = new World();
  world.claim('c', parts);
  world.cluster.settle();
  for (const [i, each] of volumes.entries()) world.volume(`v${i}`, each);
  world.cluster.settle();
  // Whoever comes first is taken, so only whether there is one is the same.
  expect(world.stateOfClaim('c').split(' ')[0]).toBe(expected.split(' ')[0]);
});

describe('a bound claim', () => {
  it('and its volume know of each other, and who has brought them together', () => {
    const world = new World();
    world.volume('v', { spec: { capacity: { storage: '3Gi' }, accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] } });
    const { metadata } = world.claim('c');
    world.cluster.settle();
    expect(world.getClaim('c')).toMatchObject({
      metadata: { annotations: { [bindCompleted]: 'yes', [byController]: 'yes' } },
      spec: { volumeName: 'v' },
      status: { phase: 'Bound', capacity: { storage: '3Gi' }, accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] },
    });
    expect(world.getVolume('v')).toMatchObject({
      metadata: { annotations: { [byController]: 'yes' } },
      spec: { claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: 'default', name: 'c', uid: metadata.uid } },
      status: { phase: 'Bound' },
    });
  });

  it('was bound by the user where the user said to what', () => {
    const world = new World();
    world.volume('v', { spec: ref('c') });
    world.claim('c', { spec: { volumeName: 'v' } });
    world.cluster.settle();
    expect(world.getClaim('c').metadata.annotations).toEqual({ [bindCompleted]: 'yes' });
    expect(world.getVolume('v').metadata.annotations).toBeUndefined();
    expect(world.getVolume('v').spec.claimRef?.uid).toBe(world.getClaim('c').metadata.uid);
  });

  it('takes its attributes class from the volume when it becomes bound', () => {
    const world = new World();
    world.volume('v', { spec: { volumeAttributesClassName: 'fast' } });
    world.claim('c', { spec: { volumeAttributesClassName: 'fast' } });
    world.cluster.settle();
    expect(world.getClaim('c').status?.currentVolumeAttributesClassName).toBe('fast');
  });

  it('keeps the size that it has while its volume grows', () => {
    const world = new World();
    world.volume('v');
    world.claim('c');
    world.cluster.settle();
    world.cluster.change(persistentVolumes, '', 'v', ({ spec }) => void (spec.capacity = { storage: '2Gi' }));
    world.cluster.settle();
    expect(world.getClaim('c').status?.capacity).toEqual({ storage: '1Gi' });
  });

  it.each([
    ['its volume is gone', 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', (w: World) => w.cluster.remove(persistentVolumes, '', 'v')],
    [
      'it no longer says which volume it had',
      'ClaimLost',
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
      (w: World) => w.cluster.change(persistentVolumeClaims, 'default', 'c', ({ spec }) => void delete spec.volumeName),
    ],
    [
      'its volume is another claim’s',
      'ClaimMisbound',
      'Two claims are bound to the same volume, this one is bound incorrectly',
      (w: World) => w.cluster.change(persistentVolumes, '', 'v', ({ spec }) => void (spec.claimRef = { namespace: 'default', name: 'd', uid: 'd' })),
    ],
  ])('is lost when %s', (_, reason, message, loss) => {
    const world = new World();
    world.volume('v');
    world.claim('c');
    world.cluster.settle();
    loss(world);
    world.cluster.settle();
    expect(world.getClaim('c').status).toEqual({ phase: 'Lost' });
    expect(world.cluster.events).toContainEqual({ type: 'Warning', reason, message, regarding: 'PersistentVolumeClaim/c' });
  });

  it('gets its volume back if that has forgotten it', () => {
    const world = new World();
    world.volume('v');
    world.claim('c');
    world.cluster.settle();
    world.cluster.change(persistentVolumes, '', 'v', ({ spec }) => void delete spec.claimRef);
    world.cluster.settle();
    expect([world.stateOfClaim('c'), world.stateOfVolume('v')]).toEqual(['Bound v', 'Bound c']);
  });
});

describe('what is said', () => {
  it.each<[string, Parameters<typeof volume>[1], Parameters<typeof claim>[1], string]>([
    ['nothing is there', { spec: large, metadata: { labels: {} }, status: {} }, { spec: sized('1Ti') }, 'FailedBinding PersistentVolumeClaim/c: no persistent volumes available for this claim and no storage class is set'],
    ['it is too small', {}, { spec: { volumeName: 'v', ...sized('2Gi') } }, 'VolumeMismatch PersistentVolumeClaim/c: Cannot bind to requested volume "v": requested PV is too small'],
    ['of another class', {}, { spec: { volumeName: 'v', storageClassName: 'gold' } }, 'VolumeMismatch PersistentVolumeClaim/c: Cannot bind to requested volume "v": storageClassName does not match'],
    ['of another mode', {}, { spec: { volumeName: 'v', volumeMode: 'Block' } }, 'VolumeMismatch PersistentVolumeClaim/c: Cannot bind to requested volume "v": incompatible volumeMode'],
    ['for other access', {}, { spec: { volumeName: 'v', accessModes: ['ReadWriteMany'] } }, 'VolumeMismatch PersistentVolumeClaim/c: Cannot bind to requested volume "v": incompatible accessMode'],
    ['somebody else’s', { spec: ref('other') }, { spec: { volumeName: 'v' } }, 'FailedBinding PersistentVolumeClaim/c: volume "v" already bound to a different claim.'],
    ['of no such class', {}, { spec: { storageClassName: 'gold' } }, 'ProvisioningFailed PersistentVolumeClaim/c: storageclass.storage.k8s.io "gold" not found'],
  ])('when %s', (_, volumeParts, claimParts, expected) => {
    const world = new World();
    world.volume('v', volumeParts);
    world.cluster.settle();
    world.claim('c', claimParts);
    world.cluster.settle();
    expect(world.said).toEqual([expected]);
    expect(world.getClaim('c').status).toEqual({ phase: 'Pending' });
  });

  it('when a volume is set aside for a claim of another mode, about both', () => {
    const world = new World();
    const { metadata } = world.claim('c', { spec: { volumeMode: 'Block' } });
    world.volume('v', { spec: ref('c', metadata.uid) });
    world.cluster.settle();
    expect(world.said).toContain('VolumeMismatch PersistentVolume/v: Cannot bind PersistentVolume to requested PersistentVolumeClaim "c" due to incompatible volumeMode.');
    expect(world.said).toContain('VolumeMismatch PersistentVolumeClaim/c: Cannot bind PersistentVolume "v" to requested PersistentVolumeClaim due to incompatible volumeMode.');
  });
});

describe('many claims', () => {
  it('of the same kind get a volume each, at once', () => {
    const world = new World();
    for (let i = 0; i < 20; i++) world.volume(`v${i}`);
    world.cluster.settle();
    for (let i = 0; i < 20; i++) world.claim(`c${i}`);
    // All decide on the same state, as keys of one pass do.
    const plans = world.cluster.due.filter((id) => id.includes('default/')).map((id) => world.cluster.plan(id));
    const taken = plans.flatMap(({ writes }) => writes.map((write) => (write.verb === 'update' ? write.object.metadata.name : '')));
    expect(new Set(taken).size).toBe(20);
    world.cluster.settle();
    for (let i = 0; i < 20; i++) expect(world.stateOfClaim(`c${i}`)).toMatch(/^Bound v/);
  });

  it('of which one has a volume of its own: that one takes none from the others', () => {
    const world = new World();
    world.volume('own', { spec: ref('first') });
    world.volume('free');
    world.cluster.settle();
    world.claim('first');
    world.cluster.advance(1);
    world.claim('second');
    const names = (id: string) =>
      world.cluster.plan(`persistentvolume-binder default/${id}`).writes.map((w) => w.verb === 'update' && w.object.metadata.name);
    expect([names('first'), names('second')]).toEqual([['own'], ['free']]);
  });

  it('of which there are too many: the oldest come first', () => {
    const world = new World();
    world.claim('z');
    world.cluster.advance(1);
    world.claim('a');
    world.cluster.settle();
    world.volume('v');
    world.cluster.settle();
    expect([world.stateOfClaim('z'), world.stateOfClaim('a')]).toEqual(['Bound v', 'Pending -']);
    world.volume('w');
    world.cluster.settle();
    expect(world.stateOfClaim('a')).toBe('Bound w');
  });
});

test('a volume that was dealt to a claim that goes away is dealt again', () => {
  const world = new World();
  world.volume('v');
  world.cluster.settle();
  world.claim('first');
  world.cluster.advance(1);
  world.claim('second');
  // The second comes to nothing while the first is still to have the volume.
  world.cluster.reconcile('persistentvolume-binder default/second');
  world.cluster.remove(persistentVolumeClaims, 'default', 'first');
  world.cluster.settle();
  expect(world.stateOfClaim('second')).toBe('Bound v');
});

describe('a write that is lost', () => {
  it.each(['persistentvolumes', 'persistentvolumeclaims'])('of %s is made up for', (plural) => {
    for (let lost = 0; lost < 4; lost++) {
      const world = new World();
      let count = 0;
      world.cluster.refuse = ({ verb, ...write }) =>
        verb === 'update' && 'resource' in write && write.resource.plural === plural && count++ === lost
          ? conflict({ group: '', resource: plural, name: 'x' })
          : undefined;
      world.volume('v');
      world.claim('c');
      world.cluster.settle();
      world.cluster.advance(2);
      world.cluster.settle();
      expect([world.stateOfClaim('c'), world.stateOfVolume('v')]).toEqual(['Bound v', 'Bound c']);
    }
  });
});

describe('the default class', () => {
  const isDefault = { metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } };

  it('is given to claims that were made before it', () => {
    const world = new World();
    world.claim('none', { spec: { storageClassName: undefined } });
    world.claim('empty');
    world.cluster.settle();
    world.storageClass('gold', isDefault);
    world.cluster.settle();
    expect(world.getClaim('none').spec.storageClassName).toBe('gold');
    expect(world.getClaim('empty').spec.storageClassName).toBe('');
  });

  it('may become it later', () => {
    const world = new World();
    world.claim('c', { spec: { storageClassName: undefined } });
    world.storageClass('gold');
    world.cluster.settle();
    world.cluster.change(storageClasses, '', 'gold', ({ metadata }) => void (metadata.annotations = isDefault.metadata.annotations));
    world.cluster.settle();
    expect(world.getClaim('c').spec.storageClassName).toBe('gold');
  });

  it('is not given to a claim that finds a volume without one', () => {
    const world = new World();
    world.volume('v');
    world.cluster.settle();
    world.claim('c', { spec: { storageClassName: undefined } });
    world.storageClass('gold', isDefault);
    world.cluster.settle();
    expect(world.stateOfClaim('c')).toBe('Bound v');
    expect(world.getClaim('c').spec.storageClassName).toBeUndefined();
  });
});
