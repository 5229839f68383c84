import { expect, test } from 'vitest';
import { checkConfiguration } from '../../../src/machinery/managedfields/apply.ts';
import { StatusError } from '../../../src/machinery/status.ts';
import { thing, things } from './support.ts';

function refusal(configuration: unknown): [number, string] {
  try {
    checkConfiguration(things, configuration);
  } catch (error) {
    if (error instanceof StatusError) return [error.code, error.message];
    throw error;
  }
  return [0, ''];
}

const typed = 'failed to create typed patch object (/a; example.dev/v1, Kind=Thing): ';

test.each<[string, object, string]>([
  ['an unknown field', { sise: 1 }, '.spec.sise: field not declared in schema'],
  ['an unknown field in what is one value', { choice: { z: '1' } }, '.spec.choice.z: field not declared in schema'],
  ['a text for a number', { size: '1' }, '.spec.size: expected numeric (int or float), got string'],
  ['an object for a number', { size: {} }, '.spec.size: expected numeric (int or float), got map[string]interface {}'],
  ['a number for a text', { words: [1] }, '.spec.words[0]: expected string, got &value.valueUnstructured{Value:1}'],
  ['a text for an object', { options: 'x' }, '.spec.options: expected map, got &{x}'],
  ['an object for a list', { words: { a: 'secret' } }, '.spec.words: expected list, got &{map[string]interface {}}'],
  ['a list for a quantity', { amount: ['1'] }, '.spec.amount: expected any scalar, got &{[]interface {}}'],
  ['an item twice', { parts: [{ name: 'x' }, { name: 'x' }] }, '.spec.parts: duplicate entries for key [name="x"]'],
  [
    'an item twice, by its default',
    { parts: [{ name: 'x', ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }] },
    '.spec.parts[name="x"].ports: duplicate entries for key [port=1,protocol="TCP"]',
  ],
  ['a value of a set twice', { tags: ['a', 'a'] }, '.spec.tags: duplicate entries for key [="a"]'],
  [
    'null in a set',
    { tags: [null] },
    ".spec.tags: element 0: associative list without keys has an element that's an explicit null",
  ],
  ['an object in a set', { tags: [{}] }, ".spec.tags: element 0: associative list without keys has an element that's a map type"],
  ['null for an item', { parts: [null] }, '.spec.parts: element 0: associative list with keys may not have a null element'],
  ['a text for an item', { parts: ['x'] }, '.spec.parts: element 0: associative list with keys may not have non-map elements'],
  [
    'several things',
    { size: 'x', sise: 1 },
    'errors:\n  .spec.size: expected numeric (int or float), got string\n  .spec.sise: field not declared in schema',
  ],
])('refuses %s', (_, spec, message) => expect(refusal(thing(spec))).toEqual([400, typed + message]));

test.each<[string, unknown, string]>([
  ['another kind', { ...thing({}), kind: 'Other' }, 'invalid object type: example.dev/v1, Kind=Other'],
  ['another version', { ...thing({}), apiVersion: 'v1' }, 'invalid object type: /v1, Kind=Thing'],
  ['no kind', {}, 'invalid object type: /, Kind='],
  ['no object', 'x', 'invalid object type: /, Kind='],
  ['managedFields', thing({}, { managedFields: [] }), 'metadata.managedFields must be nil'],
])('refuses %s with 400', (_, configuration, message) => expect(refusal(configuration)).toEqual([400, message]));

test.each<[string, object]>([
  ['numbers for quantities', { amount: 1 }],
  ['nulls', { size: null, parts: null, labels: null, options: { a: null } }],
  ['any JSON', { anything: { a: [{}, 'x', [1]] } }],
  ['an item without its key, which is then empty', { parts: [{ size: 1 }] }],
])('takes %s', (_, spec) => expect(refusal(thing(spec))).toEqual([0, '']));
