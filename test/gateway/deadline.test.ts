import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { within } from '../../src/gateway/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('work that ends in time is what it is, and leaves no timer', async () => {
  await expect(within(1_000, Promise.resolve('done'))).resolves.toBe('done');
  await expect(within(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
});

test('work that takes too long is a 504, however it ends', async () => {
  let fail: (error: Error) => void = () => {};
  const answer = within(1_000, new Promise((_, reject) => (fail = reject))).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answer).toMatchObject({
    code: 504,
    reason: 'Timeout',
    message: 'Timeout: request did not complete within requested timeout - context deadline exceeded',
  });
  fail(new Error('later'));
});
