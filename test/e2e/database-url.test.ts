import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type Postgres } from '../../src/dev/postgres.ts';
import { LocalServer } from './support/local-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

let folder: string;
let postgres: Postgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernetes-url-'));
  postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

it('uses the database of DATABASE_URL, from any data folder', async () => {
  const env = { DATABASE_URL: postgres.url };
  const first = await LocalServer.start({ env });
  const token = await readFile(join(first.data, 'admin-token'), 'utf8');
  const created = await first.api(configMaps, { metadata: { name: 'shared' } });
  expect(created.status).toBe(201);
  await first.remove();

  const second = await LocalServer.start({ env });
  try {
    expect((await second.api(`${configMaps}/shared`)).body).toEqual(created.body);
    expect(await readFile(join(second.data, 'admin-token'), 'utf8')).not.toBe(token);
    await expect(readFile(join(second.data, 'postgres', 'PG_VERSION'))).rejects.toThrow('ENOENT');
  } finally {
    await second.remove();
  }
});
