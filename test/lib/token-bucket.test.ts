import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/lib/token-bucket.ts';

test('lets through twice as many at once, and then so many a second', () => {
  const bucket = new TokenBucket(10, 0);
  const passed = (nowMs: number, asked: number) => Array.from({ length: asked }, () => bucket.take(nowMs)).filter((wait) => wait === 0).length;
  expect([passed(0, 30), passed(0, 5), passed(1_000, 30), passed(1_050, 30), passed(1_100, 30), passed(60_000, 30)]).toEqual([20, 0, 10, 0, 1, 20]);
});

test('says when to try again', () => {
  const slow = new TokenBucket(0, 0);
  expect(slow.take(0)).toBe(60);
  const bucket = new TokenBucket(1, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(1_000)]).toEqual([0, 0, 1, 0]);
  // A clock that goes back takes nothing away.
  expect(bucket.take(0)).toBe(1);
});
