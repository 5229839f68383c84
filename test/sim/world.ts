import { vi } from 'vitest';
import { builtinAdmission } from '../../src/admission/index.ts';
import { noWebhooks } from '../support/webhooks.ts';
import { clusterControllers } from '../../src/cluster/controllers.ts';
import { ClusterRuntime } from '../../src/cluster/runtime.ts';
import { seededRandom, type Random } from '../../src/lib/random.ts';
import type { Controller, Write } from '../../src/machinery/reconcile.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { StatusError } from '../../src/machinery/status.ts';
import { builtinResources } from '../../src/resources/index.ts';
import type { Bindings } from '../../src/server/api.ts';
import type { CommitRow } from '../../src/storage/backend.ts';
import { MemoryBackend, MemoryCluster } from '../../src/storage/memory.ts';
import { StoreError } from '../../src/storage/store.ts';
import { diceOf, type Dice } from '../support/dice.ts';
import { unsignedCertificates } from '../support/certificates.ts';
import { unsignedTokens } from '../support/tokens.ts';
import { SimBackend, type Fault } from './backend.ts';
import { SimClock } from './clock.ts';
import type { Invariant, Weather } from './invariants/invariant.ts';
import { SimState } from './state.ts';

const asked: Bindings = {
  user: { name: 'admin', groups: ['system:masters'] },
  address: 'https://api.example.com/clusters/c-0123456789',
};

/** Delays longer than this are left to the alarm, as in `cluster/object.ts`. */
const stayAwakeMs = 5_000;

/** No simulation needs as many. */
const commitsMax = 1_500;
const turnsMax = 30_000;

/** What a request came to. Without an answer the process died while it was under way. */
export interface Answer {
  status: number;
  body: any;
}

/** A process that holds, or held, the cluster. */
interface Holder {
  runtime: ClusterRuntime | undefined;
  backend: SimBackend;
  isDead: boolean;
  isBusy: boolean;
  /** When the platform's alarm calls the loop, in ms since the epoch. */
  alarmMs: number | undefined;
  died: Promise<undefined>;
  die(): void;
}

/**
 * A whole cluster in memory: the real store, API, admission, controllers and scheduler, over a database and a clock that
 * do what the simulation wants. Everything follows from the seed.
 */
export class World {
  readonly clock = new SimClock();
  readonly problems: string[] = [];
  readonly log: string[] = [];
  /** What the next commits meet with: the fault, and after how many good ones. */
  readonly faults: { after: number; fault: Fault }[] = [];
  /** The nodes whose session is open. */
  readonly sessions = new Set<string>();
  /** The state after the last commit. */
  state = new SimState();
  commits = 0;
  /** Commits that change more than Events. */
  commitsOfNote = 0;
  /** See `Commit`. */
  weather: Weather = 'storm';
  #sinceRest: SimState[] = [];
  readonly random: Random;
  readonly dice: Dice;
  readonly #invariants: readonly Invariant[];
  readonly #database = new MemoryCluster();
  readonly #scheme = createScheme(builtinResources);
  readonly #tokens = unsignedTokens();
  readonly #holders: Holder[] = [];
  #requests = 0;
  #turns = 0;
  #takingOver: Promise<void> | undefined;

  private constructor(seed: number, invariants: readonly Invariant[]) {
    this.random = seededRandom(seed);
    this.dice = diceOf(this.random);
    this.#invariants = invariants;
  }

  static async start(seed: number, invariants: readonly Invariant[]): Promise<World> {
    const world = new World(seed, invariants);
    await world.takeOver();
    return world;
  }

  /** Another process takes the cluster. The one before does not know that yet. */
  takeOver(): Promise<void> {
    return (this.#takingOver ??= this.#takeOver().finally(() => (this.#takingOver = undefined)));
  }

  async #takeOver(): Promise<void> {
    const holder = this.#createHolder();
    this.#holders.push(holder);
    try {
      await this.#until(this.#load(holder));
    } catch (error) {
      // The database did not answer: somebody tries again at the next turn.
      if (!(error instanceof StatusError) && !(error instanceof StoreError)) throw error;
      holder.die();
    }
    const { runtime, isDead } = holder;
    if (runtime && !isDead) runtime.loop.resync(runtime.entries());
  }

