import { describe, expect, test } from 'vitest';
import { applyMergePatch } from '../../../src/machinery/patch/merge.ts';

// The examples of RFC 7386, as far as the patch is an object.
describe('JSON merge patch', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j', (current, patch, result) => {
    const before = structuredClone([current, patch]);
    expect(applyMergePatch(current, patch)).toEqual(result);
    expect([current, patch]).toEqual(before);
  });

  test('keys stay where they were', () =>
    expect(JSON.stringify(applyMergePatch({ a: 1, b: 2, c: 3 }, { d: 4, b: 5 }))).toBe('{"a":1,"b":5,"c":3,"d":4}'));

  test('__proto__ is a key like any other', () => {
    const result = applyMergePatch({}, JSON.parse('{"a":{"__proto__":{"x":1}}}')) as { a: object };
    expect(JSON.stringify(result)).toBe('{"a":{"__proto__":{"x":1}}}');
    expect('x' in result.a).toBe(false);
  });

  test('shares nothing with the patch', () => {
    const patch = { a: [{}], b: {} };
    const result = applyMergePatch({}, patch) as typeof patch;
    expect(result.a).not.toBe(patch.a);
    expect(result.b).not.toBe(patch.b);
  });

  test.each([
    [[1], 'array'],
    ['a', 'string'],
    [null, 'null'],
    [1, 'number'],
    [true, 'bool'],
  ])('%j is no patch', (patch, kind) =>
    expect(() => applyMergePatch({}, patch)).toThrow(
      expect.objectContaining({
        code: 400,
        message: `error decoding patch: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
      }),
    ),
  );
});
