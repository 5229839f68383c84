import type { Clock } from '../lib/clock.ts';
import type { Identity } from './identity.ts';
import { hashToken, isToken } from './tokens.ts';
import { TtlCache } from './ttl-cache.ts';

/** What is known about a token, found by its hash. */
export interface TokenRecord {
  identity: Identity;
  expiresAt?: Date;
  /** Coarse: see `useToken`. */
  lastUsedAt?: Date;
}

export type FindToken = (hash: string) => Promise<TokenRecord | undefined>;

/** How long an isolate believes what it read. A revoked token works for that long at most. */
const knownTtlMs = 30_000;
const unknownTtlMs = 5_000;
const knownMax = 10_000;
const unknownMax = 2_000;

/**
 * Says who a bearer token speaks for. Answers are kept for a short time by the token itself, so that a busy client costs
 * neither a query nor a hash. Unknown tokens have a cache of their own: a flood of them cannot push out the known ones.
 *
 * Concurrent first uses of a token each make their own query: in a Worker one request may not wait for another's I/O.
 */
export class Authenticator {
  readonly #find: FindToken;
  readonly #clock: Clock;
  readonly #known: TtlCache<Identity>;
  readonly #unknown: TtlCache<true>;

  constructor(options: { find: FindToken; clock: Clock; knownMax?: number; unknownMax?: number }) {
    this.#find = options.find;
    this.#clock = options.clock;
    this.#known = new TtlCache({ maxEntries: options.knownMax ?? knownMax, clock: options.clock });
    this.#unknown = new TtlCache({ maxEntries: options.unknownMax ?? unknownMax, clock: options.clock });
  }

  /** The token's identity; undefined if there is no such token or its time is over. Throws what `find` throws. */
  async authenticate(token: string): Promise<Identity | undefined> {
    const known = this.#known.get(token);
    if (known) return known;
    if (!isToken(token) || this.#unknown.get(token)) return undefined;
    const record = await this.#find(await hashToken(token));
    const remainingMs = record?.expiresAt ? record.expiresAt.getTime() - this.#clock.now().getTime() : Infinity;
    if (!record || remainingMs <= 0) {
      this.#unknown.set(token, true, unknownTtlMs);
      return undefined;
    }
    this.#known.set(token, record.identity, Math.min(knownTtlMs, remainingMs));
    return record.identity;
  }
}
