import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import type { Random } from '../lib/random.ts';
import type { Delivery, Outbox, Outcome, Settlement } from './outbox.ts';
import { retryDelayMs } from './retry.ts';
import type { Receiver, Send, Sent } from './sender.ts';

/** What a runner shares with those of the other subscriptions of its cluster. */
export interface Shared {
  readonly outbox: Outbox;
  readonly send: Send;
  readonly clock: Clock;
  readonly random: Random;
  /** Deliveries under way, of all subscriptions, and the bytes of those in memory. */
  load: { underWay: number; bytes: number };
  /** There is room again: to wake all runners. */
  freed(): void;
}

/** What a runner has seen. */
export interface Health {
  consecutiveFailures: number;
  lastSuccess?: string;
  lastFailure?: string;
  lastFailureMessage?: string;
}

/** What a subject has in memory. Only the first is on its way, or about to be. */
interface Lane {
  readonly waiting: Delivery[];
  isUnderWay: boolean;
}

const releasedAtOnce = 500;
/** Of so many subjects it is known whether something is held; with more, all are asked. */
const heldSubjectsMax = 20_000;
const attemptsKept = 10;
const hastenEveryMs = 60_000;
const pruneEvery = 500;

/**
 * Empties the outbox of one subscription: many subjects at a time, one delivery of a subject at a time and in order. Whatever
 * fails holds back what comes after it on the same subject, in memory and in the table. Everything here can be forgotten at any
 * moment: what was not written down as done is delivered again.
 */
export class SubscriptionRunner {
  readonly health: Health = { consecutiveFailures: 0 };
  readonly #subscription: string;
  readonly #shared: Shared;
  readonly #lanes = new Map<string, Lane>();
  /** Revisions in memory whose outcome is not written down yet. */
  readonly #known = new Set<number>();
  /** Subjects whose first delivery has just failed: nothing of theirs goes before it. */
  readonly #failed = new Set<string>();
  /** Subjects behind which something may be held in the table. Undefined: any. */
  #held: Set<string> | undefined = new Set();
  #receiver: Receiver | undefined;
  #underWay = 0;
  #outcomes: { delivery: Delivery; outcome: Outcome }[] = [];
  #hold = new Map<string, number>();
  #more = false;
  #recovered = false;
  #isBack = false;
  #lastHastenMs = 0;
  #sincePrune = 0;
  #running: Promise<void> | undefined;
  #signal: (() => void) | undefined;

  constructor(subscription: string, shared: Shared) {
    this.#subscription = subscription;
    this.#shared = shared;
  }

