import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { canonicalJson } from './semantic-equal.ts';

/** The characters of generated names: no vowels, nothing that looks like something else. */
const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A short stable hash of a pod template, in upstream's form: 32-bit FNV-1a over the template and the count of collisions so
 * far, as decimal digits in safe characters. The value differs from upstream's (that hashes Go's own print of the object),
 * and nothing may depend on it: which ReplicaSet or revision is current is found by comparing templates.
 */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  let hash = fnv1a(fnvOffset, new TextEncoder().encode(canonicalJson(template)));
  if (collisionCount !== undefined) {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setUint32(0, collisionCount, true);
    hash = fnv1a(hash, new Uint8Array(bytes.buffer));
  }
  return safeEncode(String(hash));
}

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** Takes more bytes into a 32-bit FNV-1a hash. */
export function fnv1a(hash: number, bytes: Uint8Array): number {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, fnvPrime);
  return hash >>> 0;
}

/** The text with each character replaced by a safe one, as upstream's `SafeEncodeString`. */
export const safeEncode = (text: string): string =>
  Array.from(text, (char) => safeAlphabet[char.codePointAt(0)! % safeAlphabet.length]).join('');
