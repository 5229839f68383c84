import { TtlCache } from '../authn/ttl-cache.ts';
import type { Clock } from '../lib/clock.ts';

const knownTtlMs = 30_000;
const clustersMax = 10_000;

/** Which tenant a cluster belongs to, remembered for a short time: a cluster never changes tenants, but it can go. */
export class ClusterTenants {
  readonly #find: (cluster: string) => Promise<string | undefined>;
  readonly #known: TtlCache<string>;

  constructor(find: (cluster: string) => Promise<string | undefined>, clock: Clock) {
    this.#find = find;
    this.#known = new TtlCache({ maxEntries: clustersMax, clock });
  }

  /** Undefined if there is no such cluster. */
  async tenantOf(cluster: string): Promise<string | undefined> {
    const known = this.#known.get(cluster);
    if (known !== undefined) return known;
    const tenant = await this.#find(cluster);
    if (tenant !== undefined) this.#known.set(cluster, tenant, knownTtlMs);
    return tenant;
  }

  forget(cluster: string): void {
    this.#known.delete(cluster);
  }
}
