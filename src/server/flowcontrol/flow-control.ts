import type { Clock } from '../../lib/clock.ts';
import { limits } from '../../lib/limits.ts';
import type { MetricsRegistry } from '../../lib/metrics.ts';
import type { Reader } from '../../machinery/reader.ts';
import { tooManyRequests, type StatusError } from '../../machinery/status.ts';
import type { UserInfo } from '../../machinery/user.ts';
import { flowSchemas } from '../../resources/flowcontrol/flowschema.ts';
import { priorityLevelConfigurations } from '../../resources/flowcontrol/prioritylevelconfiguration.ts';
import { readConfiguration, type Configuration } from './configuration.ts';
import { Dispatcher, onlyQueue, type Level } from './dispatcher.ts';
import { dealHand } from './hand.ts';
import { widestRequest } from './limits.ts';
import { distinguisherOf, matchesSchema, type RequestInfo } from './match.ts';
import { FlowMetrics, type FlowCounts } from './metrics.ts';
import { newShare, type Queue, type Queuing, type Share, type Waiting } from './queues.ts';
import { RetryAfter } from './retry-after.ts';

/** What a request is, as far as flow control goes. The same for all requests of the same user for the same. */
export interface Flow {
  /** What every answer says: the FlowSchema and the level that its request was sorted into. */
  readonly schemaUid: string;
  readonly levelUid: string;
  readonly level: Level;
  /** The most seats that one of its requests takes. */
  readonly widest: number;
  readonly schema: string;
  readonly share: Share;
  readonly counts: FlowCounts;
}

/** What a request holds while it is worked on. To be given back to `leave` once. */
export interface Seat {
  readonly flow: Flow;
  readonly queue: Queue;
  readonly seats: number;
}

export interface FlowControlOptions {
  reader: Reader;
  clock: Clock;
  /** Runs a task once after that time; only asked for while requests wait. */
  schedule(task: () => void, delayMs: number): void;
  registry: MetricsRegistry;
  /** Seats of the whole server. */
  totalSeats?: number;
}

/** A request that waits, and since when. */
interface Guest {
  readonly flow: Flow;
  readonly waiting: Waiting;
  readonly sinceMs: number;
  readonly untilMs: number;
  turnAway(error: StatusError): void;
}

/** Flows that are remembered. Past it all are forgotten, and found again. */
const flowsMax = 4_096;
/** How often those that wait are looked at, in milliseconds, whether they have waited for too long. */
const lookMs = 1_000;

/**
 * API priority and fairness (KEP-1040): sorts requests into flows by the FlowSchemas of the cluster, and lets no more of
 * them be worked on at once than there are seats. With seats to spare, a request costs a look into a map.
 */
