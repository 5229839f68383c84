import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { applyStrategicMergePatch } from '../../../src/machinery/patch/strategic.ts';
import { any, field, int32, list, listOf, map, object, ref, string, type Schema } from '../../../src/machinery/schema.ts';
import type { StatusError } from '../../../src/machinery/status.ts';

const Item: Schema = object('test.v1.Item', {
  name: string,
  value: string,
  other: string,
  merging: listOf(
    ref(() => Item),
    { patch: { mergeKey: 'name' } },
  ),
  plain: list(ref(() => Item)),
  numbers: listOf(int32, { patch: {} }),
  plainNumbers: list(int32),
  keyless: listOf(
    ref(() => Item),
    { patch: {} },
  ),
  item: field(
    ref(() => Item),
    { retainKeys: true },
  ),
  replaced: field(
    ref(() => Item),
    { replace: true },
  ),
  labels: map(string),
  nested: map(map(string)),
  raw: any,
});
const schema = Item as never;
const yaml = (text: string): unknown => parse(text) ?? {};

// The cases are those facts of upstream's strategicpatch tests that a server meets.
describe('merging', () => {
  test.each<[what: string, current: string, patch: string, result: string]>([
    ['an empty patch', '{name: a}', '{}', '{name: a}'],
    ['scalars', '{name: a, value: b}', '{value: c}', '{name: a, value: c}'],
    ['null deletes', '{name: a, value: b, item: {name: x}}', '{value: null, item: null, other: null}', '{name: a}'],
    ['maps', '{labels: {a: 1, b: 2}}', '{labels: {b: null, c: 3}}', '{labels: {a: 1, c: 3}}'],
    ['maps of maps', '{nested: {a: {x: 1}}}', '{nested: {a: {y: 2}}}', '{nested: {a: {x: 1, y: 2}}}'],
    ['objects', '{item: {name: a}}', '{item: {value: b}}', '{item: {name: a, value: b}}'],
    ['raw values', '{raw: {a: {b: 1}, l: [1]}}', '{raw: {a: {c: 2}, l: [2]}}', '{raw: {a: {b: 1, c: 2}, l: [2]}}'],
    [
      'a new object comes without nulls',
      '{}',
      '{item: {name: a, value: null, labels: {x: null}}}',
      '{item: {name: a, labels: {}}}',
    ],
    ['another type replaces', '{raw: [1]}', '{raw: {a: null, b: 1}}', '{raw: {b: 1}}'],
    [
      'a list without a key is replaced',
      '{plain: [{name: a}], plainNumbers: [1, 2]}',
      '{plain: [{name: b}], plainNumbers: [3]}',
      '{plain: [{name: b}], plainNumbers: [3]}',
    ],
    [
      'a list with a key is merged',
      '{merging: [{name: a, value: 1}, {name: b}]}',
      '{merging: [{name: a, other: 2}, {name: c}]}',
      '{merging: [{name: a, value: 1, other: 2}, {name: c}, {name: b}]}',
    ],
    [
      'new elements come before what was there',
      '{merging: [{name: a}, {name: b}]}',
      '{merging: [{name: c}]}',
      '{merging: [{name: c}, {name: a}, {name: b}]}',
    ],
    [
      'merged elements keep their places',
      '{merging: [{name: a}, {name: b}, {name: c}]}',
      '{merging: [{name: b, value: 1}]}',
      '{merging: [{name: a}, {name: b, value: 1}, {name: c}]}',
    ],
    [
      'lists in lists',
      '{merging: [{name: a, merging: [{name: x}]}]}',
      '{merging: [{name: a, merging: [{name: x, value: 1}]}]}',
      '{merging: [{name: a, merging: [{name: x, value: 1}]}]}',
    ],
    ['primitives', '{numbers: [1, 2]}', '{numbers: [2, 3]}', '{numbers: [1, 2, 3]}'],
    [
      'an empty list merged',
      '{merging: [{name: a}], numbers: [1]}',
      '{merging: [], numbers: []}',
      '{merging: [{name: a}], numbers: [1]}',
    ],
    ['both empty', '{merging: []}', '{merging: []}', '{merging: []}'],
    ['an unknown field is taken as it is', '{}', '{unknown: {a: 1}}', '{unknown: {a: 1}}'],
    ['a field that replaces', '{replaced: {name: a}}', '{replaced: {value: b}}', '{replaced: {value: b}}'],
  ])('%s', (_, current, patch, result) => {
    const [before, change] = [yaml(current), yaml(patch)];
    expect(applyStrategicMergePatch(schema, before, change)).toEqual(yaml(result));
    expect([before, change]).toEqual([yaml(current), yaml(patch)]);
  });

  test('the result shares nothing with the patch', () => {
    const patch = { item: { labels: { a: 'b' } }, plain: [{ name: 'x' }], merging: [{ name: 'y', labels: {} }] };
    const result = applyStrategicMergePatch(schema, { merging: [] }, patch) as typeof patch;
    expect(result.item).not.toBe(patch.item);
    expect(result.plain[0]).not.toBe(patch.plain[0]);
    expect(result.merging[0]).not.toBe(patch.merging[0]);
  });

  test('keys of different types differ', () =>
    expect(applyStrategicMergePatch(schema, { merging: [{ name: 1 }] }, { merging: [{ name: '1' }] })).toEqual({
      merging: [{ name: '1' }, { name: 1 }],
    }));
});

