/** Where randomness comes from. Tests pass a seeded one, so that every run can be replayed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A version 4 UUID. */
  uuid(): string;
}

export const systemRandom: Random = { next: () => Math.random(), uuid: pooledUuid };

const uuidBytes = 16;
/** Random bytes for the next UUIDs: one call for many, as each request takes one or two and a call costs as much as reading an object. */
const pool = new Uint8Array(256 * uuidBytes);
let poolUsed = pool.length;
const hexOf: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(from: number, bytes: number): string {
  let text = hexOf[pool[from]!]! + hexOf[pool[from + 1]!]!;
  for (let i = from + 2; i < from + bytes; i++) text += hexOf[pool[i]!]!;
  return text;
}

function pooledUuid(): string {
  if (poolUsed === pool.length) {
    crypto.getRandomValues(pool);
    poolUsed = 0;
  }
  const at = poolUsed;
  poolUsed += uuidBytes;
  pool[at + 6] = (pool[at + 6]! & 0x0f) | 0x40;
  pool[at + 8] = (pool[at + 8]! & 0x3f) | 0x80;
  return `${hex(at, 4)}-${hex(at + 4, 2)}-${hex(at + 6, 2)}-${hex(at + 8, 2)}-${hex(at + 10, 6)}`;
}

/** A random source that gives the same sequence for the same seed (mulberry32). For tests and replays. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)]}${hex(3)}-${hex(12)}`;
  return { next, uuid };
}

// No vowels and no characters that look alike, so that a suffix never spells a word (as upstream's rand.String).
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A random suffix for generated names, five characters as upstream's. */
export function nameSuffix(random: Random, length = 5): string {
  let suffix = '';
  for (let i = 0; i < length; i++) suffix += suffixAlphabet[Math.floor(random.next() * suffixAlphabet.length)];
  return suffix;
}
