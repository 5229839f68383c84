import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase } from '../support/postgres.ts';
import { accessTo, type Access } from './support/api-watch.ts';
import { callHttps } from '../../src/dev/https.ts';
import { LocalServer } from './support/local-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

/** Two servers, each with objects of its own, on one database: two holders of the same cluster, as no platform should have. */
describe('two processes that hold the same cluster', () => {
  let first: LocalServer;
  let second: LocalServer;
  beforeAll(async () => {
    const DATABASE_URL = await emptyDatabase();
    first = await LocalServer.start({ env: { DATABASE_URL } });
    second = await LocalServer.start({ env: { DATABASE_URL } });
  });
  afterAll(async () => {
    await first.remove();
    await second.remove();
  });

  it('never both commit: who lost the lock is told so, loses nothing, and may take it back', async () => {
    const cluster = await accessTo(first);
    const to = (server: LocalServer, access: Access) => access.server.replace(first.url, server.url);
    const authority = { first: cluster.authority, second: (await accessTo(second)).authority };
    const call = async (who: 'first' | 'second', path: string, body?: object) => {
      const server = who === 'first' ? first : second;
      const url = to(server, cluster) + path;
      const answer = await callHttps(url, { method: body ? 'POST' : 'GET', token: cluster.token, authority: authority[who], body });
      return { status: answer.status, body: JSON.parse(answer.body) as { reason?: string; items?: { metadata: { name: string; resourceVersion: string } }[] } };
    };
    const names = async (who: 'first' | 'second') => (await call(who, configMaps)).body.items!.map(({ metadata }) => metadata.name);

    // The start of the second one took the lock; after one refusal the first one has it back.
    await expect.poll(async () => (await call('first', configMaps, { metadata: { name: 'a' } })).status).toBe(201);
    // Likewise the second one.
    await expect.poll(async () => (await call('second', configMaps, { metadata: { name: 'b' } })).status).toBe(201);
    // The first one has an object of its own in memory, which does not know of that yet.
    const refused = await call('first', configMaps, { metadata: { name: 'c' } });
    expect([refused.status, refused.body.reason]).toEqual([503, 'ServiceUnavailable']);
    expect(await names('second')).toEqual(['a', 'b', 'kube-root-ca.crt']);

    // The next request loads the first one's object again: it sees everything, and has the lock now.
    expect((await call('first', configMaps, { metadata: { name: 'c' } })).status).toBe(201);
    expect(await names('first')).toEqual(['a', 'b', 'c', 'kube-root-ca.crt']);
    expect((await call('second', configMaps, { metadata: { name: 'f' } })).status).toBe(503);
    const versions = (await call('first', configMaps)).body.items!.map(({ metadata }) => metadata.resourceVersion);
    expect(new Set(versions).size).toBe(versions.length);
  });
});
