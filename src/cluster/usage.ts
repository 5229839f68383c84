import type { Database } from '../db/client.ts';
import type { Entry } from '../storage/store.ts';

/** What a cluster has used since it was created. */
export interface Usage {
  /** How long its object was in memory, the time until each eviction included. */
  awakeSeconds: number;
  /** Of that, how long something kept it from being evicted: what the platform bills. */
  activeSeconds: number;
  objects: number;
  bytes: number;
  /** Of clients and of those who hold their watches. */
  requests: number;
  /** Of its nodes, without heartbeats. */
  messages: number;
  /** Of its own timers. */
  alarms: number;
}

/** How much a cluster holds. `bytes` is the length of the objects as JSON. */
export type Size = Pick<Usage, 'objects' | 'bytes'>;

export function sizeOf(entries: Iterable<Entry>): Size {
  let objects = 0;
  let bytes = 0;
  for (const { text } of entries) {
    objects++;
    bytes += text.length;
  }
  return { objects, bytes };
}

/** The same of a cluster that is not in memory. */
export async function storedSize({ query }: Pick<Database, 'query'>, cluster: string): Promise<Size> {
  const sql = 'select count(*), coalesce(sum(length(data::text)), 0) from objects where cluster_id = $1';
  const [row] = await query(sql, [cluster]);
  return { objects: Number(row![0]), bytes: Number(row![1]) };
}

/** What is counted in memory, and saved when the cluster comes to rest. */
export interface SavedUsage {
  awakeMs: number;
  activeMs: number;
  requests: number;
  messages: number;
  alarms: number;
}

const nothing: SavedUsage = { awakeMs: 0, activeMs: 0, requests: 0, messages: 0, alarms: 0 };

/** The platform keeps an idle object in memory for about so long before it evicts it. */
const evictionAfterMs = 10_000;

/**
 * Counts what is used between the wake-up of an object and its eviction, which nobody announces: what was counted is saved
 * whenever the cluster comes to rest.
 */
export class UsageMeter {
  readonly #counted: SavedUsage;
  /** Since when the object was in memory without a gap in what was counted. */
  #awakeSinceMs: number;
  #activeSinceMs: number | undefined;

  /** `before` may be of an earlier version, which counted less. */
  constructor(before: Partial<SavedUsage> | undefined, nowMs: number) {
    this.#counted = { ...nothing, ...before };
    this.#awakeSinceMs = nowMs;
  }

  count(what: 'requests' | 'messages' | 'alarms'): void {
    this.#counted[what]++;
  }

  /** From now on something keeps the object from being evicted. */
  active(nowMs: number): void {
    this.#activeSinceMs ??= nowMs;
  }

  /** What has been used until now. */
  at(nowMs: number): SavedUsage {
    const { awakeMs, activeMs, ...counts } = this.#counted;
    return {
      awakeMs: awakeMs + nowMs - this.#awakeSinceMs,
      activeMs: activeMs + nowMs - (this.#activeSinceMs ?? nowMs),
      ...counts,
    };
  }

  /** Nothing keeps the object from being evicted any more. What has to be saved, with the time until that happens. */
  rest(nowMs: number): SavedUsage {
    Object.assign(this.#counted, this.at(nowMs));
    this.#awakeSinceMs = nowMs;
    this.#activeSinceMs = undefined;
    return this.at(nowMs + evictionAfterMs);
  }
}
