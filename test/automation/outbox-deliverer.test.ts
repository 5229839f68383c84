import { beforeAll, describe, expect, test } from 'vitest';
import { Outbox } from '../../src/automation/outbox.ts';
import { OutboxDeliverer, type Report, type Target } from '../../src/automation/outbox-deliverer.ts';
import type { Send } from '../../src/automation/sender.ts';
import { createSigningSecret } from '../../src/automation/signature.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { limits } from '../../src/lib/limits.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

const target = (uid: string, more: Partial<Target> = {}): Target => ({
  uid,
  namespace: 'default',
  name: uid,
  generation: 1,
  url: `https://${uid}.example`,
  secrets: [createSigningSecret((length) => new Uint8Array(length))],
  suspended: false,
  ...more,
});

class World {
  readonly outbox: Outbox;
  readonly cluster: string;
  readonly reports: Report[] = [];
  targets: Target[] | undefined;
  send: Send = async () => ok;
  /** The revisions that arrived, by subscription. */
  readonly arrived: string[] = [];
  random = seededRandom(1);

  constructor(cluster: string, targets: Target[]) {
    this.cluster = cluster;
    this.outbox = new Outbox(db.database, cluster);
    this.targets = targets;
  }

  /** A new instance, as after an eviction or a crash. */
  deliverer() {
    return new OutboxDeliverer({
      outbox: this.outbox,
      send: async (receiver, id, body) => {
        const sent = await this.send(receiver, id, body);
        if (sent.ok) this.arrived.push(body);
        return sent;
      },
      clock: systemClock,
      random: this.random,
      targets: async () => this.targets,
      report: async (reports) => void this.reports.push(...reports),
      onError: (message) => expect.fail(message),
    });
  }

  put(subscription: string, ...rows: [subject: string, revision: number][]) {
    const message = ([subject, revision]: [string, number]) => ({ subscription, subject, revision, event: 'e', body: `${subject}/${revision}` });
    return this.outbox.replay(rows.map(message));
  }

  /** As if the time until the next attempt had gone by. */
  async wait() {
    await db.database.query('update deliveries set due_at = now() where cluster_id = $1 and not held', [this.cluster]);
  }
}

const ok = { ok: true, attempt: { at: '2026-01-01T00:00:00.000Z', latencyMs: 1, statusCode: 200 } };
const failed = { ok: false, attempt: { at: '2026-01-01T00:00:01.000Z', latencyMs: 1, statusCode: 500, error: 'the receiver answered 500' } };
const newWorld = async (...targets: Target[]) => new World(await db.createCluster(), targets);

test('what fails holds back its own subject only, and goes first when it is tried again', async () => {
  const world = await newWorld(target('s'));
  await world.put('s', ['a', 1], ['a', 2], ['b', 3], ['a', 4], ['b', 5]);
  world.send = async (_, __, body) => (body === 'a/1' ? failed : ok);
  const deliverer = world.deliverer();
  const nextMs = await deliverer.run();
  expect(world.arrived).toEqual(['b/3', 'b/5']);
  expect(nextMs).toBeGreaterThan(Date.now());
  expect(world.reports.at(-1)).toMatchObject({ uid: 's', pending: 3, deadLetters: 0 });
  await world.put('s', ['a', 6]);
  world.send = async () => ok;
  expect(await deliverer.run(['s'])).toBeGreaterThan(Date.now());
  expect(world.arrived).toEqual(['b/3', 'b/5']);
  await world.wait();
  expect(await deliverer.run()).toBeUndefined();
  expect(world.arrived).toEqual(['b/3', 'b/5', 'a/1', 'a/2', 'a/4', 'a/6']);
});

test('after a day it is a dead letter, and the next one has its turn', async () => {
  const world = await newWorld(target('s'));
  await world.put('s', ['a', 1], ['a', 2]);
  await db.database.query(`update deliveries set created_at = now() - interval '2 days' where revision = 1 and cluster_id = $1`, [world.cluster]);
  world.send = async (_, __, body) => (body === 'a/1' ? failed : ok);
  expect(await world.deliverer().run()).toBeUndefined();
  expect(world.arrived).toEqual(['a/2']);
  expect(await world.outbox.count('s', 10)).toEqual({ pending: 0, dead: 1 });
});

