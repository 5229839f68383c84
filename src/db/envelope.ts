import { base64url, type CryptoKey } from 'jose';

// How a value is encrypted, and how that is written down. Pure but for the random nonces.

/** AES-256 in Galois/Counter Mode: who changes a bit of it, or moves it to another place, cannot have it opened. */
const algorithm = 'AES-GCM';
/** As the mode wants it. Random, so one key should encrypt fewer than 2^32 values (NIST SP 800-38D, 8.3). */
const nonceBytes = 12;
export const keyBytes = 32;

/** Where a value belongs, as the parts of an address. It opens nowhere else. */
export type Place = readonly (string | number)[];

/** A value could not be opened: another key, another place, or not the bytes that were written. Says nothing of the value. */
export class DoesNotOpen extends Error {
  constructor() {
    super('the value does not open with this key in this place');
    this.name = 'DoesNotOpen';
  }
}

/** A key, to encrypt and decrypt with; it cannot be read out of the result. */
export const importKey = (bytes: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytes as Uint8Array<ArrayBuffer>, algorithm, false, ['encrypt', 'decrypt']) as Promise<CryptoKey>;

/** The value encrypted, in base64url: the nonce, then ciphertext and tag. */
export async function encrypt(key: CryptoKey, place: Place, value: Uint8Array): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const encrypted = await crypto.subtle.encrypt(parameters(nonce, place), key, value as Uint8Array<ArrayBuffer>);
  const bytes = new Uint8Array(nonceBytes + encrypted.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(encrypted), nonceBytes);
  return base64url.encode(bytes);
}

/** The value that `encrypt` was given. Throws `DoesNotOpen`. */
export async function decrypt(key: CryptoKey, place: Place, encrypted: string): Promise<Uint8Array> {
  try {
    const bytes = base64url.decode(encrypted) as Uint8Array<ArrayBuffer>;
    const nonce = bytes.subarray(0, nonceBytes);
    return new Uint8Array(await crypto.subtle.decrypt(parameters(nonce, place), key, bytes.subarray(nonceBytes)));
  } catch {
    throw new DoesNotOpen();
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const parameters = (nonce: Uint8Array, place: Place) => ({
  name: algorithm,
  iv: nonce as Uint8Array<ArrayBuffer>,
  additionalData: encoder.encode(JSON.stringify(place)) as Uint8Array<ArrayBuffer>,
});

/** A key of a tenant: what a sealed text names is its version. */
export interface DataKey {
  version: number;
  key: CryptoKey;
}

const sealedPattern = /^sealed:v1:([1-9]\d{0,8}):/;

/** What every text begins with that was sealed with a version of the key. */
export const sealedPrefix = (version: number): string => `sealed:v1:${version}:`;

/** The version of the key that a text was sealed with; undefined for a text that is not sealed. */
export function sealedVersion(text: string): number | undefined {
  const version = sealedPattern.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** A text as it may be stored: `sealed:v1:VERSION:BASE64URL`. Nothing in it needs an escape in JSON. */
export const seal = async ({ version, key }: DataKey, place: Place, text: string): Promise<string> =>
  sealedPrefix(version) + (await encrypt(key, place, encoder.encode(text)));

/** The text that was sealed. Throws `DoesNotOpen`. */
export const open = async (key: CryptoKey, place: Place, sealed: string): Promise<string> =>
  decoder.decode(await decrypt(key, place, sealed.slice(sealed.lastIndexOf(':') + 1)));
