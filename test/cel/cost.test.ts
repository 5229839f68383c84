import { describe, expect, it } from 'vitest';
import { Meter, perCallLimit } from '../../src/cel/meter.ts';
import { AuthorizerValue, authorizerType } from '../../src/cel/library/authorizer.ts';
import { declaredOf } from '../../src/cel/types/declared.ts';
import { declareSchema, type OpenApiSchema } from '../../src/cel/types/from-openapi.ts';
import { boolType, listOf, mapOf, stringType } from '../../src/cel/types/type.ts';
import { costOf, program } from './support.ts';

// The numbers are those of cel-go and of apiserver/pkg/cel/library. Literals of constants cost nothing when they are
// evaluated, because they are made when the expression is compiled.

const long = 'x'.repeat(500);
const variables = {
  list: declaredOf(listOf(stringType)),
  map: declaredOf(mapOf(stringType, stringType)),
  text: declaredOf(stringType),
  yes: declaredOf(boolType),
  authorizer: declaredOf(authorizerType),
};
const bindings = {
  list: ['a', 'b'],
  map: { key: 'v' },
  text: long,
  yes: true,
  authorizer: new AuthorizerValue(() => ({ allowed: true, reason: '' })),
};

describe('the cost of an evaluation', () => {
  it.each([
    ["'constant'", 0],
    ['[1, 2, 3]', 0],
    ['text', 1],
    ["map['key']", 2],
    ['map.key', 2],
    ['list[0]', 2],
    ["map['ke' + 'y']", 3],
    ['has(map.key)', 1],
    ['map.?key', 2],
    ['[yes]', 11],
    ["{'a': yes}", 31],
    ['yes && yes && yes', 3],
    ['yes || yes', 1],
    ['yes ? 1 : 2', 1],
    ['yes ? text : text', 1],
    ['yes ? map.key : text', 2],
    ['list.all(x, true)', 8],
    ['[1, 2, 3].all(x, true)', 10],
    ['[1, 2, 3, 4, 5].map(x, x)', 66],
    ["text in ['a', 'b']", 1],
    ['text in list', 4],
    ["text.matches('[0-9]')", 103],
    ['text.contains(text)', 2502],
    ["text.startsWith('a')", 51],
    ['text == text', 52],
    ['text < text', 52],
    ['text + text', 102],
    ['bytes(text)', 51],
    ['size(text)', 2],
    ["text.find('a+')", 52],
    ['text.lowerAscii()', 51],
    ["text.replace('a', 'b')", 101],
    ["list.join(',')", 2],
    ['list.max()', 1],
    ['[1, 2, 3].sum()', 3],
    ["quantity('10Mi')", 1],
    ["cidr('192.168.0.0/16').containsIP('192.168.0.1')", 5],
    ["ip('10.0.0.1') == ip('10.0.0.1')", 3],
    ["format.dns1123Label().validate('abc')", 9],
    ['sets.contains([1, 2], [1])', 3],
    ['sets.equivalent([1, 2], [1, 2])', 9],
    ['[3, 1, 2].sort()', 29],
    ['lists.range(5)', 16],
    ["authorizer.path('/x').check('get')", 350_002],
    ["authorizer.group('').resource('pods').labelSelector('a=b').check('get')", 350_114],
  ])('of %s is %s', (text, cost) => {
    expect(costOf(text, bindings, { variables })).toBe(cost);
  });

  it('may be at the limit, and not above it', () => {
    const sum = program('text + text', { variables });
    expect(sum.evaluate(bindings, new Meter(102))).toHaveLength(1000);
    const meter = new Meter(101);
    expect(() => sum.evaluate(bindings, meter)).toThrow(
      expect.objectContaining({ code: 'cost-limit', message: 'operation cancelled: actual cost limit exceeded' }),
    );
    expect(meter.cost).toBe(102);
  });

  it('adds up in a meter that is shared', () => {
    const meter = new Meter();
    const three = program("authorizer.path('/x').check('get').allowed()", { variables });
    three.evaluate(bindings, meter);
    three.evaluate(bindings, meter);
    expect(() => three.evaluate(bindings, meter)).toThrow('cost limit');
    expect(meter.cost).toBeGreaterThan(perCallLimit);
  });

  it('is known of what fails', () => {
    const meter = new Meter();
    expect(() => program('list[5]', { variables }).evaluate(bindings, meter)).toThrow(
      expect.objectContaining({ code: 'failed' }),
    );
    expect(meter.cost).toBeGreaterThan(0);
  });
});

const estimate = (text: string, self: OpenApiSchema) => {
  const { min, max } = program(text, { variables: { self: declareSchema(self)! } }).estimateCost();
  return [min, max];
};
const text: OpenApiSchema = { type: 'string' };
const listOfText = (maxItems?: number, maxLength?: number): OpenApiSchema => ({
  type: 'object',
  properties: { list: { type: 'array', maxItems, items: { ...text, maxLength } } },
});

