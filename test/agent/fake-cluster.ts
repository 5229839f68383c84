import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { applyMergePatch } from '../../src/machinery/patch/merge.ts';
import { applyStrategicMergePatch } from '../../src/machinery/patch/strategic.ts';
import { nodes } from '../../src/resources/core/node.ts';
import { pods } from '../../src/resources/core/pod.ts';
import { heartbeat, NodeFrame, tunnelProtocol, type ClusterFrame } from '../../src/tunnel/frames.ts';

type Request = Extract<NodeFrame, { type: 'request' }>;
type Stored = KubeObject & Record<string, unknown>;

/**
 * The cluster's side of the tunnel with a very small API behind it: objects by path, one revision for all, watches. Says
 * what happens through events: `connection`, `frame`, `change`.
 */
export class FakeCluster extends EventEmitter {
  readonly objects = new Map<string, Stored>();
  readonly requests: Request[] = [];
  /** The watches that were asked for, in order. */
  readonly watchPaths: string[] = [];
  readonly sockets = new Set<WebSocket>();
  /** Answers instead of the API, if it gives something. */
  intercept: (request: Request) => { status: number; body: string } | 'silence' | undefined = () => undefined;
  /** The status that new connections get instead of a tunnel. */
  refuseWith: number | undefined;
  answersPings = true;
  /** Nodes get a network for their pods right after they are made, as from a controller. */
  givesNetworks = true;
  revision = 1;
  connections = 0;
  #networks = 0;
  readonly #server: WebSocketServer;
  readonly #log: { revision: number; type: string; object: Stored }[] = [];
  readonly #watches = new Set<{ socket: WebSocket; id: number; path: string }>();
  compactedRevision = 0;
  readonly #listening: Promise<unknown>;

