import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { findPublicKeys, never, recordLongToken, signingKeyPair } from '../../src/authn/signing-key-records.ts';
import {
  deleteExpiredSigningKeys,
  deleteSigningKey,
  listSigningKeys,
  rotateSigningKey,
} from '../../src/authn/signing-key-rotation.ts';
import { resealPrivateKeys } from '../../src/authn/sealed-keys.ts';
import { createKeyPair } from '../../src/authn/signing-keys.ts';
import type { Database } from '../../src/db/client.ts';
import { keysOf, platformKey } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
let database: Database;
let orm: Database['orm'];
beforeAll(async () => {
  db = await testDatabase();
  ({ database } = db);
  ({ orm } = database);
}, 60_000);

const signing = (cluster: string) => signingKeyPair(orm, keysOf(database, cluster), cluster);
const rotate = (cluster: string, signsAfterSeconds = 0) => rotateSigningKey(database, keysOf(database, cluster), cluster, signsAfterSeconds);
const verifying = async (cluster: string) => (await findPublicKeys(orm, cluster))?.keys.map(({ keyId }) => keyId);
/** Everything about the keys of the cluster happened earlier by so long. */
const pass = (cluster: string, interval: string) =>
  database.query(
    `update signing_keys set created_at = created_at - $2::interval, signs_at = signs_at - $2::interval,
      superseded_at = superseded_at - $2::interval where cluster_id = $1`,
    [cluster, interval],
  );

it('makes a pair of keys when a cluster first needs one, and keeps to it', async () => {
  const cluster = await db.createCluster();
  const other = await db.createCluster();
  expect(await findPublicKeys(orm, cluster)).toEqual({ tenant: 'test', keys: [] });
  const pair = await signing(cluster);
  expect(await signing(cluster)).toEqual(pair);
  const { keyId, publicKey } = pair;
  expect(await findPublicKeys(orm, cluster)).toEqual({ tenant: 'test', keys: [{ keyId, publicKey }] });
  expect((await signing(other)).keyId).not.toBe(keyId);
});

it('agrees on one pair when several are made at once', async () => {
  const cluster = await db.createCluster();
  await Promise.all(Array.from({ length: 4 }, () => signing(cluster)));
  expect((await signing(cluster)).keyId).toBe((await verifying(cluster))?.[0]);
});

it('signs with the newest key that has its private half, and verifies with all', async () => {
  const cluster = await db.createCluster();
  const first = await signing(cluster);
  const [next, published] = [await createKeyPair(), await createKeyPair()];
  const insert = `insert into signing_keys values ($1, $2, $3, $4, now() + $5::interval)`;
  await database.query(insert, [cluster, next.keyId, next.publicKey, next.privateKey, '1 minute']);
  await database.query(insert, [cluster, published.keyId, published.publicKey, null, '2 minutes']);
  expect(await signing(cluster)).toEqual(next);
  expect(await verifying(cluster)).toEqual([published.keyId, next.keyId, first.keyId]);
});

it('knows no keys of a cluster that is gone', async () => {
  const cluster = await db.createCluster();
  await signing(cluster);
  await database.query('update clusters set deleted_at = now() where id = $1', [cluster]);
  expect(await findPublicKeys(orm, cluster)).toBeUndefined();
  expect(await findPublicKeys(orm, 'c-nowhere000')).toBeUndefined();
});

describe('private keys', () => {
  const stored = async (cluster: string) => (await database.query('select private_key from signing_keys where cluster_id = $1', [cluster])).flat();

  it('are sealed', async () => {
    const cluster = await db.createCluster();
    const { privateKey } = await signing(cluster);
    expect(await stored(cluster)).toEqual([expect.stringMatching(/^sealed:v1:\d+:[\w-]+$/)]);
    expect(privateKey).toMatch(/^MIG/);
    const wrong = keysOf(database, cluster, { platformKeys: platformKey('test', 9) });
    await expect(signingKeyPair(orm, wrong, cluster)).rejects.toThrow('platform key "test"');
    expect(await stored(cluster)).toHaveLength(1);
  });

  it('do not open for another cluster', async () => {
    const [cluster, thief] = [await db.createCluster(), await db.createCluster()];
    await signing(cluster);
    await database.query(`update signing_keys set cluster_id = $2 where cluster_id = $1`, [cluster, thief]);
    await expect(signing(thief)).rejects.toMatchObject({ name: 'EncryptionError' });
  });

  it('of before are used as they are, and are sealed with the rest', async () => {
    const cluster = await db.createCluster();
    const pair = await createKeyPair();
    await database.query(`insert into signing_keys values ($1, $2, $3, $4)`, [cluster, pair.keyId, pair.publicKey, pair.privateKey]);
    expect(await signing(cluster)).toEqual(pair);
    await resealPrivateKeys(database, keysOf(database, cluster), cluster);
    const [sealed] = await stored(cluster);
    expect(sealed).toMatch(/^sealed:/);
    await resealPrivateKeys(database, keysOf(database, cluster), cluster);
    expect(await stored(cluster)).toEqual([sealed]);
    expect(await signing(cluster)).toEqual(pair);
  });
});

