import { describe, expect, test } from 'vitest';
import { csiDrivers } from '../../../src/resources/storage/csidriver.ts';
import { csiNodes } from '../../../src/resources/storage/csinode.ts';
import { csiStorageCapacities } from '../../../src/resources/storage/csistoragecapacity.ts';
import { storageClasses } from '../../../src/resources/storage/storageclass.ts';
import { volumeAttributesClasses } from '../../../src/resources/storage/volumeattributesclass.ts';
import { make, row, stored, wrong, wrongChange } from '../checks.ts';
import { context } from '../objects.ts';

const provisioner = 'example.com/Disk';

describe('StorageClass', () => {
  test('defaults and columns', () => {
    expect(stored(storageClasses, { provisioner })).toMatchObject({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    expect(row(storageClasses, { provisioner, allowVolumeExpansion: true, metadata: { annotations } })).toEqual([
      ['Name', 'web (default)'],
      ['Provisioner', provisioner],
      ['ReclaimPolicy', 'Delete'],
      ['VolumeBindingMode', 'Immediate'],
      ['AllowVolumeExpansion', true],
      ['Age', '60m'],
    ]);
  });

  const zones = (...values: string[]) => ({ matchLabelExpressions: [{ key: 'zone', values }] });
  test.each<[string, object, string[]]>([
    ['a good one', { provisioner, parameters: { type: '' }, allowedTopologies: [zones('a', 'b'), zones('a')] }, []],
    ['no provisioner', {}, ['provisioner: Required value']],
    [
      'policies',
      { provisioner, reclaimPolicy: 'Recycle', volumeBindingMode: 'Late' },
      [
        'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
        'volumeBindingMode: Unsupported value: "Late": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
    ],
    ['an empty key', { provisioner, parameters: { '': 'x' } }, ['parameters: Invalid value: "": field can not be empty.']],
    [
      'large parameters',
      { provisioner, parameters: { a: 'x'.repeat(256 * 1024) } },
      ['parameters: Too long: may not be more than 262144 bytes'],
    ],
    [
      'many parameters',
      { provisioner, parameters: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`p${i}`, ''])) },
      ['parameters: Too long: may not be more than 512 bytes'],
    ],
    [
      'topologies',
      { provisioner, allowedTopologies: [zones('a', 'b'), zones('b', 'a'), zones('c', 'c'), zones()] },
      [
        'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
        'allowedTopologies[2].matchLabelExpressions[0].values[1]: Duplicate value: "c"',
        'allowedTopologies[3].matchLabelExpressions[0].values: Required value',
      ],
    ],
    ['a topology of nothing', { provisioner, allowedTopologies: [{}] }, ['allowedTopologies[0].matchLabelExpressions: Duplicate value: ""']],
  ])('%s', (_, fields, expected) => expect(wrong(storageClasses, { ...fields })).toEqual(expected));

  test('what volumes are made with stays', () => {
    const from = { provisioner, parameters: { a: '1' } };
    expect(wrongChange(storageClasses, from, { ...from, allowVolumeExpansion: true, mountOptions: ['ro'] })).toEqual([]);
    expect(wrongChange(storageClasses, from, { provisioner: 'b', reclaimPolicy: 'Retain', volumeBindingMode: 'WaitForFirstConsumer' })).toEqual([
      'parameters: Invalid value: null: field is immutable',
      'provisioner: Invalid value: "b": field is immutable',
      'reclaimPolicy: Invalid value: "Retain": field is immutable',
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]);
  });

  test('deprecated labels', () => {
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'beta.kubernetes.io/os', values: ['linux'] }] }];
    expect(storageClasses.strategy.warnings!(make(storageClasses, { provisioner, allowedTopologies }))).toEqual([
      'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
  });
});

describe('VolumeAttributesClass', () => {
  const good = { driverName: 'csi.example.com', parameters: { iops: '100' } };
  test('rules', () => {
    expect(wrong(volumeAttributesClasses, good)).toEqual([]);
    expect(wrong(volumeAttributesClasses, {})).toEqual([
      'driverName: Required value',
      'parameters: Required value: must contain at least one key/value pair',
    ]);
    expect(wrongChange(volumeAttributesClasses, good, { driverName: 'b', parameters: { iops: '200' } })).toEqual([
      'driverName: Forbidden: updates to driverName are forbidden.',
      'parameters: Forbidden: updates to parameters are forbidden.',
    ]);
  });
  test('columns', () =>
    expect(row(volumeAttributesClasses, good)).toEqual([
      ['Name', 'web'],
      ['DriverName', 'csi.example.com'],
      ['Age', '60m'],
    ]));
});

