import type { CryptoKey } from 'jose';
import { decrypt, DoesNotOpen, encrypt, importKey, keyBytes, type Place } from './envelope.ts';

/**
 * Something cannot be encrypted or decrypted, because a key is missing or is another one. The message names the key and is
 * safe to show; nothing was written.
 */
export class EncryptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EncryptionError';
  }
}

/** A tenant's key as it is stored. */
export interface WrappedKey {
  platformKeyId: string;
  wrappedKey: string;
}

/**
 * The keys that wrap the tenants' keys, from the binding `PLATFORM_KEYS`: `ID:BASE64,…`, 32 bytes each. The first one
 * wraps, all unwrap. In memory only.
 */
export class PlatformKeys {
  readonly #keys = new Map<string, Uint8Array>();
  readonly #imported = new Map<string, Promise<CryptoKey>>();
  /** Why there is no key to wrap with. */
  #problem = 'there is no platform key: the binding PLATFORM_KEYS is missing';

  /** A text that is missing, or no such list, is no keys: everything that needs one throws, and says why. */
  constructor(text: string | undefined) {
    for (const part of text ? text.split(',') : []) {
      const [, id, base64] = /^([^:]{1,63}):([A-Za-z0-9+/]{43}=)$/.exec(part.trim()) ?? [];
      if (id === undefined || base64 === undefined || this.#keys.has(id)) {
        this.#problem = 'PLATFORM_KEYS is not a list ID:BASE64,… of different ids and 32 bytes each';
        this.#keys.clear();
        return;
      }
      this.#keys.set(id, Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    }
  }

  /** The id of the key that wraps. Throws an `EncryptionError` if there is none. */
  wrappingId(): string {
    for (const id of this.#keys.keys()) return id;
    throw new EncryptionError(this.#problem);
  }

  async wrap(place: Place, key: Uint8Array): Promise<WrappedKey> {
    const platformKeyId = this.wrappingId();
    return { platformKeyId, wrappedKey: await encrypt(await this.#key(platformKeyId), place, key) };
  }

  /** The key's bytes. Throws an `EncryptionError` if the platform key is missing or another one. */
  async unwrap(place: Place, { platformKeyId, wrappedKey }: WrappedKey): Promise<Uint8Array> {
    this.wrappingId();
    if (!this.#keys.has(platformKeyId)) throw new EncryptionError(`the platform key "${platformKeyId}" is not among PLATFORM_KEYS`);
    try {
      const key = await decrypt(await this.#key(platformKeyId), place, wrappedKey);
      if (key.length === keyBytes) return key;
    } catch (error) {
      if (!(error instanceof DoesNotOpen)) throw error;
    }
    throw new EncryptionError(`the platform key "${platformKeyId}" is not the one that wrapped the key of the tenant`);
  }

  #key(id: string): Promise<CryptoKey> {
    let key = this.#imported.get(id);
    if (!key) this.#imported.set(id, (key = importKey(this.#keys.get(id)!)));
    return key;
  }
}