test('a receiver that is back gets at once what waited', async () => {
  const world = await newWorld(target('s'));
  await world.put('s', ['a', 1], ['b', 2], ['c', 3], ['d', 4]);
  world.send = async () => failed;
  const deliverer = world.deliverer();
  await deliverer.run();
  world.send = async () => ok;
  await world.put('s', ['e', 5]);
  expect(await deliverer.run()).toBeUndefined();
  expect([...world.arrived].sort()).toEqual(['a/1', 'b/2', 'c/3', 'd/4', 'e/5']);
});

test('a slow receiver has its share of requests, and others go on', async () => {
  const world = await newWorld(target('slow'), target('fast'));
  const count = limits.deliveriesPerSubscription * 2;
  await world.put('slow', ...Array.from({ length: count }, (_, i): [string, number] => [`s${i}`, i + 1]));
  await world.put('fast', ['f', 1], ['f', 2]);
  let underWay = 0;
  let most = 0;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  world.send = async (_, __, body) => {
    if (!body.startsWith('s')) return ok;
    most = Math.max(most, ++underWay);
    await released;
    underWay--;
    return ok;
  };
  const running = world.deliverer().run();
  await expect.poll(() => world.arrived.join()).toBe('f/1,f/2');
  expect(most).toBe(limits.deliveriesPerSubscription);
  release();
  await running;
  expect(world.arrived).toHaveLength(count + 2);
});

test('suspended ones and such without a secret wait; those that are no more are forgotten', async () => {
  const world = await newWorld(target('suspended', { suspended: true }), target('unsigned', { problem: 'there is no signing secret', secrets: [] }));
  for (const uid of ['suspended', 'unsigned', 'gone']) await world.put(uid, ['a', 1]);
  expect(await world.deliverer().run()).toBeUndefined();
  expect(world.arrived).toEqual([]);
  expect(world.reports).toMatchObject([{ uid: 'unsigned', problem: 'there is no signing secret', pending: 1 }]);
  await db.database.query(`update deliveries set created_at = now() - interval '1 hour' where cluster_id = $1`, [world.cluster]);
  world.targets = [target('suspended')];
  await world.deliverer().run();
  expect(world.arrived).toEqual(['a/1']);
  world.targets = [target('gone'), target('unsigned')];
  await world.deliverer().run();
  expect(world.arrived).toEqual(['a/1']);
});

describe('whatever fails and whoever dies', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  test(`everything arrives, in order of each subject (SEED=${seed})`, async () => {
    const world = await newWorld(target('s'));
    const random = (world.random = seededRandom(seed));
    const pick = (n: number) => Math.floor(random.next() * n);
    const isOk = () => random.next() < 0.6;
    let revision = 0;
    let running: Promise<unknown>[] = [];
    world.send = async () => {
      await new Promise((resolve) => setTimeout(resolve, pick(3)));
      return isOk() ? ok : failed;
    };
    let deliverer = world.deliverer();
    for (let round = 0; round < 60; round++) {
      const rows = Array.from({ length: pick(12) }, (): [string, number] => [`x${pick(4)}`, ++revision]);
      if (rows.length > 0) await world.put('s', ...rows);
      if (random.next() < 0.3) await world.wait();
      running.push(deliverer.run(['s']));
      if (random.next() < 0.3) await Promise.all(running.splice(0));
      if (random.next() < 0.1) {
        // Nothing of the old instance is taken over but the table.
        await Promise.all(running.splice(0));
        deliverer = world.deliverer();
      }
    }
    await Promise.all(running);
    world.send = async () => ok;
    for (let i = 0; i < 50 && (await world.outbox.count('s', 1)).pending > 0; i++) {
      await world.wait();
      await deliverer.run();
    }
    const seen = new Set(world.arrived);
    expect(seen.size).toBe(revision);
    const last = new Map<string, number>();
    for (const body of seen) {
      const [subject, at] = body.split('/') as [string, string];
      expect(Number(at), body).toBeGreaterThan(last.get(subject) ?? 0);
      last.set(subject, Number(at));
    }
  });
});
