import { expect, it } from 'vitest';
import { Turns } from '../../src/gateway/turns.ts';
import { limits } from '../../src/lib/limits.ts';

/** Turns on a clock of the test's own. Work ends when the test says so. */
function setUp() {
  let nowMs = 0;
  let timers: { atMs: number; fire: () => void }[] = [];
  const wait = (ms: number) => new Promise<void>((fire) => timers.push({ atMs: nowMs + ms, fire }));
  const turns = new Turns<object>(() => nowMs, wait);
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const advance = async (ms: number) => {
    for (const endMs = nowMs + ms; nowMs <= endMs; nowMs++) {
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { fire } of due) fire();
      await settle();
    }
  };
  const running: { user: object; end: () => void }[] = [];
  const refused: string[] = [];
  const ask = (user: object) =>
    turns.run(user, () => new Promise<void>((end) => running.push({ user, end }))).catch((error: Error) => void refused.push(error.message));
  const of = (user: object) => running.filter((each) => each.user === user).length;
  const endAll = () => {
    for (const { end } of running.splice(0)) end();
  };
  return { ask, advance, settle, of, endAll, refused, timers: () => timers.length };
}

const many = { name: 'many' };
const few = { name: 'few' };

it('lets few begin at once, and more after they have let others have their turn', async () => {
  const { ask, advance, settle, of, timers } = setUp();
  for (let i = 0; i < 12; i++) void ask(many);
  await settle();
  expect([of(many), timers()]).toEqual([8, 4]);
  await advance(1);
  // Who is alone is not held back.
  expect(of(many)).toBe(12);
});

it('works on eight at once of a user with many, while there are others', async () => {
  const { ask, advance, of, endAll, settle } = setUp();
  void ask(few);
  for (let i = 0; i < 30; i++) void ask(many);
  await advance(5);
  expect([of(few), of(many)]).toEqual([1, 8]);
  endAll();
  await settle();
  await advance(2);
  expect(of(many)).toBe(8);
  // The other has not asked for a while.
  await advance(1_000);
  expect(of(many)).toBe(22);
});

it('serves who floods one after the other, while there are others', async () => {
  const { ask, advance, of, endAll, settle } = setUp();
  for (let i = 0; i < 60; i++) void ask(many);
  await advance(0);
  // Alone, as many as there are.
  expect(of(many)).toBe(60);
  endAll();
  await settle();
  void ask(few);
  for (let i = 0; i < 60; i++) void ask(many);
  await advance(5);
  // Those that began before there was a crowd.
  expect(of(many)).toBe(7);
  endAll();
  await advance(5);
  expect(of(many)).toBe(1);
});

it('lets one with few begin, however many the other has waiting', async () => {
  const { ask, advance, of } = setUp();
  for (let i = 0; i < 30; i++) void ask(many);
  void ask(few);
  await advance(0);
  expect(of(few)).toBe(1);
});

it('turns away who waits for too long, and who has too much under way', async () => {
  const { ask, advance, of, refused, settle } = setUp();
  const keepCompany = async (ms: number) => {
    for (let i = 0; i < ms / 500; i++) {
      void ask(few);
      await advance(500);
    }
  };
  void ask(few);
  for (let i = 0; i < 10; i++) void ask(many);
  await keepCompany(16_000);
  expect([of(many), refused]).toEqual([8, Array.from({ length: 2 }, () => 'it was not the turn of the request for too long')]);

  const other = setUp();
  for (let i = 0; i <= limits.requestsUnderWayPerUser; i++) void other.ask(many);
  await settle();
  await other.settle();
  expect(other.refused).toEqual(['too many requests of yours are under way']);
});
