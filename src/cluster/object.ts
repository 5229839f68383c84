import { DurableObject } from 'cloudflare:workers';
import { Outbox } from '../automation/outbox.ts';
import type { Report, Target } from '../automation/outbox-deliverer.ts';
import { nodeLeaseController } from '../controllers/nodelease/controller.ts';
import { nodeLifecycleController } from '../controllers/nodelifecycle/controller.ts';
import type { Database } from '../db/client.ts';
import { settingsOf, type Env } from '../env.ts';
import { systemClock } from '../lib/clock.ts';
import { tooManyRequests, unavailable } from '../machinery/status.ts';
import { nodeLeaseNamespace } from '../resources/coordination/lease.ts';
import { bootstrapUser, type BootstrapUser } from '../resources/core/bootstrap-token.ts';
import type { Bindings } from '../server/api.ts';
import { toStatusError } from '../server/errors.ts';
import { flowHeaders } from '../server/flowcontrol/headers.ts';
import { isLongRunning, timeoutMsMax } from '../server/http/timeout.ts';
import { warningValue } from '../server/http/warnings.ts';
import type { WebhookClient } from '../server/webhooks/client.ts';
import { fetchWebhooks } from '../server/webhooks/fetch-client.ts';
import { StoreError } from '../storage/store.ts';
import { heartbeat, tunnelProtocol } from '../tunnel/frames.ts';
import { DelivererCalls } from './deliverer-calls.ts';
import { NamedAlarms } from './alarms.ts';
import { closeSocket, readAttachment } from './attachments.ts';
import { Deadlines } from './deadlines.ts';
import { callerHeader, nodeHeader, parseCaller, watchPositionHeader, watchSpecHeader, watchTimeoutHeader } from './headers.ts';
import { lastHeartbeat } from './node-sockets.ts';
import { auditAlarm, ObjectAudit } from './object-audit.ts';
import { ObjectPurge } from './object-purge.ts';
import { ObjectRestore, restoreAlarm } from './object-restore.ts';
import { clusterParts, databaseOf } from './parts.ts';
import { refused } from './refused.ts';
import type { PlannedStep, Restore } from './restore.ts';
import { ClusterRuntime } from './runtime.ts';
import { checkSeat, phaseMsOf } from './seats.ts';
import { sizeOf, storedSize, UsageMeter, type SavedUsage, type Usage } from './usage.ts';
import { timeoutAmong } from './watch-ends.ts';

/** The alarm that brings the controllers back: when a key is due, or after a crash in the middle of work. */
const reconcileAlarm = 'reconcile';
/** The alarm that wakes the deliverer of webhooks, should the cluster end before it does. */
const deliverAlarm = 'deliver';
/** While there is work, an alarm this far away makes sure that somebody comes back to it, whatever happens to us. */
const watchdogMs = 30_000;
/** Without a write or a request for this long a cluster is at rest. */
const restAfterMs = 1_000;
/** How long to wait before trying a database again that did not answer. */
const retryMs = 10_000;

/**
 * The Durable Object of one cluster: a shell that connects the platform (requests, sockets, the alarm, eviction) to the
 * cluster in memory (`ClusterRuntime`), which is loaded when first needed and dropped when the lock is lost. Idle, it
 * holds no timer, no open request and no outgoing socket, so that the platform can evict it.
 */
