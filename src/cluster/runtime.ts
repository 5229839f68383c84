import type { Report } from '../automation/outbox-deliverer.ts';
import type { AuditSettings } from '../db/audit-settings.ts';
import { readClusterSettings, type ClusterSettings } from '../db/cluster-settings.ts';
import type { ClusterQuotas } from '../db/quotas.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { TokenBucket } from '../lib/token-bucket.ts';
import type { Controller, Write } from '../machinery/reconcile.ts';
import { liveScheme, type LiveScheme, type Scheme } from '../machinery/scheme.ts';
import { authenticatedGroup, mastersGroup } from '../machinery/user.ts';
import type { AdmissionChain } from '../admission/chain.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import { defaultRoleWrites } from '../authz/defaults/reconcile.ts';
import { clusterAuthorizer } from '../authz/cluster-authorizer.ts';
import { pods } from '../resources/core/pod.ts';
import { Registry } from '../admission/registered.ts';
import { defaultServiceCidrName } from '../resources/core/service-ranges.ts';
import { serviceCidrs } from '../resources/networking/servicecidr.ts';
import type { Bindings, ClusterApi, User } from '../server/api.ts';
import { Auditor } from '../server/audit/auditor.ts';
import type { AuditTrail } from '../server/audit/trail.ts';
import { createApp, createAppMetrics, type AppMetrics } from '../server/app.ts';
import { CustomKindsFollower } from '../server/custom-kinds.ts';
import { toStatusError } from '../server/errors.ts';
import { FlowControl } from '../server/flowcontrol/flow-control.ts';
import { withSeat, type Fairness } from '../server/flowcontrol/request.ts';
import { actingUser } from '../server/http/acting-user.ts';
import { parseResourcePath } from '../server/http/path.ts';
import { EventCorrelator } from '../server/event-correlator.ts';
import { recordEvents } from '../server/record-event.ts';
import { flowControlWrites } from '../controllers/flowcontrol/upkeep.ts';
import { applyWrite } from '../server/verbs/apply-write.ts';
import { create } from '../server/verbs/create.ts';
import type { ClusterCertificates } from '../server/certificates/cluster-certificates.ts';
import type { ClusterTokens } from '../server/tokens/cluster-tokens.ts';
import type { WebhookClient } from '../server/webhooks/client.ts';
import { withConversions } from '../server/webhooks/convert.ts';
import type { WatchStart } from '../server/watch/spec.ts';
import { startWatch } from '../server/watch/start.ts';
import type { Backend } from '../storage/backend.ts';
import { openStore, type CachedStore } from '../storage/cached-store.ts';
import { QuotaStore } from '../storage/quota-store.ts';
import type { Entry } from '../storage/store.ts';
import { readAttachment } from './attachments.ts';
import { addAuditMetrics } from './audit.ts';
import type { AuditLog } from './audit-log.ts';
import { missingObjects } from './bootstrap.ts';
import { programOf, serverProgram, userOf } from './controllers.ts';
import { InformerCache } from './informer-cache.ts';
import { LiveLeases } from './live-leases.ts';
import { measuredBackend } from './measured-backend.ts';
import { addClusterMetrics, countScheduledPods } from './metrics.ts';
import { TunnelMeter } from './node-meter.ts';
import { NodeSockets } from './node-sockets.ts';
import { ReconcileLoop } from './reconcile-loop.ts';
import { WatchHub } from './watch-hub.ts';
import { WatchSockets } from './watch-sockets.ts';
import { ClusterWebhooks, type WebhookEvents } from './webhooks.ts';

