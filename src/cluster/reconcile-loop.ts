import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import type { Random } from '../lib/random.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { NodeMeter } from '../machinery/node-usage.ts';
import type { Snapshot } from '../machinery/reader.ts';
import type { AnyResource } from '../machinery/resource.ts';
import type { Controller, EventDraft, Plan, Trigger, Write } from '../machinery/reconcile.ts';
import { internalError, StatusError } from '../machinery/status.ts';
import type { Change, Entry } from '../storage/store.ts';
import { WorkQueue, type Work } from './work-queue.ts';

export interface LoopOptions {
  controllers: readonly Controller[];
  /** The kind that objects with that storage key are of. */
  resourceOf(resource: string): AnyResource | undefined;
  snapshot: Snapshot;
  /** Carries one write out through the API's verbs. Rejects with a StatusError when the API refuses it. */
  execute(write: Write, controller: Controller): Promise<unknown>;
  recordEvents(events: readonly EventDraft[], controller: Controller): Promise<void>;
  /** Asks nodes what they use. */
  meter?: NodeMeter;
  clock: Clock;
  random: Random;
  /**
   * Runs `task` after `delayMs`; at 0 as soon as waiting requests had their turn. Returns a way to take it back. Delays
   * longer than the owner cares to stay awake for may be left to an alarm that calls `wake`.
   */
  schedule(task: () => void, delayMs: number): () => void;
  /** Something went wrong that no client sees. Never called with data of objects. */
  onError(message: string): void;
  /** There is something to do, after a time of rest. */
  onBusy(): void;
  /** There is nothing to do now; `nextMs` is when there is, in ms since the epoch, if ever by itself. */
  onIdle(nextMs: number | undefined): void;
}

/**
 * The one place that acts on what controllers decide. It finds the keys that a change concerns, asks the controller for
 * a plan on the newest committed state, carries the plan out, and asks again with a back-off when a write failed. A key
 * is not reconciled while its own writes are under way, so a controller always sees what it did last. Nothing in here has
 * to survive: after a restart `resync` asks for every key.
 */
