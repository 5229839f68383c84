import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Clock } from '../../lib/clock.ts';
import { limits } from '../../lib/limits.ts';
import type { UserInfo } from '../../machinery/user.ts';
import { userOfClaims } from './claims.ts';
import type { CompiledIssuer } from './compile.ts';
import { TokenRefused } from './expressions.ts';
import { IssuerKeys, type GetDocument } from './issuer-keys.ts';

/** What upstream takes from issuers. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];
/** A token may be a little ahead of us. It is never valid after its end. */
const notBeforeLeewaySeconds = 60;

/** Whom a token stands for, and until when (ms since the epoch). */
export interface TokenUser {
  user: UserInfo;
  expiresAtMs: number;
}

/**
 * Verifies the tokens of some issuers and makes users of them. It does not know where its configuration comes from: a cluster's
 * settings, or its tenant's.
 */
export class JwtAuthenticator {
  readonly #issuers: ReadonlyMap<string, { issuer: CompiledIssuer; keys: IssuerKeys }>;
  readonly #clock: Clock;

  constructor(issuers: readonly CompiledIssuer[], get: GetDocument, clock: Clock) {
    this.#clock = clock;
    this.#issuers = new Map(
      issuers.map((issuer) => [issuer.settings.issuer.url, { issuer, keys: new IssuerKeys(issuer.settings.issuer, get, clock) }]),
    );
  }

  /**
   * The user of a token; undefined if it is from none of the issuers, or no JWT. Rejects with `TokenRefused` if it is from one and not
   * valid, with `IssuerUnreachable` if nobody knows.
   */
  async authenticate(token: string): Promise<TokenUser | undefined> {
    const own = this.#issuers.get(unverifiedIssuer(token) ?? '');
    if (!own) return undefined;
    const { url, audiences } = own.issuer.settings.issuer;
    const now = this.#clock.now();
    const payload = await verify(token, own.keys, {
      issuer: url === googleUrl ? [googleUrl, googleName] : url,
      audience: [...audiences],
      algorithms,
      currentDate: now,
      clockTolerance: notBeforeLeewaySeconds,
      requiredClaims: ['exp'],
    });
    const expiresAtMs = payload.exp! * 1000;
    if (expiresAtMs <= now.getTime()) throw new TokenRefused('oidc: verify token: oidc: token is expired');
    return { user: userOfClaims(own.issuer, payload), expiresAtMs };
  }
}

const googleUrl = 'https://accounts.google.com';
/** What Google's tokens said before there was a standard. */
const googleName = 'accounts.google.com';

const tokenPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Who a text that may be a JWT says has issued it. Nothing is verified. */
export function unverifiedIssuer(token: string): string | undefined {
  if (token.length > limits.bearerTokenBytes || !tokenPattern.test(token)) return undefined;
  try {
    if (!algorithms.includes(decodeProtectedHeader(token).alg ?? '')) return undefined;
    const { iss } = decodeJwt(token);
    return iss === googleName ? googleUrl : iss;
  } catch {
    return undefined;
  }
}

async function verify(token: string, keys: IssuerKeys, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys.find, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return verifyWithOne(token, error, options);
    throw refusal(error);
  }
}

/** Keys without an id, or with the same: one of them may fit. */
async function verifyWithOne(token: string, keys: errors.JWKSMultipleMatchingKeys, options: JWTVerifyOptions): Promise<JWTPayload> {
  for await (const key of keys)
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw refusal(error);
    }
  throw new TokenRefused('oidc: verify token: failed to verify signature');
}

/** What jose says of a token is a refusal; anything else is somebody's failure. */
const refusal = (error: unknown): unknown =>
  error instanceof errors.JOSEError ? new TokenRefused(`oidc: verify token: ${error.message}`) : error;
