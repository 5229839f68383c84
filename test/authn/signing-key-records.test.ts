import { beforeAll, expect, it } from 'vitest';
import { findPublicKeys, signingKeyPair } from '../../src/authn/signing-key-records.ts';
import { createKeyPair } from '../../src/authn/signing-keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);

it('makes a pair of keys when a cluster first needs one, and keeps to it', async () => {
  const { orm } = db.database;
  const cluster = await db.createCluster();
  const other = await db.createCluster();
  expect(await findPublicKeys(orm, cluster)).toEqual({ tenant: 'test', keys: [] });
  const pair = await signingKeyPair(orm, cluster);
  expect(await signingKeyPair(orm, cluster)).toEqual(pair);
  const { keyId, publicKey } = pair;
  expect(await findPublicKeys(orm, cluster)).toEqual({ tenant: 'test', keys: [{ keyId, publicKey }] });
  expect((await signingKeyPair(orm, other)).keyId).not.toBe(keyId);
});

it('agrees on one pair when several are made at once', async () => {
  const { orm } = db.database;
  const cluster = await db.createCluster();
  await Promise.all(Array.from({ length: 4 }, () => signingKeyPair(orm, cluster)));
  const keys = await findPublicKeys(orm, cluster);
  expect((await signingKeyPair(orm, cluster)).keyId).toBe(keys?.keys[0]?.keyId);
});

it('signs with the newest key that has its private half, and verifies with all', async () => {
  const { orm, query } = { orm: db.database.orm, query: db.database.query };
  const cluster = await db.createCluster();
  const first = await signingKeyPair(orm, cluster);
  const [next, published] = [await createKeyPair(), await createKeyPair()];
  const insert = `insert into signing_keys values ($1, $2, $3, $4, now() + $5::interval)`;
  await query(insert, [cluster, next.keyId, next.publicKey, next.privateKey, '1 minute']);
  await query(insert, [cluster, published.keyId, published.publicKey, null, '2 minutes']);
  expect(await signingKeyPair(orm, cluster)).toEqual(next);
  const ids = (await findPublicKeys(orm, cluster))?.keys.map(({ keyId }) => keyId);
  expect(ids).toEqual([published.keyId, next.keyId, first.keyId]);
});

it('knows no keys of a cluster that is gone', async () => {
  const { orm, query } = { orm: db.database.orm, query: db.database.query };
  const cluster = await db.createCluster();
  await signingKeyPair(orm, cluster);
  await query('update clusters set deleted_at = now() where id = $1', [cluster]);
  expect(await findPublicKeys(orm, cluster)).toBeUndefined();
  expect(await findPublicKeys(orm, 'c-nowhere000')).toBeUndefined();
});
