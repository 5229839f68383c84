import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { WebhookUnreachable, type WebhookClient } from '../server/webhooks/client.ts';
import type { AuditRecords } from './audit-records.ts';

/** The webhook of a cluster's settings. */
export interface AuditWebhook {
  url: string;
  caBundle?: string | undefined;
}

/** A durable timer with one time, which ends in `wake`. */
export interface DurableTimer {
  /** In milliseconds since the epoch; undefined when it is not set. */
  at(): number | undefined;
  set(timeMs: number | undefined): void;
}

export interface AuditSinkOptions {
  webhook: AuditWebhook;
  records: Pick<AuditRecords, 'open' | 'after' | 'delivered' | 'failed'>;
  webhooks: WebhookClient;
  timer: DurableTimer;
  clock: Clock;
  random: Random;
  onError(message: string): void;
}

const answerMs = 30_000;
/** The first attempt after a failure, as upstream; each next one waits twice as long. */
const backoffMs = 10_000;
const backoffMaxMs = 3_600_000;
/** Should we not survive a delivery, it goes on after that. */
const watchdogMs = 60_000;

/**
 * Sends stored audit events to a webhook, in order and at least once: how far it has got is in the database. Nobody waits for it.
 * A webhook that does not take them is asked again, ever later, for as long as the events are kept.
 */
export class AuditSink {
  readonly #options: AuditSinkOptions;
  #delivered: Promise<number> | undefined;
  #isRunning = false;
  #hasMore = false;
  #isStopped = false;

  constructor(options: AuditSinkOptions) {
    this.#options = options;
  }

  /** Says where the webhook stands; of a new one that it begins now. To be done before events are stored. Rejects with `DatabaseError`. */
  async open(): Promise<void> {
    await this.#position();
  }

  /** There may be something to send. While an attempt is put off nothing happens. */
  wake(): void {
    this.#hasMore = true;
    const { timer, clock } = this.#options;
    if (this.#isRunning || this.#isStopped || (timer.at() ?? 0) > clock.now().getTime()) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** Another one takes over. */
  stop(): void {
    this.#isStopped = true;
  }

  #position(): Promise<number> {
    const { records, webhook } = this.#options;
    return (this.#delivered ??= records.open(webhook.url).catch((error: unknown) => {
      this.#delivered = undefined;
      throw error;
    }));
  }

  async #run(): Promise<void> {
    const { timer, clock } = this.#options;
    timer.set(clock.now().getTime() + watchdogMs);
    try {
      while (this.#hasMore && !this.#isStopped) {
        this.#hasMore = false;
        while (!this.#isStopped && (await this.#sendNext()));
      }
      // In the same turn as the last look at what is to be done.
      this.#isRunning = false;
      if (!this.#isStopped) timer.set(undefined);
    } catch (error) {
      if (!this.#isStopped) await this.#putOff(error);
      this.#isRunning = false;
    }
  }

  /** Sends the next events. False if there are none. */
  async #sendNext(): Promise<boolean> {
    const { records, webhook, webhooks } = this.#options;
    const events = await records.after(await this.#position());
    if (events.length === 0) return false;
    const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.map(({ text }) => text).join(',')}]}`;
    const { status } = await webhooks.post({
      url: webhook.url,
      ...(webhook.caBundle !== undefined && { caBundle: webhook.caBundle }),
      body,
      timeoutMs: answerMs,
    });
    if (status < 200 || status >= 300) throw new WebhookUnreachable(`it answered ${status}`);
    const { id } = events.at(-1)!;
    this.#delivered = Promise.resolve(id);
    await records.delivered(webhook.url, id);
    return true;
  }

  async #putOff(error: unknown): Promise<void> {
    const { records, webhook, timer, clock, random, onError } = this.#options;
    let failures = 1;
    try {
      failures = await records.failed(webhook.url);
    } catch {
      // Without the database nothing can be sent either.
    }
    const delayMs = Math.min(backoffMs * 2 ** (failures - 1), backoffMaxMs);
    // Clusters that fail together do not come back together.
    timer.set(clock.now().getTime() + Math.round(delayMs * (1 + random.next() / 10)));
    onError(`audit: the webhook could not be reached: ${error instanceof WebhookUnreachable ? error.message : nameOf(error)}`);
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown error');
