import { publicJwk, createKeyPair, readPrivateKey, readPublicKey } from '../../src/authn/signing-keys.ts';
import { signToken, verifyToken } from '../../src/authn/service-account-jwt.ts';
import type { UserInfo } from '../../src/machinery/user.ts';
import type { ClusterTokens } from '../../src/server/tokens/cluster-tokens.ts';

/** The tokens of a cluster in memory: a real key, made when it is first needed. `others` are those that are no JWTs. */
export function memoryTokens(others: Readonly<Record<string, UserInfo>> = {}): ClusterTokens {
  const made = async () => {
    const pair = await createKeyPair();
    return { pair, privateKey: await readPrivateKey(pair.privateKey), publicKey: await readPublicKey(pair) };
  };
  let known: ReturnType<typeof made> | undefined;
  const key = () => (known ??= made());
  return {
    async sign(payload) {
      const { pair, privateKey } = await key();
      return signToken(payload, pair.keyId, privateKey);
    },
    verify: async (token) => verifyToken(token, [(await key()).publicKey]),
    find: async (token) => others[token],
    publicKeys: async () => [await publicJwk((await key()).publicKey)],
  };
}

/**
 * Tokens that nobody signs, and that are made without waiting for other threads: for tests that wait for controllers turn
 * by turn. Each is another one, as real ones are.
 */
export function unsignedTokens(): ClusterTokens {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  let count = 0;
  return {
    sign: async (payload) => `${encode({ alg: 'none' })}.${encode(payload)}.${count++}`,
    verify: async () => undefined,
    find: async () => undefined,
    publicKeys: async () => [],
  };
}
