import { limits } from '../lib/limits.ts';
import type { NodeUsage } from '../machinery/node-usage.ts';
import { authenticatedGroup, nodesGroup, nodeUserName } from '../machinery/user.ts';
import { badRequest, internalError, StatusError, tooManyRequests } from '../machinery/status.ts';
import type { Bindings, ClusterApi, User } from '../server/api.ts';
import type { WatchStart } from '../server/watch/spec.ts';
import { NodeFrame, type ClusterFrame } from '../tunnel/frames.ts';
import { closeSocket, readAttachment, sendIfOpen, writeAttachment, type NodeAttachment, type SavedWatch } from './attachments.ts';
import type { Subscription, WatchHub, WatchSink } from './watch-hub.ts';

/** What a node says it uses, in answer to `measure` with that id. */
export type OnMeasured = (node: string, id: number, usage: NodeUsage) => void;

/** How a node's requests are answered: by the cluster's own API. */
export type Answer = (request: Request, asked: Bindings) => Promise<Response>;

/** How a node's watches are checked: as any client's. */
type StartWatch = (request: Request, user: User) => Promise<WatchStart>;

interface Session {
  attachment: NodeAttachment;
  readonly watches: Map<number, Subscription>;
  inFlight: number;
}

/** Who a node is to the API, as upstream's node authorizer knows it. */
export const nodeUser = (node: string): User => ({
  name: nodeUserName(node),
  groups: [nodesGroup, authenticatedGroup],
});

/** The tunnels of nodes. One socket a node: a new one replaces the old. */
export class NodeSockets {
  readonly #api: ClusterApi;
  readonly #hub: WatchHub;
  readonly #answer: Answer;
  readonly #startWatch: StartWatch;
  readonly #onMeasured: OnMeasured;
  readonly #sessions = new Map<WebSocket, Session>();

  constructor(options: { api: ClusterApi; hub: WatchHub; answer: Answer; startWatch: StartWatch; onMeasured: OnMeasured }) {
    this.#api = options.api;
    this.#hub = options.hub;
    this.#answer = options.answer;
    this.#startWatch = options.startWatch;
    this.#onMeasured = options.onMeasured;
  }

  /** `address` is where the node reached the cluster. */
  open(socket: WebSocket, node: string, address: string): void {
    const openedAtMs = this.#api.clock.now().getTime();
    const attachment: NodeAttachment = { kind: 'node', node, user: nodeUser(node), address, openedAtMs, watches: [] };
    writeAttachment(socket, attachment);
    this.#sessions.set(socket, { attachment, watches: new Map(), inFlight: 0 });
  }

  /** A tunnel that was there before this instance of the object. */
  async resume(socket: WebSocket, attachment: NodeAttachment): Promise<void> {
    const session: Session = { attachment, watches: new Map(), inFlight: 0 };
    this.#sessions.set(socket, session);
    for (const { id, ...saved } of attachment.watches) await this.#attach(socket, session, id, saved);
  }

  /** Asks a node what it uses. False if it has no session. */
  measure(node: string, id: number): boolean {
    const socket = [...this.#sessions].find(([, { attachment }]) => attachment.node === node)?.[0];
    if (socket) send(socket, { type: 'measure', id });
    return socket !== undefined;
  }

  close(socket: WebSocket): void {
    const session = this.#sessions.get(socket);
    this.#sessions.delete(socket);
    for (const subscription of session?.watches.values() ?? []) this.#hub.detach(subscription);
  }

  async message(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const session = this.#sessions.get(socket);
    if (!session) return;
    if (typeof message !== 'string') return closeSocket(socket, 1003, 'frames are text');
    if (message.length > limits.tunnelFrameBytes) return closeSocket(socket, 1009, 'the frame is too large');
    const frame = parseFrame(message);
    if (!frame) return closeSocket(socket, 1007, 'not a frame of this protocol');
    switch (frame.type) {
      case 'request':
        return this.#request(socket, session, frame);
      case 'watch':
        return this.#watch(socket, session, frame);
      case 'unwatch':
        return this.#unwatch(socket, session, frame.id);
      case 'measured':
        return this.#onMeasured(session.attachment.node, frame.id, frame.usage);
    }
  }

  async #request(socket: WebSocket, session: Session, frame: Extract<NodeFrame, { type: 'request' }>): Promise<void> {
    if (session.inFlight >= limits.tunnelRequestsInFlight) {
      const error = tooManyRequests('too many requests of this node are in flight');
      return send(socket, { type: 'response', id: frame.id, status: error.code, body: JSON.stringify(error.toStatus()) });
    }
    session.inFlight++;
    try {
      // What a node writes is known as its kubelet's.
      const headers = new Headers({ accept: 'application/json', 'user-agent': 'kubelet' });
      if (frame.contentType) headers.set('content-type', frame.contentType);
      const request = new Request(`https://cluster${frame.path}`, { method: frame.method, headers, body: frame.body ?? null });
      const { user, address } = session.attachment;
      const response = await this.#answer(request, { user, address });
      send(socket, { type: 'response', id: frame.id, status: response.status, body: await response.text() });
    } finally {
      session.inFlight--;
    }
  }

