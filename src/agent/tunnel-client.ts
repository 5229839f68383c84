import WebSocket from 'ws';
import { limits } from '../lib/limits.ts';
import type { Random } from '../lib/random.ts';
import type { NodeUsage } from '../machinery/node-usage.ts';
import { ClusterFrame, heartbeat, heartbeatIntervalMs, tunnelProtocol, type NodeFrame } from '../tunnel/frames.ts';
import type { Log } from './log.ts';
import { retryDelayMs, type RetryBounds } from './retry-delay.ts';
import type { Timers } from './timers.ts';
import { isFinalRefusal, TunnelError, TunnelRefused } from './tunnel-errors.ts';

export interface TunnelRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  contentType?: string;
  body?: string;
}

export interface TunnelResponse {
  status: number;
  body: string;
}

export interface WatchHandler {
  /** The events of one frame, in order; after them the watch has seen everything up to `position`. */
  onEvents(lines: readonly string[], position: number): void;
  /** The watch is over: the cluster said so (`status` of its answer), or the connection broke (0). */
  onEnded(status: number, message: string): void;
}

export interface TunnelClientOptions {
  /** The cluster's address, `https://HOST/clusters/ID`. */
  server: string;
  node: string;
  token: string;
  /** PEM of the authority behind the server's certificate; default: those that Node trusts. */
  ca?: string;
  timers: Timers;
  random: Random;
  log: Log;
  heartbeatIntervalMs?: number;
  requestTimeoutMs?: number;
  requestsInFlightMax?: number;
  requestsWaitingMax?: number;
  backoff?: RetryBounds;
}

/** What a platform message may hold: a page of a list of large pods still fits. */
const frameBytesMax = 32 * 1024 * 1024;

interface Waiting {
  request: TunnelRequest;
  resolve(response: TunnelResponse): void;
  reject(error: Error): void;
}

/**
 * The node's end of its one connection to the cluster: an outgoing WebSocket over which requests and watches are
 * multiplexed. It reconnects by itself, with a jittered exponential back-off, until it is closed. Requests wait while
 * there is no connection and are never repeated; watches end with the connection and are started again by their owner.
 */
export class TunnelClient {
  readonly #options: TunnelClientOptions;
  readonly #address: string;
  #socket: WebSocket | undefined;
  #isOpen = false;
  #isClosed = false;
  #nextId = 1;
  #failures = 0;
  #cancelReconnect: (() => void) | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  #lastHeardMs = 0;
  readonly #waiting: Waiting[] = [];
  readonly #inFlight = new Map<number, Waiting & { cancelTimeout: () => void }>();
  readonly #watches = new Map<number, WatchHandler>();
  readonly #openListeners: (() => void)[] = [];
  #onRefused: (error: TunnelRefused) => void = () => {};
  #measure: (() => Promise<NodeUsage>) | undefined;

