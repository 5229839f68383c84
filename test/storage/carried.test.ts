import { expect, test } from 'vitest';
import { CarriedStates } from '../../src/storage/carried.ts';
import { openStore } from '../../src/storage/cached-store.ts';
import { MemoryBackend } from '../../src/storage/memory.ts';
import { InterceptedBackend } from '../support/intercepted-backend.ts';
import { configMap, keyOf } from '../support/configmaps.ts';

test('what was loaded is carried, and what was written since is not', () => {
  const carried = new CarriedStates(10, () => Date.parse('2026-01-01T12:00:00Z'));
  expect([9, 10, 11].map((revision) => carried.includes(revision, 20))).toEqual([true, true, false]);
});

test('around midnight everything is carried anew, whichever of the clocks is late', () => {
  let now = '2026-01-01T12:00:00Z';
  const carried = new CarriedStates(10, () => Date.parse(now));
  const carries = (time: string, newest: number) => {
    now = time;
    return carried.includes(newest - 1, newest);
  };
  expect(carries('2026-01-01T23:54:59Z', 20)).toBe(false);
  expect(carries('2026-01-01T23:55:00Z', 30)).toBe(true);
  expect(carried.includes(31, 40)).toBe(false);
  expect(carries('2026-01-02T00:04:59Z', 40)).toBe(false);
  expect(carries('2026-01-02T00:05:00Z', 50)).toBe(true);
  expect(carries('2026-01-02T23:54:59Z', 60)).toBe(false);
  // After a long sleep.
  expect(carries('2026-01-05T03:00:00Z', 70)).toBe(true);
  expect(carries('2026-01-05T04:00:00Z', 80)).toBe(false);
});

test('a store that starts in these minutes begins again after them', () => {
  let now = '2026-01-01T23:57:00Z';
  const carried = new CarriedStates(1, () => Date.parse(now));
  expect(carried.includes(2, 3)).toBe(false);
  now = '2026-01-02T00:05:00Z';
  expect(carried.includes(2, 3)).toBe(true);
});

test('lines say who wrote, and have the state before of what was loaded', async () => {
  const backend = new InterceptedBackend(new MemoryBackend());
  const first = await openStore(backend);
  const put = (value: string) => () => ({ type: 'put', object: configMap('a', value) }) as const;
  const one = await first.write(keyOf('a'), put('one'), { user: { name: 'jane' }, fieldManager: 'kubectl' });
  await first.write(keyOf('a'), put('two'));
  const two = await first.get(keyOf('a'));
  const second = await openStore(backend);
  await second.write(keyOf('a'), put('three'));
  await second.write(keyOf('a'), put('four'));
  expect(one).toBeDefined();
  const asked = backend.asked.flat();
  expect(asked.map(({ user, fieldManager }) => [user, fieldManager])).toEqual([['jane', 'kubectl'], ...Array(3).fill([undefined, undefined])]);
  expect(asked.map(({ carriedText }) => carriedText)).toEqual([undefined, undefined, two!.text, undefined]);
});