describe('directives', () => {
  test.each<[what: string, current: string, patch: string, result: string]>([
    ['$patch: replace', '{item: {name: a, value: b}}', '{item: {$patch: replace, other: c}}', '{item: {other: c}}'],
    ['$patch: replace of everything', '{name: a}', '{$patch: replace, value: b}', '{value: b}'],
    ['$patch: delete', '{item: {name: a}}', '{item: {$patch: delete}}', '{item: {}}'],
    [
      'a directive where nothing was',
      '{}',
      '{item: {$patch: replace, name: a}, plain: [{$patch: delete, name: a}, {name: b}]}',
      '{plain: [{name: b}]}',
    ],
    [
      '$patch: delete in a list',
      '{merging: [{name: a}, {name: b}, {name: a}]}',
      '{merging: [{$patch: delete, name: a}, {$patch: delete, name: z}]}',
      '{merging: [{name: b}]}',
    ],
    [
      '$patch: replace in a list',
      '{merging: [{name: a}]}',
      '{merging: [{$patch: replace}, {name: b}]}',
      '{merging: [{name: b}]}',
    ],
    [
      'delete and add',
      '{merging: [{name: a}, {name: b}]}',
      '{merging: [{name: c}, {$patch: delete, name: a}]}',
      '{merging: [{name: c}, {name: b}]}',
    ],
    ['$deleteFromPrimitiveList', '{numbers: [1, 2, 3]}', '{$deleteFromPrimitiveList/numbers: [2, 9]}', '{numbers: [1, 3]}'],
    ['$deleteFromPrimitiveList of nothing', '{}', '{$deleteFromPrimitiveList/numbers: [2]}', '{}'],
    ['$deleteFromPrimitiveList null', '{numbers: [1]}', '{$deleteFromPrimitiveList/numbers: null}', '{}'],
    [
      '$retainKeys',
      '{item: {name: a, value: b}}',
      '{item: {$retainKeys: [name, other], other: c}}',
      '{item: {name: a, other: c}}',
    ],
    [
      '$retainKeys with a deletion',
      '{item: {name: a, value: b}}',
      '{item: {$retainKeys: [name], value: null}}',
      '{item: {name: a}}',
    ],
    [
      '$setElementOrder alone',
      '{merging: [{name: a}, {name: b}]}',
      '{$setElementOrder/merging: [{name: b}, {name: a}]}',
      '{merging: [{name: b}, {name: a}]}',
    ],
    [
      '$setElementOrder with a merge',
      '{merging: [{name: a}, {name: b}, {name: c}]}',
      '{$setElementOrder/merging: [{name: c}, {name: d}, {name: a}], merging: [{name: d}, {name: a, value: 1}, {$patch: delete, name: b}]}',
      '{merging: [{name: c}, {name: d}, {name: a, value: 1}]}',
    ],
    [
      "the server's own elements keep their places",
      '{merging: [{name: a}, {name: s}, {name: b}]}',
      '{$setElementOrder/merging: [{name: a}, {name: c}, {name: b}], merging: [{name: c}]}',
      '{merging: [{name: a}, {name: c}, {name: s}, {name: b}]}',
    ],
    [
      'elements of the order that are nowhere',
      '{merging: [{name: a}]}',
      '{$setElementOrder/merging: [{name: x}, {name: a}]}',
      '{merging: [{name: a}]}',
    ],
    [
      '$setElementOrder of a new list',
      '{}',
      '{$setElementOrder/merging: [{name: b}, {name: a}], merging: [{name: b}, {name: a}]}',
      '{merging: [{name: b}, {name: a}]}',
    ],
    ['$setElementOrder of nothing', '{}', '{$setElementOrder/merging: [{name: b}]}', '{}'],
    [
      '$setElementOrder of primitives',
      '{numbers: [1, 2, 3]}',
      '{$setElementOrder/numbers: [3, 4, 1], numbers: [4], $deleteFromPrimitiveList/numbers: [2]}',
      '{numbers: [3, 4, 1]}',
    ],
  ])('%s', (_, current, patch, result) => {
    const [before, change] = [yaml(current), yaml(patch)];
    expect(applyStrategicMergePatch(schema, before, change)).toEqual(yaml(result));
    expect([before, change]).toEqual([yaml(current), yaml(patch)]);
  });
});

