import { expect, test } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { textEntry } from '../../src/storage/entry.ts';
import { SortedEntries } from '../../src/storage/sorted-entries.ts';
import { keyOf } from '../support/configmaps.ts';

const names = (entries: SortedEntries) => entries.all().map(({ key }) => key.name);

test.each(['ascending', 'descending', 'random'])('stays sorted over many chunks, filled in %s order', (order) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = seededRandom(seed);
  const count = 3000;
  const all = Array.from({ length: count }, (_, i) => `n-${i.toString(36).padStart(3, '0')}`).sort();
  const filling = order === 'ascending' ? all : order === 'descending' ? all.toReversed() : shuffled(all, random.next);
  const entries = new SortedEntries();
  for (const name of filling) entries.set(textEntry(keyOf(name), 1, name));
  expect(names(entries), `seed ${seed}`).toEqual(all);
  for (const name of all) expect(entries.get(name)?.text).toBe(name);
  for (const absent of ['', 'a', 'n-000a', 'zzz']) expect(entries.get(absent)).toBeUndefined();

  const before = entries.all();
  entries.set(textEntry(keyOf(all[7]!), 2, 'replaced'));
  expect(entries.get(all[7]!)?.text).toBe('replaced');
  expect(before[7]!.text).toBe(all[7]);
  expect(entries.all()).toHaveLength(count);

  const kept = new Set(all);
  for (const name of shuffled(all, random.next)) {
    entries.delete(name);
    entries.delete(name);
    kept.delete(name);
    expect(entries.get(name)).toBeUndefined();
    if (kept.size % 500 === 0) expect(names(entries), `seed ${seed}`).toEqual([...kept]);
  }
  expect(entries.isEmpty).toBe(true);
});

test('the same array is given until something changes', () => {
  const entries = new SortedEntries();
  entries.set(textEntry(keyOf('a'), 1, ''));
  const all = entries.all();
  entries.delete('b');
  expect(entries.all()).toBe(all);
  entries.delete('a');
  expect(all).toHaveLength(1);
  expect(entries.all()).toEqual([]);
});

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const keyed = items.map((item) => ({ item, at: next() }));
  return keyed.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
