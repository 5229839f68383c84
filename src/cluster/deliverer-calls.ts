import type { WebhookEvents } from './webhooks.ts';

/** The deliverer, as the cluster calls it. */
export interface DelivererStub {
  wake(cluster: string, news: { subscriptions: readonly string[]; changed: boolean }): Promise<void>;
}

export interface DelivererCallsOptions {
  cluster: string;
  deliverer(): DelivererStub;
  /** The alarm that sees to it that the deliverer is woken although the cluster ended between commit and call. */
  timer: { at(): number | undefined; set(timeMs: number | undefined): void };
  now(): number;
  onError(message: string): void;
}

const alarmMs = 30_000;

/** Calls the deliverer after commits: one call at a time, and what comes meanwhile in the next one. */
export class DelivererCalls implements WebhookEvents {
  readonly #options: DelivererCallsOptions;
  #subscriptions = new Set<string>();
  #changed = false;
  #calling = false;

  constructor(options: DelivererCallsOptions) {
    this.#options = options;
  }

  /** From now on the alarm makes up for a call that does not happen. */
  decided(): void {
    const { timer, now } = this.#options;
    if (timer.at() === undefined) timer.set(now() + alarmMs);
  }

  committed(subscriptions: readonly string[], changed: boolean): void {
    for (const uid of subscriptions) this.#subscriptions.add(uid);
    this.#changed ||= changed;
    if (!this.#calling) void this.#call();
  }

  onError(message: string): void {
    this.#options.onError(message);
  }

  /** Nothing happens any more: unless a call is still to be made, no alarm is needed. */
  rest(): void {
    if (!this.#calling && this.#options.timer.at() !== undefined) this.#options.timer.set(undefined);
  }

  async #call(): Promise<void> {
    const { cluster, deliverer, timer, now, onError } = this.#options;
    this.#calling = true;
    try {
      while (this.#subscriptions.size > 0 || this.#changed) {
        const news = { subscriptions: [...this.#subscriptions], changed: this.#changed };
        this.#subscriptions.clear();
        this.#changed = false;
        await deliverer().wake(cluster, news);
      }
      this.#calling = false;
    } catch (error) {
      // The alarm stays, and calls again.
      onError(`the deliverer of webhooks could not be woken: ${error instanceof Error ? error.name : 'unknown error'}`);
      timer.set(now() + alarmMs);
      this.#changed = true;
    }
  }

  /** The alarm rings: whatever there is to deliver, is looked for. */
  due(): void {
    this.#calling = false;
    this.committed([], true);
  }
}
