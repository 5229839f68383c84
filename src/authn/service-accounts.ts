import { clusterOf } from '../lib/cluster-address.ts';
import type { Clock } from '../lib/clock.ts';
import { checkTimes, leewaySeconds, userOfToken, type TokenClaims } from '../machinery/token-claims.ts';
import type { Identity } from './identity.ts';
import type { PublicKeys } from './public-keys.ts';
import { readHeader, verifyToken } from './service-account-jwt.ts';
import { TtlCache } from './ttl-cache.ts';

/** How long an isolate believes a signature that it has verified, and one that was not right. */
const knownTtlMs = 60_000;
const unknownTtlMs = 5_000;
const knownMax = 10_000;
const unknownMax = 2_000;

/**
 * Says who a ServiceAccount's token speaks for, by the keys of the cluster it is shown to: no other cluster's token passes.
 * Whether what it is bound to still exists is for the cluster to say, which gets to know it with the user.
 */
export class ServiceAccountAuthenticator {
  readonly #keys: PublicKeys;
  readonly #clock: Clock;
  readonly #known: TtlCache<Identity>;
  readonly #unknown: TtlCache<true>;

  constructor(options: { keys: PublicKeys; clock: Clock }) {
    this.#keys = options.keys;
    this.#clock = options.clock;
    this.#known = new TtlCache({ maxEntries: knownMax, clock: options.clock });
    this.#unknown = new TtlCache({ maxEntries: unknownMax, clock: options.clock });
  }

  /** The token's identity in a cluster; undefined if it is not valid there. Throws what reading the keys throws. */
  async authenticate(cluster: string, token: string): Promise<Identity | undefined> {
    const header = readHeader(token);
    if (!header) return undefined;
    const name = `${cluster} ${token}`;
    const known = this.#known.get(name);
    if (known || this.#unknown.get(name)) return known;
    const { tenant, keys } = await this.#keys.of(cluster, header.keyId);
    const claims = await verifyToken(token, keys);
    const now = this.#clock.now();
    if (!claims || !isForApi(cluster, claims) || checkTimes(claims, now) !== undefined) {
      this.#unknown.set(name, true, unknownTtlMs);
      return undefined;
    }
    const identity: Identity = { tenant, cluster, user: { ...userOfToken(claims), boundTo: claims.binding } };
    this.#known.set(name, identity, Math.min(knownTtlMs, remainingMs(claims, now)));
    return identity;
  }
}

/** Whether the token is for the cluster's API. Those without audiences are, which are kept in Secrets. */
const isForApi = (cluster: string, { audiences }: TokenClaims): boolean =>
  audiences.length === 0 || audiences.some((audience) => clusterOf(audience) === cluster);

const remainingMs = ({ expiresAt = Infinity }: TokenClaims, now: Date): number =>
  (expiresAt + leewaySeconds) * 1000 - now.getTime();
