import { describe, expect, test } from 'vitest';
import { seededRandom, type Random } from '../../../src/lib/random.ts';
import {
  difference,
  intersection,
  isEmptySet,
  isSubset,
  leaf,
  pathsOf,
  union,
  type FieldSet,
} from '../../../src/machinery/managedfields/set.ts';

const text = (set: FieldSet) => [...pathsOf(set)].map((path) => path.join('/'));

/** A set of paths, built one by one. */
function setOf(paths: readonly string[]): FieldSet {
  return paths.reduce<FieldSet>(
    (set, path) =>
      union(
        set,
        path.split('/').reduceRight<FieldSet>((below, element) => ({ [element]: below }), leaf),
      ),
    leaf,
  );
}

describe('sets of paths', () => {
  const parent = setOf(['f:a']);
  const child = setOf(['f:a/f:b']);
  const both = setOf(['f:a', 'f:a/f:b']);

  test('are FieldsV1', () => {
    expect(parent).toEqual({ 'f:a': {} });
    expect(child).toEqual({ 'f:a': { 'f:b': {} } });
    expect(both).toEqual({ 'f:a': { '.': {}, 'f:b': {} } });
  });

  test.each([
    ['a parent without its child', difference(parent, child), parent],
    ['a child without its parent', difference(child, parent), child],
    ['both without the child', difference(both, child), parent],
    ['both without the parent', difference(both, parent), child],
    ['both without both', difference(both, both), leaf],
    ['nothing without anything', difference(leaf, both), leaf],
    ['a parent and its child have nothing in common', intersection(parent, child), leaf],
    ['both and the child', intersection(both, child), child],
    ['both and the parent', intersection(parent, both), parent],
    ['parent and child', union(parent, child), both],
    ['child and parent', union(child, parent), both],
    ['anything and nothing', union(both, leaf), both],
  ])('%s', (_, result, expected) => expect(result).toEqual(expected));

  test('results share what they can', () => {
    const set = setOf(['f:a/f:b', 'f:c']);
    expect(difference(set, setOf(['f:d', 'f:a', 'f:c/f:x']))).toBe(set);
    expect(union(set, setOf(['f:c']))).toBe(set);
    expect(difference(set, setOf(['f:c']))['f:a']).toBe(set['f:a']);
  });

  test('paths come in order: of one node fields, keys, values, positions, and then what is below', () => {
    const set = setOf(['i:10', 'i:2', 'v:"x"', 'k:{"a":1}', 'f:z', 'f:b/f:c', 'f:b']);
    expect(text(set)).toEqual(['f:b', 'f:z', 'k:{"a":1}', 'v:"x"', 'i:2', 'i:10', 'f:b/f:c']);
  });

  test('agree with sets of texts, whatever they hold', () => {
    const seed = Math.floor(Math.random() * 1e9);
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    for (let i = 0; i < 2000; i++) {
      const [a, b] = [randomPaths(random), randomPaths(random)];
      const [x, y] = [setOf([...a]), setOf([...b])];
      const expected = {
        seed,
        union: sorted([...a, ...b]),
        minus: sorted([...a].filter((p) => !b.has(p))),
        common: sorted([...a].filter((p) => b.has(p))),
      };
      const found = {
        seed,
        union: text(union(x, y)).sort(),
        minus: text(difference(x, y)).sort(),
        common: text(intersection(x, y)).sort(),
      };
      expect(found).toEqual(expected);
      expect(isSubset(x, y)).toBe([...a].every((p) => b.has(p)));
      expect(isEmptySet(x)).toBe(a.size === 0);
      // The one form: no node that only says that it is there.
      for (const set of [union(x, y), difference(x, y), intersection(x, y)])
        expect(JSON.stringify(set)).not.toMatch(/\{"\.":\{\}\}/);
    }
  });
});

const sorted = (paths: string[]) => [...new Set(paths)].sort();

function randomPaths(random: Random): Set<string> {
  const element = () => `f:${'abc'[Math.floor(random.next() * 3)]}`;
  return new Set(
    Array.from({ length: Math.floor(random.next() * 7) }, () =>
      Array.from({ length: 1 + Math.floor(random.next() * 3) }, element).join('/'),
    ),
  );
}