  /** The process ends at once, and another one takes over. */
  async restart(): Promise<void> {
    for (const holder of this.#holders) holder.die();
    await this.takeOver();
  }

  /** The cluster is at rest, and this is going to happen to it. */
  begin(weather: Weather): void {
    this.weather = weather;
    this.#sinceRest = weather === 'storm' ? [] : [this.state];
    this.log.push(`--- ${weather}`);
  }

  /** A request of the admin's, or a node's. Undefined if the process died over it. */
  async request(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer | undefined> {
    // Now and then to the process that has lost the cluster, if it is still around.
    const living = this.#holders.filter(({ runtime, isDead }) => runtime && !isDead);
    const holder = living.length > 1 && this.dice.once(3) ? living[0] : living.at(-1);
    if (!holder) {
      await new Promise<void>((resolve) => this.clock.schedule(resolve, 1));
      return undefined;
    }
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } };
    this.#requests++;
    const answer = async (): Promise<Answer> => {
      const response = await holder.runtime!.fetch(new Request(`https://cluster${path}`, { method, ...init }), asked);
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
    };
    try {
      const result = await Promise.race([answer(), holder.died]);
      const sent = body === undefined ? '' : `${JSON.stringify(body).slice(0, 240)} `;
      this.log.push(`${method} ${path} ${sent}→ ${result ? describe(result) : 'no answer'}`);
      if (result && isUnexpected(result)) this.problems.push(`${method} ${path} ${JSON.stringify(body)} → ${describe(result)}`);
      return result;
    } finally {
      this.#requests--;
    }
  }

  patch(path: string, patch: unknown): Promise<Answer | undefined> {
    return this.request('PATCH', path, patch, 'application/merge-patch+json');
  }

  /** Opens or ends a node's session. */
  session(node: string, isOpen: boolean): void {
    if (isOpen) this.sessions.add(node);
    else this.sessions.delete(node);
    for (const { runtime, isDead } of this.#holders) {
      if (isDead || !runtime) continue;
      runtime.loop.enqueue('nodelifecycle', `/${node}`);
      if (isOpen) runtime.loop.enqueue('nodelease', `kube-node-lease/${node}`);
    }
  }

  /** Lets everybody do a bit: a millisecond passes. Whether anything happened. */
  async turn(): Promise<boolean> {
    if (this.commits > commitsMax) throw new Error(`more than ${commitsMax} commits`);
    if (++this.#turns > turnsMax) throw new Error(`more than ${turnsMax} turns`);
    await new Promise<void>((resolve) => setImmediate(resolve));
    const happened = this.clock.pass(1);
    this.#ringAlarms();
    if (this.#holders.at(-1)!.isDead) {
      await this.takeOver();
      return true;
    }
    return happened;
  }

  async turns(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.turn();
  }

  /** Waits for something that needs the world to go on meanwhile. */
  async during<T>(promise: Promise<T>): Promise<T> {
    return this.#until(promise, true);
  }

  /** Waits until nobody has anything to do now. Says no if that does not come within so many turns. */
  async quiesce(turnsMax = 20_000): Promise<boolean> {
    for (let turns = 0, quiet = 0; quiet < 3; turns++) {
      if (turns > turnsMax) return false;
      const happened = await this.turn();
      const isQuiet = !happened && this.#requests === 0 && this.#holders.every((holder) => holder.isDead || isIdle(holder));
      quiet = isQuiet ? quiet + 1 : 0;
    }
    return true;
  }

  /** In how many milliseconds the next timer or alarm is due, if any. */
  get nextMs(): number | undefined {
    const now = this.clock.now().getTime();
    const alarms = this.#holders.flatMap(({ isDead, alarmMs }) =>
      isDead || alarmMs === undefined ? [] : [Math.max(0, alarmMs - now)],
    );
    const all = [...alarms, ...(this.clock.nextMs === undefined ? [] : [this.clock.nextMs])];
    return all.length === 0 ? undefined : Math.min(...all);
  }

