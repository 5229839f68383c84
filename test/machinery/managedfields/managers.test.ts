import { describe, expect, test } from 'vitest';
import {
  capEntries,
  decodeEntries,
  isReset,
  sameButTimes,
  sortEntries,
  usableEntries,
} from '../../../src/machinery/managedfields/managers.ts';
import type { ManagedFieldsEntry } from '../../../src/machinery/meta.ts';

const entry = (manager: string, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-05-01T12:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { [`f:${manager}`]: {} },
  ...more,
});
const at = (seconds: number) => ({ time: `2026-05-01T12:00:${String(seconds).padStart(2, '0')}Z` });
const names = (entries: readonly ManagedFieldsEntry[]) => entries.map(({ manager }) => manager);

test.each([
  ['an empty list', [], true],
  ['an empty entry', [{}], true],
  ['an entry with fields that are nothing', [{ manager: undefined }], true],
  ['an entry', [entry('a')], false],
  ['two empty entries', [{}, {}], false],
])('%s is a reset: %s', (_, sent, expected) => expect(isReset(sent)).toBe(expected));

describe('entries that clients send', () => {
  test('are put into their one form', () => {
    const sent = [
      entry('a', { subresource: '', fieldsV1: { 'f:x': { '.': {} } } }),
      entry('b', { fieldsV1: undefined, time: undefined }),
    ];
    expect(decodeEntries(sent)).toEqual([
      entry('a', { fieldsV1: { 'f:x': {} } }),
      { ...entry('b', { fieldsV1: {} }), time: undefined },
    ]);
  });

  test('are one for each manager, operation, version and subresource; who applies has one for all versions', () => {
    const versions = [entry('a'), entry('a', { apiVersion: 'v2' }), entry('a', { subresource: 'status' }), entry('a')];
    expect(decodeEntries(versions)).toHaveLength(3);
    const applied = [entry('a', { operation: 'Apply' }), entry('a', { operation: 'Apply', apiVersion: 'v2' })];
    expect(decodeEntries(applied)).toEqual([applied[1]]);
  });

  test.each([
    ['another operation', { operation: 'Create' }],
    ['no version', { apiVersion: '' }],
    ['no type', { fieldsType: undefined }],
    ['another type', { fieldsType: 'FieldsV2' }],
    ['fields that make no sense', { fieldsV1: { x: {} } }],
  ])('are not taken with %s', (_, more) => expect(decodeEntries([entry('a', more)])).toBeUndefined());

  test('mean nothing without fields or in a version that is not served', () =>
    expect(
      names(usableEntries([entry('b'), entry('a'), entry('c', { fieldsV1: {} }), entry('d', { apiVersion: 'v2' })], 'v1')),
    ).toEqual(['a', 'b']));
});

test('the order: who applies first, then by time, name, subresource', () => {
  const entries = [
    entry('b', at(2)),
    entry('c', at(1)),
    entry('a', at(2)),
    entry('z', { operation: 'Apply', ...at(9) }),
    entry('a', { subresource: 's', ...at(2) }),
    entry('y', { time: undefined }),
  ];
  expect(names(sortEntries(entries))).toEqual(['z', 'y', 'c', 'a', 'a', 'b']);
  expect(entries[4]!.subresource).toBe('s');
});

describe('more than ten managers that update', () => {
  const many = Array.from({ length: 12 }, (_, i) => entry(`m${String(i).padStart(2, '0')}`, at(i)));

  test('ten are left alone, and those who apply do not count', () => {
    const ten = [...many.slice(0, 10), entry('z', { operation: 'Apply' })];
    expect(capEntries(ten)).toBe(ten);
  });

  test('the oldest are put together, with the time of the newest of them', () => {
    const capped = capEntries([...many]);
    expect(capped).toHaveLength(10);
    const ancient = capped.find(({ manager }) => manager === 'ancient-changes');
    expect(ancient).toEqual(entry('ancient-changes', { ...at(2), fieldsV1: { 'f:m00': {}, 'f:m01': {}, 'f:m02': {} } }));
    expect(names(capped)).not.toContain('m02');
    expect(names(capped)).toContain('m03');
  });

  test('they join those that were put together before', () => {
    const before = entry('ancient-changes', at(1));
    const capped = capEntries([entry('a', at(0)), before, ...many.slice(2)]);
    expect(capped).toHaveLength(10);
    const ancient = capped.find(({ manager }) => manager === 'ancient-changes');
    expect(Object.keys(ancient!.fieldsV1 as object).sort()).toEqual(['f:a', 'f:ancient-changes', 'f:m02']);
    expect(capEntries(capped)).toBe(capped);
  });

  test('only those of one version', () => {
    const mixed = many.map((each, i) => (i === 0 ? { ...each, apiVersion: 'v0' } : each));
    expect(names(capEntries(mixed))).toContain('m00');
  });

  test('nothing is lost where the collection itself is in the middle', () => {
    const entries = [entry('a', at(0)), entry('b', at(1)), entry('ancient-changes', at(2)), ...many.slice(3)];
    const capped = capEntries(entries);
    const all = new Set(capped.flatMap(({ fieldsV1 }) => Object.keys(fieldsV1 as object)));
    expect(all.size).toBe(entries.length);
    expect(capped).toHaveLength(10);
  });
});

test.each([
  ['themselves', [entry('a'), entry('b')], true],
  ['other times', [entry('a', at(5)), entry('b')], true],
  ['another order', [entry('b', at(5)), entry('a', at(7))], true],
  ['other fields', [entry('a', { fieldsV1: {} }), entry('b')], false],
  ['another version of who applies', [entry('a', { operation: 'Apply', apiVersion: 'v2' }), entry('b')], false],
  ['another manager', [entry('a'), entry('c')], false],
  ['fewer', [entry('a')], false],
])('entries are the same as %s: %s', (_, other, expected) =>
  expect(sameButTimes([entry('a'), entry('b')], other)).toBe(expected),
);
