import { expect, test } from 'vitest';
import { backoffMs, WorkQueue } from '../../src/cluster/work-queue.ts';
import { seededRandom } from '../../src/lib/random.ts';

test('a key is in the queue once, and never given out twice', () => {
  const queue = new WorkQueue<string>();
  queue.add('a');
  queue.add('a');
  queue.add('b');
  const [a, ...rest] = queue.take(10);
  expect([a!.id, ...rest.map(({ id }) => id)]).toEqual(['a', 'b']);
  queue.add('a');
  expect(queue.take(10)).toEqual([]);
  queue.done(a!, 0, []);
  expect(queue.take(10).map(({ id }) => id)).toEqual(['a']);
});

test('a failed key comes back after a back-off that doubles, and with its failures', () => {
  const queue = new WorkQueue<string>();
  queue.add('a');
  for (const [attempt, delayMs] of [5, 10, 20, 40].entries()) {
    const [work] = queue.take(1);
    expect(work!.failures).toEqual(attempt === 0 ? [] : ['no']);
    queue.done(work!, 1000, ['no']);
    expect(queue.nextMs()).toBe(1000 + delayMs);
    queue.tick(1000 + delayMs - 1);
    expect(queue.dueCount).toBe(0);
    queue.tick(1000 + delayMs);
    expect(queue.dueCount).toBe(1);
  }
  const [work] = queue.take(1);
  queue.done(work!, 0, []);
  expect(queue.nextMs()).toBeUndefined();
  queue.add('a');
  expect(queue.take(1)[0]!.attempts).toBe(0);
  expect(backoffMs(100)).toBe(60_000);
});

test('a change brings a waiting key back at once and keeps what failed', () => {
  const queue = new WorkQueue<string>();
  queue.add('a');
  const [work] = queue.take(1);
  queue.done(work!, 0, ['no']);
  queue.add('a');
  expect(queue.take(1)[0]!.failures).toEqual(['no']);
  queue.tick(1_000_000);
  expect(queue.dueCount).toBe(0);
});

test('a key that keeps a pace is due at once, and then not before its time', () => {
  const queue = new WorkQueue<string>();
  const dueAt = (nowMs: number) => {
    queue.tick(nowMs);
    return queue.dueCount;
  };
  const run = (nowMs: number, requeueAfterMs?: number) => {
    const [work] = queue.take(1);
    queue.done(work!, nowMs, [], requeueAfterMs, 100);
  };
  queue.add('a');
  expect(dueAt(1000)).toBe(1);
  run(1000);
  // Nobody is woken for a key at which nothing happens.
  expect(queue.nextMs()).toBeUndefined();
  expect([queue.add('a'), queue.add('a')]).toEqual([true, false]);
  expect([dueAt(1099), queue.nextMs(), dueAt(1100)]).toEqual([0, 1100, 1]);
  // What changes meanwhile waits as well.
  const [work] = queue.take(1);
  queue.add('a');
  queue.done(work!, 1110, [], undefined, 100);
  expect([dueAt(1209), dueAt(1210)]).toEqual([0, 1]);
  // A change comes before what was to happen later anyway.
  run(1210, 5_000);
  expect([queue.nextMs(), queue.add('a'), dueAt(1309), dueAt(1310)]).toEqual([6_210, true, 0, 1]);
  // After a rest it is new.
  run(1310);
  expect([dueAt(1410), queue.add('a'), queue.dueCount]).toEqual([0, true, 1]);
});

test('keys come back in the order of their times', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const random = seededRandom(seed);
  const queue = new WorkQueue<string>();
  const times = new Map<string, number>();
  for (let i = 0; i < 500; i++) queue.add(`k${i}`);
  for (const work of queue.take(500)) {
    const dueMs = Math.floor(random.next() * 1000);
    times.set(work.id, dueMs);
    queue.done(work, 0, [], dueMs);
  }
  const woken: string[] = [];
  for (let nowMs = 0; nowMs <= 1000; nowMs += 10) {
    queue.tick(nowMs);
    for (const work of queue.take(500)) {
      expect(times.get(work.id)).toBeLessThanOrEqual(nowMs);
      expect(times.get(work.id)).toBeGreaterThan(nowMs - 10);
      woken.push(work.id);
      queue.done(work, nowMs, []);
    }
  }
  expect(woken).toHaveLength(500);
});
