import type { TenantKeyring } from '../../db/tenant-keys.ts';
import { createSigningSecret } from '../signature.ts';
import type { Verification } from './config.ts';
import { secretPlace, type SecretRecord } from './records.ts';
import { sha256Hex, type KnownSecret } from './verify.ts';

export interface NewSecretOptions {
  verification: Verification;
  cluster: string;
  id: string;
  keys: Pick<TenantKeyring, 'seal'>;
  secretBytes(count: number): Uint8Array;
}

/** A new secret, to be shown once, and what is stored of it: of what is sent a hash, of what signs the text, encrypted. */
export async function createSecret({ verification, cluster, id, keys, secretBytes }: NewSecretOptions): Promise<{ shown: string; stored: SecretRecord }> {
  if (verification.type === 'token') {
    const shown = `hook_${hex(secretBytes(32))}`;
    return { shown, stored: { id, hash: await sha256Hex(shown), secret: null } };
  }
  const shown = verification.type === 'hmac' ? hex(secretBytes(32)) : createSigningSecret(secretBytes);
  return { shown, stored: { id, hash: null, secret: await keys.seal(secretPlace(cluster, id), shown) } };
}

/** Secrets as senders are checked with them. Throws an `EncryptionError` where a key is missing, and a `DatabaseError`. */
export async function openSecrets(keys: Pick<TenantKeyring, 'open'>, cluster: string, secrets: readonly SecretRecord[]): Promise<KnownSecret[]> {
  const opened: KnownSecret[] = [];
  for (const { id, hash, secret } of secrets) {
    if (hash !== null) opened.push({ hash });
    else if (secret !== null) opened.push({ secret: await keys.open(secretPlace(cluster, id), secret) });
  }
  return opened;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
