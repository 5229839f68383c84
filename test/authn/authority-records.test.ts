import { beforeAll, beforeEach, expect, test } from 'vitest';
import { findAuthorities, signingAuthority, type AuthorityStore, type Sealing } from '../../src/authn/authority-records.ts';
import { readAuthority } from '../../src/authn/x509.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const now = new Date('2026-01-01T00:00:00Z');
/** Seals so that one can look through it. */
const keys: Sealing = {
  seal: async (place, text) => `sealed ${place.join(' ')} ${text}`,
  open: async (place, text) => text.slice(`sealed ${place.join(' ')} `.length),
};
let db: TestDatabase;
let store: AuthorityStore;
beforeAll(async () => {
  db = await testDatabase();
}, 60_000);
beforeEach(async () => {
  const cluster = await db.createCluster();
  store = { orm: db.database.orm, cluster, keys };
});

test('a cluster has no authority until one is needed, and then that one', async () => {
  expect(await findAuthorities(store.orm, store.cluster)).toBe('');
  const made = await signingAuthority(store, now);
  expect(await signingAuthority(store, now)).toEqual(made);
  const pem = (await findAuthorities(store.orm, store.cluster))!;
  expect(pem).toBe(`${(await readAuthority(made)).certificate.toString('pem')}\n`);
  expect(await findAuthorities(store.orm, 'c-nowhere000')).toBeUndefined();
});

test('whoever comes first makes it', async () => {
  const [one, two] = await Promise.all([signingAuthority(store, now), signingAuthority(store, now)]);
  const later = await signingAuthority(store, now);
  expect([one.keyId, two.keyId]).toContain(later.keyId);
});

test('the key is stored sealed, for its place', async () => {
  const { keyId, privateKey } = await signingAuthority(store, now);
  const [[stored]] = (await db.database.query('select private_key from certificate_authorities where cluster_id = $1', [store.cluster])) as [[string]];
  expect(stored).toBe(`sealed certificate_authorities ${store.cluster} ${keyId} ${privateKey}`);
});

test('several are all trusted, and the newest signs', async () => {
  const old = await signingAuthority(store, now);
  await db.database.query(
    `insert into certificate_authorities select cluster_id, 'newer', certificate, null, created_at + interval '1 hour'
    from certificate_authorities where cluster_id = $1`,
    [store.cluster],
  );
  // The newer one has no key of its own here.
  expect((await signingAuthority(store, now)).keyId).toBe(old.keyId);
  expect((await findAuthorities(store.orm, store.cluster))!.match(/BEGIN/g)).toHaveLength(2);
});
