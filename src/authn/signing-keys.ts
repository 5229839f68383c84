import { base64url, exportJWK, importPKCS8, importSPKI, type CryptoKey } from 'jose';
import type { PublicJwk } from '../machinery/token-claims.ts';

/** What tokens of ServiceAccounts are signed with: ECDSA on P-256, small and fast to make. */
export const signingAlgorithm = 'ES256';

/** A pair of keys as it is stored: DER in base64, SPKI and PKCS #8. */
export interface StoredKeyPair {
  keyId: string;
  publicKey: string;
  privateKey: string;
}

/** A public key that tokens are verified with. */
export interface PublicKey {
  keyId: string;
  key: CryptoKey;
}

/** A new pair of keys. */
export async function createKeyPair(): Promise<StoredKeyPair> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = (await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])) as CryptoKeyPair;
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', pair.publicKey)) as ArrayBuffer);
  const pkcs8 = new Uint8Array((await crypto.subtle.exportKey('pkcs8', pair.privateKey)) as ArrayBuffer);
  return { keyId: await keyIdOf(spki), publicKey: toBase64(spki), privateKey: toBase64(pkcs8) };
}

/** The id of a key, as upstream computes it: the SHA-256 of the public key in SPKI, base64url. */
async function keyIdOf(spki: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', spki)));
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const pem = (label: string, base64: string) => `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----`;

/** A stored public key, to verify with. */
export async function readPublicKey({ keyId, publicKey }: Pick<StoredKeyPair, 'keyId' | 'publicKey'>): Promise<PublicKey> {
  return { keyId, key: await importSPKI(pem('PUBLIC KEY', publicKey), signingAlgorithm, { extractable: true }) };
}

/** A stored private key, to sign with; it cannot be read out of the result. */
export const readPrivateKey = (privateKey: string): Promise<CryptoKey> =>
  importPKCS8(pem('PRIVATE KEY', privateKey), signingAlgorithm);

export async function publicJwk({ keyId, key }: PublicKey): Promise<PublicJwk> {
  const { kty, ...parameters } = (await exportJWK(key)) as { kty: string; [parameter: string]: string };
  return { use: 'sig', kty, kid: keyId, alg: signingAlgorithm, ...parameters };
}
