import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { nodeVolumeLimits } from '../../../src/scheduler/plugins/node-volume-limits.ts';
import { volumeRestrictions } from '../../../src/scheduler/plugins/volume-restrictions.ts';
import { volumeZone } from '../../../src/scheduler/plugins/volume-zone.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../support.ts';
import { filterFor, hinted, on, turnedDown } from './support.ts';
import { bound, claim, clusterObject, storageClass, using, volume } from './volume-objects.ts';

describe('VolumeZone', () => {
  const conflict = 'node(s) had no available volume zone';
  const zone = 'topology.kubernetes.io/zone';
  const beta = 'failure-domain.beta.kubernetes.io/zone';
  const labelled = (labels: Record<string, string>) => volume('v', {}, { metadata: { labels } });
  const cases: [string, Record<string, string>, KubeObject[], object][] = [
    ['the same zone', { [zone]: 'z1' }, [bound('data', 'v'), labelled({ [zone]: 'z1' })], {}],
    ['another zone', { [zone]: 'z2' }, [bound('data', 'v'), labelled({ [zone]: 'z1' })], { a: conflict }],
    ['one of several zones', { [zone]: 'z2' }, [bound('data', 'v'), labelled({ [zone]: 'z1__z2' })], {}],
    ['a volume that does not say', { [zone]: 'z2' }, [bound('data', 'v'), labelled({})], {}],
    ['a volume that says it in a way nobody knows', { [zone]: 'z2' }, [bound('data', 'v'), labelled({ [zone]: 'z1____' })], {}],
    ['a node that does not say', {}, [bound('data', 'v'), labelled({ [zone]: 'z1' })], {}],
    [
      'a node that says something else',
      { 'topology.kubernetes.io/region': 'r' },
      [bound('data', 'v'), labelled({ [zone]: 'z1' })],
      { a: conflict },
    ],
    ['names of before on the volume', { [zone]: 'z1' }, [bound('data', 'v'), labelled({ [beta]: 'z1' })], {}],
    ['names of before, another zone', { [zone]: 'z2' }, [bound('data', 'v'), labelled({ [beta]: 'z1' })], { a: conflict }],
    [
      'region and zone',
      { 'topology.kubernetes.io/region': 'r', [zone]: 'z1' },
      [bound('data', 'v'), labelled({ 'topology.kubernetes.io/region': 'q', [zone]: 'z1' })],
      { a: conflict },
    ],
    ['a claim that waits for it', { [zone]: 'z1' }, [claim('data'), storageClass('wait')], {}],
    ['no such claim', {}, [], { all: 'persistentvolumeclaim "data" not found' }],
    ['no such volume', {}, [bound('data', 'v')], { all: 'persistentvolume "v" not found' }],
    ['no such class', {}, [claim('data')], { all: 'storageclass.storage.k8s.io "wait" not found' }],
    [
      'no volume and no class',
      {},
      [claim('data', { storageClassName: '' })],
      { all: 'PersistentVolumeClaim had no pv name and storageClass name' },
    ],
    [
      'a claim that does not wait',
      {},
      [claim('data'), storageClass('wait', { volumeBindingMode: 'Immediate' })],
      { all: 'PersistentVolume had no name' },
    ],
  ];
  test.each(cases)('%s', (_name, labels, objects, expected) => {
    const cluster = clusterOf([node('a', { labels })], [], objects);
    expect(turnedDown(volumeZone, pod('p', { spec: using('data') }), cluster)).toEqual(expected);
  });

  const hints: [string, KubeObject | undefined, KubeObject, boolean][] = [
    ['a class that waits comes', undefined, storageClass('wait'), true],
    ['another class comes', undefined, storageClass('now', { volumeBindingMode: 'Immediate' }), false],
    ['its claim changes', claim('data'), bound('data', 'v'), true],
    ['another claim changes', claim('other'), bound('other', 'v'), false],
    ['a volume comes', undefined, volume('v'), true],
    ['a volume moves', labelled({ [zone]: 'z1' }), labelled({ [zone]: 'z2' }), true],
    ['a volume changes otherwise', labelled({ x: '1' }), labelled({ x: '2' }), false],
  ];
  test.each(hints)('another look: %s', (_name, before, after, worth) => {
    expect(hinted(volumeZone, pod('p', { spec: using('data') }), before, after)).toBe(worth);
  });
});

