import { describe, expect, it } from 'vitest';
import * as machinery from '../../src/machinery/schema.ts';
import { declareSchema, type OpenApiSchema } from '../../src/cel/types/from-openapi.ts';
import { declareKind } from '../../src/cel/types/from-schema.ts';
import { dynDeclared } from '../../src/cel/types/declared.ts';
import { escapeName, propertyOf } from '../../src/cel/types/names.ts';
import { Meter } from '../../src/cel/meter.ts';
import { toJson } from '../../src/cel/values/json.ts';
import { program, run, typeOf } from './support.ts';

const text: OpenApiSchema = { type: 'string' };
const schema: OpenApiSchema = {
  type: 'object',
  properties: {
    count: { type: 'integer' },
    ratio: { type: 'number' },
    on: { type: 'boolean' },
    name: text,
    maybe: { type: 'string', nullable: true },
    port: { 'x-kubernetes-int-or-string': true },
    since: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    wait: { type: 'string', format: 'duration' },
    blob: { type: 'string', format: 'byte' },
    tags: { type: 'array', items: text },
    set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    rows: {
      type: 'array',
      items: { type: 'object', properties: { key: text, value: { type: 'integer' } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['key'],
    },
    labels: { type: 'object', additionalProperties: text },
    namespace: text,
    'my-field': text,
    odd$: text,
    opaque: {},
    nested: { type: 'object', properties: { inner: { type: 'object', properties: { deep: { type: 'integer' } } } } },
    template: { type: 'object', 'x-kubernetes-embedded-resource': true },
  },
};
const variables = { self: declareSchema(schema)!, oldSelf: declareSchema(schema)! };
const ran = (expression: string, self: unknown, oldSelf: unknown = self) => run(expression, { self, oldSelf }, { variables });

describe('types of OpenAPI schemas', () => {
  it.each([
    ['self.count', 'int'],
    ['self.ratio', 'double'],
    ['self.on', 'bool'],
    ['self.name', 'string'],
    ['self.port', 'dyn'],
    ['self.since', 'timestamp'],
    ['self.day', 'timestamp'],
    ['self.wait', 'duration'],
    ['self.blob', 'bytes'],
    ['self.tags', 'list(string)'],
    ['self.labels', 'map(string, string)'],
    ['self.nested.inner.deep', 'int'],
    ['self.template.metadata.name', 'string'],
    ['self.namespace == self.__namespace__', 'bool'],
    ['self.my__dash__field', 'string'],
  ])('%s is %s', (expression, type) => expect(typeOf(expression, { variables })).toBe(type));

  it.each([
    ['self.nope', "? undefined field 'nope'"],
    ['self.opaque', "? undefined field 'opaque'"],
    ['self.`odd$`', "? Syntax error: token recognition error at: '`odd$`'"],
    ['self.`my-field`', "? undefined field 'my-field'"],
    ['self.count + self.name', "? found no matching overload for '_+_' applied to '(int, string)'"],
    ['self.all(x, true)', "? expression of type 'object' cannot be range of a comprehension (must be list, map, or dynamic)"],
    ['self.nested == self.template', "? found no matching overload for '_==_' applied to '(object, object)'"],
    ['[self.nested, oldSelf.nested].all(n, n == self.nested)', 'true'],
    ['self.name.foo', "? type 'string' does not support field selection"],
  ])('%s', (expression, expected) => expect(ran(expression, { nested: {} })).toBe(expected));

  it('have what every resource has at the root', () => {
    const options = { variables: { self: declareSchema({ type: 'object', properties: {} }, true)! } };
    expect(typeOf('[self.apiVersion, self.kind, self.metadata.name, self.metadata.generateName]', options)).toBe('list(string)');
    expect(() => program('self.metadata.labels', options)).toThrow("undefined field 'labels'");
  });
});

describe('values of OpenAPI schemas', () => {
  it.each([
    ['self.count + 1', { count: 2 }, '3'],
    ['self.ratio + 0.5', { ratio: 1 }, '1.5'],
    ['self.port == 80 && oldSelf.port == "http"', { port: 80 }, 'false'],
    ['type(self.port) == int', { port: 80 }, 'true'],
    ['self.since + self.wait', { since: '2024-01-01T00:00:00Z', wait: '1 day' }, '2024-01-02T00:00:00Z'],
    ['self.day', { day: '2024-01-01' }, '2024-01-01T00:00:00Z'],
    ['self.blob == b"a"', { blob: 'YQ==' }, 'true'],
    ['has(self.maybe)', { maybe: null }, 'false'],
    ['self.namespace', { namespace: 'x' }, '"x"'],
    ['self.my__dash__field', { 'my-field': 'x' }, '"x"'],
    ['self.labels["a-b"]', { labels: { 'a-b': 'c' } }, '"c"'],
    ['self.labels.__proto__', { labels: {} }, '! no such key: __proto__'],
    ['self.tags.map(t, t + "!")', { tags: ['a'] }, '["a!"]'],
    ['self.template.kind', { template: { kind: 'Pod' } }, '"Pod"'],
    ['has(self.nested.inner)', { nested: {} }, 'false'],
    ['self.count', { count: 'x' }, '! invalid data, expected int, got string'],
    ['self.count', { count: null }, '! no such key: count'],
    ['self.tags[0]', { tags: [null] }, '! invalid data, got null for schema with nullable=false'],
    ['self.nested.inner', { nested: 1 }, '! invalid data, expected a map for the provided schema with type=object'],
    ['self.since', { since: 'x' }, '! Invalid date-time formatted string x'],
  ])('%s of %j', (expression, self, expected) => expect(ran(expression, self)).toBe(expected));

  it('compare sets in any order, and lists of type map by key', () => {
    expect(ran('self.set == oldSelf.set', { set: ['a', 'b'] }, { set: ['b', 'a'] })).toBe('true');
    expect(ran('self.tags == oldSelf.tags', { tags: ['a', 'b'] }, { tags: ['b', 'a'] })).toBe('false');
    const rows = [
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ];
    expect(ran('self.rows == oldSelf.rows', { rows }, { rows: rows.toReversed() })).toBe('true');
    expect(ran('self.rows == oldSelf.rows', { rows }, { rows: [rows[0], { key: 'b', value: 3 }] })).toBe('false');
  });

  it('add sets to their union, and merge lists of type map', () => {
    expect(ran('self.set + oldSelf.set', { set: ['a', 'b'] }, { set: ['b', 'c'] })).toBe('["a", "b", "c"]');
    expect(ran('(self.set + ["c"]) == ["c", "b", "a"]', { set: ['a', 'b'] })).toBe('true');
    const merged = ran(
      'self.rows + oldSelf.rows',
      { rows: [{ key: 'a', value: 1 }] },
      { rows: [{ key: 'a', value: 2 }, { key: 'b' }] },
    );
    expect(merged).toBe('[{"key": "a", "value": 2}, {"key": "b"}]');
  });

  it('compare what the schema does not know, too', () => {
    expect(ran('self == oldSelf', { opaque: { a: [1] } }, { opaque: { a: [1] } })).toBe('true');
    expect(ran('self == oldSelf', { opaque: { a: [1] } }, { opaque: { a: [2] } })).toBe('false');
  });

  it('are wrapped, not copied', () => {
    const tags = Object.freeze(['a', 'b']);
    expect(toJson(program('self.tags', { variables }).evaluate({ self: { tags } }, new Meter()))).toBe(tags);
  });

  it('may be given by functions, which are called once if at all', () => {
    let calls = 0;
    const self = () => ({ count: ++calls });
    expect(run('true || self.count == 1', { self }, { variables })).toBe('true');
    expect(calls).toBe(0);
    expect(run('self.count + self.count', { self }, { variables })).toBe('2');
  });
});

describe('values without a schema', () => {
  const dyn = { variables: { object: dynDeclared } };
  it.each([
    ['object.spec.replicas + 1', { spec: { replicas: 1 } }, '2'],
    ['object.ratio', { ratio: 0.5 }, '0.5'],
    ['object.metadata.namespace', { metadata: { namespace: 'x' } }, '"x"'],
    ['object.items.all(i, has(i.name))', { items: [{ name: 'a' }] }, 'true'],
    ['object == null', null, 'true'],
    ['object.a == null', { a: null }, 'true'],
    ['object.map(k, k)', { b: 1, c: undefined }, '["b"]'],
    ['object.spec.nope', { spec: {} }, '! no such key: nope'],
    ['object.__dash__', { __dash__: 1 }, '1'],
  ])('%s of %j', (expression, object, expected) => expect(run(expression, { object }, dyn)).toBe(expected));

  it('are missed', () => expect(run('object', {}, dyn)).toBe('! no such attribute(s): object'));
});

describe('types of built-in schemas', () => {
  interface Tree {
    name?: string;
    children?: Tree[];
  }
  const tree: machinery.Schema<Tree> = machinery.object('Tree', {
    name: machinery.string,
    created: machinery.time,
    size: machinery.quantity,
    port: machinery.intOrString,
    children: machinery.list(machinery.ref(() => tree as machinery.Schema)),
    labels: machinery.map(machinery.string),
  }) as machinery.Schema<Tree>;
  const options = { variables: { self: declareKind(tree) } };

  it.each([
    ['self.children[0].children[0].name', 'string'],
    ['self.created', 'timestamp'],
    ['self.size', 'string'],
    ['self.port', 'dyn'],
    ['self.labels', 'map(string, string)'],
  ])('%s is %s', (expression, type) => expect(typeOf(expression, options)).toBe(type));

  it('show their names', () => {
    expect(() => program('self + 1', options)).toThrow("found no matching overload for '_+_' applied to '(Tree, int)'");
  });
});

describe('names of properties', () => {
  it.each([
    ['a', 'a'],
    ['my-field', 'my__dash__field'],
    ['a.b/c', 'a__dot__b__slash__c'],
    ['a__b', 'a__underscores__b'],
    ['namespace', '__namespace__'],
    ['$x', undefined],
    ['1a', undefined],
    ['', undefined],
  ])('%s is written %s', (property, name) => {
    expect(escapeName(property)).toBe(name);
    if (name !== undefined) expect(propertyOf(name)).toBe(property);
  });

  it('without a meaning are none', () => {
    expect([propertyOf('__foo__'), propertyOf('x__in__'), propertyOf('a-b')]).toEqual([undefined, undefined, undefined]);
    expect(propertyOf('in')).toBe('in');
  });
});
