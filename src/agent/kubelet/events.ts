import { rfc3339 } from '../../lib/clock.ts';
import type { Draft } from '../../machinery/meta.ts';
import type { Event } from '../../resources/core/event.ts';
import type { ObjectReference } from '../../resources/shared/references.ts';
import type { Api } from '../api.ts';
import type { Timers } from '../timers.ts';

export interface KubeletEvent {
  regarding: ObjectReference;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** As the kubelet's `eventRecordQPS` and `eventBurst`. */
const eventsPerSecond = 50;
const eventsBurst = 100;
const waitingMax = 200;
const inFlightMax = 4;
/** Events remembered for counting repeats, and for how long. */
const knownMax = 1_024;
const knownForMs = 600_000;

interface Known {
  /** Undefined while it is being created. */
  path: string | undefined;
  count: number;
  lastMs: number;
}

/**
 * Posts events of one node. They are for people and must never hold up pods: sent at a bounded rate, a few at a time,
 * and dropped when too many wait. Repeats within ten minutes raise the count of the first one.
 */
export class EventRecorder {
  readonly #api: Api;
  readonly #timers: Timers;
  readonly #node: string;
  readonly #waiting: { event: KubeletEvent; atMs: number }[] = [];
  /** In order of use, the least recent first. */
  readonly #known = new Map<string, Known>();
  #inFlight = 0;
  #tokens = eventsBurst;
  #tokensAtMs: number;
  #cancelTimer: (() => void) | undefined;
  #sequence = 0;
  #isStopped = false;

  constructor(options: { api: Api; timers: Timers; node: string }) {
    this.#api = options.api;
    this.#timers = options.timers;
    this.#node = options.node;
    this.#tokensAtMs = options.timers.nowMs();
  }

  record(event: KubeletEvent): void {
    if (this.#isStopped || this.#waiting.length >= waitingMax) return;
    this.#waiting.push({ event, atMs: this.#timers.nowMs() });
    this.#pump();
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting.length = 0;
    this.#cancelTimer?.();
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#inFlight < inFlightMax && this.#takeToken()) {
      const { event, atMs } = this.#waiting.shift()!;
      this.#inFlight++;
      void this.#post(event, atMs)
        // An event that cannot be posted is lost; the next one may come through.
        .catch(() => undefined)
        .finally(() => {
          this.#inFlight--;
          if (!this.#isStopped) this.#pump();
        });
    }
  }

  #takeToken(): boolean {
    const nowMs = this.#timers.nowMs();
    this.#tokens = Math.min(eventsBurst, this.#tokens + ((nowMs - this.#tokensAtMs) * eventsPerSecond) / 1000);
    this.#tokensAtMs = nowMs;
    if (this.#tokens >= 1) {
      this.#tokens--;
      return true;
    }
    this.#cancelTimer?.();
    this.#cancelTimer = this.#timers.after(1000 / eventsPerSecond, () => this.#pump());
    return false;
  }

  async #post(event: KubeletEvent, atMs: number): Promise<void> {
    const key = JSON.stringify(event);
    const known = this.#known.get(key);
    this.#known.delete(key);
    if (known && atMs - known.lastMs <= knownForMs) {
      known.count++;
      known.lastMs = atMs;
      this.#known.set(key, known);
      const patch = { count: known.count, lastTimestamp: rfc3339(new Date(atMs)) };
      if (known.path) await this.#api.patch<Event>(known.path, 'merge', patch);
      return;
    }
    const fresh: Known = { path: undefined, count: 1, lastMs: atMs };
    this.#known.set(key, fresh);
    if (this.#known.size > knownMax) this.#known.delete(this.#known.keys().next().value!);
    const draft = this.#draft(event, atMs);
    const collection = `/api/v1/namespaces/${draft.metadata.namespace}/events`;
    try {
      await this.#api.create<Event>(collection, draft);
      fresh.path = `${collection}/${draft.metadata.name}`;
    } catch (error) {
      this.#known.delete(key);
      throw error;
    }
  }

  #draft({ regarding, type, reason, message }: KubeletEvent, atMs: number): Draft<Event> {
    // Events about what has no namespace live in `default`.
    const namespace = regarding.namespace ?? 'default';
    const unique = (BigInt(Math.floor(atMs)) * 1_000_000n + BigInt(this.#sequence++ % 1_000_000)).toString(16);
    const time = rfc3339(new Date(atMs));
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: `${regarding.name}.${unique}` },
      involvedObject: regarding,
      type,
      reason,
      message,
      source: { component: 'kubelet', host: this.#node },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      reportingComponent: 'kubelet',
      reportingInstance: this.#node,
    };
  }
}