describe('VolumeRestrictions', () => {
  const conflict = 'node(s) had no available disk';
  const disk = (source: object) => ({ volumes: [{ name: 'disk', ...source }] });
  const gce = (pdName: string, readOnly = false) => disk({ gcePersistentDisk: { pdName, readOnly } });
  const aws = (volumeID: string) => disk({ awsElasticBlockStore: { volumeID, readOnly: true } });
  const iscsi = (iqn: string, readOnly = false) => disk({ iscsi: { targetPortal: 'x', iqn, lun: 0, readOnly } });
  const rbd = (image: string, monitors: string[], more: object = {}) => disk({ rbd: { image, monitors, ...more } });
  const cases: [string, object, object, boolean][] = [
    ['a GCE disk', gce('d'), gce('d'), false],
    ['another GCE disk', gce('d'), gce('e'), true],
    ['a GCE disk that both read', gce('d', true), gce('d', true), true],
    ['a GCE disk that one writes', gce('d', true), gce('d'), false],
    ['an EBS volume, even if both read', aws('d'), aws('d'), false],
    ['another EBS volume', aws('d'), aws('e'), true],
    ['an iSCSI target', iscsi('d'), iscsi('d'), false],
    ['an iSCSI target that both read', iscsi('d', true), iscsi('d', true), true],
    ['a Ceph image', rbd('i', ['m1', 'm2']), rbd('i', ['m2']), false],
    ['a Ceph image, in the default pool by name', rbd('i', ['m1']), rbd('i', ['m1'], { pool: 'rbd' }), false],
    ['a Ceph image of another pool', rbd('i', ['m1']), rbd('i', ['m1'], { pool: 'p' }), true],
    ['a Ceph image of other monitors', rbd('i', ['m1']), rbd('i', ['m2']), true],
    ['a Ceph image that both read', rbd('i', ['m1'], { readOnly: true }), rbd('i', ['m1'], { readOnly: true }), true],
    ['disks of two kinds', gce('d'), aws('d'), true],
  ];
  test.each(cases)('%s', (_name, used, wanted, fits) => {
    const there = on('a', { spec: used });
    const waiting = pod('p', { spec: wanted });
    expect(turnedDown(volumeRestrictions, waiting, clusterOf([node('a'), node('b')], [there]))).toEqual(
      fits ? {} : { a: conflict },
    );
    expect(hinted(volumeRestrictions, waiting, there, undefined)).toBe(!fits);
  });

  describe('a ReadWriteOncePod claim', () => {
    const inUse =
      'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
    const exclusive = claim('data', { accessModes: ['ReadWriteOncePod'] });
    const spec = using('data');

    test('is for one pod in the cluster', () => {
      const nodes = [node('a'), node('b')];
      const waiting = pod('p', { spec });
      expect(turnedDown(volumeRestrictions, waiting, clusterOf(nodes, [on('a', { spec })], [exclusive]))).toEqual({
        a: inUse,
        b: inUse,
      });
      expect(turnedDown(volumeRestrictions, waiting, clusterOf(nodes, [on('a', { spec })], [claim('data')]))).toEqual({});
      expect(
        turnedDown(volumeRestrictions, waiting, clusterOf(nodes, [on('a', { spec, namespace: 'other' })], [exclusive])),
      ).toEqual({});
      expect(turnedDown(volumeRestrictions, waiting, clusterOf(nodes))).toEqual({
        all: 'persistentvolumeclaim "data" not found',
      });
    });

    test('is free when its pod leaves', () => {
      const user = on('a', { spec });
      const cluster = clusterOf([node('a')], [user], [exclusive]);
      const filter = filterFor(volumeRestrictions, pod('p', { spec }), cluster);
      const [a] = cluster.nodes;
      expect(filter(a!)).toEqual({ reasons: [inUse], resolvable: true });
      cluster.remove(podInfoOf(user), a!);
      expect(filter(a!)).toBeUndefined();
    });

    test.each<[string, Pod | KubeObject | undefined, KubeObject | undefined, boolean]>([
      ['its user goes', on('a', { spec }), undefined, true],
      ['a pod with another claim goes', on('a', { spec: using('other') }), undefined, false],
      ['one of another namespace goes', on('a', { spec, namespace: 'other' }), undefined, false],
      ['the claim comes', undefined, exclusive, true],
      ['another claim comes', undefined, claim('other'), false],
    ])('another look: %s', (_name, before, after, worth) => {
      expect(hinted(volumeRestrictions, pod('p', { spec }), before, after)).toBe(worth);
    });
  });
});

