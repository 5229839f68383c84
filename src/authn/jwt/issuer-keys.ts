import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import type { Clock } from '../../lib/clock.ts';

/**
 * Gets a document of an issuer, in JSON. Rejects for addresses that must not be reached, for answers that are late, too long or
 * no success. The certificate authority is PEM.
 */
export type GetDocument = (url: string, certificateAuthority: string | undefined) => Promise<unknown>;

/** How long keys are used before they are read again, and at most if they cannot be. */
const freshMs = 10 * 60_000;
const keptMs = 60 * 60_000;
/** How often keys are read because a token names one that is not known, and after the issuer could not be reached. */
const lookAgainAfterMs = 30_000;
const retryAfterMs = 10_000;
/** Every request reads for itself (in a Worker none may wait for another's I/O), but only so many at once. */
const readsMax = 8;
const keysMax = 100;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(keysMax) });

export interface IssuerAddress {
  /** As tokens have it. */
  url: string;
  discoveryURL?: string | undefined;
  certificateAuthority?: string | undefined;
}

/** The issuer's keys could not be read: it is not said that the token is wrong. */
export class IssuerUnreachable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'IssuerUnreachable';
  }
}

/** The public keys of one issuer, found by OpenID Connect discovery. */
export class IssuerKeys {
  readonly #address: IssuerAddress;
  readonly #get: GetDocument;
  readonly #clock: Clock;
  #known: { find: JWTVerifyGetKey; readAtMs: number } | undefined;
  #failedAtMs = -Infinity;
  #reads = 0;

  constructor(address: IssuerAddress, get: GetDocument, clock: Clock) {
    this.#address = address;
    this.#get = get;
    this.#clock = clock;
  }

  /** The key for a token, for jose. Rejects with `IssuerUnreachable`, or as jose does when there is none. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = await this.#fresh();
    try {
      return await known.find(header, token);
    } catch (error) {
      const isUnknown = error instanceof errors.JWKSNoMatchingKey;
      if (!isUnknown || this.#nowMs() - known.readAtMs < lookAgainAfterMs || this.#nowMs() - this.#failedAtMs < lookAgainAfterMs) throw error;
      return (await this.#read()).find(header, token);
    }
  };

  async #fresh() {
    const known = this.#known;
    const age = known ? this.#nowMs() - known.readAtMs : Infinity;
    if (known && age < freshMs) return known;
    try {
      return await this.#read();
    } catch (error) {
      if (known && age < keptMs) return known;
      throw error;
    }
  }

  async #read() {
    if (this.#nowMs() - this.#failedAtMs < retryAfterMs || this.#reads >= readsMax)
      throw new IssuerUnreachable(`the keys of ${this.#address.url} could not be read a moment ago`);
    this.#reads++;
    try {
      const find = createLocalJWKSet(await this.#readKeys());
      return (this.#known = { find, readAtMs: this.#nowMs() });
    } catch (error) {
      this.#failedAtMs = this.#nowMs();
      throw new IssuerUnreachable(error instanceof Error ? error.message : 'failed');
    } finally {
      this.#reads--;
    }
  }

  async #readKeys() {
    const { url, discoveryURL, certificateAuthority } = this.#address;
    const wellKnown = discoveryURL || `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const discovery = Discovery.safeParse(await this.#get(wellKnown, certificateAuthority)).data;
    if (!discovery) throw new Error('the discovery document names no issuer or no jwks_uri');
    if (discovery.issuer !== url)
      throw new Error(`oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(url)} got ${JSON.stringify(discovery.issuer)}`);
    const keys = KeySet.safeParse(await this.#get(discovery.jwks_uri, certificateAuthority)).data;
    if (!keys) throw new Error('the key set cannot be read');
    return keys;
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}
