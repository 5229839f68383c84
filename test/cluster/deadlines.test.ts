import { expect, it } from 'vitest';
import { Deadlines } from '../../src/cluster/deadlines.ts';

const outcome = (work: Promise<unknown>) =>
  work.then(
    (value) => value,
    (error: Error) => error.message,
  );

it('ends a wait that takes too long, in upstream words, and no other', async () => {
  const deadlines = new Deadlines(60_000);
  const late = outcome(deadlines.within(new Promise(() => {}), 0));
  let finish: (value: string) => void = () => {};
  const inTime = outcome(deadlines.within(new Promise<string>((resolve) => (finish = resolve)), 1_000));
  deadlines.expire(59_999);
  expect(deadlines.pending).toBe(true);
  deadlines.expire(60_000);
  expect(await late).toBe('Timeout: request did not complete within requested timeout - context deadline exceeded');
  finish('done');
  expect(await inTime).toBe('done');
  expect(deadlines.pending).toBe(false);
});

it('says what the work says', async () => {
  const deadlines = new Deadlines(10);
  expect(await outcome(deadlines.within(Promise.reject(new Error('no')), 0))).toBe('no');
  expect(deadlines.pending).toBe(false);
});
