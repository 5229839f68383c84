import { expect, it } from 'vitest';
import { seededRandom, systemRandom } from '../../src/lib/random.ts';

it.each([
  ['the system', systemRandom],
  ['a seed', seededRandom(7)],
])('UUIDs of %s are of version 4, and each is another', (_, random) => {
  const all = Array.from({ length: 2_000 }, () => random.uuid());
  for (const uuid of all) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(all).size).toBe(all.length);
  // Every digit that may differ does.
  for (const [place, digit] of [...all[0]!].entries())
    if (digit !== '-' && place !== 14) expect(new Set(all.map((uuid) => uuid[place])).size).toBe(place === 19 ? 4 : 16);
});
