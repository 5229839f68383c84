import { Authenticator } from '../authn/authenticator.ts';
import { authorizeCluster } from '../authn/identity.ts';
import type { ClusterIssuers } from '../authn/jwt/cluster-issuers.ts';
import { PublicKeys } from '../authn/public-keys.ts';
import { readHeader, signToken, verifyToken } from '../authn/service-account-jwt.ts';
import { findPublicKeys, never, recordLongToken, signingKeyPair, usualTokenDays } from '../authn/signing-key-records.ts';
import { publicJwk, readPrivateKey } from '../authn/signing-keys.ts';
import { findToken } from '../authn/token-records.ts';
import type { Database } from '../db/client.ts';
import { EncryptionError } from '../db/platform-keys.ts';
import type { TenantKeyring } from '../db/tenant-keys.ts';
import type { Clock } from '../lib/clock.ts';
import { unavailable } from '../machinery/status.ts';
import { authenticatedGroup, type UserInfo } from '../machinery/user.ts';
import type { PublicJwk, TokenClaims } from '../machinery/token-claims.ts';
import type { ClusterTokens } from '../server/tokens/cluster-tokens.ts';

/** How long a key signs before it is looked whether there is a newer one. One is published for much longer before it signs. */
const signerTtlMs = 60_000;

interface Signer {
  keyId: string;
  key: Awaited<ReturnType<typeof readPrivateKey>>;
  readAtMs: number;
  /** What `recordLongToken` was told of it. */
  longTokensUntilMs: number;
}

export interface DatabaseTokensOptions {
  orm: Database['orm'];
  cluster: string;
  /** What the private keys are sealed with. */
  keys: TenantKeyring;
  /** Who knows the tokens of outside issuers; without it they are unknown. */
  issuers?: Pick<ClusterIssuers, 'authenticate'>;
  clock: Clock;
}

/** The tokens of one cluster, with its keys from the database. The private one stays in memory and in here. */
export class DatabaseTokens implements ClusterTokens {
  readonly #orm: Database['orm'];
  readonly #cluster: string;
  readonly #tenantKeys: TenantKeyring;
  readonly #clock: Clock;
  readonly #keys: PublicKeys;
  readonly #opaque: Authenticator;
  readonly #issuers: DatabaseTokensOptions['issuers'];
  #signer: Signer | undefined;

  constructor({ orm, cluster, keys, issuers, clock }: DatabaseTokensOptions) {
    this.#issuers = issuers;
    this.#orm = orm;
    this.#cluster = cluster;
    this.#tenantKeys = keys;
    this.#clock = clock;
    this.#keys = new PublicKeys({ find: (id) => findPublicKeys(orm, id), clock });
    this.#opaque = new Authenticator({ find: (hash) => findToken(orm, hash), clock });
  }

  async sign(payload: Readonly<Record<string, unknown>>): Promise<string> {
    const signer = await this.#currentSigner();
    const untilMs = typeof payload['exp'] === 'number' ? payload['exp'] * 1000 : never.getTime();
    const isLong = untilMs > this.#clock.now().getTime() + usualTokenMs;
    if (isLong && untilMs > signer.longTokensUntilMs) {
      await recordLongToken(this.#orm, this.#cluster, signer.keyId, new Date(Math.min(untilMs, never.getTime())));
      signer.longTokensUntilMs = untilMs;
    }
    return signToken(payload, signer.keyId, signer.key);
  }

  async verify(token: string): Promise<TokenClaims | undefined> {
    const header = readHeader(token);
    return header && verifyToken(token, (await this.#keys.of(this.#cluster, header.keyId)).keys);
  }

  async find(token: string): Promise<UserInfo | undefined> {
    const identity = (await this.#opaque.authenticate(token)) ?? (await this.#issuers?.authenticate(this.#cluster, token));
    if (!identity) return undefined;
    const { tenant } = await this.#keys.of(this.#cluster, '');
    if (authorizeCluster(identity, this.#cluster, tenant)) return undefined;
    const { user } = identity;
    return { ...user, groups: [...user.groups, authenticatedGroup] };
  }

  async publicKeys(): Promise<readonly PublicJwk[]> {
    const { keyId } = await this.#currentSigner();
    const { keys } = await this.#keys.of(this.#cluster, keyId);
    return Promise.all(keys.map(publicJwk));
  }

  async #currentSigner(): Promise<Signer> {
    const readAtMs = this.#clock.now().getTime();
    if (this.#signer && readAtMs - this.#signer.readAtMs < signerTtlMs) return this.#signer;
    try {
      const { keyId, privateKey } = await signingKeyPair(this.#orm, this.#tenantKeys, this.#cluster);
      const known = this.#signer?.keyId === keyId ? this.#signer : undefined;
      // What this one signs can be verified at once, though somebody may have asked for keys just before there was one.
      if (!known) this.#keys.forget(this.#cluster);
      this.#signer = {
        keyId,
        key: known?.key ?? (await readPrivateKey(privateKey)),
        readAtMs,
        longTokensUntilMs: known?.longTokensUntilMs ?? 0,
      };
      return this.#signer;
    } catch (error) {
      throw error instanceof EncryptionError ? unavailable(error.message) : error;
    }
  }
}

/** Less than a key verifies after it was superseded: a day is left for clocks, and for those that sign with it a while longer. */
const usualTokenMs = (usualTokenDays - 1) * 86_400_000;
