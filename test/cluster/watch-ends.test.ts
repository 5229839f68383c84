import { expect, test } from 'vitest';
import { timeoutAmong } from '../../src/cluster/watch-ends.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['alone', 0, 400],
  ['short', 10, 299],
  ['among very many', 101, 400],
])('a watch that is %s lasts as long as it asks for', (_, others, seconds) => {
  expect(timeoutAmong(others, seconds, startMs, 0)).toBe(seconds);
});

test('is never longer than asked for, nor shorter than two fifths of it', () => {
  for (let seconds = 300; seconds < 3_600; seconds += 7)
    for (const phaseMs of [0, 1, 12_345, 999_999]) {
      const given = timeoutAmong(3, seconds, startMs + seconds * 13, phaseMs);
      expect(given).toBeLessThanOrEqual(seconds);
      expect(given).toBeGreaterThanOrEqual(seconds * 0.4);
    }
});

/** How often an hour a cluster is woken by `watches` that ask for 5 to 10 minutes each, and come back within a second. */
function wakesAnHour(watches: number, phaseMs: number, seed: number): number {
  const hours = 20;
  let state = seed;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const next = Array.from({ length: watches }, () => startMs + random() * 60_000);
  const starts: number[] = [];
  for (;;) {
    const i = next.indexOf(Math.min(...next));
    const nowMs = next[i]! + random() * 1_000;
    if (nowMs > startMs + hours * 3_600_000) break;
    starts.push(nowMs);
    next[i] = nowMs + timeoutAmong(watches - 1, 300 + Math.floor(random() * 300), nowMs, phaseMs) * 1_000;
  }
  starts.sort((a, b) => a - b);
  return starts.filter((start, i) => i === 0 || start - starts[i - 1]! > 10_000).length / hours;
}

test.each([2, 10, 50])('%i informers wake a cluster every five minutes', (watches) => {
  for (const seed of [1, 2, 3]) expect(wakesAnHour(watches, seed * 54_321, seed), `seed ${seed}`).toBeLessThan(12.5);
});

test('clusters have different times', () => {
  expect(timeoutAmong(3, 400, startMs, 0)).not.toBe(timeoutAmong(3, 400, startMs, 100_000));
});