export interface RuntimeOptions {
  backend: Backend;
  /** The built-in kinds. */
  scheme: Scheme;
  /** What runs in the loop of a cluster with these settings. Its kinds come and go. */
  controllers(settings: ClusterSettings, scheme: Scheme, authorizer: Authorizer): readonly Controller[];
  clock: Clock;
  random: Random;
  admission: AdmissionChain;
  webhooks: WebhookClient;
  tokens: ClusterTokens;
  certificates: ClusterCertificates;
  /** Where the audit events of a cluster with these settings go. Asked if they have a policy. */
  audit?(settings: AuditSettings): AuditLog;
  /** What becomes of deliveries to webhooks. */
  subscribed?: WebhookEvents;
  /** Who this holder is, as the lock's Lease shows it. */
  holder: string;
  /** The last heartbeat of a node whose session is open. */
  heartbeatOf(node: string): Date | undefined;
  /** The last heartbeat of a node whose session has ended. */
  heardOf?(node: string): Date | undefined;
  schedule(task: () => void, delayMs: number): () => void;
  onError(message: string): void;
  /** Another holder took the lock: this runtime is of no more use. */
  onFenced(): void;
  onCommit(): void;
  onBusy(): void;
  onIdle(nextMs: number | undefined): void;
}

/**
 * One cluster in memory, from the load to the eviction or the loss of the lock: the store, its API, the watches, the nodes
 * and the controllers. It knows nothing of Durable Objects but their sockets.
 */
export class ClusterRuntime {
  readonly store: CachedStore;
  /** The kinds that the cluster has now. */
  readonly scheme: Scheme;
  readonly watches: WatchSockets;
  readonly nodes: NodeSockets;
  readonly loop: ReconcileLoop;
  /** What the cluster may have at most. */
  readonly quotas: ClusterQuotas;
  /** How many requests it takes, if that is bounded. */
  readonly requests: TokenBucket | undefined;
  /** Who is told of changes by webhooks. */
  readonly subscribed: ClusterWebhooks;
  readonly #api: ClusterApi;
  readonly #hub: WatchHub;
  readonly #app: ReturnType<typeof createApp>;
  readonly #metrics: AppMetrics;
  readonly #fairness: Fairness;
  readonly #auditor: Auditor | undefined;
  readonly #limited: QuotaStore | undefined;