  /** There may be something due. Resolves when there is not, and everything is written down. Without a receiver nothing is begun. */
  run(receiver: Receiver | undefined): Promise<void> {
    this.#receiver = receiver;
    this.#more = true;
    this.#signal?.();
    return (this.#running ??= this.#run());
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** There may be room again. */
  wake(): void {
    this.#start();
    this.#signal?.();
  }

  /** Begins what may begin, as far as there is room. */
  #start(): void {
    const { load } = this.#shared;
    const receiver = this.#receiver;
    if (!receiver) return;
    for (const [subject, lane] of this.#lanes) {
      if (this.#underWay >= limits.deliveriesPerSubscription || load.underWay >= limits.deliveriesPerCluster) return;
      if (!lane.isUnderWay) this.#begin(subject, lane, receiver);
    }
  }

  async #run(): Promise<void> {
    await undefined; // so that `#running` is set
    try {
      if (!this.#recovered) await this.#recover();
      for (;;) {
        if (this.#isUnsettled) await this.#settle();
        if (this.#canTake) await this.#take();
        if (!this.#receiver) this.#forgetWaiting();
        this.#start();
        if (this.#isUnsettled || this.#canTake) continue;
        if (this.#known.size === 0) return;
        await new Promise<void>((resolve) => (this.#signal = resolve));
        this.#signal = undefined;
      }
    } catch (error) {
      // The database is out of reach. What is on its way ends by itself, and is written down the next time.
      this.#forgetWaiting();
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  get #isUnsettled(): boolean {
    return this.#outcomes.length > 0 || this.#hold.size > 0;
  }

  /** Who has nothing in memory may always take something, so that nobody starves. */
  get #canTake(): boolean {
    if (!this.#more || !this.#receiver) return false;
    if (this.#known.size === 0) return true;
    return this.#known.size <= limits.deliveriesInMemory / 2 && this.#shared.load.bytes < limits.deliveryBytesInMemory;
  }

  async #recover(): Promise<void> {
    const subjects = await this.#shared.outbox.recover(this.#subscription, heldSubjectsMax);
    this.#held = subjects.length < heldSubjectsMax ? new Set(subjects) : undefined;
    this.#recovered = true;
  }

  async #take(): Promise<void> {
    const { outbox, load } = this.#shared;
    const room = limits.deliveryBytesInMemory - load.bytes;
    const rows = room > 0 ? limits.deliveriesInMemory - this.#known.size : 1;
    this.#more = false;
    const bytes = Math.max(Math.floor(room / 4), 1);
    const taken = await outbox.take(this.#subscription, { rows, bytes, except: [...this.#known] });
    // The bytes may have ended it before the rows did.
    if (taken.length > 0) this.#more = true;
    for (const delivery of taken) this.#accept(delivery);
  }

  #accept(delivery: Delivery): void {
    const { subject, revision, previousRevision, attemptCount } = delivery;
    if (attemptCount > 0) this.#held?.add(subject);
    if (previousRevision === undefined) this.#failed.delete(subject);
    else if (this.#failed.has(subject) || !this.#known.has(previousRevision)) return this.#holdAfter(subject, previousRevision);
    let lane = this.#lanes.get(subject);
    if (!lane) this.#lanes.set(subject, (lane = { waiting: [], isUnderWay: false }));
    const { waiting } = lane;
    waiting.push(delivery);
    // A replay may bring back an older one; what is on its way already stays in front.
    const begun = lane.isUnderWay ? waiting.shift() : undefined;
    waiting.sort((a, b) => a.revision - b.revision);
    if (begun) waiting.unshift(begun);
    this.#known.add(revision);
    this.#shared.load.bytes += delivery.body.length;
  }

  #holdAfter(subject: string, revision: number): void {
    this.#hold.set(subject, Math.min(revision, this.#hold.get(subject) ?? revision));
  }

  #begin(subject: string, lane: Lane, receiver: Receiver): void {
    const delivery = lane.waiting[0]!;
    lane.isUnderWay = true;
    this.#underWay++;
    this.#shared.load.underWay++;
    void this.#shared.send(receiver, messageId(this.#subscription, delivery.revision), delivery.body).then((sent) => {
      this.#underWay--;
      this.#shared.load.underWay--;
      lane.isUnderWay = false;
      lane.waiting.shift();
      this.#shared.load.bytes -= delivery.body.length;
      this.#done(subject, lane, delivery, sent);
      this.#shared.freed();
    });
  }

  #done(subject: string, lane: Lane, delivery: Delivery, sent: Sent): void {
    const outcome = this.#outcomeOf(delivery, sent);
    this.#outcomes.push({ delivery, outcome });
    this.#observe(sent);
    if (outcome.state === 'pending') {
      this.#failed.add(subject);
      this.#holdAfter(subject, delivery.revision);
      for (const { revision, body } of lane.waiting.splice(0)) {
        this.#known.delete(revision);
        this.#shared.load.bytes -= body.length;
      }
    }
    if (lane.waiting.length === 0) this.#lanes.delete(subject);
  }

  #outcomeOf(delivery: Delivery, { ok, attempt, retryAfterSeconds }: Sent): Outcome {
    const { revision, attempts: before, attemptCount, createdMs } = delivery;
    const attempts = [...before.slice(1 - attemptsKept), attempt];
    if (ok) return { revision, state: 'delivered', delayMs: 0, attempts };
    const { clock, random } = this.#shared;
    const ageMs = clock.now().getTime() - createdMs;
    const delayMs = retryDelayMs({ attempts: attemptCount + 1, ageMs, retryAfterSeconds }, random);
    return { revision, state: delayMs === undefined ? 'dead' : 'pending', delayMs: delayMs ?? 0, attempts };
  }

  #observe({ ok, attempt: { at, error } }: Sent): void {
    const { health } = this;
    if (ok) {
      // A receiver that was away and is back gets what it missed at once. One bad message among good ones does not count.
      if (health.consecutiveFailures >= 3) this.#isBack = true;
      health.consecutiveFailures = 0;
      health.lastSuccess = at;
    } else {
      health.consecutiveFailures++;
      health.lastFailure = at;
      health.lastFailureMessage = error;
    }
  }

  async #settle(): Promise<void> {
    const { outbox, clock } = this.#shared;
    const done = this.#outcomes.splice(0);
    const hold = [...this.#hold].map(([subject, revision]) => ({ subject, revision }));
    this.#hold.clear();
    const finished = new Set(done.filter(({ outcome }) => outcome.state !== 'pending').map(({ delivery }) => delivery.subject));
    const mayGoOn = (subject: string) => !this.#lanes.has(subject) && !this.#failed.has(subject) && (this.#held?.has(subject) ?? true);
    const release = [...finished].filter(mayGoOn);
    const settlement: Settlement = { outcomes: done.map(({ outcome }) => outcome), hold, release };
    const full = new Set(
      await outbox.settle(this.#subscription, settlement, releasedAtOnce).catch((error: unknown) => {
        this.#outcomes.unshift(...done);
        for (const { subject, revision } of hold) this.#holdAfter(subject, revision);
        throw error;
      }),
    );
    for (const { delivery } of done) this.#known.delete(delivery.revision);
    for (const subject of release) if (!full.has(subject)) this.#held?.delete(subject);
    for (const { subject } of hold) this.#held?.add(subject);
    if (release.length > 0) this.#more = true;
    if (this.#isBack && clock.now().getTime() - this.#lastHastenMs >= hastenEveryMs) {
      this.#lastHastenMs = clock.now().getTime();
      this.#isBack = false;
      await outbox.hasten(this.#subscription);
      this.#more = true;
    }
    if ((this.#sincePrune += finished.size) >= pruneEvery) {
      this.#sincePrune = 0;
      await outbox.prune(this.#subscription, { delivered: limits.deliveriesKept, dead: limits.deadLettersKept });
    }
  }

  /** Lets go of what has not begun. It is still in the table. */
  #forgetWaiting(): void {
    for (const [subject, lane] of this.#lanes) {
      for (const { revision, body } of lane.waiting.splice(lane.isUnderWay ? 1 : 0)) {
        this.#known.delete(revision);
        this.#shared.load.bytes -= body.length;
      }
      if (!lane.isUnderWay) this.#lanes.delete(subject);
    }
  }
}

/** The id of a message: the same at every attempt, so that receivers can tell what they have seen. */
export const messageId = (subscription: string, revision: number): string => `msg_${subscription}_${revision}`;