describe('rotation', () => {
  it('publishes a key before it signs', async () => {
    const cluster = await db.createCluster();
    const old = await signing(cluster);
    await rotate(cluster, 3600);
    const [next, ...others] = (await verifying(cluster))!;
    expect(others).toEqual([old.keyId]);
    expect((await signing(cluster)).keyId).toBe(old.keyId);
    await pass(cluster, '59 minutes');
    expect((await signing(cluster)).keyId).toBe(old.keyId);
    await pass(cluster, '2 minutes');
    expect((await signing(cluster)).keyId).toBe(next);
    expect(await verifying(cluster)).toContain(old.keyId);
  });

  it('keeps an old key as long as its tokens may live, and no longer', async () => {
    const cluster = await db.createCluster();
    const old = await signing(cluster);
    await pass(cluster, '2000 days');
    await rotate(cluster);
    await pass(cluster, '365 days 12 hours');
    expect(await verifying(cluster)).toContain(old.keyId);
    await deleteExpiredSigningKeys(orm);
    expect(await listSigningKeys(orm, cluster)).toHaveLength(2);
    await pass(cluster, '1 day');
    const { keyId } = await signing(cluster);
    expect(await verifying(cluster)).toEqual([keyId]);
    await deleteExpiredSigningKeys(orm);
    expect(await database.query('select key_id from signing_keys where cluster_id = $1', [cluster])).toEqual([[keyId]]);
  });

  it('keeps a key longer that has signed tokens which live longer', async () => {
    const [cluster, forever] = [await db.createCluster(), await db.createCluster()];
    const inYears = (years: number) => new Date(Date.now() + years * 366 * 86_400_000);
    for (const [id, until] of [[cluster, inYears(3)], [forever, never]] as const) {
      const { keyId } = await signing(id);
      await recordLongToken(orm, id, keyId, until);
      await recordLongToken(orm, id, keyId, inYears(2));
      await rotate(id);
      await pass(id, '1000 days');
      expect(await verifying(id)).toContain(keyId);
      const old = (await listSigningKeys(orm, id)).find((each) => each.keyId === keyId);
      expect(old?.verifiesUntil).toEqual(until);
    }
  });

  it('that is made anew before the key signed leaves only the newest', async () => {
    const cluster = await db.createCluster();
    await signing(cluster);
    await rotate(cluster, 3600);
    const [pending] = (await verifying(cluster))!;
    await rotate(cluster, 0);
    const newest = (await signing(cluster)).keyId;
    expect(newest).not.toBe(pending);
    await pass(cluster, '2 hours');
    expect((await signing(cluster)).keyId).toBe(newest);
  });

  it('of a cluster that never signed makes a key that signs at once', async () => {
    const cluster = await db.createCluster();
    await rotate(cluster, 3600);
    expect(await verifying(cluster)).toEqual([(await signing(cluster)).keyId]);
  });

  it('again does not let older keys live longer', async () => {
    const cluster = await db.createCluster();
    const { keyId } = await signing(cluster);
    await rotate(cluster);
    await pass(cluster, '300 days');
    await rotate(cluster);
    await pass(cluster, '100 days');
    expect(await verifying(cluster)).not.toContain(keyId);
  });

  it('at the same moment, several times, ends with one signer', async () => {
    const cluster = await db.createCluster();
    await signing(cluster);
    const session = new pg.Client({ connectionString: db.url });
    await session.connect();
    try {
      await session.query('begin');
      await session.query('select from signing_keys where cluster_id = $1 for update', [cluster]);
      const rotations = Array.from({ length: 3 }, () => rotate(cluster));
      const sql = `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await session.query(sql)).rows[0].waiting < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      await session.query('commit');
      await Promise.all(rotations);
    } finally {
      await session.end();
    }
    const keys = await listSigningKeys(orm, cluster);
    expect(keys).toHaveLength(4);
    expect(keys.filter(({ supersededAt }) => supersededAt === null).map(({ keyId }) => keyId)).toEqual([(await signing(cluster)).keyId]);
  });

  it('lets a key be taken away that signs no more, and no other', async () => {
    const cluster = await db.createCluster();
    const old = await signing(cluster);
    await rotate(cluster, 0);
    const { keyId } = await signing(cluster);
    expect(await deleteSigningKey(orm, cluster, keyId)).toBe('signs');
    expect(await deleteSigningKey(orm, await db.createCluster(), old.keyId)).toBe('not-found');
    await pass(cluster, '1 second');
    expect(await deleteSigningKey(orm, cluster, old.keyId)).toBe('deleted');
    expect(await verifying(cluster)).toEqual([keyId]);
  });
});
