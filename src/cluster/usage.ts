import type { Database } from '../db/client.ts';
import type { Entry } from '../storage/store.ts';

/** What a cluster has used since it was created. */
export interface Usage {
  /** How long its object was in memory. */
  awakeSeconds: number;
  objects: number;
  bytes: number;
  requests: number;
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

/** The same of a cluster that nobody may load. */
export async function storedSize({ query }: Pick<Database, 'query'>, cluster: string): Promise<Size> {
  const sql = 'select count(*), coalesce(sum(length(data::text)), 0) from objects where cluster_id = $1';
  const [row] = await query(sql, [cluster]);
  return { objects: Number(row![0]), bytes: Number(row![1]) };
}

export interface SavedUsage {
  awakeMs: number;
  requests: number;
}

/** The platform keeps an idle object in memory for about so long before it evicts it. */
const evictionAfterMs = 10_000;

/**
 * Counts what is used between the wake-up of an object and its eviction, which nobody announces: what was counted is saved
 * whenever the cluster comes to rest.
 */
export class UsageMeter {
  readonly #before: SavedUsage;
  readonly #awakeSinceMs: number;
  #requests = 0;
  #saved = -1;

  constructor(before: SavedUsage | undefined, nowMs: number) {
    this.#before = before ?? { awakeMs: 0, requests: 0 };
    this.#awakeSinceMs = nowMs;
  }

  request(): void {
    this.#requests++;
  }

  at(nowMs: number): SavedUsage {
    return {
      awakeMs: this.#before.awakeMs + nowMs - this.#awakeSinceMs,
      requests: this.#before.requests + this.#requests,
    };
  }

  /** What has to be saved at rest, with the time until the eviction; nothing if no request came since the last time. */
  unsaved(nowMs: number): SavedUsage | undefined {
    if (this.#saved === this.#requests) return undefined;
    this.#saved = this.#requests;
    return this.at(nowMs + evictionAfterMs);
  }
}