export class Cluster extends DurableObject<Env> {
  readonly #alarms: NamedAlarms;
  readonly #purge: ObjectPurge;
  readonly #meter: UsageMeter;
  readonly #instance = crypto.randomUUID();
  readonly #deadlines = new Deadlines(timeoutMsMax);
  readonly #audit: ObjectAudit;
  readonly #restore = new ObjectRestore(() => this.#database(), (timeMs) => this.#alarms.set(restoreAlarm, timeMs));
  #runtime: Promise<ClusterRuntime> | undefined;
  #loaded: ClusterRuntime | undefined;
  #deliverer: DelivererCalls | undefined;
  /** Somebody found out that nobody may load the cluster. */
  #suspended = false;
  #restTimer = false;
  #lastActivityMs = 0;
  #loopBusy = false;
  #nextReconcileMs: number | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    this.#alarms = new NamedAlarms({
      setAlarm: (timeMs) => void storage.setAlarm(timeMs),
      deleteAlarm: () => void storage.deleteAlarm(),
      load: () => storage.kv.get<Record<string, number>>('alarms'),
      save: (alarms) => storage.kv.put('alarms', alarms),
    });
    this.#audit = new ObjectAudit({
      alarms: this.#alarms,
      kv: storage.kv,
      database: () => this.#database(),
      webhooks: () => this.#webhooks(),
    });
    this.#purge = new ObjectPurge(storage, this.#alarms, () => this.#database());
    this.#meter = new UsageMeter(storage.kv.get<SavedUsage>('usage'), Date.now());
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.request, heartbeat.response));
  }

  override async fetch(request: Request): Promise<Response> {
    this.#meter.count('requests');
    this.#active();
    let asked: Bindings | undefined;
    try {
      const { cluster, user, address } = parseCaller(request.headers.get(callerHeader)!);
      asked = { user, address };
      const runtime = this.#loaded ?? (await this.#load(cluster));
      const waitSeconds = runtime.requests?.take(Date.now());
      if (waitSeconds) throw tooManyRequests('exceeded quota of the cluster: requests a second', waitSeconds);
      if (request.headers.get('upgrade') !== 'websocket') {
        const answer = runtime.fetch(request, asked);
        // What a read waits for has bounds of its own.
        const needsNone = request.method === 'GET' || isLongRunning(request.url);
        return await (needsNone ? answer : this.#deadlines.within(answer, Date.now()));
      }
      const node = request.headers.get(nodeHeader);
      const taken = { all: this.ctx.getWebSockets().length, watches: this.ctx.getWebSockets(watchTag).length };
      checkSeat(taken, node === null ? runtime.quotas.watches : undefined);
      return node === null ? await this.#openWatch(runtime, request, asked) : this.#openTunnel(runtime, node, address);
    } catch (error) {
      return refused(error, request, asked);
    }
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#active();
    const attachment = readAttachment(socket);
    // Workers that hold a watch have nothing to say.
    if (attachment?.kind !== 'node') return closeSocket(socket, 1003, 'nothing is expected here');
    this.#meter.count('messages');
    try {
      await (await this.#load()).nodes.message(socket, message);
    } catch (error) {
      closeSocket(socket, 1013, toStatusError(error).message);
    }
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    closeSocket(socket, code === 1005 || code === 1006 ? 1000 : code, 'closed by the peer');
    await this.#closed(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#closed(socket);
  }

  override async alarm(): Promise<void> {
    this.#meter.count('alarms');
    const due = this.#alarms.ring(Date.now());
    if (await this.#purge.goOn()) return;
    this.#active();
    try {
      // A load looks at every key; if the cluster is in memory already, those that are due are looked at.
      (await this.#load()).loop.wake();
      if (due.includes(auditAlarm)) this.#audit.due();
      if (due.includes(restoreAlarm)) await this.#restore.goOn(this.ctx.storage.kv.get<string>('cluster')!, await this.#load());
      if (due.includes(deliverAlarm)) this.#deliverer?.due();
      if (this.#loopBusy) this.#alarms.set(reconcileAlarm, Date.now() + watchdogMs);
    } catch (error) {
      this.#tryAgainLater(error);
    }
  }

  /** What the cluster has used. It is not woken for that. */
  async usage(cluster: string): Promise<Usage> {
    const size = this.#loaded ? sizeOf(this.#loaded.entries()) : await storedSize(this.#database(), cluster);
    const { awakeMs, activeMs, ...counts } = this.#meter.at(Date.now());
    return { awakeSeconds: Math.round(awakeMs / 1000), activeSeconds: Math.round(activeMs / 1000), ...size, ...counts };
  }

  /** The certificates of the cluster's authorities in PEM; one is made if there is none. */
  async authorities(cluster: string): Promise<string> {
    this.#active();
    return (await this.#load(cluster)).authorities();
  }

  /** Whom a bootstrap token stands for in the cluster. */
  async bootstrapUser(cluster: string, token: string): Promise<BootstrapUser | undefined> {
    this.#active();
    const { store } = await this.#load(cluster);
    return bootstrapUser(store.committed, token, systemClock.now());
  }

  /** The subscriptions to webhooks, for the deliverer. Undefined if the cluster is no more. */
  async webhookTargets(cluster: string): Promise<Target[] | undefined> {
    this.#active();
    try {
      return (await this.#load(cluster)).subscribed.targets();
    } catch (error) {
      if (error instanceof StoreError && error.code === 'gone') return undefined;
      throw error;
    }
  }

  async reportDeliveries(cluster: string, reports: readonly Report[]): Promise<void> {
    this.#active();
    await (await this.#load(cluster)).reportDeliveries(reports);
  }

  /** What a restore would do: see `ObjectRestore.plan`. Without one, begins the restore that was noted. */
  async restore(cluster: string, planned?: Pick<Restore, 'revision' | 'scope'>): Promise<PlannedStep[] | undefined> {
    this.#active();
    return this.#restore.asked(await this.#load(cluster), planned);
  }

  /** Tells a subscription again what happened after a revision: see `ClusterWebhooks.replay`. */
  async replayWebhook(cluster: string, subscription: string, afterRevision: number): Promise<number | undefined> {
    this.#active();
    const { store, subscribed } = await this.#load(cluster);
    return subscribed.replay(store, new Outbox(this.#database(), cluster), subscription, afterRevision);
  }

  /** The settings changed: the next request loads the cluster with them. */
  reload(cluster: string): void {
    this.ctx.storage.kv.put('cluster', cluster);
    this.#suspended = false;
    this.#drop('the settings of the cluster changed');
    // Nobody may ask, but what was switched on may have something to do.
    this.#alarms.set(reconcileAlarm, Date.now());
  }

  /** The cluster was deleted: lets go of everything. */
  async forget(cluster: string): Promise<void> {
    this.#drop('the cluster was deleted');
    this.#audit.stop();
    await this.#purge.begin(cluster);
  }

  /** The cluster in memory, loaded if it is not. `cluster` is its id, remembered for events that do not bring it. */
  #load(cluster?: string): Promise<ClusterRuntime> {
    if (this.#suspended) return Promise.reject(new StoreError('suspended', 'the cluster is suspended'));
    return (this.#runtime ??= this.#start(cluster).catch((error: unknown) => {
      this.#runtime = undefined;
      // Until it is told otherwise: those who go on asking cost no query.
      if (isSuspended(error)) this.#suspended = true;
      throw error;
    }));
  }

  async #start(given: string | undefined): Promise<ClusterRuntime> {
    const { kv } = this.ctx.storage;
    const known = kv.get<string>('cluster');
    const cluster = given ?? known;
    if (cluster === undefined) throw new StoreError('gone', 'there is no such cluster');
    if (cluster !== known) kv.put('cluster', cluster);
    this.#audit.stop();
    let runtime: ClusterRuntime | undefined;
    let fenced = false;
    const started = await ClusterRuntime.start(
      {
        ...clusterParts(settingsOf(this.env), this.#database(), cluster),
        webhooks: this.#webhooks(),
        audit: (wanted) => this.#audit.start(cluster, wanted),
        subscribed: (this.#deliverer ??= this.#newDelivererCalls(cluster)),
        holder: `${cluster}_${this.#instance}`,
        heartbeatOf: (node) => this.#heartbeatOf(node),
        heardOf: (node) => this.ctx.storage.kv.get<Date>(heardKey(node)),
        onError: (message) => console.error(`cluster ${cluster}: ${message}`),
        onFenced: () => {
          fenced = true;
          if (runtime !== undefined && runtime === this.#loaded) this.#drop('another holder took the lock');
        },
        onCommit: () => this.#active(),
        onBusy: () => {
          this.#loopBusy = true;
          const next = this.#alarms.at(reconcileAlarm);
          const watchdog = Date.now() + watchdogMs;
          if (next === undefined || next > watchdog) this.#alarms.set(reconcileAlarm, watchdog);
        },
        onIdle: (nextMs) => {
          this.#loopBusy = false;
          this.#nextReconcileMs = nextMs;
          this.#active();
        },
      },
      this.ctx.getWebSockets(),
    );
    if (fenced) throw unavailable('another holder took the lock of the cluster');
    runtime = started;
    this.#loaded = started;
    if (started.subscribed.isUsed) this.#deliverer?.committed([], true);
    started.loop.resync(started.entries());
    return started;
  }

  async #openWatch(runtime: ClusterRuntime, request: Request, asked: Bindings): Promise<Response> {
    const start = await runtime.startWatch(request, asked.user, asked);
    const others = this.ctx.getWebSockets(watchTag).length;
    const seconds = timeoutAmong(others, start.timeoutSeconds, Date.now(), phaseMsOf(this.ctx.id.toString()));
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [watchTag]);
    await runtime.watches.open(server, start);
    const headers = {
      [watchTimeoutHeader]: String(seconds),
      [watchSpecHeader]: JSON.stringify(start.spec),
      [watchPositionHeader]: String(start.position),
      ...(start.deprecation !== undefined && { warning: warningValue(start.deprecation) }),
      ...(asked.flow && flowHeaders(asked.flow)),
    };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  #openTunnel(runtime: ClusterRuntime, node: string, address: string): Response {
    for (const old of this.ctx.getWebSockets(nodeTag(node))) {
      runtime.nodes.close(old);
      closeSocket(old, 4000, 'the node connected again');
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, ['node', nodeTag(node)]);
    runtime.nodes.open(server, node, address);
    runtime.loop.enqueue(nodeLifecycleController.name, `/${node}`);
    runtime.loop.enqueue(nodeLeaseController.name, `${nodeLeaseNamespace}/${node}`);
    return new Response(null, { status: 101, webSocket: client, headers: { 'sec-websocket-protocol': tunnelProtocol } });
  }

  async #closed(socket: WebSocket): Promise<void> {
    const attachment = readAttachment(socket);
    if (attachment?.kind === 'watch') {
      this.#loaded?.watches.close(socket);
      const cluster = this.ctx.storage.kv.get<string>('cluster');
      if (attachment.audited !== undefined && cluster !== undefined)
        this.#audit.watchEnded(cluster, attachment.audited, this.#loaded !== undefined);
      return;
    }
    if (attachment?.kind !== 'node') return;
    this.#loaded?.nodes.close(socket);
    const heard = this.ctx.getWebSocketAutoResponseTimestamp(socket) ?? new Date(attachment.openedAtMs);
    this.ctx.storage.kv.put(heardKey(attachment.node), heard);
    this.#active();
    // The controller will ask to be woken when the node's grace is over.
    try {
      (await this.#load()).loop.enqueue(nodeLifecycleController.name, `/${attachment.node}`);
    } catch (error) {
      this.#tryAgainLater(error);
    }
  }

  #database(): Database {
    return databaseOf(settingsOf(this.env));
  }

  #webhooks(): WebhookClient {
    return fetchWebhooks({ fetch: (input, init) => fetch(input, init), bridge: settingsOf(this.env).webhookBridge });
  }

  #newDelivererCalls(cluster: string): DelivererCalls {
    return new DelivererCalls({
      cluster,
      deliverer: () => this.env.DELIVERER.getByName(cluster),
      timer: { at: () => this.#alarms.at(deliverAlarm), set: (timeMs) => this.#alarms.set(deliverAlarm, timeMs) },
      now: () => Date.now(),
      onError: (message) => console.error(`cluster ${cluster}: ${message}`),
    });
  }

  /** The cluster could not be loaded, and nobody waits for it: the alarm will try again, unless the cluster is gone. */
  #tryAgainLater(error: unknown): void {
    if (isSuspended(error) || (error instanceof StoreError && error.code === 'gone')) return;
    this.#alarms.set(reconcileAlarm, Date.now() + retryMs);
  }

  #heartbeatOf(node: string): Date | undefined {
    for (const socket of this.ctx.getWebSockets(nodeTag(node))) {
      const heard = lastHeartbeat(socket, this.ctx.getWebSocketAutoResponseTimestamp(socket));
      if (heard) return heard;
    }
    return undefined;
  }

  /** Something happened: the cluster is not at rest before `restAfterMs` from now. */
  #active(): void {
    this.#lastActivityMs = Date.now();
    if (this.#restTimer) return;
    this.#restTimer = true;
    this.#meter.active(this.#lastActivityMs);
    setTimeout(() => this.#checkRest(), restAfterMs);
  }

  #checkRest(): void {
    this.#restTimer = false;
    this.#deadlines.expire(Date.now());
    if (this.#loopBusy || this.#deadlines.pending || Date.now() - this.#lastActivityMs < restAfterMs) {
      this.#restTimer = true;
      setTimeout(() => this.#checkRest(), restAfterMs);
      return;
    }
    if (this.#purge.begun) return;
    this.#loaded?.rest();
    this.#deliverer?.rest();
    this.#alarms.set(reconcileAlarm, this.#nextReconcileMs);
    this.ctx.storage.kv.put('usage', this.#meter.rest(Date.now()));
  }

  /** Lets go of the cluster in memory and of everyone who is attached: they come back to whoever holds the lock. */
  #drop(why: string): void {
    this.#loaded?.stop();
    this.#loaded = undefined;
    this.#runtime = undefined;
    this.#loopBusy = false;
    for (const socket of this.ctx.getWebSockets()) closeSocket(socket, 1012, why);
  }
}

const isSuspended = (error: unknown): boolean => error instanceof StoreError && error.code === 'suspended';
const watchTag = 'watch';
/** Where an object keeps when it last heard of a node, once its session has ended. */
const heardKey = (node: string) => `heard:${node}`;
const nodeTag = (node: string) => `node:${node}`.slice(0, 256);
