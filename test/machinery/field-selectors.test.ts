import { describe, expect, test } from 'vitest';
import { parseFieldSelector, parseFieldTerms } from '../../src/machinery/field-selectors.ts';
import { kindSchema, type KubeObject } from '../../src/machinery/meta.ts';
import { defineResource } from '../../src/machinery/resource.ts';

const input = {
  group: '',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  schema: kindSchema('test.v1.Thing', {}),
  columns: [],
  description: '',
};
const plain = defineResource<KubeObject>({ ...input, namespaced: true });
const clustered = defineResource<KubeObject>({ ...input, namespaced: false });
const selectable = defineResource<KubeObject>({ ...input, namespaced: true, selectableFields: { 'spec.x': (o) => o.kind } });
const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'a,b=c\\',
  metadata: { name: 'n', namespace: 'ns', uid: '', resourceVersion: '', creationTimestamp: '' },
};

describe('terms', () => {
  test.each([
    ['', []],
    [',', []],
    ['a=b', [{ field: 'a', equal: true, value: 'b' }]],
    [
      'a==b,c!=d',
      [
        { field: 'a', equal: true, value: 'b' },
        { field: 'c', equal: false, value: 'd' },
      ],
    ],
    [
      'z=1,a=2',
      [
        { field: 'a', equal: true, value: '2' },
        { field: 'z', equal: true, value: '1' },
      ],
    ],
    ['a=', [{ field: 'a', equal: true, value: '' }]],
    ['a=b\\,c\\=d\\\\', [{ field: 'a', equal: true, value: 'b,c=d\\' }]],
  ])('%j', (text, expected) => expect(parseFieldTerms(text)).toEqual(expected));

  test.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=b\\c', 'invalid field selector: invalid escape sequence: \\c'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('%j: %s', (text, message) => expect(() => parseFieldTerms(text)).toThrow(expect.objectContaining({ message, code: 400 })));
});

describe('selector of a kind', () => {
  test.each([
    ['metadata.name=n', true],
    ['metadata.name!=n', false],
    ['metadata.name=n,metadata.namespace=other', false],
    ['metadata.namespace=ns', true],
    ['spec.x=a\\,b\\=c\\\\', true],
    ['spec.x!=a', true],
  ])('%j matches: %s', (text, expected) => expect(parseFieldSelector(selectable, text).matches(object)).toBe(expected));

  test('says what it is exact about, and prints what it parses', () => {
    const selector = parseFieldSelector(selectable, 'spec.x=a\\,b,metadata.name!=m');
    expect(selector.exact('spec.x')).toBe('a,b');
    expect(selector.exact('metadata.name')).toBeUndefined();
    expect(selector.toString()).toBe('metadata.name!=m,spec.x=a\\,b');
  });

  test('unknown fields', () => {
    expect(() => parseFieldSelector(plain, 'spec.x=1')).toThrow(
      '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    expect(() => parseFieldSelector(selectable, 'status.x=1')).toThrow('field label not supported: status.x');
    expect(() => parseFieldSelector(selectable, 'constructor=1')).toThrow('field label not supported: constructor');
    expect(parseFieldSelector(clustered, 'metadata.namespace=').matches(object)).toBe(true);
  });
});
