import { describe, expect, test } from 'vitest';
import { validateValue } from '../../../src/machinery/structural/value.ts';
import type { JSONSchemaProps } from '../../../src/machinery/structural/schema.ts';

const said = (errors: ReturnType<typeof validateValue>) => errors.map(({ field, message }) => `${field}: ${message}`);
const inSpec = (schema: JSONSchemaProps, value: unknown) =>
  said(validateValue({ spec: value }, { type: 'object', properties: { spec: schema } }));

describe('keywords, in upstream words', () => {
  const list = (more: JSONSchemaProps): JSONSchemaProps => ({ type: 'array', items: { type: 'integer' }, ...more });
  test.each<[JSONSchemaProps, unknown, string[]]>([
    [{ type: 'integer' }, 'a', ['spec: Invalid value: "string": spec in body must be of type integer: "string"']],
    [{ type: 'integer' }, 1.5, ['spec: Invalid value: "number": spec in body must be of type integer: "number"']],
    [{ type: 'integer' }, null, ['spec: Invalid value: "null": spec in body must be of type integer: "null"']],
    [{ type: 'integer', nullable: true }, null, []],
    [{ type: 'number' }, 1, []],
    [{ type: 'string' }, [], ['spec: Invalid value: "array": spec in body must be of type string: "array"']],
    [{ type: 'object' }, 'a', ['spec: Invalid value: "string": spec in body must be of type object: "string"']],
    [{ type: 'boolean' }, {}, ['spec: Invalid value: "object": spec in body must be of type boolean: "object"']],
    [{ 'x-kubernetes-int-or-string': true }, true, ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"']],
    [{ 'x-kubernetes-int-or-string': true }, '80%', []],
    [{ type: 'integer', minimum: 0 }, -1, ['spec: Invalid value: -1: spec in body should be greater than or equal to 0']],
    [{ type: 'integer', minimum: 0, exclusiveMinimum: true }, 0, ['spec: Invalid value: 0: spec in body should be greater than 0']],
    [{ type: 'number', maximum: 1.5 }, 2.5, ['spec: Invalid value: 2.5: spec in body should be less than or equal to 1.5']],
    [{ type: 'integer', maximum: 3, exclusiveMaximum: true }, 3, ['spec: Invalid value: 3: spec in body should be less than 3']],
    [{ type: 'integer', multipleOf: 3 }, 4, ['spec: Invalid value: 4: spec in body should be a multiple of 3']],
    [{ type: 'number', multipleOf: 0.1 }, 0.3, []],
    [
      { type: 'integer', format: 'int32' },
      2 ** 31,
      ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec'],
    ],
    [{ type: 'string', maxLength: 2 }, 'äöü', ['spec: Too long: may not be more than 2 bytes']],
    [{ type: 'string', maxLength: 2 }, '😀😀', []],
    [{ type: 'string', minLength: 2 }, 'a', ['spec: Invalid value: "a": spec in body should be at least 2 chars long']],
    [{ type: 'string', pattern: '^a+$' }, 'ab', ["spec: Invalid value: \"ab\": spec in body should match '^a+$'"]],
    [{ type: 'string', pattern: 'b' }, 'abc', []],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', ['spec: Unsupported value: "c": supported values: "a", "b"']],
    [{ type: 'integer', enum: [1, 2] }, 3, ['spec: Unsupported value: 3: supported values: "1", "2"']],
    [{ type: 'string', format: 'date-time' }, 'x', ['spec: Invalid value: "x": spec in body must be of type date-time: "x"']],
    [{ type: 'string', format: 'unheard-of' }, 'x', []],
    [list({ maxItems: 1 }), [1, 2], ['spec: Too many: 2: must have at most 1 item']],
    [list({ minItems: 1 }), [], ['spec: Invalid value: 0: spec in body should have at least 1 items']],
    [list({ uniqueItems: true }), [1, 1], ['spec: Invalid value: "": spec in body shouldn\'t contain duplicates']],
    [list({}), [1, 'a'], ['spec[1]: Invalid value: "string": spec[1] in body must be of type integer: "string"']],
    [{ type: 'object', required: ['a', 'b'] }, { a: 1 }, ['spec.b: Required value']],
    [{ type: 'object', maxProperties: 1 }, { a: 1, b: 2 }, ['spec: Too many: 2: must have at most 1 item']],
    [{ type: 'object', minProperties: 1 }, {}, ['spec: Invalid value: 0: spec in body should have at least 1 properties']],
    [
      { type: 'object', additionalProperties: false },
      { a: 1 },
      ['spec: Invalid value: "a": spec.a in body is a forbidden property'],
    ],
    [
      { type: 'object', additionalProperties: { type: 'string' } },
      { a: 1 },
      ['spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer"'],
    ],
    [
      { type: 'integer', anyOf: [{ minimum: 5 }, { maximum: 1 }] },
      3,
      [
        '<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)',
        'spec: Invalid value: 3: spec in body should be greater than or equal to 5',
      ],
    ],
    [
      { type: 'integer', oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      { type: 'integer', allOf: [{ minimum: 1 }, { minimum: 5 }] },
      3,
      [
        'spec: Invalid value: 3: spec in body should be greater than or equal to 5',
        '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
      ],
    ],
    [{ type: 'integer', not: { minimum: 1 } }, 3, ['<nil>: Invalid value: "": "spec" must not validate the schema (not)']],
  ])('%j of %j', (schema, value, errors) => expect(inSpec(schema, value)).toEqual(errors));

  test('names that every object has are no fields of a schema', () => {
    const schema: JSONSchemaProps = { type: 'object', required: ['toString'], properties: { constructor: { type: 'string' } } };
    expect(said(validateValue({}, schema))).toEqual(['toString: Required value']);
  });
});

describe('a change is forgiven what it leaves alone', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: {
      a: { type: 'integer', maximum: 1 },
      b: { type: 'integer', maximum: 1 },
      plain: { type: 'array', items: { type: 'integer', maximum: 1 } },
      keyed: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'object', properties: { k: { type: 'string' }, v: { type: 'integer', maximum: 1 } } },
      },
    },
    required: ['a'],
  };
  test.each<[string, object, object, string[]]>([
    ['a field', { a: 5, b: 0 }, { a: 5, b: 1 }, []],
    ['not another one', { a: 5, b: 0 }, { a: 5, b: 2 }, ['b: Invalid value: 2: b in body should be less than or equal to 1']],
    ['a missing field', {}, { b: 1 }, ['a: Required value']],
    ['everything', { b: 9 }, { b: 9 }, []],
    [
      'a list as a whole only',
      { a: 1, plain: [5, 6] },
      { a: 1, plain: [6, 5, 1] },
      [
        'plain[0]: Invalid value: 6: plain[0] in body should be less than or equal to 1',
        'plain[1]: Invalid value: 5: plain[1] in body should be less than or equal to 1',
      ],
    ],
    ['items that have keys', { a: 1, keyed: [{ k: 'x', v: 5 }] }, { a: 1, keyed: [{ k: 'y', v: 1 }, { k: 'x', v: 5 }] }, []],
  ])('%s', (_, old, value, errors) => expect(said(validateValue(value, schema, { value: old }))).toEqual(errors));

  test('of a part, errors say where it is', () => {
    expect(said(validateValue({ a: 'x' }, schema, undefined, 'status'))).toEqual([
      'status.a: Invalid value: "string": a in body must be of type integer: "string"',
    ]);
  });
});
