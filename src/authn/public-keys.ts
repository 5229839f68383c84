import type { Clock } from '../lib/clock.ts';
import type { ClusterKeys } from './signing-key-records.ts';
import { readPublicKey, type PublicKey } from './signing-keys.ts';
import { TtlCache } from './ttl-cache.ts';

/** How long the keys of a cluster are believed: one that was taken away verifies for that long at most. */
const knownTtlMs = 60_000;
/** A key that is not among them may be new: so often it is looked for at most, whatever tokens come. */
const lookAgainAfterMs = 2_000;
const clustersMax = 2_000;

/** The keys that verify a cluster's tokens, and whose cluster it is. */
export interface VerifyingKeys {
  tenant: string;
  keys: readonly PublicKey[];
}

interface Known extends VerifyingKeys {
  readAtMs: number;
}

/** The public keys of clusters, remembered for a short time. */
export class PublicKeys {
  readonly #find: (cluster: string) => Promise<ClusterKeys | undefined>;
  readonly #clock: Clock;
  readonly #known: TtlCache<Known>;

  constructor(options: { find: (cluster: string) => Promise<ClusterKeys | undefined>; clock: Clock }) {
    this.#find = options.find;
    this.#clock = options.clock;
    this.#known = new TtlCache({ maxEntries: clustersMax, clock: options.clock });
  }

  /** The keys of a cluster, read anew if `keyId` is not among those that are known. A cluster that is not there has none. */
  async of(cluster: string, keyId: string): Promise<VerifyingKeys> {
    const nowMs = this.#clock.now().getTime();
    const known = this.#known.get(cluster);
    if (known && (known.keys.some((key) => key.keyId === keyId) || nowMs - known.readAtMs < lookAgainAfterMs)) return known;
    const found = (await this.#find(cluster)) ?? { tenant: '', keys: [] };
    const read: Known = { tenant: found.tenant, keys: await Promise.all(found.keys.map(readPublicKey)), readAtMs: nowMs };
    this.#known.set(cluster, read, knownTtlMs);
    return read;
  }

  /** Has the keys of a cluster read anew when they are next asked for: there is a new one. */
  forget(cluster: string): void {
    this.#known.delete(cluster);
  }
}