export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #dispatcher: Dispatcher;
  readonly #metrics: FlowMetrics;
  readonly #retryAfter = new Map<string, RetryAfter>();
  readonly #flows = new Map<string, Flow>();
  /** By FlowSchema and what tells its flows apart. */
  readonly #shares = new Map<string, Share>();
  /** In the order in which they came. */
  readonly #guests = new Set<Guest>();
  #configuration: Configuration | undefined;
  #levels: ReadonlyMap<string, Level> = new Map();
  #isLooking = false;

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#dispatcher = new Dispatcher({ nextTurn: (task) => options.schedule(task, 0) });
    this.#metrics = new FlowMetrics(options.registry, this.#dispatcher);
  }

  /** To be told of every change, by the kind's storage key. */
  changed(resource: string): void {
    if (resource !== flowSchemas.resource && resource !== priorityLevelConfigurations.resource) return;
    this.#configuration = undefined;
  }

  /** The flow that a request belongs to. */
  classify(info: RequestInfo): Flow {
    const configuration = this.#configured();
    const { user, verb, resource, path } = info;
    // Groups too: who impersonates may have others than the user of that name.
    const what = resource ? `${resource.group}/${resource.resource}/${resource.subresource} ${resource.namespace}` : path;
    const key = `${verb} ${what}\0${keyOf(user)}`;
    let flow = this.#flows.get(key);
    if (!flow) {
      if (this.#flows.size >= flowsMax) this.#forgetFlows();
      this.#flows.set(key, (flow = this.#find(info, configuration)));
    }
    return flow;
  }

  /** Takes a seat for a request, if there is one. */
  start(flow: Flow, seats: number): Seat | undefined {
    const queue = this.#dispatcher.start(flow.level, flow.share, seats);
    if (!queue) return undefined;
    flow.counts.waited.observe(0);
    return this.#seat(flow, queue, seats);
  }

  /** Resolves when it is the turn of a request. Rejects with 429 and when to come back, after `waitMs` at the latest. */
  wait(flow: Flow, seats: number, waitMs: number): Promise<Seat> {
    const { level, share, counts } = flow;
    return new Promise((resolve, reject) => {
      const sinceMs = this.#nowMs();
      let guest: Guest | undefined;
      let isSeated = false;
      const waiting = this.#dispatcher.enqueue(level, share, seats, (queue) => {
        isSeated = true;
        if (guest) this.#forget(guest);
        counts.waited.observe((this.#nowMs() - sinceMs) / 1_000);
        resolve(this.#seat(flow, queue, seats));
      });
      if (typeof waiting === 'string') return reject(this.#reject(flow, waiting, 0));
      counts.queueLength.observe(Math.max(1, waiting.queue.length));
      if (isSeated) return;
      guest = { flow, waiting, sinceMs, untilMs: sinceMs + waitMs, turnAway: reject };
      this.#guests.add(guest);
      counts.waiting++;
      counts.waitingSeats += seats;
      this.#lookLater();
    });
  }

  /** The request is answered. */
  leave({ flow, queue, seats }: Seat): void {
    flow.counts.executing--;
    flow.counts.executingSeats -= seats;
    this.#dispatcher.finish(flow.level, flow.share, queue, seats);
  }

  #seat(flow: Flow, queue: Queue, seats: number): Seat {
    const { counts } = flow;
    counts.dispatched.add();
    counts.executing++;
    counts.executingSeats += seats;
    return { flow, queue, seats };
  }

  #forget(guest: Guest): void {
    if (!this.#guests.delete(guest)) return;
    guest.flow.counts.waiting--;
    guest.flow.counts.waitingSeats -= guest.waiting.seats;
  }

  #lookLater(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#options.schedule(() => {
      this.#isLooking = false;
      this.#turnAwayLate();
      if (this.#guests.size > 0) this.#lookLater();
    }, lookMs);
  }

  #turnAwayLate(): void {
    const now = this.#nowMs();
    for (const guest of this.#guests) {
      const { flow, waiting, sinceMs, untilMs, turnAway } = guest;
      if (now < untilMs || !this.#dispatcher.leave(flow.level, waiting)) continue;
      this.#forget(guest);
      turnAway(this.#reject(flow, 'time-out', (now - sinceMs) / 1_000));
    }
  }

  #reject({ level, schema }: Flow, reason: 'concurrency-limit' | 'queue-full' | 'time-out', seconds: number): StatusError {
    const { name } = level.settings;
    this.#metrics.rejected(name, schema, reason, seconds);
    let retryAfter = this.#retryAfter.get(name);
    if (!retryAfter) this.#retryAfter.set(name, (retryAfter = new RetryAfter()));
    retryAfter.turnedAway(Math.floor(this.#nowMs() / 1_000));
    return tooManyRequests('Too many requests, please try again later.', retryAfter.seconds);
  }

  #configured(): Configuration {
    if (this.#configuration) return this.#configuration;
    const { reader, totalSeats = limits.requestSeats } = this.#options;
    const configuration = readConfiguration(reader, totalSeats);
    this.#levels = this.#dispatcher.configure(configuration.levels);
    for (const name of this.#retryAfter.keys()) if (!this.#levels.has(name)) this.#retryAfter.delete(name);
    this.#forgetFlows();
    return (this.#configuration = configuration);
  }

  #find(info: RequestInfo, { schemas, uids }: Configuration): Flow {
    // Everybody is authenticated or not, so the catch-all matches at least, which is last.
    const schema = schemas.find((each) => matchesSchema(info, each)) ?? schemas.at(-1)!;
    const { name, uid } = schema.metadata;
    const level = this.#levels.get(schema.spec.priorityLevelConfiguration.name)!;
    const { nominal, queuing, name: levelName } = level.settings;
    return {
      schemaUid: uid,
      levelUid: uids.get(levelName)!,
      level,
      schema: name,
      widest: queuing ? widestRequest(nominal, queuing.handSize) : 1,
      share: this.#shareOf(name, distinguisherOf(info, schema), queuing),
      counts: this.#metrics.countsOf(levelName, name),
    };
  }

  #shareOf(schema: string, distinguisher: string, queuing: Queuing | undefined): Share {
    const key = `${schema}\0${distinguisher}`;
    let share = this.#shares.get(key);
    if (!share) {
      const hand = queuing ? dealHand(schema, distinguisher, queuing.queues, queuing.handSize) : onlyQueue;
      this.#shares.set(key, (share = newShare(hand)));
    }
    return share;
  }

  #forgetFlows(): void {
    this.#flows.clear();
    this.#shares.clear();
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}

const userKeys = new WeakMap<UserInfo, string>();

/** What tells users apart. The same user asks again and again. */
function keyOf(user: UserInfo): string {
  let key = userKeys.get(user);
  if (key === undefined) userKeys.set(user, (key = [user.name, ...user.groups].join('\0')));
  return key;
}
