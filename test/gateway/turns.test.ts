import { expect, it } from 'vitest';
import { ClusterTurns } from '../../src/gateway/turns.ts';
import { limits } from '../../src/lib/limits.ts';

/** Turns on a clock of the test's own. Work ends when the test says so. */
function setUp() {
  let nowMs = 0;
  let timers: { atMs: number; fire: () => void }[] = [];
  const wait = (ms: number) => new Promise<void>((fire) => timers.push({ atMs: nowMs + ms, fire }));
  const turns = new ClusterTurns(() => nowMs, wait);
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
  const running: { user: string; end: () => void }[] = [];
  const begun: number[] = [];
  const refused: string[] = [];
  const work = (user: string, number?: number) => () => {
    if (number !== undefined) begun.push(number);
    return new Promise<void>((end) => running.push({ user, end }));
  };
  const ask = (user: string, number?: number, cluster = 'default', bytes = 0) =>
    turns.run(cluster, user, bytes, work(user, number)).catch((error: Error) => void refused.push(error.message));
  const askFor = (user: string, workMs: number) => turns.run('default', user, 0, () => wait(workMs));
  const of = (user: string) => running.filter((each) => each.user === user).length;
  const end = (user: string, count: number) => {
    for (const each of running.filter((one) => one.user === user).slice(0, count)) {
      running.splice(running.indexOf(each), 1);
      each.end();
    }
  };
  return { ask, askFor, advance, settle, of, end, refused, timers: () => timers.length, begun: () => begun };
}

const many = 'many';
const few = 'few';

it('lets few begin at once, and more after they have let others have their turn', async () => {
  const { ask, advance, settle, of, timers } = setUp();
  for (let i = 0; i < 12; i++) void ask(many);
  await settle();
  expect([of(many), timers()]).toEqual([8, 4]);
  await advance(1);
  // Who is alone is not held back.
  expect(of(many)).toBe(12);
});

it('works on four at once of a user with more, while there are others', async () => {
  const { ask, advance, of, end } = setUp();
  void ask(few);
  for (let i = 0; i < 8; i++) void ask(many);
  await advance(5);
  expect([of(few), of(many)]).toEqual([1, 4]);
  end(many, 1);
  await advance(2);
  expect(of(many)).toBe(4);
  // The other has not asked for a while.
  await advance(1_000);
  expect(of(many)).toBe(7);
});

it('serves who floods one after the other in the order of coming, with a rest in between, while there are others', async () => {
  const { ask, advance, of, end, settle, begun } = setUp();
  for (let i = 0; i < 30; i++) void ask(many);
  await advance(0);
  // Alone, as many as there are.
  expect(of(many)).toBe(30);
  end(many, 30);
  await settle();
  void ask(few);
  const numbers = Array.from({ length: 30 }, (_, i) => ask(many, i));
  await advance(4);
  // Those that began before there was a crowd.
  const first = of(many);
  expect(first).toBe(2);
  end(many, first);
  await advance(3);
  expect(of(many)).toBe(0);
  for (let i = 0; i < 5; i++) {
    await advance(8);
    expect(of(many)).toBe(1);
    end(many, 1);
    await settle();
  }
  expect(begun()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(numbers).toHaveLength(30);
});

it('rests for as long as the requests of who floods take', async () => {
  const { askFor, advance } = setUp();
  let done = 0;
  for (let i = 0; i < 200; i++) void askFor(many, 20).then(() => done++);
  const keepCompany = async (ms: number) => {
    for (let i = 0; i < ms / 100; i++) {
      void askFor(few, 1);
      await advance(99);
    }
  };
  await keepCompany(1_000);
  const before = done;
  await keepCompany(2_000);
  // One in 40 to 50 ms, with 1 ms more for each look at the clock.
  expect(done - before).toBeGreaterThan(36);
  expect(done - before).toBeLessThan(52);
});

it('has the answers of who floods wait for one turn, while there are others', async () => {
  const { ask, advance, end, settle } = setUp();
  void ask(few);
  let answered = 0;
  for (let i = 0; i < 30; i++) void ask(many).then(() => answered++);
  await advance(10);
  end(many, 1);
  await settle();
  expect(answered).toBe(0);
  await advance(0);
  expect(answered).toBe(1);
});

it('lets one more of who floods begin when the last takes long: it waits for something else than the thread', async () => {
  const { ask, advance, of } = setUp();
  void ask(few);
  for (let i = 0; i < 30; i++) void ask(many);
  await advance(10);
  const first = of(many);
  await advance(200);
  expect(of(many)).toBeGreaterThan(first + 2);
  expect(of(many)).toBeLessThanOrEqual(first + 4);
});

it('takes who asks another cluster for nobody who is there', async () => {
  const { ask, advance, of } = setUp();
  void ask(few, undefined, 'another');
  for (let i = 0; i < 30; i++) void ask(many);
  await advance(1);
  expect([of(few), of(many)]).toEqual([1, 30]);
  // More clusters than are remembered: those in use stay.
  for (let i = 0; i < 1_100; i++) void ask(few, undefined, `cluster-${i}`);
  for (let i = 0; i < limits.requestsUnderWayPerUser - 30; i++) void ask(many);
  await advance(1);
  await ask(many);
  expect(of(many)).toBe(limits.requestsUnderWayPerUser);
});

it('protects nobody who floods the cluster as well', async () => {
  const { ask, advance, of } = setUp();
  for (let i = 0; i < 30; i++) {
    void ask(many);
    void ask(few);
  }
  await advance(40);
  expect([of(few), of(many)]).toEqual([4, 4]);
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
  for (let i = 0; i < 800; i++) void ask(many);
  await keepCompany(17_000);
  // One in 50 ms, since none is ever done.
  expect(of(many)).toBeGreaterThan(250);
  expect(new Set(refused)).toEqual(new Set(['it was not the turn of the request for too long']));
  expect(of(many) + refused.length).toBe(800);

  const other = setUp();
  for (let i = 0; i <= limits.requestsUnderWayPerUser; i++) void other.ask(many);
  await settle();
  await other.settle();
  expect(other.refused).toEqual(['too many requests of yours are under way']);
});

it('keeps no more than 32 MiB of one user waiting', async () => {
  const { ask, advance, of, end, refused } = setUp();
  void ask(few);
  const send = () => {
    for (let i = 0; i < 30; i++) void ask(many, undefined, 'default', 3 * 1_024 ** 2);
  };
  send();
  await advance(2);
  // Two ran before there was a crowd.
  expect([of(many), refused.length]).toEqual([2, 18]);
  expect(new Set(refused)).toEqual(new Set(['too much of yours waits for its turn']));
  for (let i = 0; i < 12; i++) {
    end(many, 2);
    await advance(60);
  }
  expect(of(many)).toBe(0);
  send();
  await advance(2);
  expect([of(many), refused.length]).toEqual([2, 36]);
});

it('counts no longer what it has not heard of for two minutes', async () => {
  const { ask, advance, of, refused } = setUp();
  for (let i = 0; i < limits.requestsUnderWayPerUser; i++) void ask(many);
  await advance(0);
  await ask(many);
  expect(refused).toHaveLength(1);
  await advance(121_000);
  void ask(many);
  await advance(0);
  expect([of(many), refused.length]).toEqual([limits.requestsUnderWayPerUser + 1, 1]);
});
