import { describe, expect, test } from 'vitest';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { accepted, cells, metadata, shown } from '../apps/workloads.ts';
import { context } from '../objects.ts';

const { strategy } = persistentVolumeClaims;
const requests = { storage: '1Gi' };
const make = (spec: object = {}, more: object = {}): PersistentVolumeClaim =>
  accepted(persistentVolumeClaims, { accessModes: ['ReadWriteOnce'], resources: { requests }, ...spec }, more);
const wrong = (spec: object) => shown(strategy.validate!(make(spec)));
const wrongChange = (from: PersistentVolumeClaim, to: PersistentVolumeClaim) => shown(strategy.validateUpdate!(to, from));
const bound = (spec: object = {}, status: object = {}) =>
  make({ volumeName: 'pv', ...spec }, { status: { phase: 'Bound', ...status } });
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const annotated = (name: string) => ({ metadata: { ...metadata, annotations: { [classAnnotation]: name } } });

test('defaults', () => {
  expect(make()).toMatchObject({ spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } });
  expect(make({ volumeMode: 'Block', resources: { requests: { storage: '1500u' } } }).spec).toMatchObject({
    volumeMode: 'Block',
    resources: { requests: { storage: '2m' } },
  });
  expect(accepted(persistentVolumeClaims, undefined as never).spec).toEqual({ volumeMode: 'Filesystem', resources: {} });
});

describe('data sources', () => {
  const prepared = (spec: object, old?: object) => {
    const claim = make(spec);
    if (old) strategy.prepareForUpdate!(claim, make(old), context);
    else strategy.prepareForCreate!(claim, context);
    return [claim.spec.dataSource, claim.spec.dataSourceRef];
  };
  const claim = { kind: 'PersistentVolumeClaim', name: 'a' };
  const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'a' };
  const own = { apiGroup: 'acme.io', kind: 'Backup', name: 'a' };
  const foreign = { ...claim, namespace: 'other' };

  test('are in both fields', () => {
    expect(prepared({ dataSource: claim })).toEqual([claim, claim]);
    expect(prepared({ dataSource: snapshot })).toEqual([snapshot, snapshot]);
    expect(prepared({ dataSourceRef: own })).toEqual([own, own]);
  });
  test('of unknown kinds are only for the new field', () => {
    expect(prepared({ dataSource: own })).toEqual([undefined, undefined]);
    expect(prepared({ dataSource: own }, { dataSource: own, dataSourceRef: own })).toEqual([own, own]);
  });
  test('of other namespaces are dropped', () => {
    expect(prepared({ dataSourceRef: foreign })).toEqual([undefined, undefined]);
    expect(prepared({ dataSourceRef: foreign }, { dataSourceRef: foreign })).toEqual([undefined, foreign]);
  });
  test.each<[object, string[]]>([
    [{ dataSource: claim, dataSourceRef: claim }, []],
    [{ dataSource: claim, dataSourceRef: own }, ['spec: Invalid value: "spec.dataSource": must match dataSourceRef']],
    [
      { dataSource: claim, dataSourceRef: foreign },
      ['spec: Invalid value: "spec.dataSource": may not be specified when dataSourceRef.namespace is specified'],
    ],
    [
      { dataSourceRef: { ...claim, namespace: 'a.b' } },
      ['spec.dataSourceRef.namespace: Invalid value: "a.b": must not contain dots'],
    ],
  ])('%j', (spec, errors) => expect(wrong(spec)).toEqual(errors));
});

test.each<[object, string[]]>([
  [{}, []],
  [{ accessModes: [] }, ['spec.accessModes: Required value: at least 1 access mode is required']],
  [
    { accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] },
    ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  ],
  [{ resources: {} }, ['spec.resources[storage]: Required value']],
  [{ volumeAttributesClassName: 'a.b' }, []],
  [{ volumeMode: 'Tape' }, ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"']],
])('validation of %j', (spec, errors) => expect(wrong(spec)).toEqual(errors));

test('the name of an attributes class is a DNS name', () =>
  expect(wrong({ volumeAttributesClassName: 'A' })[0]).toMatch(/^spec.volumeAttributesClassName: Invalid value: "A"/));

