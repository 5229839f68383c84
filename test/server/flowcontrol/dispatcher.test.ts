import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/lib/random.ts';
import { Dispatcher, onlyQueue, type Level, type LevelSettings } from '../../../src/server/flowcontrol/dispatcher.ts';
import { newShare, type Queue, type Share, type Waiting } from '../../../src/server/flowcontrol/queues.ts';

const queuing = { queues: 8, handSize: 1, queueLengthLimit: 50 };
const settings = (more: Partial<LevelSettings> = {}): LevelSettings => ({
  name: 'a',
  exempt: false,
  nominal: 1,
  lower: 1,
  upper: 100,
  queuing,
  ...more,
});

/** Somebody with the one queue of that number. */
const somebody = (queue: number): Share => newShare([queue]);

/** Sends requests, and tells in which order they run. */
class Door {
  readonly order: string[] = [];
  readonly dispatcher: Dispatcher;
  readonly levels: ReadonlyMap<string, Level>;
  readonly #running: { name: string; level: Level; share: Share; queue: Queue; seats: number }[] = [];

  #turn: (() => void) | undefined;

  constructor(levels: readonly LevelSettings[], firstSeats = 0, seatsInCompany = 1_000, perTurn = 1_000) {
    const nextTurn = (task: () => void) => void (this.#turn = task);
    this.dispatcher = new Dispatcher({ nextTurn, firstSeats, seatsInCompany, perTurn });
    this.levels = this.dispatcher.configure(levels);
  }

  send(name: string, share: Share, seats = 1, levelName = 'a'): Waiting | string {
    const level = this.levels.get(levelName)!;
    const run = (queue: Queue) => {
      this.order.push(name);
      this.#running.push({ name, level, share, queue, seats });
    };
    const queue = this.dispatcher.start(level, share, seats);
    if (!queue) {
      const waiting = this.dispatcher.enqueue(level, share, seats, run);
      return this.order.at(-1) === name ? 'runs' : waiting;
    }
    run(queue);
    return 'runs';
  }

  /** The thread has done what it was at. */
  turn(): void {
    const task = this.#turn;
    this.#turn = undefined;
    task?.();
  }

  get isDue(): boolean {
    return this.#turn !== undefined;
  }

  get running(): number {
    return this.#running.length;
  }

  get seatsInUse(): number {
    return this.#running.reduce((sum, { seats }) => sum + seats, 0);
  }

  /** The oldest that runs is answered, or the one of that name. */
  answer(name = this.#running[0]?.name): void {
    const at = this.#running.findIndex((each) => each.name === name);
    const { level, share, queue, seats } = this.#running.splice(at, 1)[0]!;
    this.dispatcher.finish(level, share, queue, seats);
  }

  answerAll(): string[] {
    while (this.running > 0 || this.isDue) {
      if (this.running > 0) this.answer();
      else this.turn();
    }
    return this.order;
  }
}

/** Sends requests while somebody else holds all the seats, and tells in which order they run then. */
function orderOf(seats: number, requests: readonly (readonly [name: string, queue: number, seats?: number])[]): string {
  const door = new Door([settings({ nominal: seats, lower: seats, upper: seats })]);
  const people = new Map<number, Share>();
  door.send('', somebody(0), seats);
  for (const [name, queue, width] of requests) {
    if (!people.has(queue)) people.set(queue, somebody(queue));
    door.send(name, people.get(queue)!, width);
  }
  return door.answerAll().join(' ').trim();
}

const flood = (name: string, queue: number, count: number) =>
  Array.from({ length: count }, (_, i) => [`${name}${i + 1}`, queue] as const);

describe('who is next', () => {
  test('in one queue: who came first', () => expect(orderOf(1, flood('a', 1, 4))).toBe('a1 a2 a3 a4'));

  test('whoever comes after a flood takes turns with it', () =>
    expect(orderOf(1, [...flood('a', 1, 5), ...flood('b', 2, 2)])).toBe('a1 b1 a2 b2 a3 a4 a5'));

  test('three take turns', () =>
    expect(orderOf(1, [...flood('a', 1, 3), ...flood('b', 2, 2), ...flood('c', 3, 3)])).toBe('a1 b1 c1 a2 b2 c2 a3 c3'));

  test('who sends wide requests gets fewer of them through', () =>
    expect(orderOf(2, [['a1', 1, 2], ['a2', 1, 2], ...flood('b', 2, 6)])).toBe('b1 a1 b2 b3 a2 b4 b5 b6'));

  test('who was not there has saved nothing up', () => {
    const door = new Door([settings({ upper: 1 })]);
    const [a, b] = [somebody(1), somebody(2)];
    for (let i = 0; i < 5; i++) {
      door.send(`a${i}`, a);
      door.answer();
    }
    door.send('x', somebody(0));
    for (const i of [1, 2, 3]) door.send(`a.${i}`, a);
    for (const i of [1, 2, 3]) door.send(`b.${i}`, b);
    const order = door.answerAll().slice(6);
    expect(order.slice(0, 2).sort()).toEqual(['a.1', 'b.1']);
    expect(order.slice(2, 4).sort()).toEqual(['a.2', 'b.2']);
  });

  test('who wants several seats is not passed for ever by those who want one', () => {
    const door = new Door([settings({ nominal: 3, lower: 3, upper: 3 })]);
    const [a, b, c] = [somebody(1), somebody(2), somebody(3)];
    door.send('a0', a);
    door.send('b0', b);
    door.send('c', c, 3);
    // Room for one, but not for the wide one, whose turn it is.
    for (let i = 1; i <= 3; i++) {
      door.send(`a${i}`, a);
      door.send(`b${i}`, b);
    }
    door.answerAll();
    expect(door.order.indexOf('c')).toBeLessThanOrEqual(4);
  });

  test('a queue that is full turns away; who leaves makes room', () => {
    const door = new Door([settings({ upper: 1, queuing: { ...queuing, queueLengthLimit: 2 } })]);
    const a = somebody(1);
    door.send('x', a);
    const first = door.send('a1', a) as Waiting;
    door.send('a2', a);
    expect(door.send('a3', a)).toBe('queue-full');
    expect(door.dispatcher.leave(door.levels.get('a')!, first)).toBe(true);
    expect(door.dispatcher.leave(door.levels.get('a')!, first)).toBe(false);
    door.send('a4', a);
    expect(door.answerAll()).toEqual(['x', 'a2', 'a4']);
  });

  test('a flow of several queues uses the shortest', () => {
    const door = new Door([settings({ upper: 1, queuing: { ...queuing, queueLengthLimit: 1 } })]);
    const hand: Share = newShare([1, 2, 3]);
    door.send('x', somebody(0));
    expect(['1', '2', '3'].map((name) => typeof door.send(name, hand))).toEqual(['object', 'object', 'object']);
    expect(door.send('4', hand)).toBe('queue-full');
  });
});

test('levels without queues turn away', () => {
  const door = new Door([settings({ queuing: undefined, nominal: 2, lower: 2, upper: 2 })]);
  const share: Share = newShare(onlyQueue);
  expect(['1', '2', '3'].map((name) => door.send(name, share))).toEqual(['runs', 'runs', 'concurrency-limit']);
  door.answer();
  expect(door.send('4', share)).toBe('runs');
});

test('exempt requests never wait', () => {
  const door = new Door([settings({ exempt: true, nominal: 0, lower: 0, queuing: undefined })], 8, 2);
  const share: Share = newShare(onlyQueue);
  expect(Array.from({ length: 500 }, (_, i) => door.send(`${i}`, share))).toEqual(Array(500).fill('runs'));
});

describe('levels', () => {
  const lender = settings({ name: 'b', nominal: 6, lower: 2 });
  const sendMany = (door: Door, level: string, count: number, share: Share) =>
    Array.from({ length: count }, (_, i) => door.send(`${level}${i}`, share, 1, level)).filter((each) => each === 'runs').length;

  test('borrow what others lend and do not use, and no more', () => {
    const door = new Door([settings({ nominal: 4, lower: 4 }), lender]);
    expect(sendMany(door, 'a', 20, somebody(1))).toBe(8);
    expect(door.dispatcher.limitOf(door.levels.get('a')!)).toBe(8);
  });

  test('borrow no more than they may', () => {
    const door = new Door([settings({ nominal: 4, lower: 4, upper: 5 }), lender]);
    expect(sendMany(door, 'a', 20, somebody(1))).toBe(5);
  });

  test('have what is their own though it is lent', () => {
    const door = new Door([settings({ nominal: 4, lower: 4 }), lender]);
    sendMany(door, 'a', 20, somebody(1));
    expect(sendMany(door, 'b', 20, somebody(1))).toBe(6);
    // What comes back goes to nobody before the sum is right again.
    door.answer('a0');
    expect(door.order.filter((name) => name.startsWith('a'))).toHaveLength(8);
  });

  test('keep seats for those who have none', () => {
    const door = new Door([settings({ nominal: 4, lower: 4 }), lender], 2);
    expect(sendMany(door, 'a', 20, somebody(1))).toBe(6);
    const other = somebody(2);
    expect(door.send('other', other)).toBe('runs');
    expect(door.send('other again', other)).not.toBe('runs');
    expect(door.send('third', somebody(3))).toBe('runs');
    expect(door.send('fourth', somebody(4))).not.toBe('runs');
  });

  test('that are gone serve what waits in them, and are forgotten then', () => {
    const door = new Door([settings({ upper: 1 }), lender]);
    const a = somebody(1);
    ['1', '2', '3'].forEach((name) => door.send(name, a));
    door.dispatcher.configure([lender]);
    expect(door.dispatcher.levels.map(({ settings: { name } }) => name)).toEqual(['b', 'a']);
    expect(door.answerAll()).toEqual(['1', '2', '3']);
    expect(door.dispatcher.levels.map(({ settings: { name } }) => name)).toEqual(['b']);
  });

  test('with more seats begin at once what waits for them', () => {
    const door = new Door([settings({ upper: 1 })]);
    const a = somebody(1);
    ['1', '2', '3', '4'].forEach((name) => door.send(name, a));
    door.dispatcher.configure([settings({ nominal: 3, lower: 3, upper: 3 })]);
    expect(door.order).toEqual(['1', '2', '3']);
    door.dispatcher.configure([settings({ nominal: 3, lower: 3, upper: 3, queuing: { ...queuing, queues: 2 } })]);
    expect(door.answerAll()).toEqual(['1', '2', '3', '4']);
  });
});

describe('company', () => {
  const roomy = settings({ nominal: 20, lower: 20 });
  const send = (door: Door, prefix: string, count: number, share: Share) =>
    Array.from({ length: count }, (_, i) => door.send(`${prefix}${i}`, share)).filter((each) => each === 'runs').length;
  const visit = (door: Door, name: string, share: Share) => {
    door.send(name, share);
    door.answer(name);
  };

  test('who is alone may have all seats', () => expect(send(new Door([roomy], 0, 3), 'a', 30, somebody(1))).toBe(20));

  test('in company nobody has more than a few; the rest waits, and others go past', () => {
    const door = new Door([roomy], 0, 3);
    const [a, b] = [somebody(1), somebody(2)];
    visit(door, 'b', b);
    visit(door, 'b again', b);
    expect(send(door, 'a', 30, a)).toBe(3);
    expect(send(door, 'b', 2, b)).toBe(2);
    expect(send(door, 'c', 1, somebody(3))).toBe(1);
  });

  test('those who come once are none', () => {
    const door = new Door([roomy], 0, 3);
    for (let i = 0; i < 50; i++) visit(door, `node ${i}`, somebody(i % 8));
    expect(send(door, 'a', 30, somebody(1))).toBe(20);
  });

  test('who was alone gives seats back when somebody comes', () => {
    const door = new Door([settings({ nominal: 10, lower: 10 }), settings({ name: 'b', nominal: 12, lower: 2 })], 2, 3);
    const [a, b] = [somebody(1), somebody(2)];
    expect(send(door, 'a', 30, a)).toBe(18);
    visit(door, 'b', b);
    visit(door, 'b again', b);
    const before = door.order.length;
    for (let i = 0; i < 15; i++) door.answer(`a${i}`);
    expect(door.order).toHaveLength(before);
    door.answer('a15');
    expect(door.order).toHaveLength(before + 1);
  });

  test('is over when nobody else has come for a while', () => {
    const door = new Door([roomy], 0, 3);
    const [a, b] = [somebody(1), somebody(2)];
    visit(door, 'b', b);
    visit(door, 'b again', b);
    for (let i = 0; i < 300; i++) visit(door, `a${i}`, a);
    expect(send(door, 'x', 10, a)).toBe(10);
  });
});

test('a few of those that wait begin in one turn', () => {
  const door = new Door([settings({ nominal: 5, lower: 5, upper: 5 })], 0, 1_000, 2);
  const a = somebody(1);
  for (let i = 1; i <= 15; i++) door.send(`${i}`, a);
  expect(door.isDue).toBe(false);
  for (let i = 1; i <= 5; i++) door.answer(`${i}`);
  expect(door.order).toHaveLength(7);
  // Somebody comes in between, and is next.
  door.send('b', somebody(2));
  door.turn();
  expect(door.order.slice(7)).toEqual(['b', '8']);
  door.turn();
  door.turn();
  expect(door.order).toHaveLength(10);
  expect(door.isDue).toBe(false);
});

test('however it goes, no more run than there are seats, and everybody gets one', () => {
  const random = seededRandom(Number(process.env.SEED ?? 7));
  const pick = (count: number) => Math.floor(random.next() * count);
  const levels = [settings({ nominal: 5, lower: 3 }), settings({ name: 'b', nominal: 7, lower: 2 })];
  const door = new Door(levels, 2, 4, 3);
  const people = Array.from({ length: 6 }, (_, i) => ({ share: somebody(i % 8), level: i % 2 ? 'a' : 'b' }));
  let accepted = 0;
  for (let i = 0; i < 5_000; i++) {
    const who = people[pick(people.length)]!;
    if (pick(100) < 55) {
      if (typeof door.send(`${i}`, who.share, 1 + pick(2), who.level) !== 'string' || door.order.at(-1) === `${i}`) accepted++;
    } else if (door.running > 0) door.answer();
    if (pick(100) < 30) door.turn();
    // Its own of one, while the other has borrowed what was free: at most what is lent beyond the sum.
    expect(door.seatsInUse).toBeLessThanOrEqual(12 + 5);
  }
  expect(door.answerAll()).toHaveLength(accepted);
  expect(door.seatsInUse).toBe(0);
});
