import { describe, expect, it } from 'vitest';
import { openapiV2Protobuf } from '../../../src/machinery/openapi/v2-protobuf.ts';
import { openapiOf } from '../../../src/machinery/openapi/documents.ts';
import { createScheme } from '../../../src/machinery/scheme.ts';
import { builtinResources } from '../../../src/resources/index.ts';

/** The fields of a message by number, each as it came: a number, or bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    const isBytes = (tag & 7) === 2;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), isBytes ? bytes.subarray(at, (at += value)) : value]);
  }
  return fields;
}
/** What is found on the way of field numbers; the last one's values as text or number. */
function at(bytes: Uint8Array, ...path: number[]): (string | number)[] {
  let found: (number | Uint8Array)[] = [bytes];
  for (const number of path) found = found.flatMap((each) => fieldsOf(each as Uint8Array).get(number) ?? []);
  return found.map((each) => (typeof each === 'number' ? each : new TextDecoder().decode(each)));
}

describe('a document as protobuf', () => {
  const bytes = openapiV2Protobuf({
    swagger: '2.0',
    info: { title: 'T', version: 'v' },
    paths: {
      '/a/{name}': {
        get: {
          operationId: 'readA',
          produces: ['application/json', 'text/plain'],
          parameters: [
            { name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/a' } },
            { name: 'limit', in: 'query', type: 'integer', uniqueItems: true },
          ],
          responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/a' } } },
          'x-kubernetes-action': 'get',
        },
        parameters: [{ name: 'name', in: 'path', required: true, type: 'string' }],
      },
    },
    definitions: {
      a: {
        type: 'object',
        required: ['b'],
        properties: { b: { type: 'array', items: { type: 'string' } }, c: { additionalProperties: { type: 'integer' } } },
        'x-kubernetes-group-version-kind': [{ group: '', kind: 'A', version: 'v1' }],
      },
    },
    securityDefinitions: { Token: { type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ Token: [] }],
  });

  it.each([
    ['swagger', [1], ['2.0']],
    ['info', [2, 1], ['T']],
    ['paths', [8, 2, 1], ['/a/{name}']],
    ['an operation', [8, 2, 2, 2, 5], ['readA']],
    ['its list of types', [8, 2, 2, 2, 6], ['application/json', 'text/plain']],
    ['a body', [8, 2, 2, 2, 8, 1, 1, 5, 1], ['#/definitions/a']],
    ['a parameter of the query', [8, 2, 2, 2, 8, 1, 2, 3, 4], ['limit']],
    ['… and its type', [8, 2, 2, 2, 8, 1, 2, 3, 6], ['integer']],
    ['… and that its items are unique', [8, 2, 2, 2, 8, 1, 2, 3, 20], [1]],
    ['a parameter of the path', [8, 2, 2, 9, 1, 2, 4, 5], ['string']],
    ['the code of an answer', [8, 2, 2, 2, 9, 1, 1], ['200']],
    ['… and its type', [8, 2, 2, 2, 9, 1, 2, 1, 2, 1, 1], ['#/definitions/a']],
    ['an extension', [8, 2, 2, 2, 13, 1], ['x-kubernetes-action']],
    ['a type', [9, 1, 2, 22, 1], ['object']],
    ['its required fields', [9, 1, 2, 19], ['b']],
    ['its fields', [9, 1, 2, 25, 1, 1], ['b', 'c']],
    ['a list of strings', [9, 1, 2, 25, 1, 2, 23, 1, 22, 1], ['string']],
    ['a map of numbers', [9, 1, 2, 25, 1, 2, 21, 1, 22, 1], ['integer']],
    ['its kinds, as YAML', [9, 1, 2, 31, 2, 2], ['[{"group":"","kind":"A","version":"v1"}]']],
    ['who must say who they are', [12, 1, 1], ['Token']],
    ['and how', [13, 1, 2, 2, 2], ['authorization']],
  ])('has %s', (_, path, expected) => {
    expect(at(bytes, ...path)).toEqual(expected);
  });

  it('is refused with a field that has no number', () => {
    expect(() => openapiV2Protobuf({ swagger: '2.0', colour: 'red' })).toThrow('no number is known for colour');
  });
});

it('every field of the whole document has a number, and nothing is lost on the way', () => {
  const openapi = openapiOf(createScheme(builtinResources), []);
  const { definitions, paths } = JSON.parse(openapi.v2()) as { definitions: object; paths: object };
  expect(at(openapi.v2Protobuf(), 9, 1, 1)).toEqual(Object.keys(definitions));
  expect(at(openapi.v2Protobuf(), 8, 2, 1)).toEqual(Object.keys(paths));
});