  constructor() {
    super();
    this.setMaxListeners(100);
    this.#server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => tunnelProtocol,
      verifyClient: (_info, accept) => accept(this.refuseWith === undefined, this.refuseWith),
    });
    this.#listening = once(this.#server, 'listening');
    this.#server.on('connection', (socket, request) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('message', (data) => this.#received(socket, data.toString()));
      socket.on('close', () => {
        this.sockets.delete(socket);
        for (const watch of this.#watches) if (watch.socket === socket) this.#watches.delete(watch);
        this.emit('activity');
      });
      this.emit('connection', socket, request);
    });
  }

  async listening(): Promise<string> {
    await this.#listening;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/clusters/c-test`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((done) => this.#server.close(done));
  }

  dropAll(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** Resolves when `condition` holds, looking after every frame and change. */
  async until<T>(condition: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = condition();
      if (value) return value;
      await once(this, 'activity');
    }
  }

  put(path: string, object: Omit<Stored, 'metadata'> & { metadata: Partial<Stored['metadata']> }): Stored {
    const old = this.objects.get(path);
    const metadata = {
      uid: old?.metadata.uid ?? `uid-${path}-${this.revision + 1}`,
      ...object.metadata,
      resourceVersion: String(++this.revision),
    };
    const stored = { ...object, metadata } as Stored;
    this.objects.set(path, stored);
    this.#changed(old ? 'MODIFIED' : 'ADDED', stored);
    return stored;
  }

  remove(path: string): void {
    const old = this.objects.get(path);
    if (!old) return;
    this.objects.delete(path);
    this.#changed('DELETED', { ...old, metadata: { ...old.metadata, resourceVersion: String(++this.revision) } });
  }

  pod(name: string): Stored | undefined {
    return this.objects.get(`/api/v1/namespaces/default/pods/${name}`);
  }

  /** Sends every event of the log again to every watch, as an object that lost its memory may. */
  repeatAll(): void {
    for (const { socket, id } of this.#watches)
      for (const { revision, type, object } of this.#log)
        if (object.kind === 'Pod')
          this.#send(socket, { type: 'events', id, position: revision, lines: [JSON.stringify({ type, object })] });
  }

  endWatches(status: number): void {
    for (const { socket, id } of this.#watches) this.#send(socket, { type: 'ended', id, status, message: 'over' });
    this.#watches.clear();
  }

  #changed(type: string, object: Stored): void {
    this.#log.push({ revision: this.revision, type, object });
    for (const watch of this.#watches)
      if (object.kind === 'Pod')
        this.#send(watch.socket, {
          type: 'events',
          id: watch.id,
          position: this.revision,
          lines: [JSON.stringify({ type, object })],
        });
    this.emit('activity');
  }

  #giveNetwork(path: string, node: Stored): void {
    const podCIDR = `10.128.${++this.#networks}.0/24`;
    this.put(path, { ...node, spec: { ...(node.spec as object), podCIDR, podCIDRs: [podCIDR] } });
  }

  #received(socket: WebSocket, text: string): void {
    if (text === heartbeat.request) {
      if (this.answersPings) socket.send(heartbeat.response);
      this.emit('ping', socket);
      return;
    }
    const frame = NodeFrame.parse(JSON.parse(text));
    this.emit('frame', frame, socket);
    if (frame.type === 'watch') this.#watch(socket, frame.id, frame.path);
    if (frame.type === 'request') {
      this.requests.push(frame);
      const answer = this.intercept(frame) ?? this.#answer(frame);
      if (answer !== 'silence') this.#send(socket, { type: 'response', id: frame.id, ...answer });
    }
    this.emit('activity');
  }

  #watch(socket: WebSocket, id: number, path: string): void {
    this.watchPaths.push(path);
    const from = Number(new URL(path, 'http://x').searchParams.get('resourceVersion'));
    if (from < this.compactedRevision)
      return this.#send(socket, { type: 'ended', id, status: 410, message: 'too old resource version' });
    this.#watches.add({ socket, id, path });
    for (const { revision, type, object } of this.#log)
      if (revision > from && object.kind === 'Pod')
        this.#send(socket, { type: 'events', id, position: revision, lines: [JSON.stringify({ type, object })] });
  }

  #answer({ method, path, body, contentType }: Request): { status: number; body: string } {
    const url = new URL(path, 'http://x');
    const isStatus = url.pathname.endsWith('/status');
    const key = isStatus ? url.pathname.slice(0, -'/status'.length) : url.pathname;
    const current = this.objects.get(key);
    const parsed = body ? (JSON.parse(body) as Stored & { preconditions?: { uid: string } }) : undefined;
    switch (method) {
      case 'GET': {
        if (current) return ok(current);
        if (!/\/(pods|nodes)$/.test(key)) return failure(404, 'NotFound');
        const plural = key.slice(key.lastIndexOf('/') + 1);
        const items = [...this.objects].filter(([at]) => at.split('/').at(-2) === plural).map(([, object]) => object);
        return ok({ metadata: { resourceVersion: String(this.revision) }, items });
      }
      case 'POST': {
        const at = `${key}/${parsed!.metadata.name}`;
        if (this.objects.has(at)) return failure(409, 'AlreadyExists');
        const stored = this.put(at, parsed!);
        if (stored.kind === 'Node' && this.givesNetworks) this.#giveNetwork(at, stored);
        return ok(stored, 201);
      }
      case 'PATCH': {
        if (!current) return failure(404, 'NotFound');
        if (parsed!.metadata?.uid && parsed!.metadata.uid !== current.metadata.uid) return failure(409, 'Conflict');
        const schema = current.kind === 'Node' ? nodes.schema : pods.schema;
        const patched = contentType?.includes('strategic')
          ? applyStrategicMergePatch(schema, current, parsed)
          : applyMergePatch(current, parsed);
        return ok(this.put(key, patched as Stored));
      }
      case 'DELETE':
        if (!current) return failure(404, 'NotFound');
        if (parsed?.preconditions?.uid !== current.metadata.uid) return failure(409, 'Conflict');
        this.remove(key);
        return ok(current);
      default:
        return failure(405, 'MethodNotAllowed');
    }
  }

  #send(socket: WebSocket, frame: ClusterFrame): void {
    socket.send(JSON.stringify(frame));
  }
}

const ok = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });
const failure = (status: number, reason: string) => ({
  status,
  body: JSON.stringify({ kind: 'Status', reason, message: reason }),
});
