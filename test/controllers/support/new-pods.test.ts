import { expect, it } from 'vitest';
import { generatedName, podNamePrefix } from '../../../src/controllers/support/new-pods.ts';
import { seededRandom } from '../../../src/lib/random.ts';

it('cuts the base of a generated name at 58 characters', () => {
  const name = generatedName('a'.repeat(100), seededRandom(1), () => false);
  expect(name).toMatch(/^a{58}[a-z0-9]{5}$/);
});

it('draws another name when one is taken, and gives up after a few', () => {
  const random = seededRandom(1);
  const [first, second] = [generatedName('a-', random, () => false), generatedName('a-', random, () => false)];
  expect(generatedName('a-', seededRandom(1), (name) => name === first)).toBe(second);
  expect(generatedName('a-', seededRandom(1), () => true)).toMatch(/^a-/);
});

it('leaves the dash out where the name has no room for it', () => {
  expect(podNamePrefix('web')).toBe('web-');
  expect(podNamePrefix('a'.repeat(253))).toBe('a'.repeat(253));
});
