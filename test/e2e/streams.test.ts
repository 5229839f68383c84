import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { heartbeat, heartbeatIntervalMs, tunnelProtocol } from '../../src/tunnel/frames.ts';
import { accessTo, watchLines } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

/** What the Worker does by itself for the streams that it holds: it has the clocks, so that the cluster can sleep. */
describe('streams that the Worker holds', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await LocalServer.start();
  });
  afterAll(() => server.remove());

  it('ends a watch at its time, after a bookmark that says how far it is', async () => {
    const watch = await watchLines(server, '/api/v1/namespaces?watch=1&timeoutSeconds=1&allowWatchBookmarks=true');
    await expect.poll(watch.isOpen, { timeout: 10_000 }).toBe(false);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED', 'BOOKMARK']);
    const versions = watch.events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions.at(-1)).toBeGreaterThanOrEqual(Math.max(...versions));
  });

  it('sends no bookmark to who did not ask for any', async () => {
    const watch = await watchLines(server, '/api/v1/namespaces?watch=1&timeoutSeconds=1');
    await expect.poll(watch.isOpen, { timeout: 10_000 }).toBe(false);
    expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED']);
  });

  it('passes on that a kind is deprecated', async () => {
    const watch = await watchLines(server, '/api/v1/endpoints?watch=1&timeoutSeconds=1');
    expect(watch.headers['warning']).toMatch(/^299 - "v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice"$/);
    watch.close();
  });

  it('ends the session of a node that falls silent, and keeps that of one that does not', async () => {
    const access = await accessTo(server);
    const open = async (node: string) => {
      const url = `${access.server.replace('https:', 'wss:')}/tunnel?node=${node}`;
      const socket = new WebSocket(url, tunnelProtocol, { ca: access.authority, headers: { authorization: `Bearer ${access.token}` } });
      await once(socket, 'open');
      return socket;
    };
    const [silent, lively] = [await open('silent'), await open('lively')];
    const pulse = setInterval(() => lively.send(heartbeat.request), heartbeatIntervalMs / 2);
    try {
      // Nothing tells when it will: 25 s of silence, looked for every 10 s.
      const [code] = (await once(silent, 'close')) as [number];
      expect(code).toBe(1001);
      expect(lively.readyState).toBe(WebSocket.OPEN);
    } finally {
      clearInterval(pulse);
      silent.terminate();
      lively.terminate();
    }
  });
});
