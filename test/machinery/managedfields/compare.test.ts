import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/machinery/managedfields/compare.ts';
import { scopeOf } from '../../../src/machinery/managedfields/scope.ts';
import { kindType } from '../../../src/machinery/managedfields/type.ts';
import type { Plain } from '../../../src/machinery/plain.ts';
import { shownPaths, thing, things } from './support.ts';

const type = kindType(things.schema);

/** What changed (+) and what went (-) between two specs. */
function differences(before: object, after: object): string[] {
  const { changed, removed } = compare(type, thing(before) as unknown as Plain, thing(after) as unknown as Plain);
  const below = (path: string) => path.replace(/^\.spec/, '');
  return [...shownPaths(changed).map((path) => `+${below(path)}`), ...shownPaths(removed).map((path) => `-${below(path)}`)];
}

describe('compare', () => {
  test.each<[string, object, object, string[]]>([
    ['a value', { size: 1 }, { size: 2 }, ['+.size']],
    ['the same value', { size: 1 }, { size: 1 }, []],
    ['a new value', {}, { size: 1 }, ['+.size']],
    ['a value that went', { size: 1 }, {}, ['-.size']],
    [
      'a new object, itself and what is in it',
      {},
      { options: { a: '1', more: { c: '2' } } },
      ['+.options', '+.options.a', '+.options.more', '+.options.more.c'],
    ],
    ['a field of an object', { options: { a: '1' } }, { options: { a: '1', b: '2' } }, ['+.options.b']],
    ['an object that went', { options: { a: '1' } }, {}, ['-.options', '-.options.a']],
    ['an empty object', {}, { options: {} }, ['+.options']],
    ['a key of a map', { labels: { a: '1', b: '2' } }, { labels: { a: '1', b: '3', c: '4' } }, ['+.labels.b', '+.labels.c']],
    ['a key that went', { labels: { a: '1', b: '2' } }, { labels: { b: '2' } }, ['-.labels.a']],
    [
      'keys with names of every object',
      { labels: {} },
      { labels: { constructor: 'x', toString: 'y' } },
      ['+.labels.constructor', '+.labels.toString'],
    ],
    ['such keys that went', { labels: { constructor: 'x' } }, { labels: {} }, ['-.labels.constructor']],
    ['a map that is one value', { whole: { a: '1' } }, { whole: { a: '1', b: '2' } }, ['+.whole']],
    ['the same map in another order', { whole: { a: '1', b: '2' } }, { whole: { b: '2', a: '1' } }, []],
    ['a list that is one value', { words: ['a'] }, { words: ['a', 'b'] }, ['+.words']],
    ['an object that is one value', { choice: { x: '1' } }, { choice: { x: '1', y: '2' } }, ['+.choice']],
    ['items of a set', { tags: ['a', 'b'] }, { tags: ['b', 'c'] }, ['+.tags[="c"]', '-.tags[="a"]']],
    ['a set in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, []],
    [
      'a new item',
      { parts: [{ name: 'x' }] },
      { parts: [{ name: 'y', size: 1 }, { name: 'x' }] },
      ['+.parts[name="y"]', '+.parts[name="y"].name', '+.parts[name="y"].size'],
    ],
    [
      'a field of an item',
      { parts: [{ name: 'x', size: 1 }, { name: 'y' }] },
      { parts: [{ name: 'x', size: 2 }, { name: 'y' }] },
      ['+.parts[name="x"].size'],
    ],
    ['items in another order', { parts: [{ name: 'x' }, { name: 'y' }] }, { parts: [{ name: 'y' }, { name: 'x' }] }, []],
    [
      'an item that went',
      { parts: [{ name: 'x', size: 1 }] },
      { parts: [] },
      ['-.parts[name="x"]', '-.parts[name="x"].name', '-.parts[name="x"].size'],
    ],
    [
      'a key left out is its default',
      { parts: [{ name: 'x', ports: [{ port: 1, protocol: 'TCP' }] }] },
      { parts: [{ name: 'x', ports: [{ port: 1, label: 'l' }] }] },
      ['+.parts[name="x"].ports[port=1,protocol="TCP"].label', '-.parts[name="x"].ports[port=1,protocol="TCP"].protocol'],
    ],
    [
      'items that come twice are one value',
      {
        parts: [
          { name: 'x', size: 1 },
          { name: 'x', size: 2 },
        ],
      },
      {
        parts: [
          { name: 'x', size: 1 },
          { name: 'x', size: 3 },
        ],
      },
      ['+.parts[name="x"]'],
    ],
    [
      'an item that comes twice now',
      { parts: [{ name: 'x', size: 1 }] },
      {
        parts: [
          { name: 'x', size: 1 },
          { name: 'x', size: 2 },
        ],
      },
      ['+.parts[name="x"]', '-.parts[name="x"]', '-.parts[name="x"].name', '-.parts[name="x"].size'],
    ],
    [
      'an item that came twice',
      {
        parts: [
          { name: 'x', size: 1 },
          { name: 'x', size: 2 },
        ],
      },
      { parts: [{ name: 'x', size: 1 }] },
      ['+.parts[name="x"]', '+.parts[name="x"].name', '+.parts[name="x"].size', '-.parts[name="x"]'],
    ],
    ['items that came twice and went', { parts: [{ name: 'x' }, { name: 'x' }] }, { parts: [] }, ['-.parts[name="x"]']],
    [
      'any JSON, by its objects',
      { anything: { a: { b: [1] }, c: 1 } },
      { anything: { a: { b: [2] }, c: 1 } },
      ['+.anything.a.b'],
    ],
    ['any JSON of another sort', { anything: { a: 1 } }, { anything: [1] }, ['+.anything']],
    ['new JSON', {}, { anything: { a: { b: 1 } } }, ['+.anything', '+.anything.a', '+.anything.a.b']],
  ])('%s', (_, before, after, expected) => expect(differences(before, after)).toEqual(expected));

  test("what upstream always has is nobody else's for filling it in: spec, status, metadata", () => {
    const { changed } = compare(scopeOf(things), {}, thing({ size: 1 }, { labels: { a: 'b' } }) as unknown as Plain);
    expect(shownPaths(changed)).toEqual(['.metadata.labels', '.metadata.labels.a', '.spec.size']);
  });

  test('a write of the object has no say in its status, one of the status none in the rest', () => {
    const after = thing(
      { size: 1 },
      { labels: { a: 'b' }, annotations: { c: 'd' }, generateName: 'g', uid: 'u' },
      { status: { phase: 'X' } },
    );
    const paths = (subresource?: string) =>
      shownPaths(compare(scopeOf(things, subresource), {}, after as unknown as Plain).changed);
    expect(paths().filter((path) => !path.startsWith('.metadata'))).toEqual(['.spec.size']);
    expect(paths('status')).toEqual([
      '.metadata.annotations',
      '.metadata.generateName',
      '.metadata.annotations.c',
      '.status.phase',
    ]);
    expect(paths()).not.toContain('.metadata.uid');
    expect(paths()).not.toContain('.metadata.name');
  });
});
