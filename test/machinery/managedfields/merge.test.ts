import { expect, test } from 'vitest';
import { mergeConfiguration } from '../../../src/machinery/managedfields/merge.ts';
import { kindType } from '../../../src/machinery/managedfields/type.ts';
import type { Plain } from '../../../src/machinery/plain.ts';
import { thing, things } from './support.ts';

const merged = (live: object, configuration: object) =>
  (
    mergeConfiguration(kindType(things.schema), thing(live) as unknown as Plain, thing(configuration) as unknown as Plain) as {
      spec: unknown;
    }
  ).spec;

test.each<[string, object, object, object]>([
  ['values', { size: 1, amount: '1' }, { size: 2 }, { size: 2, amount: '1' }],
  [
    'objects',
    { options: { a: '1', more: { c: '1' } } },
    { options: { b: '2', more: {} } },
    { options: { a: '1', b: '2', more: { c: '1' } } },
  ],
  ['maps', { labels: { a: '1', b: '1' } }, { labels: { b: '2', c: '2' } }, { labels: { a: '1', b: '2', c: '2' } }],
  [
    'what is one value',
    { whole: { a: '1' }, words: ['a'], choice: { x: '1' } },
    { whole: { b: '2' }, words: ['b'], choice: { y: '2' } },
    { whole: { b: '2' }, words: ['b'], choice: { y: '2' } },
  ],
  ['any JSON', { anything: { a: { b: 1, c: [1] } } }, { anything: { a: { c: [2] } } }, { anything: { a: { b: 1, c: [2] } } }],
  ['any JSON of another sort', { anything: { a: 1 } }, { anything: 'x' }, { anything: 'x' }],
  ['null for a value', { size: 1 }, { size: null }, { size: null }],
  [
    'null for what holds others',
    { labels: { a: '1' }, tags: ['x'], options: { a: '1' } },
    { labels: null, tags: null, options: null },
    { labels: { a: '1' }, tags: ['x'], options: { a: '1' } },
  ],
  ['null for what is empty', { labels: {}, tags: [] }, { labels: null, tags: null }, { labels: null, tags: null }],
  [
    'items',
    { parts: [{ name: 'x', size: 1, args: ['a'] }] },
    { parts: [{ name: 'x', args: ['b'] }] },
    { parts: [{ name: 'x', size: 1, args: ['b'] }] },
  ],
  [
    'items by all keys',
    { parts: [{ name: 'x', ports: [{ port: 1, protocol: 'UDP' }] }] },
    { parts: [{ name: 'x', ports: [{ port: 1 }] }] },
    { parts: [{ name: 'x', ports: [{ port: 1, protocol: 'UDP' }, { port: 1 }] }] },
  ],
  [
    'an item that is there twice, replaced',
    {
      parts: [
        { name: 'x', size: 1 },
        { name: 'x', size: 2 },
      ],
    },
    { parts: [{ name: 'x', args: ['a'] }] },
    { parts: [{ name: 'x', args: ['a'] }] },
  ],
])('merges %s', (_, live, configuration, expected) => expect(merged(live, configuration)).toEqual(expected));

test.each([
  ['ab', 'b', 'ab'],
  ['ab', 'ba', 'ba'],
  ['ab', 'c', 'abc'],
  ['ab', 'ca', 'cab'],
  ['ab', 'cb', 'acb'],
  ['abcde', 'eca', 'bdeca'],
  ['abcd', 'dxa', 'bcdxa'],
  ['abc', 'xby', 'axbcy'],
  ['', 'ab', 'ab'],
  ['ab', '', 'ab'],
  ['aba', 'b', 'aba'],
])('%s and %s give %s', (live, configuration, expected) =>
  expect(merged({ tags: [...live] }, { tags: [...configuration] })).toEqual({ tags: [...expected] }),
);

test('changes neither', () => {
  const live = thing({ parts: [{ name: 'x', size: 1 }], labels: { a: '1' } }) as unknown as Plain;
  const before = structuredClone(live);
  mergeConfiguration(
    kindType(things.schema),
    live,
    thing({ parts: [{ name: 'x', size: 2 }], labels: { a: '2' } }) as unknown as Plain,
  );
  expect(live).toEqual(before);
});