describe('CSIDriver', () => {
  test('defaults', () =>
    expect(stored(csiDrivers, {}).spec).toEqual({
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    }));

  test('generations count changes, from none; what is alpha is dropped', () => {
    const driver = make(csiDrivers, { spec: { preventPodSchedulingIfMissing: true }, metadata: { generation: 1 } });
    csiDrivers.strategy.prepareForCreate!(driver, context);
    expect(driver.metadata).not.toHaveProperty('generation');
    expect(driver.spec).toEqual({});
  });

  test('rules', () => {
    const tokenRequests = [{ audience: 'a', expirationSeconds: 599 }, { audience: 'a' }, { audience: '', expirationSeconds: 2 ** 32 + 1 }];
    const spec = { fsGroupPolicy: 'All', tokenRequests, volumeLifecycleModes: ['Forever'], nodeAllocatableUpdatePeriodSeconds: 9 };
    expect(wrong(csiDrivers, { spec })).toEqual([
      'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
      'spec.tokenRequests[2].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
      'spec.volumeLifecycleModes: Unsupported value: "Forever": supported values: "Persistent", "Ephemeral"',
      'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
    ]);
    expect(wrong(csiDrivers, { spec: { serviceAccountTokenInSecrets: false } })).toEqual([
      'spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    ]);
    expect(wrongChange(csiDrivers, {}, { spec: { attachRequired: false, volumeLifecycleModes: ['Ephemeral'] } })).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
      'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ]);
  });

  test('tokens better go into secrets', () => {
    const warnings = (spec: object) => csiDrivers.strategy.warnings!(make(csiDrivers, { spec }));
    expect(warnings({ tokenRequests: [{ audience: '' }] })).toHaveLength(1);
    expect(warnings({ tokenRequests: [{ audience: '' }], serviceAccountTokenInSecrets: false })).toEqual([]);
    expect(warnings({})).toEqual([]);
    const audience = (name: string) => make(csiDrivers, { spec: { tokenRequests: [{ audience: name }] } });
    expect(csiDrivers.strategy.warnings!(audience('a'), audience('a'))).toEqual([]);
    expect(csiDrivers.strategy.warnings!(audience('a'), audience('b'))).toHaveLength(1);
  });

  test('columns', () => {
    const columns = (spec: object) => Object.fromEntries(row(csiDrivers, { spec }));
    expect(columns({})).toEqual({
      Name: 'web',
      AttachRequired: true,
      PodInfoOnMount: false,
      StorageCapacity: false,
      TokenRequests: '<unset>',
      RequiresRepublish: false,
      Modes: '<none>',
      Age: '60m',
    });
    expect(
      columns({ tokenRequests: [{ audience: 'a' }, { audience: 'b' }], volumeLifecycleModes: ['Persistent', 'Ephemeral'] }),
    ).toMatchObject({ TokenRequests: 'a,b', Modes: 'Persistent,Ephemeral' });
  });
});

describe('CSINode', () => {
  const driver = { name: 'csi.example.com', nodeID: 'n1', topologyKeys: ['zone'], allocatable: { count: 3 } };
  const node = (...drivers: object[]) => ({ spec: { drivers } });
  test('rules', () => {
    expect(wrong(csiNodes, node(driver))).toEqual([]);
    expect(stored(csiNodes, {}).spec).toEqual({ drivers: [] });
    expect(wrong(csiNodes, node(driver, { ...driver, nodeID: '', topologyKeys: ['zone', 'zone'], allocatable: { count: -1 } }))).toEqual([
      'spec.drivers[1].nodeID: Required value',
      'spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
      'spec.drivers[1]: Duplicate value: "zone"',
      'spec.drivers[1].name: Duplicate value: "csi.example.com"',
    ]);
    expect(wrong(csiNodes, node({ name: 'a'.repeat(64), nodeID: 'i'.repeat(257) }))).toEqual([
      'spec.drivers[0].name: Too long: may not be more than 63 bytes',
      `spec.drivers[0].nodeID: Invalid value: "${'i'.repeat(257)}": must be 256 characters or less`,
    ]);
    expect(wrong(csiNodes, node({ nodeID: 'a' }))).toEqual(['spec.drivers[0].name: Required value']);
  });
  test('a driver stays who it is', () => {
    expect(wrongChange(csiNodes, node(driver), node({ ...driver, allocatable: { count: 5 } }, { ...driver, name: 'b' }))).toEqual([]);
    expect(wrongChange(csiNodes, node(driver), node({ name: driver.name, nodeID: 'n2' }))).toEqual([
      'spec.drivers: Invalid value: {"name":"csi.example.com","nodeID":"n2"}: field is immutable',
    ]);
  });
  test('columns', () =>
    expect(row(csiNodes, node(driver))).toEqual([
      ['Name', 'web'],
      ['Drivers', 1],
      ['Age', '60m'],
    ]));
});

describe('CSIStorageCapacity', () => {
  const good = { storageClassName: 'fast', capacity: '1Gi', nodeTopology: { matchLabels: { zone: 'a' } } };
  test('rules', () => {
    expect(wrong(csiStorageCapacities, good)).toEqual([]);
    expect(wrong(csiStorageCapacities, { storageClassName: 'fast', capacity: '-1', nodeTopology: { matchLabels: { zone: '!' } } })).toEqual([
      expect.stringContaining('nodeTopology.matchLabels: Invalid value: "!": a valid label must be an empty string'),
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    expect(wrong(csiStorageCapacities, {})).toEqual([expect.stringContaining('storageClassName: Invalid value: "": a lowercase RFC 1123')]);
    expect(wrongChange(csiStorageCapacities, good, { storageClassName: 'slow', capacity: '2Gi' })).toEqual([
      'nodeTopology: Invalid value: null: field is immutable',
      'storageClassName: Invalid value: "slow": field is immutable',
    ]);
  });
  test('deprecated labels', () => {
    const nodeTopology = { matchLabels: { 'beta.kubernetes.io/os': 'linux' }, matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'Exists' }] };
    expect(csiStorageCapacities.strategy.warnings!(make(csiStorageCapacities, { ...good, nodeTopology }))).toEqual([
      'nodeTopology.matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
      'nodeTopology.matchLabels.beta.kubernetes.io/os: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
  });
  test('columns', () => {
    expect(row(csiStorageCapacities, good)).toEqual([
      ['Name', 'web'],
      ['Created At', '2026-05-01T11:00:00Z'],
    ]);
  });
});