  async #watch(socket: WebSocket, session: Session, frame: Extract<NodeFrame, { type: 'watch' }>): Promise<void> {
    try {
      if (session.watches.has(frame.id)) throw badRequest(`watch ${frame.id} is open already`);
      if (session.attachment.watches.length >= nodeWatchesMax) throw tooManyRequests('too many watches of this node');
      const request = new Request(`https://cluster${frame.path}`, { headers: { accept: 'application/json' } });
      const start = await this.#startWatch(request, session.attachment.user);
      if (start.initial.length > 0) throw badRequest('a watch through a tunnel starts from the resourceVersion of a list');
      const saved = { spec: start.spec, position: start.position };
      session.attachment = { ...session.attachment, watches: [...session.attachment.watches, { id: frame.id, ...saved }] };
      writeAttachment(socket, session.attachment);
      await this.#attach(socket, session, frame.id, saved);
    } catch (error) {
      this.#end(socket, session, frame.id, error);
    }
  }

  #unwatch(socket: WebSocket, session: Session, id: number): void {
    const subscription = session.watches.get(id);
    if (subscription) this.#hub.detach(subscription);
    session.watches.delete(id);
    session.attachment = { ...session.attachment, watches: session.attachment.watches.filter((watch) => watch.id !== id) };
    writeAttachment(socket, session.attachment);
  }

  async #attach(socket: WebSocket, session: Session, id: number, saved: SavedWatch): Promise<void> {
    const sink: WatchSink = {
      // Nodes watch in JSON.
      send: (position, _revisions, events) =>
        send(socket, { type: 'events', id, position, lines: events.filter((event) => typeof event === 'string') }),
      save: (position) => {
        const watches = session.attachment.watches.map((watch) => (watch.id === id ? { ...watch, position } : watch));
        session.attachment = { ...session.attachment, watches };
        writeAttachment(socket, session.attachment);
      },
    };
    try {
      const subscription = await this.#hub.attach(this.#api.store, saved.spec, saved.position, sink);
      if (this.#sessions.has(socket)) session.watches.set(id, subscription);
      else this.#hub.detach(subscription);
    } catch (error) {
      this.#end(socket, session, id, error);
    }
  }

  #end(socket: WebSocket, session: Session, id: number, error: unknown): void {
    const status = error instanceof StatusError ? error : internalError('the watch failed');
    this.#unwatch(socket, session, id);
    send(socket, { type: 'ended', id, status: status.code, message: status.message });
  }
}

/** A kubelet and a proxy need half a dozen; more would not fit into the socket's attachment. */
const nodeWatchesMax = 16;

/** When a node was last heard of: its last heartbeat, or when its socket was opened. Undefined for a closed one. */
export function lastHeartbeat(socket: WebSocket, heartbeatAt: Date | null): Date | undefined {
  const attachment = readAttachment(socket);
  if (attachment?.kind !== 'node' || socket.readyState !== WebSocket.OPEN) return undefined;
  return heartbeatAt ?? new Date(attachment.openedAtMs);
}

function parseFrame(text: string): NodeFrame | undefined {
  try {
    return NodeFrame.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function send(socket: WebSocket, frame: ClusterFrame): void {
  sendIfOpen(socket, JSON.stringify(frame));
}
