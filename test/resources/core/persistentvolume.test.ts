import { describe, expect, test } from 'vitest';
import { persistentVolumes, type PersistentVolume } from '../../../src/resources/core/persistentvolume.ts';
import { accepted, cells, metadata, shown } from '../apps/workloads.ts';
import { context } from '../objects.ts';

const { strategy } = persistentVolumes;
const basics = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } };
const csi = { driver: 'acme.io', volumeHandle: 'h' };
const make = (spec: object = {}, more: object = {}): PersistentVolume =>
  accepted(persistentVolumes, { ...basics, hostPath: { path: '/data' }, ...spec }, more);
const without = { hostPath: undefined };
const wrong = (spec: object, more: object = {}) => shown(strategy.validate!(make(spec, more)));
const affinity = (key = 'zone') => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }] } },
});
const annotated = (name: string) => ({ metadata: { ...metadata, annotations: { [name]: 'x' } } });
const mountOptions = 'volume.beta.kubernetes.io/mount-options';

test('defaults', () => {
  expect(make()).toMatchObject({
    spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', hostPath: { path: '/data', type: '' } },
    status: { phase: 'Pending' },
  });
  const source = (spec: object) => make({ ...without, ...spec }).spec;
  expect(source({ rbd: { monitors: ['a'], image: 'i' } }).rbd).toMatchObject({ pool: 'rbd', user: 'admin' });
  expect(source({ iscsi: { targetPortal: 'a', iqn: 'b', lun: 0 } }).iscsi).toMatchObject({ iscsiInterface: 'default' });
  expect(source({ capacity: { storage: '1500u' } }).capacity).toEqual({ storage: '2m' });
});

describe('the time of the last phase', () => {
  const now = '2026-05-01T12:00:00Z';
  const before = '2026-04-01T00:00:00Z';
  const own = '2026-04-02T00:00:00Z';
  const old = make({}, { status: { phase: 'Available', lastPhaseTransitionTime: before } });

  test('starts with the volume', () => {
    const volume = make({}, { status: { phase: 'Bound', reason: 'x' } });
    strategy.prepareForCreate!(volume, context);
    expect(volume.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: now });
  });
  test.each([
    [{ phase: 'Available' }, before],
    [{ phase: 'Available', lastPhaseTransitionTime: own }, own],
    [{ phase: 'Bound' }, now],
    [{ phase: 'Bound', lastPhaseTransitionTime: before }, now],
    [{ phase: 'Bound', lastPhaseTransitionTime: own }, own],
  ])('in %j', (status, expected) => {
    const volume = make({}, { status });
    strategy.prepareForStatusUpdate!(volume, old, context);
    expect(volume.status?.lastPhaseTransitionTime).toBe(expected);
  });
});

