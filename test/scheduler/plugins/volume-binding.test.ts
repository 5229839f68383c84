import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Write } from '../../../src/machinery/reconcile.ts';
import { volumeBinding } from '../../../src/scheduler/plugins/volume-binding/volume-binding.ts';
import type { PassCluster } from '../../../src/scheduler/snapshot/pass-cluster.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../support.ts';
import { hinted, turnedDown } from './support.ts';
import { bound, claim, clusterObject, onlyOn, storageClass, using, volume } from './volume-objects.ts';

const reasons = {
  node: "node(s) didn't match PersistentVolume's node affinity",
  unbound: "node(s) didn't find available persistent volumes to bind",
  full: 'node(s) did not have enough free storage',
  missing: 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
};
const selectedNode = 'volume.kubernetes.io/selected-node';
const hostname = 'kubernetes.io/hostname';
const [a, b] = [node('a', { labels: { zone: '1' } }), node('b', { labels: { zone: '2' } })];
const cluster = (...objects: KubeObject[]) => clusterOf([a, b], [], [storageClass('wait'), ...objects]);
const down = (spec: object, on: PassCluster) => turnedDown(volumeBinding, pod('p', { spec }), on);

describe('wherever it goes', () => {
  const ephemeral = { volumes: [{ name: 'scratch', ephemeral: {} }] };
  const foreign = claim('p-scratch');
  const cases: [string, object, KubeObject[], string | undefined][] = [
    ['no claims', {}, [], undefined],
    ['no such claim', using('data'), [], 'persistentvolumeclaim "data" not found'],
    [
      'a claim that will be made',
      ephemeral,
      [],
      'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-scratch"',
    ],
    [
      'a claim that was made for another',
      ephemeral,
      [foreign],
      'PVC default/p-scratch was not created for pod default/p (pod is not owner)',
    ],
    [
      'a claim whose volume is lost',
      using('data'),
      [claim('data', { volumeName: 'v' }, { status: { phase: 'Lost' } })],
      'persistentvolumeclaim "data" bound to non-existent persistentvolume "v"',
    ],
    [
      'a claim that is being deleted',
      using('data'),
      [claim('data', {}, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
      'persistentvolumeclaim "data" is being deleted',
    ],
    [
      'a claim that is bound without it',
      using('data'),
      [claim('data', { storageClassName: 'now' }), storageClass('now', { volumeBindingMode: 'Immediate' })],
      'pod has unbound immediate PersistentVolumeClaims',
    ],
    [
      'a claim of no class',
      using('data'),
      [claim('data', { storageClassName: '' })],
      'pod has unbound immediate PersistentVolumeClaims',
    ],
    [
      'a claim of a class that is not there',
      using('data'),
      [claim('data', { storageClassName: 'gone' })],
      'pod has unbound immediate PersistentVolumeClaims',
    ],
    [
      'a claim that names its volume and is not bound to it',
      using('data'),
      [claim('data', { volumeName: 'v' }), volume('v')],
      'pod has unbound immediate PersistentVolumeClaims',
    ],
  ];
  test.each(cases)('%s', (_name, spec, objects, rejection) => {
    expect(down(spec, cluster(...objects))).toEqual(rejection ? { all: rejection } : {});
  });
});

describe('on a node', () => {
  const provisioned = storageClass('made', { provisioner: 'csi.example.com' });
  const topologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['1'] }] }];
  const driver = clusterObject('CSIDriver', 'csi.example.com', { spec: { storageCapacity: true } });
  const capacity = (name: string, more: object) =>
    clusterObject('CSIStorageCapacity', name, {
      storageClassName: 'made',
      nodeTopology: { matchLabels: { zone: '1' } },
      ...more,
    });
  const made = claim('data', { storageClassName: 'made' });
  const cases: [string, KubeObject[], Record<string, string>][] = [
    ['a bound volume that all reach', [bound('data', 'v'), volume('v')], {}],
    ['a bound volume of one node', [bound('data', 'v'), volume('v', onlyOn('zone', '1'))], { b: reasons.node }],
    ['a bound volume that is gone', [bound('data', 'v')], { a: reasons.missing, b: reasons.missing }],
    ['no volume', [claim('data')], { a: reasons.unbound, b: reasons.unbound }],
    ['a free volume', [claim('data'), volume('v')], {}],
    ['a free volume of one node', [claim('data'), volume('v', onlyOn('zone', '2'))], { a: reasons.unbound }],
    ['a free volume of one host', [claim('data'), volume('v', onlyOn(hostname, 'b'))], { a: reasons.unbound }],
    ['of another class', [claim('data'), volume('v', { storageClassName: 'other' })], { a: reasons.unbound, b: reasons.unbound }],
    ['too small', [claim('data'), volume('v', { capacity: { storage: '1Mi' } })], { a: reasons.unbound, b: reasons.unbound }],
    ['for blocks', [claim('data'), volume('v', { volumeMode: 'Block' })], { a: reasons.unbound, b: reasons.unbound }],
    [
      'without the access mode',
      [claim('data'), volume('v', { accessModes: ['ReadOnlyMany'] })],
      { a: reasons.unbound, b: reasons.unbound },
    ],
    ['not available', [claim('data'), volume('v', {}, { phase: 'Released' })], { a: reasons.unbound, b: reasons.unbound }],
    [
      'being deleted',
      [claim('data'), volume('v', {}, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
      { a: reasons.unbound, b: reasons.unbound },
    ],
    [
      'of another claim',
      [claim('data'), volume('v', { claimRef: { namespace: 'default', name: 'other' } })],
      { a: reasons.unbound, b: reasons.unbound },
    ],
    [
      'kept for the claim by its name, whatever its class',
      [
        claim('data'),
        volume('v', { storageClassName: 'wait', claimRef: { namespace: 'default', name: 'data' } }, { phase: 'Pending' }),
      ],
      {},
    ],
    [
      'kept for a claim of the same name, before',
      [claim('data'), volume('v', { claimRef: { namespace: 'default', name: 'data', uid: 'other' } })],
      { a: reasons.unbound, b: reasons.unbound },
    ],
    [
      'kept for the claim, on one node',
      [claim('data'), volume('v', { ...onlyOn('zone', '1'), claimRef: { namespace: 'default', name: 'data' } }), volume('w')],
      { b: reasons.unbound },
    ],
    [
      'by labels',
      [claim('data', { selector: { matchLabels: { disk: 'ssd' } } }), volume('v', {}, { metadata: { labels: { disk: 'ssd' } } })],
      {},
    ],
    [
      'by other labels',
      [claim('data', { selector: { matchLabels: { disk: 'ssd' } } }), volume('v')],
      { a: reasons.unbound, b: reasons.unbound },
    ],
    ['to be made', [made, provisioned], {}],
    [
      'to be made in one zone',
      [made, storageClass('made', { provisioner: 'csi.example.com', allowedTopologies: topologies })],
      { b: reasons.unbound },
    ],
    ['to be made, if there is room', [made, provisioned, driver, capacity('c', { capacity: '2Gi' })], { b: reasons.full }],
    ['to be made, but no room is known', [made, provisioned, driver], { a: reasons.full, b: reasons.full }],
    [
      'to be made, but not so large',
      [made, provisioned, driver, capacity('c', { capacity: '9Gi', maximumVolumeSize: '1Mi' })],
      { a: reasons.full, b: reasons.full },
    ],
    [
      'being made on a node',
      [claim('data', { storageClassName: 'made' }, { metadata: { annotations: { [selectedNode]: 'b' } } }), provisioned],
      { a: reasons.unbound },
    ],
  ];
  test.each(cases)('%s', (_name, objects, expected) => {
    expect(down(using('data'), cluster(...objects))).toEqual(expected);
  });

  test('two claims need two volumes', () => {
    const two = using('one', 'two');
    expect(down(two, cluster(claim('one'), claim('two'), volume('v')))).toEqual({ a: reasons.unbound, b: reasons.unbound });
    expect(down(two, cluster(claim('one'), claim('two'), volume('v'), volume('w', onlyOn('zone', '1'))))).toEqual({
      b: reasons.unbound,
    });
  });

  test('what is bound and what is not may both be in the way', () => {
    const objects = [bound('one', 'v'), volume('v', onlyOn('zone', '1'), { phase: 'Bound' }), claim('two')];
    expect(down(using('one', 'two'), cluster(...objects))).toEqual({
      a: reasons.unbound,
      b: `${reasons.node}; ${reasons.unbound}`,
    });
  });
});