  /** Notes what an invariant finds; one that fails itself is a problem, too, but not the cluster's. */
  check(find: () => readonly string[] | undefined): void {
    try {
      this.problems.push(...(find() ?? []));
    } catch (error) {
      this.problems.push(`an invariant failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  #createHolder(): Holder {
    let died!: (nothing: undefined) => void;
    const holder: Holder = {
      runtime: undefined,
      backend: undefined as unknown as SimBackend,
      isDead: false,
      isBusy: false,
      alarmMs: undefined,
      died: new Promise((resolve) => (died = resolve)),
      die: () => {
        holder.isDead = true;
        holder.runtime?.stop();
        died(undefined);
      },
    };
    holder.backend = new SimBackend(new MemoryBackend(this.#database), {
      nextFault: () => this.#nextFault(),
      latency: () => new Promise((resolve) => this.clock.schedule(resolve, this.dice.below(3))),
      committed: (rows) => this.#committed(rows),
      die: () => holder.die(),
      isDead: () => holder.isDead,
    });
    return holder;
  }

  async #load(holder: Holder): Promise<void> {
    holder.runtime = await ClusterRuntime.start(
      {
        backend: holder.backend,
        scheme: this.#scheme,
        controllers: (settings, _, authorizer) =>
          clusterControllers(this.#scheme, { ...settings, authorizer, caCertificate: 'a certificate' }).map((controller) =>
            this.#watched(controller),
          ),
        clock: this.clock,
        random: this.random,
        admission: builtinAdmission,
        webhooks: noWebhooks,
        tokens: this.#tokens,
        certificates: unsignedCertificates(),
        holder: 'sim',
        heartbeatOf: (node) => (this.sessions.has(node) ? this.clock.now() : undefined),
        schedule: (task, delayMs) => {
          if (delayMs > stayAwakeMs) return () => {};
          return this.clock.schedule(() => void (holder.isDead || task()), delayMs);
        },
        onError: (message) => {
          // Of events that the database did not take.
          if (message !== 'events: failed') this.problems.push(`onError: ${message}`);
        },
        onFenced: () => holder.die(),
        onCommit: () => {},
        onBusy: () => void (holder.isBusy = true),
        onIdle: (nextMs) => {
          holder.isBusy = false;
          holder.alarmMs = nextMs;
        },
      },
      [],
    );
  }

  #ringAlarms(): void {
    for (const holder of this.#holders) {
      if (holder.isDead || holder.alarmMs === undefined || holder.alarmMs > this.clock.now().getTime()) continue;
      holder.alarmMs = undefined;
      holder.runtime?.loop.wake();
    }
  }

  #nextFault(): Fault | undefined {
    const [next] = this.faults;
    if (!next) return undefined;
    if (next.after-- > 0) return undefined;
    this.faults.shift();
    this.log.push(`a commit fails: ${JSON.stringify(next.fault)}`);
    return next.fault;
  }

  /** The controller, with the invariants looking over its shoulder. */
  #watched(controller: Controller): Controller {
    return {
      ...controller,
      reconcile: (key, snapshot, context) => {
        const plan = controller.reconcile(key, snapshot, context);
        if (plan.writes.length > 0) this.log.push(`  ${controller.name} ${key}: ${plan.writes.map(summary).join(', ')}`);
        const decision = { controller: controller.name, key, plan, snapshot, failures: context.failures, now: context.now };
        for (const { decision: check } of this.#invariants) this.check(() => check?.(decision));
        return plan;
      },
    };
  }

  #committed(rows: readonly CommitRow[]): void {
    const before = this.state;
    const changes = before.changesOf(rows);
    const after = (this.state = before.after(changes));
    this.commits++;
    if (changes.some(({ resource }) => resource !== 'events')) this.commitsOfNote++;
    for (const { type, resource, key } of changes) if (resource !== 'events') this.log.push(`  ${type} ${resource} ${key}`);
    if (this.weather !== 'storm') this.#sinceRest.push(after);
    const commit = { before, after, changes, weather: this.weather, sinceRest: this.#sinceRest, now: this.clock.now() };
    for (const { commit: check } of this.#invariants) this.check(() => check?.(commit));
  }

  /** Turns until a promise is settled. A world that is only being loaded does not start another process meanwhile. */
  async #until<T>(promise: Promise<T>, restarts = false): Promise<T> {
    let isSettled = false;
    const settled = () => void (isSettled = true);
    promise.then(settled, settled);
    for (let turns = 0; !isSettled; turns++) {
      if (turns > 20_000) throw new Error('an answer never comes');
      if (restarts) await this.turn();
      else {
        await new Promise<void>((resolve) => setImmediate(resolve));
        this.clock.pass(1);
        // Dead before it was loaded: the next turn begins anew.
        if (this.#holders.at(-1)!.isDead) return undefined as T;
      }
    }
    return promise;
  }
}

/** The timers of the server's own go by the simulation's clock while `run` lasts. */
export async function withSimTime<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    return await run();
  } finally {
    vi.useRealTimers();
  }
}

const summary = (write: Write): string => {
  const what = 'resource' in write ? ` ${write.resource.plural}` : '';
  const { name } = 'object' in write ? write.object.metadata : write;
  return `${write.verb}${what} ${name ?? ''}${'subresource' in write ? `/${write.subresource}` : ''}`;
};

const isIdle = ({ isBusy, backend }: Holder): boolean => !isBusy && backend.underWay === 0;

const describe = ({ status, body }: Answer): string => (status < 400 ? String(status) : `${status} ${body?.message ?? ''}`);

/** Answers that no request of a simulation should get: operations are valid in themselves, and the server does not fail. */
const isUnexpected = ({ status, body }: Answer): boolean =>
  status === 400 || status === 500 || (status === 422 && !lateReport.test(body?.message));

/** A kubelet reports what it knew before a pod had ended. */
const lateReport = /may not be transitioned to non-terminated state/;
