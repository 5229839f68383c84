import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { silentLog } from '../../src/agent/log.ts';
import { systemTimers } from '../../src/agent/timers.ts';
import { TunnelClient, type TunnelClientOptions } from '../../src/agent/tunnel-client.ts';
import type { TunnelRefused } from '../../src/agent/tunnel-errors.ts';
import { FakeCluster } from './fake-cluster.ts';

let cluster: FakeCluster;
let clients: TunnelClient[];

beforeEach(() => {
  cluster = new FakeCluster();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client.close();
  await cluster.close();
});

async function connect(options: Partial<TunnelClientOptions> = {}): Promise<TunnelClient> {
  const client = new TunnelClient({
    server: await cluster.listening(),
    node: 'node-1',
    token: 'secret',
    timers: systemTimers,
    random: seededRandom(1),
    log: silentLog,
    backoff: { firstMs: 1, longestMs: 5 },
    ...options,
  });
  clients.push(client);
  client.connect();
  return client;
}
const opened = (client: TunnelClient) => new Promise<void>((done) => client.onOpen(done));

const get = (path: string) => ({ method: 'GET', path }) as const;

describe('TunnelClient', () => {
  it('dials the cluster as the node, with its token and the protocol', async () => {
    const connection = once(cluster, 'connection') as Promise<[unknown, IncomingMessage]>;
    await connect({ node: 'node 1' });
    const [, request] = await connection;
    expect(request.url).toBe('/clusters/c-test/tunnel?node=node%201');
    expect(request.headers.authorization).toBe('Bearer secret');
    expect(request.headers['sec-websocket-protocol']).toBe('v1.node.hibernetes.dev');
  });

  it('keeps requests made before the connection, and matches answers that come out of order', async () => {
    const held: string[] = [];
    cluster.intercept = ({ path }) => {
      if (path === '/slow') return 'silence';
      held.push(path);
      return { status: 200, body: path };
    };
    const client = await connect();
    const slow = client.request(get('/slow'));
    const fast = await client.request(get('/fast'));
    expect(fast).toEqual({ status: 200, body: '/fast' });
    const [socket] = cluster.sockets;
    socket!.send(
      JSON.stringify({ type: 'response', id: cluster.requests.find(({ path }) => path === '/slow')!.id, status: 404, body: '' }),
    );
    expect(await slow).toEqual({ status: 404, body: '' });
    expect(held).toEqual(['/fast']);
  });

  it('rejects what is in flight when the connection breaks, and connects anew', async () => {
    cluster.intercept = ({ path }) => (path === '/first' ? 'silence' : { status: 200, body: '' });
    const client = await connect();
    const first = client.request(get('/first'));
    const outcome = first.catch((error: unknown) => error);
    await cluster.until(() => cluster.requests.length === 1);
    cluster.dropAll();
    expect(await outcome).toMatchObject({ code: 'disconnected' });
    expect(await client.request(get('/second'))).toEqual({ status: 200, body: '' });
    // Never sent twice: nobody knows whether it was carried out.
    expect(cluster.requests.map(({ path }) => path)).toEqual(['/first', '/second']);
    expect(cluster.connections).toBe(2);
  });

  it('ends watches with the connection', async () => {
    const client = await connect();
    await opened(client);
    const ended = new Promise<number>((done) => client.watch('/w', { onEvents: () => {}, onEnded: done }));
    await cluster.until(() => cluster.watchPaths.includes('/w'));
    cluster.dropAll();
    expect(await ended).toBe(0);
    // Without a connection a watch ends at once.
    expect(await new Promise<number>((done) => client.watch('/w', { onEvents: () => {}, onEnded: done }))).toBe(0);
  });

  it('bounds what is in flight and what waits', async () => {
    cluster.intercept = () => 'silence';
    const client = await connect({ requestsInFlightMax: 2, requestsWaitingMax: 3 });
    await opened(client);
    const sent = Array.from({ length: 5 }, (_, i) => client.request(get(`/${i}`)));
    await expect(client.request(get('/5'))).rejects.toMatchObject({ code: 'overloaded' });
    await cluster.until(() => cluster.requests.length === 2);
    const [socket] = cluster.sockets;
    socket!.send(JSON.stringify({ type: 'response', id: cluster.requests[0]!.id, status: 200, body: '' }));
    await sent[0];
    await cluster.until(() => cluster.requests.length === 3);
    expect(cluster.requests.map(({ path }) => path)).toEqual(['/0', '/1', '/2']);
    const rest = Promise.allSettled(sent.slice(1));
    await client.close();
    expect((await rest).every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('gives up on an answer that does not come', async () => {
    cluster.intercept = () => 'silence';
    const client = await connect({ requestTimeoutMs: 1 });
    await expect(client.request(get('/'))).rejects.toMatchObject({ code: 'timeout' });
  });

  it('notices a cluster that stopped answering pings', async () => {
    cluster.answersPings = false;
    // Long enough for an answer even on a busy machine.
    await connect({ heartbeatIntervalMs: 200 });
    await once(cluster, 'connection');
    await once(cluster, 'connection');
    cluster.answersPings = true;
    const [socket] = (await once(cluster, 'ping')) as [unknown];
    // Answered pings keep the connection: the next ones come over the same.
    for (let i = 0; i < 5; i++) expect((await once(cluster, 'ping'))[0]).toBe(socket);
  });

  it('tells when it is refused, and goes on trying', async () => {
    cluster.refuseWith = 403;
    const client = await connect();
    const error = await new Promise<TunnelRefused>((done) => client.onRefused(done));
    expect(error.status).toBe(403);
    expect(error.message).toContain('may not join');
    expect(error.message).not.toContain('secret');
    cluster.refuseWith = undefined;
    await opened(client);
  });

  it('drops a connection on which it receives what is no frame', async () => {
    const client = await connect();
    await opened(client);
    const [socket] = cluster.sockets;
    socket!.send('{"type":"surprise"}');
    const [code] = (await once(socket!, 'close')) as [number];
    expect(code).toBe(1007);
    await once(cluster, 'connection');
  });

  it('rejects after it was closed', async () => {
    const client = await connect();
    await opened(client);
    await client.close();
    await expect(client.request(get('/'))).rejects.toMatchObject({ code: 'closed' });
  });
});
