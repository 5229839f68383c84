/** Signatures of Standard Webhooks (https://www.standardwebhooks.com), version 1: HMAC-SHA256. */

const prefix = 'whsec_';
/** The specification asks for 24 to 64 bytes. */
const keyBytes = { min: 24, max: 64, made: 32 } as const;

/** A new signing secret. `secretBytes` is a cryptographic source. */
export const createSigningSecret = (secretBytes: (length: number) => Uint8Array): string =>
  prefix + toBase64(secretBytes(keyBytes.made));

/** The key in a signing secret (`whsec_` and base64). Undefined if it is none, or too short or too long. */
export function signingKey(secret: string): Uint8Array<ArrayBuffer> | undefined {
  if (!secret.startsWith(prefix)) return undefined;
  let binary: string;
  try {
    binary = atob(secret.slice(prefix.length));
  } catch {
    return undefined;
  }
  if (binary.length < keyBytes.min || binary.length > keyBytes.max) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

const encoder = new TextEncoder();

export const importKey = (key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

/** The headers of a message that is sent at `now`. Several keys make several signatures: one secret takes over from another. */
export async function signedHeaders(
  keys: readonly CryptoKey[],
  id: string,
  body: string,
  now: Date,
): Promise<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const content = encoder.encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(keys.map(async (key) => `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)))}`));
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

const toBase64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