describe('validation', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [{ accessModes: [] }, ['spec.accessModes: Required value']],
    [
      { accessModes: ['Sometimes'] },
      [
        'spec.accessModes: Unsupported value: "Sometimes": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      { capacity: undefined },
      ['spec.capacity: Required value', 'spec.capacity: Unsupported value: {}: supported values: "storage"'],
    ],
    [
      { capacity: { storage: '1', cpu: '1' } },
      ['spec.capacity: Unsupported value: {"storage":"1","cpu":"1"}: supported values: "storage"'],
    ],
    [{ capacity: { storage: '0' } }, ['spec.capacity[storage]: Invalid value: "0": must be greater than zero']],
    [
      { capacity: { storage: '-1' } },
      [
        'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
        'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
      ],
    ],
    [
      { persistentVolumeReclaimPolicy: 'Burn' },
      ['spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"'],
    ],
    [
      { persistentVolumeReclaimPolicy: 'Recycle', hostPath: { path: '//.' } },
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [{ persistentVolumeReclaimPolicy: 'Recycle' }, []],
    [{ nodeAffinity: {} }, ['spec.nodeAffinity.required: Required value: must specify required node constraints']],
    [
      { nodeAffinity: { required: { nodeSelectorTerms: [] } } },
      ['spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term'],
    ],
    [affinity(), []],
    [{ volumeMode: 'Tape' }, ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"']],
    [
      { volumeAttributesClassName: '' },
      [
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [{ ...without, csi, volumeAttributesClassName: 'gold' }, []],
    [without, ['spec: Required value: must specify a volume type']],
    [{ nfs: { server: 's', path: '/p' } }, ['spec.nfs: Forbidden: may not specify more than 1 volume type']],
    [{ cephfs: { monitors: ['m'] } }, ['spec.cephFS: Forbidden: may not specify more than 1 volume type']],
    [{ flexVolume: { driver: 'd' } }, []],
  ])('%j', (spec, errors) => expect(wrong(spec)).toEqual(errors));

  test('the name of a class is a DNS name', () =>
    expect(wrong({ storageClassName: 'A' })[0]).toMatch(/^spec.storageClassName: Invalid value: "A"/));

  test('mount options', () => {
    const error = `metadata.annotations.${mountOptions}: Forbidden: may not specify mount options for this volume type`;
    expect(wrong({}, annotated(mountOptions))).toEqual([error]);
    expect(wrong({ ...without, nfs: { server: 's', path: '/p' } }, annotated(mountOptions))).toEqual([]);
  });
});

describe('sources', () => {
  const required = (source: string, ...fields: string[]) => fields.map((field) => `spec.${source}.${field}: Required value`);
  const range = (low: number) => `must be between ${low} and 255, inclusive`;
  test.each<[string, object, string[]]>([
    ['hostPath', {}, required('hostPath', 'path')],
    ['gcePersistentDisk', {}, required('persistentDisk', 'pdName')],
    [
      'awsElasticBlockStore',
      { partition: 256 },
      [...required('awsElasticBlockStore', 'volumeID'), `spec.awsElasticBlockStore.partition: Invalid value: 256: ${range(1)}`],
    ],
    [
      'glusterfs',
      { endpointsNamespace: '' },
      [
        ...required('glusterfs', 'endpoints', 'path'),
        'spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name',
      ],
    ],
    ['flocker', {}, ['spec.flocker: Required value: one of datasetName and datasetUUID is required']],
    [
      'flocker',
      { datasetName: 'a/b', datasetUUID: 'c' },
      [
        'spec.flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
        'spec.flocker.datasetName: Invalid value: "a/b": must not contain \'/\'',
      ],
    ],
    ['nfs', { path: 'p' }, [...required('nfs', 'server'), 'spec.nfs.path: Invalid value: "p": must be an absolute path']],
    ['rbd', {}, required('rbd', 'monitors', 'image')],
    [
      'quobyte',
      { registry: 'a:1,b', volume: 'v' },
      ['spec.quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas'],
    ],
    [
      'quobyte',
      { registry: '[::1]:1', tenant: 't'.repeat(65) },
      [
        'spec.quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters',
        ...required('quobyte', 'volume'),
      ],
    ],
    [
      'quobyte',
      { volume: 'v' },
      ['spec.quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas'],
    ],
    ['cephfs', {}, required('cephfs', 'monitors')],
    ['iscsi', {}, required('iscsi', 'targetPortal', 'iqn')],
    ['iscsi', { targetPortal: 'p', iqn: 'iqn.2026-05.io.acme:disk', lun: 1, initiatorName: 'eui.0123456789abcdef' }, []],
    [
      'iscsi',
      { targetPortal: 'p', iqn: 'iqn.x', lun: 256, chapAuthSession: true, initiatorName: 'x' },
      [
        'spec.iscsi.iqn: Invalid value: "iqn.x": must be valid format',
        `spec.iscsi.lun: Invalid value: 256: ${range(0)}`,
        ...required('iscsi', 'secretRef'),
        'spec.iscsi.initiatorname: Invalid value: "x": must be valid format',
      ],
    ],
    [
      'iscsi',
      { targetPortal: 'p'.repeat(61), iqn: `naa.${'0'.repeat(32)}`, initiatorName: 'eui.0123456789abcdef', secretRef: {} },
      [
        `spec.iscsi.targetportal: Invalid value: "${'p'.repeat(61)}": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.`,
        'spec.iscsi.secretRef.name: Required value',
      ],
    ],
    ['cinder', { secretRef: {} }, required('cinder', 'volumeID', 'secretRef.name', 'secretRef.namespace')],
    ['fc', {}, ['spec.fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both']],
    ['fc', { wwids: ['a'] }, []],
    [
      'fc',
      { targetWWNs: ['a'], wwids: ['b'] },
      [
        'spec.fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
        'spec.fc.lun: Required value: lun is required if targetWWNs is specified',
      ],
    ],
    ['fc', { targetWWNs: ['a'], lun: -1 }, [`spec.fc.lun: Invalid value: -1: ${range(0)}`]],
    [
      'flexVolume',
      { options: { 'a.k8s.io/b': '', 'Kubernetes.io/c': '', 'acme.io/d': '' } },
      [
        ...required('flexVolume', 'driver'),
        'spec.flexVolume.options[a.k8s.io/b]: Invalid value: "a.k8s.io/b": kubernetes.io and k8s.io namespaces are reserved',
        'spec.flexVolume.options[Kubernetes.io/c]: Invalid value: "Kubernetes.io/c": kubernetes.io and k8s.io namespaces are reserved',
      ],
    ],
    ['azureFile', { secretNamespace: '' }, required('azureFile', 'secretName', 'shareName', 'secretNamespace')],
    ['vsphereVolume', {}, required('vsphereVolume', 'volumePath')],
    ['photonPersistentDisk', {}, required('photonPersistentDisk', 'pdID')],
    ['portworxVolume', {}, required('portworxVolume', 'volumeID')],
    ['azureDisk', { diskName: 'd', diskURI: 'https://x' }, []],
    ['azureDisk', { diskName: 'd', diskURI: '/subscriptions/x', kind: 'Managed' }, []],
    [
      'azureDisk',
      { kind: 'Managed', cachingMode: 'X' },
      [
        ...required('azureDisk', 'diskName', 'diskURI'),
        'spec.azureDisk.cachingMode: Unsupported value: "X": supported values: "None", "ReadOnly", "ReadWrite"',
        'spec.azureDisk.diskURI: Unsupported value: "": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
      ],
    ],
    ['scaleIO', {}, required('scaleIO', 'gateway', 'system', 'volumeName')],
    ['local', {}, [...required('local', 'path'), 'spec.nodeAffinity: Required value: Local volume requires node affinity']],
    ['storageos', { secretRef: {} }, required('storageos', 'volumeName', 'secretRef.name', 'secretRef.namespace')],
    ['csi', csi, []],
    [
      'csi',
      { nodeStageSecretRef: {}, nodePublishSecretRef: {} },
      [...required('csi', 'driver', 'volumeHandle', 'nodePublishSecretRef.name', 'nodePublishSecretRef.namespace')],
    ],
    [
      'csi',
      { ...csi, controllerExpandSecretRef: { name: 'n', namespace: 'a.b' } },
      ['spec.csi.controllerExpandSecretRef.namespace: Invalid value: "a.b": must not contain dots'],
    ],
  ])('%s %j', (source, fields, errors) => expect(wrong({ ...without, [source]: fields })).toEqual(errors));

  test('a local volume is on its nodes', () => {
    expect(wrong({ ...without, local: { path: '/mnt' }, ...affinity() })).toEqual([]);
    expect(wrong({ ...without, local: { path: '/a/../b' }, ...affinity() })).toEqual([
      `spec.local.path: Invalid value: "/a/../b": must not contain '..'`,
    ]);
  });
});

describe('changes', () => {
  const change = (from: object, to: object) => shown(strategy.validateUpdate!(make(to), make(from)));
  const secret = { name: 'n', namespace: 'm' };

  test.each<[object, object]>([
    [{}, { capacity: { storage: '2Gi' }, claimRef: { name: 'c' }, persistentVolumeReclaimPolicy: 'Delete' }],
    [{}, { accessModes: ['ReadOnlyMany'], mountOptions: ['ro'], storageClassName: 'fast', ...affinity() }],
    [{ volumeAttributesClassName: 'a' }, { volumeAttributesClassName: 'b' }],
    [
      { ...without, csi },
      { ...without, csi: { ...csi, controllerExpandSecretRef: secret } },
    ],
    [affinity('failure-domain.beta.kubernetes.io/zone'), affinity('topology.kubernetes.io/zone')],
  ])('of %j to %j', (from, to) => expect(change(from, to)).toEqual([]));

  test.each<[object, object, string]>([
    [
      {},
      { hostPath: { path: '/other' } },
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\nchanged: spec.hostPath',
    ],
    [
      { ...without, csi: { ...csi, controllerExpandSecretRef: secret } },
      { ...without, csi: { ...csi, controllerExpandSecretRef: { ...secret, name: 'o' } } },
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\nchanged: spec.csi',
    ],
    [{}, { volumeMode: 'Block' }, 'volumeMode: Invalid value: "Block": field is immutable'],
    [
      affinity('topology.kubernetes.io/zone'),
      {},
      'nodeAffinity: Invalid value: null: field is immutable, except for updating from beta label to GA',
    ],
    [
      { volumeAttributesClassName: 'a' },
      {},
      'spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden',
    ],
  ])('not of %j to %j', (from, to, error) => expect(change(from, to)).toEqual([error]));

  test('labels of nodes do not become older', () =>
    expect(change(affinity('kubernetes.io/os'), affinity('beta.kubernetes.io/os'))).toHaveLength(1));
});

test('warnings', () => {
  const warnings = (spec: object, more: object = {}) => strategy.warnings!(make(spec, more), undefined);
  expect(warnings({})).toEqual([]);
  expect(
    warnings({ persistentVolumeReclaimPolicy: 'Recycle', ...affinity('beta.kubernetes.io/os') }, annotated(mountOptions)),
  ).toEqual([
    `metadata.annotations[${mountOptions}]: deprecated since v1.31; use "mountOptions" attribute instead`,
    'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
  expect(warnings({ storageos: {} })).toEqual(['spec.storageOS: deprecated in v1.22, non-functional in v1.25+']);
});

test('as a row', () => {
  expect(cells(persistentVolumes, make())).toEqual({
    Name: 'web',
    Capacity: '1Gi',
    'Access Modes': 'RWO',
    'Reclaim Policy': 'Retain',
    Status: 'Pending',
    Claim: '',
    StorageClass: '',
    VolumeAttributesClass: '<unset>',
    Reason: '',
    Age: '60m',
    VolumeMode: 'Filesystem',
  });
  const spec = { claimRef: { namespace: 'ns', name: 'claim' }, storageClassName: 'fast', volumeAttributesClassName: 'gold' };
  expect(cells(persistentVolumes, make(spec, { status: { phase: 'Failed', reason: 'Broken' } }))).toMatchObject({
    Status: 'Failed',
    Claim: 'ns/claim',
    StorageClass: 'fast',
    VolumeAttributesClass: 'gold',
    Reason: 'Broken',
  });
  const going = { metadata: { ...metadata, deletionTimestamp: '2026-05-01T12:30:00Z' } };
  expect(cells(persistentVolumes, make({}, going)).Status).toBe('Terminating');
  expect(persistentVolumes.hasSpec).toBe(false);
});
