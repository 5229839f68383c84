import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import { tooManyRequests } from '../machinery/status.ts';
import type { UserInfo } from '../machinery/user.ts';
import type { Identity } from './identity.ts';
import { TtlCache } from './ttl-cache.ts';

const tokenPattern = /^([a-z0-9]{6})\.[a-z0-9]{16}$/;

/** How long an isolate believes what it was told. A token that is taken away works for that long at most. */
const knownTtlMs = 10_000;
const unknownTtlMs = 5_000;
const refusedWindowMs = 60_000;
const entriesMax = 2_000;

export interface BootstrapTokenOptions {
  /** The tenant of a cluster that has a Secret for the token with that id; undefined if there is none. Wakes nobody. */
  find(cluster: string, id: string): Promise<string | undefined>;
  /** Asks the cluster, which holds its Secrets, whom a token stands for. */
  ask(cluster: string, token: string): Promise<{ user: UserInfo; expiresAt?: Date } | undefined>;
  clock: Clock;
}

/** Whether a text has the form of a bootstrap token. */
export const isBootstrapTokenText = (token: string): boolean => tokenPattern.test(token);

/**
 * Says who a bootstrap token (`ID.SECRET`) speaks for. The cluster knows; it is asked only about ids that it has, and of those only
 * a few times a minute for nothing: who guesses does not keep it awake.
 */
export class BootstrapTokenAuthenticator {
  readonly #options: BootstrapTokenOptions;
  readonly #known: TtlCache<Identity>;
  readonly #unknown: TtlCache<true>;
  readonly #refusals: TtlCache<{ count: number }>;

  constructor(options: BootstrapTokenOptions) {
    this.#options = options;
    const cache = { maxEntries: entriesMax, clock: options.clock };
    this.#known = new TtlCache(cache);
    this.#unknown = new TtlCache(cache);
    this.#refusals = new TtlCache(cache);
  }

  /** The token's identity in a cluster; undefined if it is not valid there. Throws 429, and what asking throws. */
  async authenticate(cluster: string, token: string): Promise<Identity | undefined> {
    const id = tokenPattern.exec(token)?.[1];
    if (id === undefined) return undefined;
    const name = `${cluster} ${token}`;
    const known = this.#known.get(name);
    if (known || this.#unknown.get(name)) return known;
    const tenant = await this.#options.find(cluster, id);
    const answer = tenant === undefined ? undefined : await this.#ask(cluster, id, token);
    const remainingMs = (answer?.expiresAt?.getTime() ?? Infinity) - this.#options.clock.now().getTime();
    if (tenant === undefined || !answer || remainingMs <= 0) {
      this.#unknown.set(name, true, unknownTtlMs);
      return undefined;
    }
    const identity: Identity = { tenant, cluster, user: answer.user };
    this.#known.set(name, identity, Math.min(knownTtlMs, remainingMs));
    return identity;
  }

  async #ask(cluster: string, id: string, token: string) {
    const name = `${cluster} ${id}`;
    let refusals = this.#refusals.get(name);
    if (!refusals) this.#refusals.set(name, (refusals = { count: 0 }), refusedWindowMs);
    if (refusals.count >= limits.bootstrapTokenRefusals)
      throw tooManyRequests('too many wrong secrets were shown for this bootstrap token', refusedWindowMs / 1000);
    // Counted before the answer is there: many may ask at once.
    refusals.count++;
    const answer = await this.#options.ask(cluster, token);
    if (answer) refusals.count--;
    return answer;
  }
}