describe('reserve', () => {
  const reserve = (each: ReturnType<typeof pod>, on: PassCluster, name = 'a') =>
    volumeBinding.reserve!(podInfoOf(each), on.node(name)!, on);
  const updated = (writes: readonly Write[] = []) => writes.map((write) => (write.verb === 'update' ? write.object : undefined)!);
  const uses = (...names: string[]) => pod('p', { spec: using(...names) });

  test('has nothing to do for pods whose claims are bound', () => {
    expect(reserve(pod('p'), cluster())).toBeUndefined();
    expect(reserve(uses('data'), cluster(bound('data', 'v'), volume('v')))).toBeUndefined();
  });

  test('keeps the smallest volume for the claim, and the pod waits', () => {
    const data = claim('data');
    const volumes = [
      volume('big', { capacity: { storage: '3Gi' } }),
      volume('small', { capacity: { storage: '2Gi' } }),
      volume('local', { capacity: { storage: '2Gi' }, ...onlyOn(hostname, 'b') }),
    ];
    const { writes, wait } = reserve(uses('data'), cluster(data, ...volumes))!;
    expect(wait).toBe(true);
    const [written, ...more] = updated(writes) as ReturnType<typeof volume>[];
    expect(more).toEqual([]);
    expect(written!.metadata.name).toBe('small');
    expect(written!.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(written!.spec.claimRef).toMatchObject({
      kind: 'PersistentVolumeClaim',
      namespace: 'default',
      name: 'data',
      uid: data.metadata.uid,
    });
  });

  test('a volume that the user kept is not marked as bound by a controller', () => {
    const kept = volume('v', { claimRef: { namespace: 'default', name: 'data' } });
    const [written] = updated(reserve(uses('data'), cluster(claim('data'), kept))!.writes);
    expect(written!.metadata.annotations).toBeUndefined();
  });

  test('has a volume made for the node', () => {
    const on = cluster(claim('data', { storageClassName: 'made' }), storageClass('made', { provisioner: 'csi.example.com' }));
    const { writes, wait } = reserve(uses('data'), on, 'b')!;
    expect(wait).toBe(true);
    expect(updated(writes).map(({ kind, metadata }) => [kind, metadata.annotations])).toEqual([
      ['PersistentVolumeClaim', { [selectedNode]: 'b' }],
    ]);
  });

  test('waits without a word for what is under way', () => {
    const data = claim('data', {}, { metadata: { annotations: { [selectedNode]: 'a' } } });
    const made = { ...data, spec: { ...data.spec, storageClassName: 'made' } };
    const provisioned = storageClass('made', { provisioner: 'csi.example.com' });
    expect(reserve(uses('data'), cluster(made, provisioned))).toMatchObject({ writes: [], wait: true });
    const other = claim('data');
    const kept = volume('v', { claimRef: { namespace: 'default', name: 'data', uid: other.metadata.uid } });
    expect(reserve(uses('data'), cluster(other, kept))).toMatchObject({ writes: [], wait: true });
  });

  test('what one pod was promised no other gets in the same pass, unless it is released', () => {
    const on = cluster(claim('one'), claim('two'), volume('v'));
    const { release } = reserve(uses('one'), on)!;
    expect(turnedDown(volumeBinding, uses('two'), on)).toEqual({ a: reasons.unbound, b: reasons.unbound });
    expect(turnedDown(volumeBinding, uses('one'), on)).toEqual({});
    release!();
    expect(turnedDown(volumeBinding, uses('two'), on)).toEqual({});
  });

  test('pods that share a claim go to the node it was promised to', () => {
    const on = cluster(claim('data', { storageClassName: 'made' }), storageClass('made', { provisioner: 'csi.example.com' }));
    reserve(uses('data'), on, 'b');
    expect(turnedDown(volumeBinding, uses('data'), on)).toEqual({ a: reasons.unbound });
  });
});

describe('another look', () => {
  const waiting = pod('p', { spec: using('data') });
  const made = storageClass('made');
  const driver = (storageCapacity: boolean) => clusterObject('CSIDriver', 'd', { spec: { storageCapacity } });
  const annotated = <T extends KubeObject>(object: T, key: string): T => {
    const annotations = { ...object.metadata.annotations, [key]: 'a' };
    return { ...object, metadata: { ...object.metadata, annotations } };
  };
  const selected = (object = claim('data')) => annotated(object, selectedNode);
  const provisioned = (object: KubeObject) => annotated(object, 'pv.kubernetes.io/provisioned-by');
  const refTo = (name: string, uid?: string) => ({ claimRef: { namespace: 'default', name, ...(uid && { uid }) } });
  const room = (parts: object) => clusterObject('CSIStorageCapacity', 'c', { storageClassName: 'made', ...parts });
  const cases: [string, KubeObject | undefined, KubeObject, boolean][] = [
    ['its claim comes', undefined, claim('data'), true],
    ['its claim changes', claim('data'), bound('data', 'v'), true],
    ['another claim changes', claim('other'), bound('other', 'v'), false],
    ['a claim of that name elsewhere', undefined, claim('data', {}, { metadata: { namespace: 'other' } }), false],
    ['a volume for its claim is under way', claim('data'), selected(), false],
    ['the node for a volume is given up', selected(), claim('data'), true],
    ['a volume for its claim is there', selected(), selected(bound('data', 'v')), true],
    ['a volume comes', undefined, volume('v'), true],
    ['a volume comes for its claim', undefined, volume('v', refTo('data')), true],
    ['a volume comes for another', undefined, volume('v', refTo('other')), false],
    ['a volume was made for its claim', undefined, provisioned(volume('v', refTo('data', 'u'))), false],
    ['the volume of its claim comes back', undefined, volume('v', refTo('data', 'u')), true],
    ['the volume of its claim changes', volume('v', refTo('data', 'u')), volume('v', refTo('data', 'u')), false],
    ['the volume of its claim moves', volume('v', refTo('data', 'u')), volume('v', { ...refTo('data', 'u'), ...onlyOn('zone', '1') }), true],
    ['a volume is set aside for its claim', volume('v'), volume('v', refTo('data')), true],
    ['a volume is set aside by the scheduler', volume('v'), volume('v', refTo('data', 'u')), false],
    ['a volume is free again', volume('v', refTo('other', 'u')), volume('v'), true],
    ['a class comes', undefined, made, true],
    ['a class allows other places', made, { ...made, allowedTopologies: [{}] } as KubeObject, true],
    ['a class changes otherwise', made, { ...made }, false],
    ['a node comes', undefined, a, true],
    ['a node moves', a, { ...a, metadata: { ...a.metadata, labels: { zone: '3' } } }, true],
    ['a node changes otherwise', a, { ...a }, false],
    ['a driver no longer says its capacity', driver(true), driver(false), true],
    ['a driver says its capacity', driver(false), driver(true), false],
    ['room comes', undefined, room({ capacity: '1Gi' }), true],
    ['more room', room({ capacity: '1Gi' }), room({ capacity: '2Gi' }), true],
    ['less room', room({ capacity: '2Gi' }), room({ capacity: '1Gi' }), false],
    ['room as far as known', room({}), room({ capacity: '1Gi' }), true],
    [
      'smaller volumes',
      room({ capacity: '2Gi', maximumVolumeSize: '2Gi' }),
      room({ capacity: '9Gi', maximumVolumeSize: '1Gi' }),
      false,
    ],
  ];
  test.each(cases)('%s', (_name, before, after, worth) => {
    expect(hinted(volumeBinding, waiting, before, after)).toBe(worth);
  });
});
