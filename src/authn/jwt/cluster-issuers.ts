import type { AuthenticationSettings } from '../../db/authentication-settings.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Identity } from '../identity.ts';
import { TtlCache } from '../ttl-cache.ts';
import { JwtAuthenticator, unverifiedIssuer, type TokenUser } from './authenticator.ts';
import { compileAuthentication } from './compile.ts';
import { TokenRefused } from './expressions.ts';
import { IssuerUnreachable, type GetDocument } from './issuer-keys.ts';

/** How long an isolate believes what it read of a cluster's settings, a token that was valid, and one that was not. */
const settingsTtlMs = 30_000;
/** How long keys that were read are kept for a cluster whose settings stay the same and that nobody asks for. */
const keptMs = 2 * 60 * 60_000;
const knownTtlMs = 30_000;
const unknownTtlMs = 5_000;
const clustersMax = 1_000;
const knownMax = 10_000;
const unknownMax = 2_000;

/** What the settings of a cluster say of issuers, and whose it is. */
export interface ClusterAuthentication {
  tenant: string;
  authentication: AuthenticationSettings;
}

export interface ClusterIssuersOptions {
  /** Undefined if there is no such cluster. */
  find(cluster: string): Promise<ClusterAuthentication | undefined>;
  get: GetDocument;
  clock: Clock;
}

interface Known {
  tenant: string;
  /** The settings that it was made of. */
  text: string;
  /** Absent where no issuer is set. */
  authenticator?: JwtAuthenticator;
  readAtMs: number;
}

/** Says who the tokens of outside issuers speak for in clusters, by the clusters' settings. */
export class ClusterIssuers {
  readonly #options: ClusterIssuersOptions;
  readonly #clusters: TtlCache<Known | 'none'>;
  readonly #known: TtlCache<Identity>;
  readonly #unknown: TtlCache<true>;

  constructor(options: ClusterIssuersOptions) {
    const { clock } = options;
    this.#options = options;
    this.#clusters = new TtlCache({ maxEntries: clustersMax, clock });
    this.#known = new TtlCache({ maxEntries: knownMax, clock });
    this.#unknown = new TtlCache({ maxEntries: unknownMax, clock });
  }

  /** The token's identity in a cluster; undefined if it is not valid there, or if nobody knows now. Throws what `find` throws. */
  async authenticate(cluster: string, token: string): Promise<Identity | undefined> {
    const name = `${cluster} ${token}`;
    const known = this.#known.get(name);
    if (known || this.#unknown.get(name) || unverifiedIssuer(token) === undefined) return known;
    const outcome = await this.#verify(cluster, token);
    if (!outcome) {
      this.#unknown.set(name, true, unknownTtlMs);
      return undefined;
    }
    const { tenant, user, expiresAtMs } = outcome;
    const identity: Identity = { tenant, cluster, user };
    this.#known.set(name, identity, Math.min(knownTtlMs, expiresAtMs - this.#nowMs()));
    return identity;
  }

  async #verify(cluster: string, token: string): Promise<(TokenUser & { tenant: string }) | undefined> {
    const own = await this.#of(cluster);
    if (!own?.authenticator) return undefined;
    try {
      const verified = await own.authenticator.authenticate(token);
      return verified && { ...verified, tenant: own.tenant };
    } catch (error) {
      if (error instanceof TokenRefused || error instanceof IssuerUnreachable) return undefined;
      throw error;
    }
  }

  /** Kept longer than it is believed: while the settings stay the same, the keys that were read stay too. */
  async #of(cluster: string): Promise<Known | undefined> {
    const known = this.#clusters.get(cluster);
    if (known === 'none') return undefined;
    if (known && this.#nowMs() - known.readAtMs < settingsTtlMs) return known;
    const found = await this.#options.find(cluster);
    if (!found) {
      this.#clusters.set(cluster, 'none', unknownTtlMs);
      return undefined;
    }
    const { tenant, authentication } = found;
    const text = JSON.stringify(authentication);
    const read: Known = { ...(known?.text === text ? known : { ...this.#compiled(authentication), tenant, text }), readAtMs: this.#nowMs() };
    this.#clusters.set(cluster, read, keptMs);
    return read;
  }

  #compiled(authentication: AuthenticationSettings): { authenticator?: JwtAuthenticator } {
    if (!authentication.jwt?.length) return {};
    const { issuers, errors } = compileAuthentication(authentication);
    // They were checked when they were set; what was allowed then and is not now lets nobody in.
    return errors.length > 0 ? {} : { authenticator: new JwtAuthenticator(issuers, this.#options.get, this.#options.clock) };
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}