  constructor(options: TunnelClientOptions) {
    this.#options = options;
    const url = new URL(options.server);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    url.pathname = `${url.pathname.replace(/\/$/, '')}/tunnel`;
    url.search = `?node=${encodeURIComponent(options.node)}`;
    this.#address = url.href;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Calls `listener` after each time the connection was made, and now if there is one. */
  onOpen(listener: () => void): void {
    this.#openListeners.push(listener);
    if (this.#isOpen) listener();
  }

  /** Calls `listener` when the cluster refuses this node. The client goes on trying all the same, until it is closed. */
  onRefused(listener: (error: TunnelRefused) => void): void {
    this.#onRefused = listener;
  }

  /** What answers when the cluster asks what the node uses. Until there is something, the question is left open. */
  onMeasure(measure: () => Promise<NodeUsage>): void {
    this.#measure = measure;
  }

  connect(): void {
    if (this.#isClosed || this.#socket) return;
    const { token, ca, log } = this.#options;
    const socket = new WebSocket(this.#address, tunnelProtocol, {
      headers: { Authorization: `Bearer ${token}` },
      ca,
      handshakeTimeout: 15_000,
      maxPayload: frameBytesMax,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => this.#opened());
    socket.on('message', (data, isBinary) => this.#received(isBinary ? undefined : data.toString()));
    socket.on('unexpected-response', (_request, response) => {
      const error = new TunnelRefused(response.statusCode ?? 0, this.#address);
      log.warn(error.message);
      // What follows from ending the attempt is no news.
      socket.removeAllListeners('error').on('error', () => {});
      if (isFinalRefusal(error)) this.#onRefused(error);
      socket.terminate();
    });
    socket.on('error', (error) => log.warn(`tunnel: ${error.message}`));
    socket.on('close', (code, reason) => this.#lost(socket, code, reason.toString()));
  }

  /** Sends a request. Rejects with a `TunnelError` if no answer comes; an answer of 400 and more is an answer. */
  request(request: TunnelRequest): Promise<TunnelResponse> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new TunnelError('closed', 'the tunnel is closed'));
      if (this.#waiting.length >= (this.#options.requestsWaitingMax ?? 4_096))
        return reject(new TunnelError('overloaded', 'too many requests wait for the tunnel'));
      this.#waiting.push({ request, resolve, reject });
      this.#pump();
    });
  }

  /** Starts a watch on the present connection; without one it ends at once. Returns a way to stop it. */
  watch(path: string, handler: WatchHandler): () => void {
    const id = this.#nextId++;
    if (!this.#isOpen) {
      queueMicrotask(() => handler.onEnded(0, 'there is no connection'));
      return () => {};
    }
    this.#watches.set(id, handler);
    this.#send({ type: 'watch', id, path });
    return () => {
      if (this.#watches.delete(id) && this.#isOpen) this.#send({ type: 'unwatch', id });
    };
  }

  /** Ends the connection for good. What waits or is in flight is rejected with `closed`. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelReconnect?.();
    const socket = this.#socket;
    const isEnded = socket && new Promise<void>((done) => socket.once('close', () => done()));
    if (this.#isOpen) socket?.close(1000);
    else socket?.terminate();
    // A peer that does not answer the close is not waited for.
    const cancel = this.#options.timers.after(2_000, () => socket?.terminate());
    await isEnded;
    cancel();
    for (const { reject } of this.#waiting.splice(0)) reject(new TunnelError('closed', 'the tunnel is closed'));
  }

  #opened(): void {
    this.#isOpen = true;
    this.#options.log.info('connected');
    this.#heard();
    this.#beat();
    for (const listener of this.#openListeners) listener();
    this.#pump();
  }

  #beat(): void {
    const intervalMs = this.#options.heartbeatIntervalMs ?? heartbeatIntervalMs;
    const silentMs = this.#options.timers.nowMs() - this.#lastHeardMs;
    if (silentMs > 2.5 * intervalMs) {
      this.#options.log.warn(`no answer for ${Math.round(silentMs / 1000)} s, connecting anew`);
      this.#socket?.terminate();
      return;
    }
    this.#socket?.send(heartbeat.request);
    this.#cancelHeartbeat = this.#options.timers.after(intervalMs, () => this.#beat());
  }

  #heard(): void {
    this.#lastHeardMs = this.#options.timers.nowMs();
  }

  #received(text: string | undefined): void {
    this.#heard();
    if (text === heartbeat.response) {
      // A cluster that answers is one to come back to quickly.
      this.#failures = 0;
      return;
    }
    const frame = text === undefined ? undefined : parseFrame(text);
    if (!frame) {
      this.#options.log.warn('received what is no frame of the tunnel, connecting anew');
      this.#socket?.close(1007, 'not a frame of this protocol');
      return;
    }
    switch (frame.type) {
      case 'response':
        return this.#responded(frame);
      case 'events':
        return this.#watches.get(frame.id)?.onEvents(frame.lines, frame.position);
      case 'ended': {
        const handler = this.#watches.get(frame.id);
        this.#watches.delete(frame.id);
        return handler?.onEnded(frame.status, frame.message);
      }
      case 'measure':
        return void this.#measured(frame.id);
    }
  }

  async #measured(id: number): Promise<void> {
    try {
      const usage = await this.#measure?.();
      if (usage && this.#isOpen) this.#send({ type: 'measured', id, usage });
    } catch (error) {
      this.#options.log.warn(`usage: ${(error as Error).message}`);
    }
  }

  #responded({ id, status, body }: { id: number; status: number; body: string }): void {
    const pending = this.#inFlight.get(id);
    if (!pending) return;
    this.#inFlight.delete(id);
    pending.cancelTimeout();
    pending.resolve({ status, body });
    this.#pump();
  }

  #pump(): void {
    const max = this.#options.requestsInFlightMax ?? limits.tunnelRequestsInFlight / 2;
    while (this.#isOpen && this.#inFlight.size < max) {
      const next = this.#waiting.shift();
      if (!next) return;
      const id = this.#nextId++;
      const cancelTimeout = this.#options.timers.after(this.#options.requestTimeoutMs ?? 60_000, () => {
        this.#inFlight.delete(id);
        next.reject(new TunnelError('timeout', `no answer to ${next.request.method} ${next.request.path}`));
        this.#pump();
      });
      this.#inFlight.set(id, { ...next, cancelTimeout });
      this.#send({ type: 'request', id, ...next.request });
    }
  }

  #send(frame: NodeFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (this.#socket !== socket) return;
    const wasOpen = this.#isOpen;
    this.#socket = undefined;
    this.#isOpen = false;
    this.#cancelHeartbeat?.();
    const why = this.#isClosed ? 'closed' : 'disconnected';
    const inFlight = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const { cancelTimeout, reject } of inFlight) {
      cancelTimeout();
      reject(new TunnelError(why, 'the connection ended before the answer came'));
    }
    const watches = [...this.#watches.values()];
    this.#watches.clear();
    for (const handler of watches) handler.onEnded(0, 'the connection ended');
    if (this.#isClosed) return;
    const { random, backoff } = this.#options;
    const delayMs = retryDelayMs(this.#failures++, random, backoff);
    if (wasOpen)
      this.#options.log.warn(`disconnected (${code}${reason && ` ${reason}`}), connecting anew in ${Math.round(delayMs)} ms`);
    this.#cancelReconnect = this.#options.timers.after(delayMs, () => this.connect());
  }
}

function parseFrame(text: string): ClusterFrame | undefined {
  try {
    return ClusterFrame.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
