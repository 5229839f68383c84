import { compactVerify, decodeProtectedHeader, SignJWT, type CryptoKey } from 'jose';
import * as z from 'zod';
import { limits } from '../lib/limits.ts';
import { legacyClaims, legacyIssuer, type TokenClaims } from '../machinery/token-claims.ts';
import { parseServiceAccountUser } from '../machinery/user.ts';
import { signingAlgorithm, type PublicKey } from './signing-keys.ts';

const tokenPattern = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The header of a JWT that a cluster may have signed; undefined for any other text. Nothing is verified. */
export function readHeader(token: string): { keyId: string } | undefined {
  if (token.length > limits.bearerTokenBytes || !tokenPattern.test(token)) return undefined;
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === signingAlgorithm && kid ? { keyId: kid } : undefined;
  } catch {
    return undefined;
  }
}

/** Who a JWT says has issued it. Nothing is verified. */
export function readIssuer(token: string): string | undefined {
  if (!readHeader(token)) return undefined;
  try {
    const payload: unknown = JSON.parse(atob(token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')));
    return z.object({ iss: z.string() }).safeParse(payload).data?.iss;
  } catch {
    return undefined;
  }
}

/** Signs a payload as it is. */
export const signToken = (payload: Readonly<Record<string, unknown>>, keyId: string, key: CryptoKey): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: signingAlgorithm, kid: keyId }).sign(key);

/** What a token says, if one of the keys has signed it and it is a ServiceAccount's. Its times are not looked at. */
export async function verifyToken(token: string, keys: readonly PublicKey[]): Promise<TokenClaims | undefined> {
  const header = readHeader(token);
  const key = header && keys.find(({ keyId }) => keyId === header.keyId);
  if (!key) return undefined;
  try {
    const { payload } = await compactVerify(token, key.key, { algorithms: [signingAlgorithm] });
    return claimsOf(JSON.parse(new TextDecoder().decode(payload)), token);
  } catch {
    // A signature of somebody else's, or no JSON.
    return undefined;
  }
}

const Reference = z.object({ name: z.string(), uid: z.string().optional() });

const BoundToken = z.object({
  aud: z.union([z.string().transform((audience) => [audience]), z.array(z.string())]),
  exp: z.number(),
  iat: z.number().optional(),
  iss: z.string(),
  jti: z.string().optional(),
  nbf: z.number().optional(),
  sub: z.string(),
  'kubernetes.io': z.object({
    namespace: z.string(),
    node: Reference.optional(),
    pod: Reference.optional(),
    secret: Reference.optional(),
    serviceaccount: Reference,
  }),
});

const KeptToken = z.object({
  iss: z.literal(legacyIssuer),
  sub: z.string(),
  [legacyClaims.namespace]: z.string(),
  [legacyClaims.secret]: z.string(),
  [legacyClaims.accountName]: z.string(),
  [legacyClaims.accountUid]: z.string(),
});

function claimsOf(payload: unknown, token: string): TokenClaims | undefined {
  const claims = boundClaims(payload) ?? keptClaims(payload, token);
  if (!claims) return undefined;
  const { sub, ...rest } = claims;
  const subject = parseServiceAccountUser(sub);
  const { namespace, account } = rest.binding;
  return subject?.namespace === namespace && subject.name === account.name ? rest : undefined;
}

type Claims = TokenClaims & { sub: string };

function boundClaims(payload: unknown): Claims | undefined {
  const { data } = BoundToken.safeParse(payload);
  if (!data) return undefined;
  const { namespace, serviceaccount: account, pod, secret, node } = data['kubernetes.io'];
  return {
    sub: data.sub,
    issuer: data.iss,
    audiences: data.aud,
    id: data.jti,
    expiresAt: data.exp,
    notBefore: data.nbf,
    issuedAt: data.iat,
    binding: { namespace, account, pod, secret, node },
  };
}

function keptClaims(payload: unknown, token: string): Claims | undefined {
  const { data } = KeptToken.safeParse(payload);
  if (!data) return undefined;
  return {
    sub: data.sub,
    issuer: data.iss,
    audiences: [],
    binding: {
      namespace: data[legacyClaims.namespace],
      account: { name: data[legacyClaims.accountName], uid: data[legacyClaims.accountUid] },
      secret: { name: data[legacyClaims.secret] },
      signature: token.slice(token.lastIndexOf('.') + 1),
    },
  };
}