describe('NodeVolumeLimits', () => {
  const exceeded = 'node(s) exceed max volume count';
  const csi = (name: string, driver = 'ebs') => volume(name, { csi: { driver, volumeHandle: name } });
  const csiNode = (count?: number) =>
    clusterObject('CSINode', 'a', {
      spec: { drivers: [{ name: 'ebs', nodeID: 'a', ...(count !== undefined && { allocatable: { count } }) }] },
    });
  const attachment = (persistentVolumeName: string, nodeName = 'a') =>
    clusterObject('VolumeAttachment', `at-${persistentVolumeName}`, {
      spec: { attacher: 'ebs', nodeName, source: { persistentVolumeName } },
    });
  const objects = [
    ...['v1', 'v2', 'v3'].flatMap((name) => [csi(name), bound(`c${name}`, name)]),
    csi('other', 'gce'),
    bound('cother', 'other'),
    volume('plain'),
    bound('cplain', 'plain'),
    claim('new', { storageClassName: 'ebs' }),
    storageClass('ebs', { provisioner: 'ebs' }),
  ];
  const cases: [string, string[], string[][], KubeObject[], boolean][] = [
    ['as many as there may be', ['cv1', 'cv2'], [], [csiNode(2)], true],
    ['one too many', ['cv3'], [['cv1'], ['cv2']], [csiNode(2)], false],
    ['two at once', ['cv2', 'cv3'], [['cv1']], [csiNode(2)], false],
    ['one that is there already', ['cv1'], [['cv1'], ['cv2']], [csiNode(1)], true],
    ['one of another driver', ['cother'], [['cv1'], ['cv2']], [csiNode(1)], true],
    ['one that is not of CSI', ['cplain'], [['cv1'], ['cv2']], [csiNode(1)], true],
    ['one that is to be made', ['new'], [['cv1'], ['cv2']], [csiNode(2)], false],
    ['no limit', ['cv3'], [['cv1'], ['cv2']], [csiNode()], true],
    ['no CSINode', ['cv3'], [['cv1'], ['cv2']], [], true],
    ['one attached still', ['cv2'], [], [csiNode(1), attachment('v1')], false],
    ['one attached and in use counts once', ['cv2'], [['cv1']], [csiNode(2), attachment('v1')], true],
    ['one attached elsewhere', ['cv2'], [], [csiNode(1), attachment('v1', 'b')], true],
    ['no claims', [], [['cv1'], ['cv2']], [csiNode(1)], true],
  ];
  test.each(cases)('%s', (_name, wanted, used, more, fits) => {
    const placed = used.map((claims) => on('a', { spec: using(...claims) }));
    const cluster = clusterOf([node('a')], placed, [...objects, ...more]);
    const waiting = pod('p', { spec: using(...wanted) });
    expect(turnedDown(nodeVolumeLimits, waiting, cluster)).toEqual(fits ? {} : { a: exceeded });
  });

  const waiting = pod('p', { spec: using('cv1') });
  const hints: [string, KubeObject | undefined, KubeObject | undefined, boolean][] = [
    ['a CSINode comes', undefined, csiNode(1), true],
    ['a limit is raised', csiNode(1), csiNode(2), true],
    ['a limit is lowered', csiNode(2), csiNode(1), false],
    ['a pod with volumes goes', on('a', { spec: using('x') }), undefined, true],
    ['a pod without goes', on('a'), undefined, false],
    ['its claim comes', undefined, claim('cv1'), true],
    ['another claim comes', undefined, claim('x'), false],
    ['a volume is detached', attachment('v1'), undefined, true],
  ];
  test.each(hints)('another look: %s', (_name, before, after, worth) => {
    expect(hinted(nodeVolumeLimits, waiting, before, after)).toBe(worth);
  });
});
