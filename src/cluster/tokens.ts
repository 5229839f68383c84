import { Authenticator } from '../authn/authenticator.ts';
import { authorizeCluster } from '../authn/identity.ts';
import { PublicKeys } from '../authn/public-keys.ts';
import { readHeader, signToken, verifyToken } from '../authn/service-account-jwt.ts';
import { findPublicKeys, signingKeyPair } from '../authn/signing-key-records.ts';
import { publicJwk, readPrivateKey } from '../authn/signing-keys.ts';
import { findToken } from '../authn/token-records.ts';
import type { Database } from '../db/client.ts';
import type { Clock } from '../lib/clock.ts';
import { authenticatedGroup, type UserInfo } from '../machinery/user.ts';
import type { PublicJwk, TokenClaims } from '../machinery/token-claims.ts';
import type { ClusterTokens } from '../server/tokens/cluster-tokens.ts';

type Signer = { keyId: string; key: Awaited<ReturnType<typeof readPrivateKey>> };

/** The tokens of one cluster, with its keys from the database. The private one stays in memory and in here. */
export class DatabaseTokens implements ClusterTokens {
  readonly #orm: Database['orm'];
  readonly #cluster: string;
  readonly #keys: PublicKeys;
  readonly #opaque: Authenticator;
  #signer: Signer | undefined;

  constructor(orm: Database['orm'], cluster: string, clock: Clock) {
    this.#orm = orm;
    this.#cluster = cluster;
    this.#keys = new PublicKeys({ find: (id) => findPublicKeys(orm, id), clock });
    this.#opaque = new Authenticator({ find: (hash) => findToken(orm, hash), clock });
  }

  async sign(payload: Readonly<Record<string, unknown>>): Promise<string> {
    const { keyId, key } = (this.#signer ??= await this.#readSigner());
    return signToken(payload, keyId, key);
  }

  async verify(token: string): Promise<TokenClaims | undefined> {
    const header = readHeader(token);
    return header && verifyToken(token, (await this.#keys.of(this.#cluster, header.keyId)).keys);
  }

  async find(token: string): Promise<UserInfo | undefined> {
    const identity = await this.#opaque.authenticate(token);
    if (!identity) return undefined;
    const { tenant } = await this.#keys.of(this.#cluster, '');
    if (authorizeCluster(identity, this.#cluster, tenant)) return undefined;
    const { user } = identity;
    return { ...user, groups: [...user.groups, authenticatedGroup] };
  }

  async publicKeys(): Promise<readonly PublicJwk[]> {
    const { keyId } = (this.#signer ??= await this.#readSigner());
    const { keys } = await this.#keys.of(this.#cluster, keyId);
    return Promise.all(keys.map(publicJwk));
  }

  async #readSigner(): Promise<Signer> {
    const { keyId, privateKey } = await signingKeyPair(this.#orm, this.#cluster);
    return { keyId, key: await readPrivateKey(privateKey) };
  }
}
