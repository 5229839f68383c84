import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { StoreError, type Store } from '../../src/storage/store.ts';
import { admin, testCluster, withStore } from './support/cluster.ts';

async function server(overrides: Partial<Store> = {}) {
  const { api, clock } = await testCluster();
  const app = createApp(withStore(api, overrides));
  const get = async (path: string) => {
    const response = await app.request(path, {}, { user: admin });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { get, clock };
}

describe('health', () => {
  it('is ok, and says what was checked when asked', async () => {
    const { get } = await server();
    for (const path of ['/livez', '/readyz', '/healthz', '/readyz/ping', '/livez/etcd', '/readyz/etcd-readiness', '/livez/'])
      expect([path, (await get(path)).text]).toEqual([path, 'ok']);
    expect((await get('/livez?verbose')).text).toBe('[+]ping ok\n[+]log ok\n[+]etcd ok\nlivez check passed\n');
    expect((await get('/readyz?verbose=1')).text).toBe(
      '[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]etcd-readiness ok\n[+]informer-sync ok\n[+]shutdown ok\nreadyz check passed\n',
    );
    const { headers } = await get('/livez');
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache, private',
    });
    expect((await get('/livez/etcd-readiness')).status).toBe(404);
  });

  it('leaves out what is excluded', async () => {
    const { get } = await server();
    expect((await get('/livez?verbose&exclude=etcd&exclude=b&exclude=a')).text).toBe(
      '[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "a","b"\nlivez check passed\n',
    );
  });

  it('tells of a database that does not answer, to who waits to use it', async () => {
    const { get } = await server({ ping: () => Promise.reject(new StoreError('unavailable', 'inside')) });
    expect((await get('/livez')).status).toBe(200);
    const { status, text } = await get('/readyz');
    expect([status, text]).toEqual([
      500,
      '[+]ping ok\n[+]log ok\n[+]etcd ok\n[-]etcd-readiness failed: reason withheld\n[+]informer-sync ok\n[+]shutdown ok\nreadyz check failed\n',
    ]);
    expect((await get('/readyz?exclude=etcd-readiness')).text).toBe('ok');
    expect(await get('/readyz/etcd-readiness')).toMatchObject({
      status: 500,
      text: 'internal server error: the server is currently unable to handle the request\n',
    });
  });

  it('tells of a lock that is lost', async () => {
    const { get } = await server({
      checkLock: () => {
        throw new StoreError('fenced', 'inside');
      },
    });
    expect((await get('/livez')).text).toContain('[-]etcd failed: reason withheld\n');
  });

  it('asks the database at most every ten seconds while it answers', async () => {
    let asked = 0;
    const { get, clock } = await server({ ping: async () => void asked++ });
    for (let i = 0; i < 3; i++) await get('/readyz');
    expect(asked).toBe(1);
    clock.advance(10);
    await get('/readyz');
    expect(asked).toBe(2);
  });
});
