import { expect, test } from 'vitest';
import { age, shortDuration } from '../../src/machinery/table.ts';

const [second, minute, hour, day] = [1, 60, 3600, 86_400].map((seconds) => seconds * 1000) as [number, number, number, number];
const year = 365 * day;

// The steps of upstream's HumanDuration.
test.each([
  [-2 * second, '<invalid>'],
  [-1.5 * second, '0s'],
  [-0.5 * second, '0s'],
  [0, '0s'],
  [999, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + second, '2m1s'],
  [10 * minute - second, '9m59s'],
  [10 * minute + second, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + minute, '3h1m'],
  [8 * hour + minute, '8h'],
  [47 * hour, '47h'],
  [2 * day, '2d'],
  [2 * day + hour, '2d1h'],
  [8 * day + hour, '8d'],
  [2 * year - day, '729d'],
  [2 * year, '2y'],
  [2 * year + day, '2y1d'],
  [8 * year + day, '8y'],
])('%d ms is %s', (ms, expected) => expect(shortDuration(ms)).toBe(expected));

test('the age of an object', () => {
  const now = new Date('2026-05-01T12:00:00Z');
  expect(age('2026-05-01T11:59:00Z', now)).toBe('60s');
  expect(age(undefined, now)).toBe('<unknown>');
});
