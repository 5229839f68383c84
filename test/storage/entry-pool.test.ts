import { expect, test } from 'vitest';
import { textEntry, type StoredEntry } from '../../src/storage/entry.ts';
import { EntryPool } from '../../src/storage/entry-pool.ts';

const shared = { apiVersion: 'v1', kind: 'Pod', padding: 'x'.repeat(200) };
const entryOf = (name: string, fields: object = shared): StoredEntry =>
  textEntry({ resource: 'pods', namespace: 'default', name }, 1, JSON.stringify({ ...fields, metadata: { name } }));
const weight = entryOf('web-a').weight;

const filled = (names: readonly string[], warm: number, retired = warm) => {
  const pool = new EntryPool({ warmBytes: weight * warm, retiredBytes: weight * retired });
  const entries = names.map((name) => entryOf(name));
  for (const entry of entries) pool.admit(entry);
  return { pool, entries };
};
const isPacked = (entry: StoredEntry): boolean => entry.plainText === undefined;

test('as long as all fit, nothing is packed', () => {
  const { entries } = filled(['web-a', 'web-b', 'web-c'], 3);
  const objects = entries.map(({ object }) => object);
  expect(entries.some(isPacked)).toBe(false);
  expect(entries.map(({ object }) => object)).toEqual(objects);
  expect(entries[0]!.object).toBe(objects[0]);
});

test('past the bound the oldest are packed, and answer as before', () => {
  const names = Array.from({ length: 10 }, (_, i) => `web-${i}`);
  const { entries } = filled(names, 4);
  expect(entries.map(isPacked)).toEqual(names.map((_, i) => i < 6));
  for (const [i, name] of names.entries()) {
    expect(entries[i]!.text).toBe(entryOf(name).text);
    expect(entries[i]!.object).toEqual(entryOf(name).object);
  }
});

test('what was used since the hand came by last stays', () => {
  const { pool, entries } = filled(['web-a', 'web-b', 'web-c', 'web-d'], 4);
  void entries[0]!.object;
  const more = ['web-e', 'web-f'].map((name) => entryOf(name));
  for (const entry of more) pool.admit(entry);
  expect(entries.map(isPacked)).toEqual([false, true, true, false]);
});

test('a packed entry keeps its parsed object while there is room, and counts for it', () => {
  const { entries } = filled(
    Array.from({ length: 40 }, (_, i) => `web-${i}`),
    2,
  );
  const [first] = entries;
  expect(first!.object).toBe(first!.object);
  const { object } = first!;
  // Each of the others takes room in turn.
  for (let round = 0; round < 2; round++) for (const entry of entries.slice(1)) void entry.object;
  expect(first!.object).not.toBe(object);
  expect(first!.object).toEqual(object);
});

test('an entry that is like no other loses only its parsed object', () => {
  const pool = new EntryPool({ warmBytes: weight, retiredBytes: weight });
  const entries = Array.from({ length: 40 }, (_, i) =>
    entryOf(`e${i}`, { list: Array.from({ length: i * 7 }, () => 'yyyyyyyy') }),
  );
  const objects = entries.map(({ object }) => object);
  for (const entry of entries) entry.used = false;
  for (const entry of entries) pool.admit(entry);
  expect(entries.some(isPacked)).toBe(false);
  expect(entries[0]!.object).not.toBe(objects[0]);
  expect(entries[0]!.object).toEqual(objects[0]);
});

test('a replaced entry leaves its room to others at once, and its object is forgotten later', () => {
  const { pool, entries } = filled(['web-a', 'web-b', 'web-c', 'web-d'], 4, 2);
  const [a, b, c, d] = entries;
  const objects = entries.map(({ object }) => object);
  for (const entry of [a!, b!]) pool.retire(entry);
  for (const name of ['web-e', 'web-f']) pool.admit(entryOf(name));
  expect([c!, d!].some(isPacked)).toBe(false);
  expect(a!.object).toBe(objects[0]);
  pool.retire(c!);
  expect(a!.object).not.toBe(objects[0]);
  expect(a!.object).toEqual(objects[0]);
  expect(c!.object).toBe(objects[2]);
});
