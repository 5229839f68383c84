import type { EventDraft } from '../machinery/reconcile.ts';

// The numbers of client-go's tools/record (events_cache.go).
/** Events about one object that differ in their message only are told apart up to this one. */
const similarMax = 10;
/** Without a similar one for so long, they are told apart again. */
const similarForMs = 600_000;
/** Events of one component about one object at once. */
const burst = 25;
/** After them, one in so many milliseconds. */
const refillMs = 300_000;
/** What is remembered of each. What was not needed for longest is forgotten first. */
const remembered = 4_096;

interface Similar {
  messages: Set<string>;
  lastMs: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** What is to be recorded of an event. */
export interface Correlated {
  message: string;
  /** Stands for all that are similar: one Event, that counts and has the last message. */
  isCombined: boolean;
}

/**
 * Keeps a component that has much to say about an object, as of each of a thousand pods, from filling the cluster with it:
 * similar events are combined, and past a burst they are dropped. What it remembers is in memory only; after a restart a few
 * more are let through.
 */
export class EventCorrelator {
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();

  /** Undefined for an event that is to be dropped. */
  correlate(component: string, { regarding, type, reason, message }: EventDraft, nowMs: number): Correlated | undefined {
    const { apiVersion, kind, metadata } = regarding;
    const about = [component, apiVersion, kind, metadata.namespace ?? '', metadata.name, metadata.uid].join('\0');
    const isCombined = this.#isOneOfMany(`${about}\0${type}\0${reason}`, message, nowMs);
    if (!this.#takeToken(about, nowMs)) return undefined;
    return { message: isCombined ? `(combined from similar events): ${message}` : message, isCombined };
  }

  #isOneOfMany(key: string, message: string, nowMs: number): boolean {
    let similar = this.#similar.get(key);
    if (!similar || nowMs - similar.lastMs > similarForMs) similar = { messages: new Set(), lastMs: nowMs };
    similar.lastMs = nowMs;
    if (similar.messages.size < similarMax) similar.messages.add(message);
    remember(this.#similar, key, similar);
    return similar.messages.size >= similarMax;
  }

  #takeToken(key: string, nowMs: number): boolean {
    const known = this.#buckets.get(key);
    const tokens = known ? Math.min(burst, known.tokens + (nowMs - known.atMs) / refillMs) : burst;
    const isAllowed = tokens >= 1;
    remember(this.#buckets, key, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs });
    return isAllowed;
  }
}

/** Puts it behind all others, and lets go of the first past the bound. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > remembered) map.delete(map.keys().next().value!);
}
