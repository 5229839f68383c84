import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Outbox, type Outcome } from '../../src/automation/outbox.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

let cluster: string;
let outbox: Outbox;
beforeEach(async () => {
  cluster = await db.createCluster();
  outbox = new Outbox(db.database, cluster);
});

/** Puts deliveries for the subscription `s` in: `web/2` is revision 2 of the subject `web`. */
const put = (...deliveries: string[]) =>
  outbox.replay(
    deliveries.map((each) => {
      const [subject, revision] = each.split('/');
      return { subscription: 's', subject: subject!, revision: Number(revision), event: 'pods.created', body: 'x'.repeat(10) };
    }),
  );
const all = { rows: 100, bytes: 1_000_000, except: [] };
const shown = (taken: { subject: string; revision: number }[]) => taken.map(({ subject, revision }) => `${subject}/${revision}`);
const take = async () => shown(await outbox.take('s', all));
const outcome = (revision: number, state: Outcome['state'], delayMs = 0): Outcome => ({
  revision,
  state,
  delayMs,
  attempts: [{ at: '2026-01-01T00:00:00Z', latencyMs: 1, answer: 'a\0b' }],
});
const settle = (outcomes: Outcome[], more: { hold?: [string, number][]; release?: string[] } = {}, releasedMax = 100) => {
  const hold = (more.hold ?? []).map(([subject, revision]) => ({ subject, revision }));
  return outbox.settle('s', { outcomes, hold, release: more.release ?? [] }, releasedMax);
};

describe('taking', () => {
  test('is by revision, within bounds, without what is on its way, and of one subscription and cluster', async () => {
    await put('a/5', 'b/3', 'a/9');
    const other = new Outbox(db.database, await db.createCluster());
    expect(await other.take('s', all)).toEqual([]);
    expect(await outbox.take('other', all)).toEqual([]);
    expect(await take()).toEqual(['b/3', 'a/5', 'a/9']);
    expect(await outbox.take('s', { ...all, rows: 1, except: [3] })).toMatchObject([
      { revision: 5, subject: 'a', event: 'pods.created', body: 'xxxxxxxxxx', attemptCount: 0, attempts: [] },
    ]);
    expect(shown(await outbox.take('s', { ...all, bytes: 25 }))).toEqual(['b/3', 'a/5']);
    expect(shown(await outbox.take('s', { ...all, bytes: 1 }))).toEqual(['b/3']);
    expect((await outbox.take('s', { ...all, except: [3, 5] })).map(({ previousRevision }) => previousRevision)).toEqual([5]);
    expect((await take()).length).toBe(3);
    expect((await outbox.take('s', all)).map(({ previousRevision }) => previousRevision)).toEqual([undefined, undefined, 5]);
  });

  test('waits for the next attempt', async () => {
    await put('a/2', 'b/3');
    await settle([outcome(2, 'pending', 3_600_000)]);
    expect(await take()).toEqual(['b/3']);
    const due = await outbox.nextDue(['s', 'none']);
    expect([...due.keys()]).toEqual(['s']);
    expect(due.get('s')).toBe(0);
    await settle([outcome(3, 'delivered')]);
    expect((await outbox.nextDue(['s'])).get('s')).toBeGreaterThan(3_000_000);
    await outbox.hasten('s');
    expect(await outbox.take('s', all)).toMatchObject([{ revision: 2, attemptCount: 1, attempts: [{ answer: 'a\0b' }] }]);
  });
});

describe('a delivery that failed', () => {
  test('holds back what comes after it on the same subject, until that is released', async () => {
    await put('a/2', 'a/4', 'a/6', 'b/3', 'a/8');
    await settle([outcome(2, 'pending')], { hold: [['a', 2]] });
    expect(await take()).toEqual(['a/2', 'b/3']);
    expect(await outbox.recover('s', 10)).toEqual(['a']);
    expect(await settle([outcome(2, 'delivered')], { release: ['a', 'b'] }, 2)).toEqual(['a']);
    expect(await take()).toEqual(['b/3', 'a/4', 'a/6']);
    expect(await settle([outcome(4, 'delivered'), outcome(6, 'dead')], { release: ['a'] }, 2)).toEqual([]);
    expect(await take()).toEqual(['b/3', 'a/8']);
    expect(await outbox.count('s', 10)).toEqual({ pending: 2, dead: 1 });
  });

  test('is not forgotten if nobody released what was behind it', async () => {
    await put('a/2', 'a/4', 'a/6');
    await settle([outcome(2, 'pending')], { hold: [['a', 2]] });
    await settle([outcome(2, 'delivered')]);
    expect(await take()).toEqual([]);
    expect(await outbox.recover('s', 10)).toEqual(['a']);
    expect(await take()).toEqual(['a/4']);
  });
});

describe('what is done', () => {
  test('stays done, whoever says otherwise later', async () => {
    await put('a/2');
    await settle([outcome(2, 'delivered')]);
    await settle([outcome(2, 'pending')]);
    expect(await take()).toEqual([]);
  });

  test('is kept within bounds', async () => {
    await put('a/2', 'a/3', 'a/4', 'a/5', 'a/6');
    await settle([2, 3, 4].map((revision) => outcome(revision, 'delivered')).concat(outcome(5, 'dead')));
    await outbox.prune('s', { delivered: 2, dead: 1 });
    const rows = await db.database.query('select revision from deliveries where cluster_id = $1 order by revision', [cluster]);
    expect(rows.flat()).toEqual(['3', '4', '5', '6']);
  });

  test('can be delivered again', async () => {
    await put('a/2', 'a/3');
    await settle([outcome(2, 'dead'), outcome(3, 'delivered')]);
    expect(await outbox.redeliver('s', 2)).toBe(true);
    expect(await outbox.redeliver('s', 9)).toBe(false);
    expect(await outbox.take('s', all)).toMatchObject([{ revision: 2, attemptCount: 0, attempts: [] }]);
    await put('a/2', 'a/3', 'a/4');
    expect(await take()).toEqual(['a/2', 'a/3', 'a/4']);
  });

  test('of subscriptions that are no more goes, of others not', async () => {
    await put('a/2');
    await outbox.keepOnly(['s'], 0);
    expect(await take()).toEqual(['a/2']);
    await outbox.keepOnly([]);
    expect(await take()).toEqual(['a/2']);
    await outbox.keepOnly([], 0);
    expect(await take()).toEqual([]);
  });
});