describe('errors', () => {
  test.each<[current: string, patch: string, code: number, message: string]>([
    ['{}', '[1]', 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['{}', '{$patch: merge}', 400, 'unknown patch type: merge'],
    [
      '{merging: [{name: a}]}',
      '{merging: [{$patch: merge, name: a}]}',
      400,
      'merging lists cannot yet be specified in the patch',
    ],
    ['{merging: [{name: a}]}', '{merging: [{$patch: x, name: a}]}', 400, 'unknown patch type: x'],
    ['{merging: [{name: a}]}', '{merging: [{value: a}]}', 400, 'map does not contain declared merge key: name'],
    ['{merging: [{name: a}]}', '{merging: [{$patch: delete}]}', 400, 'map does not contain declared merge key: name'],
    ['{keyless: [{name: a}]}', '{keyless: [{name: b}]}', 400, 'cannot merge lists without merge key for struct'],
    ['{numbers: [1]}', '{numbers: [a]}', 400, 'list element types are not identical'],
    ['{merging: [{name: a}]}', '{merging: [[1]]}', 422, 'the server rejected our request due to an error in our request'],
    ['{item: {name: a}}', '{item: {$retainKeys: name}}', 400, 'invalid patch format of retainKeys'],
    ['{item: {name: a}}', '{item: {$retainKeys: [name], value: b}}', 400, 'invalid patch format of retainKeys'],
    ['{}', '{$setElementOrder/merging: 1}', 400, 'invalid patch format of setElementOrder list'],
    ['{}', '{$setElementOrder: []}', 400, 'invalid patch format of setElementOrder list'],
    ['{}', '{$setElementOrder/nothing: []}', 400, 'unable to find api field in struct Item for the json field "nothing"'],
    [
      '{merging: [{name: a}]}',
      '{$setElementOrder/merging: [{name: a}, {name: b}], merging: [{name: b}, {name: a}]}',
      400,
      "The order in patch list doesn't match $setElementOrder list",
    ],
    [
      '{merging: [{name: a}]}',
      '{$setElementOrder/merging: [{name: a}], merging: [{name: b}]}',
      400,
      "The order in patch list doesn't match $setElementOrder list",
    ],
    ['{numbers: [1]}', '{$deleteFromPrimitiveList/numbers: 1}', 400, 'invalid patch format of primitive list'],
    ['{numbers: [1]}', '{$deleteFromPrimitiveList: [1]}', 400, 'invalid patch format of primitive list'],
  ])('%s with %s', (current, patch, code, message) => {
    let error: StatusError | undefined;
    try {
      applyStrategicMergePatch(schema, yaml(current), yaml(patch));
    } catch (thrown) {
      error = thrown as StatusError;
    }
    expect(error).toMatchObject({ code, message });
  });
});
