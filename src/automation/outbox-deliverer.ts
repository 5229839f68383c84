import { DatabaseError } from '../db/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Outbox } from './outbox.ts';
import { SubscriptionRunner, type Health, type Shared } from './runner.ts';
import type { Receiver, Send } from './sender.ts';
import { importKey, signingKey } from './signature.ts';

/** A subscription as the cluster describes it to the one who delivers. */
export interface Target {
  uid: string;
  namespace: string;
  name: string;
  generation: number;
  url: string;
  /** The signing secrets (`whsec_…`), the newest first. */
  secrets: readonly string[];
  suspended: boolean;
  /** Why nothing can be sent, if so. */
  problem?: string;
}

/** What has become of the deliveries of a subscription. */
export interface Report extends Health {
  uid: string;
  namespace: string;
  name: string;
  generation: number;
  pending: number;
  deadLetters: number;
  problem?: string;
}

export interface OutboxDelivererOptions {
  outbox: Outbox;
  send: Send;
  clock: Clock;
  random: Random;
  /** The subscriptions as they are now; undefined if the cluster is no more. */
  targets(): Promise<readonly Target[] | undefined>;
  /** Writes down what became of deliveries. Best effort. */
  report(reports: readonly Report[]): Promise<void>;
  onError(message: string): void;
}

/** While something is delivered the subscriptions are read again this often. */
const targetsFreshMs = 5_000;
/** What becomes of deliveries is told this often at most, unless it is news; and this often when each is soon done. */
const reportEveryMs = 10_000;
const calmReportEveryMs = 60_000;
const pendingCountMax = 10_000;
/** After the database or the cluster could not be reached. */
const retryMs = 5_000;

interface Own {
  runner: SubscriptionRunner;
  target: Target;
  receiver: Receiver | undefined;
  /** What was told last, to tell news apart. */
  told: { seen: string; failing: boolean; pending: number; ms: number };
}

const nothingTold: Own['told'] = { seen: '', failing: false, pending: 0, ms: 0 };

/**
 * Delivers what is in the outbox of one cluster. Each subscription has a runner of its own; they share the number of requests
 * under way and the memory. Holds nothing that cannot be read again from the table and from the cluster.
 */
export class OutboxDeliverer {
  readonly #options: OutboxDelivererOptions;
  readonly #shared: Shared;
  #own = new Map<string, Own>();
  #targetsMs = -Infinity;
  #running: Promise<number | undefined> | undefined;
  #again = false;
  #signal: (() => void) | undefined;