  /** Takes the lock, loads the cluster, and goes on where the last holder stopped, with the sockets that are still open. */
  static async start(options: RuntimeOptions, sockets: readonly WebSocket[]): Promise<ClusterRuntime> {
    const metrics = createAppMetrics();
    const backend = measuredBackend(options.backend, metrics.registry, options.clock);
    let webhooks: ClusterWebhooks | undefined;
    const store = await openStore(backend, {
      onFenced: options.onFenced,
      deliveries: (change) => webhooks?.deliveriesOf(change),
    });
    const runtime = new ClusterRuntime(options, store, metrics);
    webhooks = runtime.subscribed;
    await runtime.#bootstrap(options.onError);
    runtime.#limited?.enforce();
    await Promise.all(sockets.map((socket) => runtime.#resume(socket)));
    return runtime;
  }

  private constructor(options: RuntimeOptions, store: CachedStore, metrics: AppMetrics) {
    const { clock, random } = options;
    const settings = readClusterSettings(store.settings);
    const scheme: LiveScheme = liveScheme(options.scheme);
    const customKinds = new CustomKindsFollower(scheme, store.committed);
    const lock = { holder: options.holder, epoch: store.epoch, acquiredAt: clock.now() };
    const leases = new LiveLeases({ clock, lock, heartbeatOf: options.heartbeatOf, heardOf: options.heardOf });
    const meter = new TunnelMeter({
      clock,
      ask: (node, id) => this.nodes.measure(node, id),
      schedule: options.schedule,
    });
    const registered = new Registry(store.committed, scheme);
    this.subscribed = new ClusterWebhooks(store.committed, clock, options.subscribed);
    this.store = store;
    this.scheme = scheme;
    const { objects, bytes, nodes, requestsPerSecond } = (this.quotas = settings.quotas);
    const isLimited = objects !== undefined || bytes !== undefined || nodes !== undefined;
    const present = () => scheme.resources.flatMap(({ resource }) => store.entries(resource));
    this.#limited = isLimited ? new QuotaStore(store, settings.quotas, present()) : undefined;
    this.requests = requestsPerSecond === undefined ? undefined : new TokenBucket(requestsPerSecond, lock.acquiredAt.getTime());
    this.#api = {
      store: this.#limited ?? store,
      committed: store.committed,
      scheme,
      clock,
      random,
      admission: options.admission,
      authorizer: clusterAuthorizer(scheme, (node) => cache.withField(pods, 'spec.nodeName', node)),
      registered,
      webhooks: options.webhooks,
      tokens: options.tokens,
      certificates: options.certificates,
      meter,
      present: (entry) => leases.presentEntry(entry),
    };
    this.#metrics = metrics;
    this.#auditor = this.#newAuditor(options, settings.audit);
    const { schedule } = options;
    const control = new FlowControl({ reader: store.committed, clock, schedule, registry: metrics.registry });
    this.#fairness = { control, scheme, count: (resource) => store.entries(resource).length };
    this.#app = createApp(this.#api, metrics, this.#fairness);
    this.#hub = new WatchHub(scheme, clock, (task, delayMs) => void options.schedule(task, delayMs));
    this.watches = new WatchSockets(this.#hub, store);
    this.nodes = new NodeSockets({
      api: this.#api,
      hub: this.#hub,
      answer: (request, asked) => this.fetch(request, asked),
      startWatch: (request, user) => this.startWatch(request, user),
      onMeasured: (node, id, usage) => meter.measured(node, id, usage),
    });
    const cache = new InformerCache({
      committed: store.committed,
      entries: (resource) => store.entries(resource),
      revision: () => store.revision,
      presented: LiveLeases.presented,
      present: (object) => leases.presentObject(object),
    });
    const correlator = new EventCorrelator();
    this.loop = new ReconcileLoop({
      controllers: options.controllers(settings, scheme, this.#api.authorizer),
      resourceOf: (resource) => scheme.byResource(resource),
      snapshot: cache,
      execute: (write, controller) => {
        const [program, user] = [programOf(controller), userOf(controller)];
        const run = (annotations?: Map<string, string>) =>
          applyWrite(this.#api, write, { fieldManager: program, user, ...(annotations && { annotations }) });
        return this.#auditor ? this.#auditor.write(write, { user, program }, run) : run();
      },
      recordEvents: (events, controller) =>
        recordEvents(this.#api, controller.component, events, programOf(controller), correlator),
      meter,
      clock,
      random,
      schedule: options.schedule,
      onError: options.onError,
      onBusy: options.onBusy,
      onIdle: options.onIdle,
    });
    addClusterMetrics(metrics.registry, {
      scheme,
      startedAt: lock.acquiredAt,
      entries: (resource) => store.entries(resource),
      hub: this.#hub,
      loop: this.loop,
    });
    const countScheduled = countScheduledPods(metrics.registry);
    cache.add(this.entries());
    store.subscribe((changes) => {
      for (const { entry } of changes) {
        registered.changed(entry.key.resource);
        control.changed(entry.key.resource);
      }
      const changedKinds = customKinds.apply(changes);
      cache.apply(changes);
      this.#hub.deliver(changes);
      if (changedKinds.size > 0) this.#hub.kindsChanged(changedKinds);
      this.loop.changed(changes);
      this.subscribed.committed(changes);
      countScheduled(changes);
      options.onCommit();
    });
  }

  /** Answers one request of the cluster's API. Never rejects. */
  async fetch(request: Request, asked: Bindings): Promise<Response> {
    if (!this.#auditor) return this.#app.fetch(request, asked);
    return this.#auditor.answer(request, asked, async (own, bindings) => this.#app.fetch(own, bindings));
  }

  /** Checks a watch and says how it starts; it has a seat until it does. Rejects with a StatusError. */
  async startWatch(request: Request, user: User, noted: Pick<Bindings, 'flow'> = {}): Promise<WatchStart> {
    if (!this.#auditor) return this.#startWatch(request, user, noted);
    return this.#auditor.watch(request, user, (audit) => this.#startWatch(request, user, noted, audit));
  }

  async #startWatch(
    request: Request,
    user: User,
    noted: Pick<Bindings, 'flow'>,
    audit?: AuditTrail,
  ): Promise<WatchStart> {
    const { requests } = this.#metrics;
    try {
      const acting = actingUser(this.#api, request, user, audit);
      const { pathname, search } = new URL(request.url);
      const seeker = { user: acting, method: 'GET', pathname, path: parseResourcePath(pathname), search: search.slice(1) };
      const start = await withSeat(this.#fairness, seeker, noted, () =>
        withConversions(this.#api, (api) => startWatch(api, request, acting, audit)),
      );
      const { resource, served, namespace } = start.spec;
      requests.watchStarted(this.#api.scheme.byResource(resource, served), namespace, 200);
      return start;
    } catch (error) {
      requests.watchStarted(undefined, '', toStatusError(error).code);
      throw error;
    }
  }

  #newAuditor({ audit, clock, random }: RuntimeOptions, settings: AuditSettings): Auditor | undefined {
    if (!settings.policy || !audit) return undefined;
    const log = audit(settings);
    addAuditMetrics(this.#metrics.registry, log);
    return new Auditor({ policy: settings.policy, queue: log, clock, random, scheme: this.#api.scheme });
  }

  /** The certificates of the cluster's authorities, in PEM. */
  authorities(): Promise<string> {
    return this.#api.certificates.authorities();
  }

  /** Every committed entry of every kind. */
  *entries(): Generator<Entry> {
    for (const { resource } of this.#api.scheme.resources) yield* this.store.entries(resource);
  }

  /** Writes down what became of deliveries to webhooks. What does not land is said again with the next report. */
  async reportDeliveries(reports: readonly Report[]): Promise<void> {
    const user = { name: 'system:apiserver', groups: [mastersGroup, authenticatedGroup] };
    const writes = reports.map((report) => this.subscribed.statusWrite(report)).filter((write) => write !== undefined);
    await Promise.allSettled(writes.map((write) => applyWrite(this.#api, write, { fieldManager: serverProgram, user })));
  }

  /** Nothing has happened for a while: makes durable what the watches have seen. */
  rest(): void {
    this.#hub.rest(this.store.revision);
  }

  stop(): void {
    this.loop.stop();
  }

  /** Makes what every cluster has, where it is missing: all of it in a new one, what is new in an old one. */
  async #bootstrap(onError: (message: string) => void): Promise<void> {
    const standard = this.store.committed.get(serviceCidrs, '', defaultServiceCidrName);
    const serviceCIDRs = standard?.spec.cidrs ?? readClusterSettings(this.store.settings).network.serviceCIDRs;
    const missing = missingObjects(this.store.committed, serviceCIDRs);
    // A cluster in which one of these cannot be written, as its namespace is being deleted, works nevertheless.
    const madeIfPossible = (what: string, writes: readonly Write[]) =>
      writes.map((write) =>
        applyWrite(this.#api, write, { fieldManager: serverProgram }).catch((error: unknown) =>
          onError(`${what}: ${toStatusError(error).message}`),
        ),
      );
    // Queued in one turn, so that they are decided in order and committed together.
    await Promise.all([
      ...missing.map(({ resource, object }) =>
        create(this.#api, resource, object.metadata.namespace ?? '', object, { fieldManager: serverProgram }),
      ),
      ...madeIfPossible('default roles', defaultRoleWrites(this.store.committed)),
      ...madeIfPossible('flow control', flowControlWrites(this.store.committed)),
    ]);
  }

  async #resume(socket: WebSocket): Promise<void> {
    const attachment = readAttachment(socket);
    if (attachment?.kind === 'watch') await this.watches.resume(socket, attachment);
    else if (attachment?.kind === 'node') await this.nodes.resume(socket, attachment);
  }
}