describe('changes', () => {
  const rule = (...fields: string[]) =>
    `spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\nchanged: ${fields.map((field) => `spec.${field}`).join(', ')}`;
  const grown = { resources: { requests: { storage: '2Gi' } } };

  test('of a claim that waits', () => {
    expect(wrongChange(make(), make({ volumeName: 'pv' }))).toEqual([]);
    expect(wrongChange(make(), make(grown))).toEqual([rule('resources')]);
    expect(wrongChange(make(), make({ volumeAttributesClassName: 'fast' }))).toEqual([rule('volumeAttributesClassName')]);
    expect(wrongChange(make(), make({ accessModes: ['ReadOnlyMany'] }))).toEqual([rule('accessModes')]);
    expect(wrongChange(make(), make({ volumeMode: 'Block' }))).toEqual([
      rule('volumeMode'),
      'volumeMode: Invalid value: "Block": field is immutable',
    ]);
  });

  test('of a bound claim', () => {
    expect(wrongChange(bound(), bound(grown))).toEqual([]);
    expect(wrongChange(bound(), bound({ volumeAttributesClassName: 'fast' }))).toEqual([]);
    expect(wrongChange(bound(), bound({ volumeName: 'other' }))).toEqual([rule('volumeName')]);
    expect(wrongChange(bound(), bound({ resources: { requests, limits: { storage: '5Gi' } } }))).toEqual([rule('resources')]);
  });

  test('to a smaller size, above what there is', () => {
    const size = (storage: string) => ({ resources: { requests: { storage } } });
    const capacity = { capacity: { storage: '1Gi' } };
    expect(wrongChange(bound(size('3Gi'), capacity), bound(size('2Gi'), capacity))).toEqual([]);
    expect(wrongChange(bound(size('3Gi'), capacity), bound(size('1Gi'), capacity))).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
  });

  test('of the storage class', () => {
    const named = { storageClassName: 'fast' };
    expect(wrongChange(make(), make(named))).toEqual([]);
    expect(wrongChange(make(named), make({ storageClassName: 'slow' }))).toEqual([rule('storageClassName')]);
    expect(wrongChange(make({}, annotated('fast')), make(named))).toEqual([]);
    expect(wrongChange(make({}, annotated('fast')), make(named, annotated('fast')))).toEqual([]);
    const kept = `metadata.annotations.${classAnnotation}: Invalid value: "slow": field is immutable`;
    expect(wrongChange(make({}, annotated('fast')), make({}, annotated('slow')))).toEqual([kept]);
    expect(wrongChange(make({}, annotated('fast')), make({ storageClassName: 'slow' }, annotated('fast')))).toEqual([
      rule('storageClassName'),
    ]);
  });

  test('of an attributes class that was applied', () => {
    const applied = { currentVolumeAttributesClassName: 'fast' };
    const at = 'spec.volumeAttributesClassName: Forbidden: update to';
    const why = 'is forbidden when status.currentVolumeAttributesClassName is not nil';
    const to = (spec: object, status: object) =>
      wrongChange(bound({ volumeAttributesClassName: 'fast' }, status), bound(spec, status));
    expect(to({ volumeAttributesClassName: 'faster' }, applied)).toEqual([]);
    expect(to({}, applied)).toEqual([`${at} nil ${why}`]);
    expect(to({ volumeAttributesClassName: '' }, applied)).toEqual([`${at} empty string ${why}`]);
    expect(to({}, {})).toEqual([]);
  });
});

test.each<[object, string[]]>([
  [{ capacity: { storage: '1Gi' }, allocatedResources: { storage: '1Gi', 'acme.io/x': '1' } }, []],
  [{ capacity: { storage: '-1' } }, ['status.capacity[storage]: Invalid value: -1: must be a valid resource quantity']],
  [{ allocatedResourceStatuses: { storage: 'NodeResizePending' } }, []],
  [
    { allocatedResourceStatuses: { cpu: 'Odd' } },
    [
      'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"',
      'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
    ],
  ],
  [{ allocatedResources: { cpu: '1' } }, ['status.allocatedResources: Unsupported value: "cpu": supported values: "storage"']],
  [
    { allocatedResources: { storage: '-1' } },
    ['status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity'],
  ],
])('status %j', (status, errors) => expect(shown(strategy.validateStatusUpdate!(make({}, { status }), make()))).toEqual(errors));

test('warnings', () => {
  const resources = { requests: { storage: '1500m' }, limits: { storage: '2500m' } };
  expect(strategy.warnings!(make({ resources }, annotated('fast')), undefined)).toEqual([
    `metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`,
    'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.resources.limits[storage]: fractional byte value "2500m" is invalid, must be an integer',
  ]);
  expect(strategy.warnings!(make(), undefined)).toEqual([]);
});

test('as a row', () => {
  expect(cells(persistentVolumeClaims, make({}, { status: { capacity: requests, accessModes: ['ReadWriteOnce'] } }))).toEqual({
    Name: 'web',
    Status: 'Pending',
    Volume: '',
    Capacity: '',
    'Access Modes': '',
    StorageClass: '',
    VolumeAttributesClass: '<unset>',
    Age: '60m',
    VolumeMode: 'Filesystem',
  });
  const status = { capacity: requests, accessModes: ['ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOnce'] };
  const spec = { storageClassName: 'fast', volumeAttributesClassName: 'gold' };
  expect(cells(persistentVolumeClaims, bound(spec, status))).toMatchObject({
    Status: 'Bound',
    Volume: 'pv',
    Capacity: '1Gi',
    'Access Modes': 'RWO,ROX,RWX,RWOP',
    StorageClass: 'fast',
    VolumeAttributesClass: 'gold',
  });
  expect(cells(persistentVolumeClaims, bound()).Capacity).toBe('0');
  const going = { metadata: { ...annotated('slow').metadata, deletionTimestamp: '2026-05-01T12:30:00Z' } };
  expect(cells(persistentVolumeClaims, make(spec, going))).toMatchObject({ Status: 'Terminating', StorageClass: 'slow' });
  expect(persistentVolumeClaims.hasSpec).toBe(false);
});