  constructor(options: OutboxDelivererOptions) {
    this.#options = options;
    const { outbox, send, clock, random } = options;
    const freed = () => {
      for (const { runner } of this.#own.values()) runner.wake();
    };
    this.#shared = { outbox, send, clock, random, load: { underWay: 0, bytes: 0 }, freed };
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** The subscriptions may have changed. */
  forgetTargets(): void {
    this.#targetsMs = -Infinity;
  }

  /**
   * Delivers what is due and what becomes due meanwhile. Resolves when nothing is left, to the time (ms since the epoch) at which
   * to come back; undefined if there is nothing to come back for. `news`: the subscriptions that have just got something.
   */
  run(news?: readonly string[]): Promise<number | undefined> {
    if (this.#running && news && news.length > 0 && news.every((uid) => this.#poke(uid))) return this.#running;
    this.#again = true;
    this.#signal?.();
    return (this.#running ??= this.#run());
  }

  /** Tells a runner that is at work anyway. */
  #poke(uid: string): boolean {
    const { runner, receiver } = this.#own.get(uid) ?? {};
    if (!runner?.isRunning) return false;
    void runner.run(receiver);
    return true;
  }

  async #run(): Promise<number | undefined> {
    await undefined; // so that `#running` is set
    try {
      return await this.#deliver();
    } finally {
      this.#running = undefined;
    }
  }

  async #deliver(): Promise<number | undefined> {
    const { outbox, clock, onError } = this.#options;
    const runs = new Map<string, Promise<void>>();
    let failed: boolean;
    for (;;) {
      let nextMs: number | undefined;
      failed = false;
      try {
        this.#again = false;
        await this.#refresh();
        const due = await outbox.nextDue([...this.#own.keys()]);
        for (const [uid, { runner, receiver }] of this.#own) {
          if (!receiver && !runner.isRunning) continue;
          const dueMs = due.get(uid);
          if (dueMs === undefined) continue;
          if (dueMs > 0) {
            nextMs = Math.min(nextMs ?? Infinity, clock.now().getTime() + dueMs);
            continue;
          }
          const isNew = !runner.isRunning;
          const run = runner.run(receiver);
          if (!isNew) continue;
          const ended = run.catch((error: unknown) => {
            failed = true;
            onError(`a subscription could not be served: ${reasonOf(error)}`);
          });
          runs.set(uid, ended.then(() => void runs.delete(uid)));
        }
        await this.#report(runs.size === 0);
      } catch (error) {
        failed = true;
        onError(`deliveries wait: ${reasonOf(error)}`);
      }
      if (runs.size === 0 && failed) return clock.now().getTime() + retryMs;
      if (this.#again && !failed) continue;
      if (runs.size === 0) return nextMs;
      await this.#untilSomething(runs);
    }
  }

  /** Until a runner has ended, there is something new, or it is time to look for retries. */
  async #untilSomething(runs: ReadonlyMap<string, Promise<void>>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const something = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, pollMs);
      this.#signal = resolve;
    });
    await Promise.race([something, ...runs.values()]);
    this.#signal = undefined;
    clearTimeout(timer);
  }

  async #refresh(): Promise<void> {
    const { clock, outbox } = this.#options;
    const nowMs = clock.now().getTime();
    if (nowMs - this.#targetsMs < targetsFreshMs) return;
    const isFirst = this.#targetsMs === -Infinity;
    this.#targetsMs = nowMs;
    try {
      const targets = (await this.#options.targets()) ?? [];
      const own = new Map<string, Own>();
      for (const target of targets) {
        const before = this.#own.get(target.uid);
        const { runner = new SubscriptionRunner(target.uid, this.#shared), told = nothingTold } = before ?? {};
        own.set(target.uid, { runner, told, target, receiver: await receiverOf(target, before) });
      }
      for (const [uid, { runner }] of this.#own) if (!own.has(uid)) void runner.run(undefined).catch(() => {});
      this.#own = own;
      if (isFirst) await outbox.keepOnly([...own.keys()]);
    } catch (error) {
      this.#targetsMs = -Infinity;
      throw error;
    }
  }

  /** At the end of a run all that is new is told. */
  async #report(isEnd: boolean): Promise<void> {
    const { clock, outbox, report } = this.#options;
    const nowMs = clock.now().getTime();
    const reports: Report[] = [];
    for (const own of this.#own.values()) {
      const { runner, target, told } = own;
      const { uid, namespace, name, generation, problem } = target;
      const { health } = runner;
      const failing = health.consecutiveFailures > 0 || problem !== undefined;
      const seen = JSON.stringify([health, problem, generation]);
      const isUntouched = !health.lastSuccess && !health.lastFailure && !problem;
      const everyMs = isEnd && told.pending > 0 ? 0 : isEnd ? calmReportEveryMs : reportEveryMs;
      if (isUntouched || seen === told.seen || (failing === told.failing && nowMs - told.ms < everyMs)) continue;
      const { pending, dead } = await outbox.count(uid, pendingCountMax);
      reports.push({ uid, namespace, name, generation, pending, deadLetters: dead, ...health, ...(problem !== undefined && { problem }) });
      own.told = { seen, failing, pending, ms: nowMs };
    }
    if (reports.length > 0) await report(reports);
  }
}

const pollMs = 1_000;

/** An error of the database is safe to tell; what others say may hold anything. */
const reasonOf = (error: unknown): string =>
  error instanceof DatabaseError ? error.message : error instanceof Error ? error.name : 'unknown error';

/** The keys are made again only when the secrets have changed. */
async function receiverOf(target: Target, before: Own | undefined): Promise<Receiver | undefined> {
  const { url, secrets, suspended, problem } = target;
  if (suspended || problem !== undefined) return undefined;
  if (before?.receiver && before.target.url === url && before.target.secrets.join() === secrets.join()) return before.receiver;
  const keys = await Promise.all(secrets.map((secret) => importKey(signingKey(secret)!)));
  return { url, keys };
}
