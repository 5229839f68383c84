import { beforeAll, expect, test } from 'vitest';
import { findToken, insertToken } from '../../src/authn/token-records.ts';
import type { Env } from '../../src/env.ts';
import { maintain } from '../../src/gateway/maintenance.ts';
import { startSqlBridge } from '../../src/dev/sql-bridge.ts';
import { testPlatformKeys } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

let shared: TestDatabase;
beforeAll(async () => {
  shared = await testDatabase();
});

test('the schedule removes expired tokens and deleted clusters, and keeps the rest', async () => {
  const { database, url } = shared;
  const [kept, deleted] = [await shared.createCluster(), await shared.createCluster()];
  await database.query('update clusters set deleted_at = now() where id = $1', [deleted]);
  const token = (hash: string, expiresAt: Date) => ({
    hash,
    description: '',
    createdAt: new Date(0),
    expiresAt,
    identity: { tenant: 'test', cluster: kept, user: { name: 'u', groups: [] } },
  });
  await insertToken(database.orm, token('old', new Date(1_000)));
  await insertToken(database.orm, token('new', new Date('2999-01-01')));

  const bridge = await startSqlBridge({ connectionString: url, secret: 'maintenance' });
  try {
    const env = { DATABASE_URL: bridge.url, DATABASE_FETCH_ENDPOINT: bridge.endpoint, PLATFORM_KEYS: testPlatformKeys };
    await maintain(env as unknown as Env);
  } finally {
    await bridge.close();
  }
  expect(await findToken(database.orm, 'old')).toBeUndefined();
  expect(await findToken(database.orm, 'new')).toBeDefined();
  expect((await database.query('select id from clusters order by id')).map(([id]) => id)).toEqual([kept]);
  expect(await database.query('select tenant_id, version, platform_key_id from tenant_keys')).toEqual([['test', '1', 'test']]);
});
