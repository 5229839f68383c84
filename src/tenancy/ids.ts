import type { Random } from '../lib/random.ts';

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** What an id begins with: a cluster's, a tenant's, a member's, a key's, an issuer's, a hook's, a restore's. */
type Prefix = 'c' | 't' | 'm' | 'k' | 'i' | 'h' | 'r';

/** A prefix and ten characters, as `c-0123456789`: 51 bits, enough for ids that are global and checked when inserted. */
export function newId(prefix: Prefix, random: Random): string {
  let id = `${prefix}-`;
  for (let i = 0; i < 10; i++) id += alphabet[Math.floor(random.next() * alphabet.length)];
  return id;
}
