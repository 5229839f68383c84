import { describe, expect, test } from 'vitest';
import type { ObjectMeta } from '../../src/machinery/meta.ts';
import {
  validateFieldManager,
  validateMetadata,
  validateMetadataUpdate,
  validateOwnerReferences,
} from '../../src/machinery/metadata.ts';

const shown = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const namespaced = { nameRule: 'subdomain', namespaced: true } as const;
const good: ObjectMeta = {
  name: 'a',
  namespace: 'ns',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
};

describe('create', () => {
  test.each<[Partial<ObjectMeta>, string[]]>([
    [good, []],
    [{ ...good, generateName: 'web-' }, []],
    [{ namespace: 'ns' }, ['metadata.name: Required value: name or generateName is required']],
    [{ name: 'a' }, ['metadata.namespace: Required value']],
    [{ name: 'a', namespace: 'a.b' }, ['metadata.namespace: Invalid value: "a.b": must not contain dots']],
    [{ ...good, generation: -1 }, ['metadata.generation: Invalid value: -1: must be greater than or equal to 0']],
    [
      { ...good, managedFields: [{ operation: 'Create', fieldsType: 'X', manager: 'a\u0007', subresource: 's'.repeat(257) }] },
      [
        'metadata.managedFields[0].operation: Invalid value: "Create": must be `Apply` or `Update`',
        'metadata.managedFields[0].fieldsType: Invalid value: "X": must be `FieldsV1`',
        'metadata.managedFields[0].manager: Invalid value: "a\\u0007": invalid character U+0007 (at position 1)',
        'metadata.managedFields[0].subresource: Too long: may not be more than 256 bytes',
      ],
    ],
  ])('%j', (metadata, expected) => expect(shown(validateMetadata(metadata, namespaced))).toEqual(expected));

  test('finalizers are standard ones or have a domain, for kinds that say nothing else', () => {
    const metadata = { ...good, finalizers: ['kubernetes', 'orphan', 'example.dev/hold', 'hold'] };
    const wrong = [
      'metadata.finalizers[3]: Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified',
    ];
    const plain = { strategy: { plainFinalizers: true } };
    expect(shown(validateMetadata(metadata, namespaced))).toEqual(wrong);
    expect(shown(validateMetadata(metadata, { ...namespaced, ...plain }))).toEqual([]);
    expect(shown(validateMetadataUpdate(metadata, good))).toEqual(wrong);
    expect(shown(validateMetadataUpdate(metadata, good, plain))).toEqual([]);
  });

  test('names follow the rule of the kind', () => {
    const fields = (metadata: Partial<ObjectMeta>, nameRule: 'subdomain' | 'label') =>
      validateMetadata(metadata, { nameRule, namespaced: true }).map((error) => error.field);
    expect(fields({ ...good, name: 'a.b' }, 'subdomain')).toEqual([]);
    expect(fields({ ...good, name: 'a.b', generateName: 'A' }, 'label')).toEqual(['metadata.generateName', 'metadata.name']);
  });

  test('cluster-scoped objects have no namespace', () =>
    expect(shown(validateMetadata({ ...good }, { nameRule: 'subdomain', namespaced: false }))).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ]));

  test('labels, annotations, finalizers and owners are looked at', () => {
    const metadata = { ...good, labels: { '': '' }, annotations: { '': '' }, finalizers: ['/'], ownerReferences: [{} as never] };
    expect(new Set(validateMetadata(metadata, namespaced).map((error) => error.field))).toEqual(
      new Set([
        'metadata.labels',
        'metadata.annotations',
        'metadata.finalizers',
        'metadata.ownerReferences.apiVersion',
        'metadata.ownerReferences.kind',
        'metadata.ownerReferences.name',
        'metadata.ownerReferences.uid',
      ]),
    );
  });
});

describe('owners', () => {
  const owner = (name: string, controller?: boolean) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name,
    uid: name,
    controller,
  });
  test('one controller at most', () => {
    expect(validateOwnerReferences([owner('a', true), owner('b'), owner('c', false)], 'o')).toEqual([]);
    expect(shown(validateOwnerReferences([owner('a', true), owner('b', true)], 'o'))[0]).toMatch(
      /^o: Invalid value: \[.*\]: Only one reference can have Controller set to true\. Found "true" in references for ReplicaSet\/a and ReplicaSet\/b$/,
    );
  });
  test('events own nothing', () =>
    expect(shown(validateOwnerReferences([{ ...owner('a'), apiVersion: 'v1', kind: 'Event' }], 'o'))[0]).toMatch(
      /: \/v1, Kind=Event is disallowed from being an owner$/,
    ));
  test('a group without a version', () =>
    expect(shown(validateOwnerReferences([{ ...owner('a'), apiVersion: 'apps/' }], 'o'))).toEqual([
      'o.apiVersion: Invalid value: "apps/": version must not be empty',
    ]));
});

test('field managers', () => {
  expect(validateFieldManager('kubectl é client', 'm')).toEqual([]);
  expect(validateFieldManager('a'.repeat(128), 'm')).toEqual([]);
  expect(shown(validateFieldManager('é'.repeat(65), 'm'))).toEqual(['m: Too long: may not be more than 128 bytes']);
  expect(shown(validateFieldManager('é\n', 'm'))).toEqual(['m: Invalid value: "é\\n": invalid character U+000A (at position 2)']);
});

describe('update', () => {
  const deleted = { ...good, deletionTimestamp: '2026-01-02T00:00:00Z', deletionGracePeriodSeconds: 30, finalizers: ['a.b/c'] };
  test.each<[Partial<ObjectMeta>, ObjectMeta, string[]]>([
    [good, good, []],
    [{ ...good, name: 'b' }, good, ['metadata.name: Invalid value: "b": field is immutable']],
    [{ ...good, namespace: undefined }, good, ['metadata.namespace: Invalid value: "": field is immutable']],
    [{ ...good, uid: 'v' }, good, ['metadata.uid: Invalid value: "v": field is immutable']],
    [{ ...good, creationTimestamp: undefined }, good, ['metadata.creationTimestamp: Invalid value: null: field is immutable']],
    [
      { ...good, deletionTimestamp: '2026-01-02T00:00:00Z', deletionGracePeriodSeconds: 3 },
      good,
      [
        'metadata.deletionTimestamp: Invalid value: "2026-01-02T00:00:00Z": field is immutable',
        'metadata.deletionGracePeriodSeconds: Invalid value: 3: field is immutable',
      ],
    ],
    [{ ...good, generation: 1 }, { ...good, generation: 2 }, ['metadata.generation: Invalid value: 1: must not be decremented']],
    [{ ...deleted, finalizers: [] }, deleted, []],
    [
      { ...deleted, finalizers: ['z.y/x', 'a.b/c', 'a.b/a'] },
      deleted,
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/a", "z.y/x"}',
      ],
    ],
    [{ ...good, finalizers: ['z.y/x'] }, good, []],
  ])('%j', (metadata, old, expected) => expect(shown(validateMetadataUpdate(metadata, old))).toEqual(expected));

  test('labels, annotations, finalizers and owners are looked at', () => {
    const metadata = { ...good, labels: { '': '' }, annotations: { '': '' }, finalizers: ['/'], ownerReferences: [{} as never] };
    const fields = validateMetadataUpdate(metadata, good).map((error) => error.field);
    for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences.uid'])
      expect(fields).toContain(`metadata.${field}`);
  });
});