describe('the estimate of a cost', () => {
  it.each([
    ['of a literal', '[1, 2, 3]', 10, 10],
    ['of a map', "{'a': 1}", 30, 30],
    ['of operators', '1 + 2 < 3 && !false', 2, 3],
    ['of a branch', 'true ? 1 + 1 : 1', 0, 1],
    ['of a loop', '[1, 2, 3].all(x, true)', 20, 20],
    ['of a filter', '[1, 2, 3, 4, 5].filter(x, x % 2 == 0)', 41, 101],
    ['of a map of a map', '[1, 2, 3, 4, 5].map(x, x).map(x, x)', 162, 162],
    ['of a nested loop', '[1, 2, 3].all(i, i in [1, 2, 3].map(j, j + j))', 20, 230],
    ['of two variables', '[1, 2].all(i, v, v > 0)', 17, 21],
    ['of a pattern', "'123'.matches('[0-9]')", 2, 2],
    ['of an address', "ip('2001:db8:3333:4444:5555:6666:7777:8888')", 4, 4],
    ['of a check', 'format.uuid().validate("x")', 33, 33],
  ])('%s', (_, expression, min, max) => expect(estimate(expression, { type: 'object' })).toEqual([min, max]));

  it('follows from the sizes in the schema', () => {
    expect(estimate('self.list.all(x, true)', listOfText(100))).toEqual([3, 303]);
    expect(estimate('self.list.all(x, x.size() == 1)', listOfText(10))).toEqual([3, 63]);
    // A character has four bytes at most.
    expect(estimate("self.list.all(x, x.contains('abc'))", listOfText(10, 5))).toEqual([3, 63]);
    expect(estimate("self.list.exists(x, x.matches('^a.*z$'))", listOfText(10, 100))).toEqual([3, 873]);
  });

  it('follows from what fits into a request without them', () => {
    const [, max] = estimate('self.list.all(x, true)', listOfText());
    // 3 MiB of texts of two bytes and a comma each.
    expect(max).toBe(3 + 1_048_575 * 3);
    const rows: OpenApiSchema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } };
    const [, ofObjects] = estimate('self.list.all(x, true)', {
      type: 'object',
      properties: { list: { type: 'array', items: rows } },
    });
    expect(ofObjects).toBe(3 + Math.floor(3_145_726 / 9) * 3);
  });

  it('knows the longest value of an enum, and keys and values of maps', () => {
    const self: OpenApiSchema = {
      type: 'object',
      properties: {
        mode: { type: 'string', enum: ['a', 'abcdefghij'] },
        labels: { type: 'object', maxProperties: 5, additionalProperties: { type: 'string', maxLength: 10 } },
      },
    };
    expect(estimate("self.mode.startsWith('x')", self)).toEqual([3, 3]);
    expect(estimate('self.labels.all(k, self.labels[k].contains(k))', self)).toEqual([3, 43]);
  });

  it('takes items of a list that is no field for the whole object, as upstream', () => {
    const self = listOfText(10);
    const [, ofField] = estimate("self.list.exists(x, x.contains('/'))", self);
    expect(ofField).toBeGreaterThan(1_000_000);
    // The object has no size: looking through it costs nothing. 11 for the choice, five for each round.
    const [, ofChoice] = estimate("(has(self.list) ? self.list : []).exists(x, x.contains('/'))", self);
    expect(ofChoice).toBe(11 + 1 + 10 * 5);
    // A field of such an item is one of the object.
    const named: OpenApiSchema = {
      type: 'object',
      properties: {
        list: { type: 'array', maxItems: 10, items: { type: 'object', properties: { name: { ...text, maxLength: 10 } } } },
        name: { ...text, maxLength: 1000 },
      },
    };
    const least = estimate("self.list.filter(x, true).all(x, x.name.contains('/'))", named);
    const wider = { ...named, properties: { ...named.properties, name: { ...text, maxLength: 2000 } } };
    expect(estimate("self.list.filter(x, true).all(x, x.name.contains('/'))", wider)[1]! - least[1]!).toBe(10 * 400);
  });

  it('takes the name of a type for the whole object, as upstream', () => {
    expect(estimate('type(self.list) == list', listOfText())).toEqual([4, 4]);
  });

  it('does not know the values of maps that are read as fields', () => {
    const self: OpenApiSchema = {
      type: 'object',
      properties: { labels: { type: 'object', maxProperties: 5, additionalProperties: { ...text, maxLength: 10 } } },
    };
    expect(estimate("self.labels['a'].contains('/')", self)[1]).toBe(3 + 4);
    expect(estimate("self.labels.a.contains('/')", self)[1]).toBeGreaterThan(2 ** 60);
  });
});
