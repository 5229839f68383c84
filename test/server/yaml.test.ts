import { describe, expect, test } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { MalformedYaml, parseYaml } from '../../src/server/http/yaml.ts';

test.each<[string, string, unknown]>([
  ['nothing', '', null],
  ['a document', 'a: 1\nb: [x, true, null, 1.5]\n', { a: 1, b: ['x', true, null, 1.5] }],
  ['JSON', '{"a": {"b": ["c"]}}', { a: { b: ['c'] } }],
  ['what looks like a time', 'a: 2001-01-01', { a: '2001-01-01' }],
  ['aliases', 'a: &x {k: v}\nb: *x\n', { a: { k: 'v' }, b: { k: 'v' } }],
  ['merged maps', 'a: &x {k: v, l: 1}\nb: {<<: *x, l: 2}\n', { a: { k: 'v', l: 1 }, b: { k: 'v', l: 2 } }],
  ['the first document', 'a: 1\n---\nb: 2', { a: 1 }],
  ['the first document behind a comment', '# x\n---\na: 1\n--- \nb: [', { a: 1 }],
  ['a document that ends', 'a: 1\n...\nb: [', { a: 1 }],
  ['nothing before another document', '---\n---\nb: 2', null],
  ['a text with dashes', 'a: |\n  ---\n  b\nc: "\n ---"\n', { a: '---\nb\n', c: ' ---' }],
  ['the name of the prototype', '__proto__: {a: 1}', JSON.parse('{"__proto__": {"a": 1}}')],
])('reads %s', (_, text, value) => expect(parseYaml(text)).toEqual({ value }));

test('what an alias stands for is a copy', () => {
  const { a, b } = parseYaml('a: &x {k: v}\nb: *x').value as Record<string, object>;
  expect(a).not.toBe(b);
});

test.each([
  ['a: 1\nb: 2\na: 3', { value: { a: 3, b: 2 }, duplicate: { key: 'a', line: 3 } }],
  ['{"a": 1,\n "b": {"c": 1, "c": 2}}', { value: { a: 1, b: { c: 2 } }, duplicate: { key: 'c', line: 2 } }],
])('says that a key stands twice: %j', (text, found) => expect(parseYaml(text)).toEqual(found));

describe('refuses', () => {
  const layers = (n: number, of: (before: string) => string) =>
    ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]', ...Array.from({ length: n }, (_, i) => `a${i + 1}: &a${i + 1} ${of(`*a${i}`)}`)].join('\n');

  test.each([
    ['an open list', 'a: [', /^line 2: unexpected end/],
    ['an alias of nothing', 'a: *b', /unidentified alias/],
    ['a type of its own', 'a: !!js/function x', /unknown tag/],
    ['aliases of aliases', layers(12, (a) => `[${Array(10).fill(a).join(',')}]`), 'document contains excessive aliasing'],
    ['aliases one in another', layers(600, (a) => `[${a}]`), 'document contains excessive aliasing'],
    ['a list that is in itself', 'a: &a [*a]', 'document contains excessive aliasing'],
    ['a long text many times', `a: &a ${'x'.repeat(10_000)}\nb: [${'*a,'.repeat(400)}]`, 'document contains excessive aliasing'],
    ['lists nested without end', `a: ${'['.repeat(100_000)}`, /nesting exceeded maxDepth/],
  ])('%s', (_, text, message) => {
    expect(text.length).toBeLessThan(limits.requestBodyBytes);
    expect(() => parseYaml(text)).toThrow(MalformedYaml);
    expect(() => parseYaml(text)).toThrow(message);
  });
});

test('a map with many keys takes time in proportion', () => {
  const keys = Array.from({ length: 150_000 }, (_, i) => `k${i}: 1`).join('\n');
  expect(Object.keys(parseYaml(keys).value as object)).toHaveLength(150_000);
});