export class ReconcileLoop {
  readonly #options: LoopOptions;
  readonly #controllers: ReadonlyMap<string, Controller>;
  readonly #triggers = new Map<string, readonly { controller: Controller; trigger: Trigger }[]>();
  readonly #queue = new WorkQueue<StatusError>();
  readonly #counts = new Map<string, { adds: number; retries: number }>();
  #cancelTimer: (() => void) | undefined;
  #passScheduled = false;
  #busy = false;
  #stopped = false;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#controllers = new Map(options.controllers.map((controller) => [controller.name, controller]));
  }

  /** Looks at the keys that a commit concerns. */
  changed(changes: readonly Change[]): void {
    for (const change of changes)
      for (const { controller, trigger } of this.#triggersOf(change.entry.key.resource)) {
        if (!concerns(trigger, change)) continue;
        this.#trigger(controller, trigger, change.entry.object);
        if (change.previous) this.#trigger(controller, trigger, change.previous.object);
      }
    this.#proceed();
  }

  /** Looks at every key of every controller: after a start, when nobody knows what was left undone. */
  resync(entries: Iterable<Entry>): void {
    for (const entry of entries)
      for (const { controller, trigger } of this.#triggersOf(entry.key.resource))
        this.#enqueueAll(controller, (trigger.keysAtStart ?? trigger.keys)(entry.object, this.#options.snapshot));
    this.#proceed();
  }

  /** Looks at one key for a reason that is in no object, as the end of a node's session. */
  enqueue(controllerName: string, key: string): void {
    if (this.#queue.add(`${controllerName} ${key}`)) this.#count(controllerName, 'adds');
    this.#proceed();
  }

  /** Looks at the keys whose time has come. */
  wake(): void {
    this.#proceed();
  }

  /** How much each controller has to do now, and has been given since the start. */
  *queues(): Generator<{ name: string; depth: number; adds: number; retries: number }> {
    const depths = new Map<string, number>();
    for (const work of this.#queue.due) depths.set(nameIn(work), (depths.get(nameIn(work)) ?? 0) + 1);
    for (const [name, counts] of this.#counts) yield { name, depth: depths.get(name) ?? 0, ...counts };
  }

  /** Starts nothing more. Writes under way end by themselves. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  /** Put together when objects of the kind first change: most kinds never do. */
  #triggersOf(resource: string): readonly { controller: Controller; trigger: Trigger }[] {
    let triggers = this.#triggers.get(resource);
    if (triggers) return triggers;
    const kind = this.#options.resourceOf(resource);
    triggers = this.#options.controllers.flatMap((controller) => {
      const own = controller.triggers.filter((trigger) => trigger.resource.resource === resource);
      const more = own.length === 0 && kind ? controller.triggerFor?.(kind) : undefined;
      return [...own, ...(more ? [more] : [])].map((trigger) => ({ controller, trigger }));
    });
    if (kind) this.#triggers.set(resource, triggers);
    return triggers;
  }

  #trigger(controller: Controller, trigger: Trigger, object: KubeObject): void {
    this.#enqueueAll(controller, trigger.keys(object, this.#options.snapshot));
  }

  #enqueueAll({ name }: Controller, keys: readonly string[]): void {
    let added = 0;
    for (const key of keys) if (this.#queue.add(`${name} ${key}`)) added++;
    if (added > 0) this.#count(name, 'adds', added);
  }

  #proceed(): void {
    if (this.#stopped || this.#passScheduled) return;
    this.#queue.tick(this.#options.clock.now().getTime());
    if (this.#queue.dueCount === 0) {
      if (this.#queue.runningCount === 0) this.#rest();
      return;
    }
    if (!this.#busy) {
      this.#busy = true;
      this.#options.onBusy();
    }
    this.#passScheduled = true;
    this.#options.schedule(() => {
      this.#passScheduled = false;
      if (this.#stopped) return;
      for (const work of this.#queue.take(limits.reconcileKeysPerPass)) this.#reconcile(work);
      this.#proceed();
    }, 0);
  }

  #rest(): void {
    const nextMs = this.#queue.nextMs();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (nextMs !== undefined)
      this.#cancelTimer = this.#options.schedule(() => this.#proceed(), Math.max(1, nextMs - this.#options.clock.now().getTime()));
    if (!this.#busy) return;
    this.#busy = false;
    this.#options.onIdle(nextMs);
  }

  #reconcile(work: Work<StatusError>): void {
    const name = nameIn(work);
    const controller = this.#controllers.get(name);
    if (!controller) {
      this.#done(work, []);
      return;
    }
    let plan: Plan;
    try {
      plan = controller.reconcile(work.id.slice(name.length + 1), this.#options.snapshot, {
        now: this.#options.clock.now(),
        random: this.#options.random,
        failures: work.failures,
        ...(this.#options.meter && { measurements: this.#options.meter }),
      });
    } catch (error) {
      this.#options.onError(`${controller.name}: ${error instanceof Error ? (error.stack ?? error.message) : 'failed'}`);
      this.#done(work, [internalError('the controller failed')]);
      return;
    }
    const { meter } = this.#options;
    if (plan.measure && meter) void this.#measure(work, meter, plan.measure);
    else if (plan.writes.length === 0 && plan.events.length === 0) this.#done(work, [], plan.requeueAfterMs);
    else void this.#carryOut(work, controller, plan);
  }

  async #carryOut(work: Work<StatusError>, controller: Controller, plan: Plan): Promise<void> {
    const outcomes = await Promise.allSettled(plan.writes.map((write) => this.#options.execute(write, controller)));
    const failures: StatusError[] = [];
    const failed = new Set<Write>();
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      failures.push(outcome.reason instanceof StatusError ? outcome.reason : internalError('a write failed'));
      failed.add(plan.writes[i]!);
    }
    const events = plan.events.filter(({ after }) => after === undefined || !failed.has(after));
    if (events.length > 0)
      this.#options.recordEvents(events, controller).catch((error: unknown) => {
        this.#options.onError(`events: ${error instanceof StatusError ? error.message : 'failed'}`);
      });
    this.#done(work, failures, plan.requeueAfterMs);
    this.#proceed();
  }

  async #measure(work: Work<StatusError>, meter: NodeMeter, nodes: readonly string[]): Promise<void> {
    try {
      await meter.measure(nodes);
    } finally {
      this.#done(work, [], 0);
      this.#proceed();
    }
  }

  #count(name: string, what: 'adds' | 'retries', amount = 1): void {
    let counts = this.#counts.get(name);
    if (!counts) this.#counts.set(name, (counts = { adds: 0, retries: 0 }));
    counts[what] += amount;
  }

  #done(work: Work<StatusError>, failures: readonly StatusError[], requeueAfterMs?: number): void {
    if (failures.length > 0) this.#count(nameIn(work), 'retries');
    const paceMs = this.#controllers.get(nameIn(work))?.paceMs;
    this.#queue.done(work, this.#options.clock.now().getTime(), failures, requeueAfterMs, paceMs);
  }
}

/** Whether a change is worth a trigger's look. One whose previous state is not known is. */
const concerns = (trigger: Trigger, { type, entry, previous }: Change): boolean =>
  type !== 'MODIFIED' || !previous || !trigger.concerns || trigger.concerns(entry.object, previous.object);

/** The controller that a piece of work is for. */
const nameIn = ({ id }: Work<StatusError>): string => id.slice(0, id.indexOf(' '));
