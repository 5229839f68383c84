import { describe, expect, test } from 'vitest';
import { applyJsonPatch } from '../../../src/machinery/patch/json.ts';
import type { StatusError } from '../../../src/machinery/status.ts';

describe('JSON patch', () => {
  test.each<[unknown, unknown[], unknown]>([
    [{ a: 1 }, [], { a: 1 }],
    [{}, [{ op: 'add', path: '/a', value: 1 }], { a: 1 }],
    [{ a: 1 }, [{ op: 'add', path: '/a', value: null }], { a: null }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [
      { a: [1] },
      [
        { op: 'add', path: '/a/-', value: 2 },
        { op: 'add', path: '/a/2', value: 3 },
      ],
      { a: [1, 2, 3] },
    ],
    [{ a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    [
      { a: [1, 2] },
      [
        { op: 'remove', path: '/a/-1' },
        { op: 'add', path: '/a/-1', value: 9 },
      ],
      { a: [1, 9] },
    ],
    [
      { a: 1 },
      [
        { op: 'replace', path: '/a', value: { b: 2 } },
        { op: 'replace', path: '/a/b', value: 3 },
      ],
      { a: { b: 3 } },
    ],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    [
      { a: { b: 1 } },
      [
        { op: 'copy', from: '/a', path: '/c' },
        { op: 'replace', path: '/c/b', value: 2 },
      ],
      { a: { b: 1 }, c: { b: 2 } },
    ],
    [
      { 'a/b': { '~': 1 } },
      [
        { op: 'test', path: '/a~1b/~0', value: 1 },
        { op: 'remove', path: '/a~1b' },
      ],
      {},
    ],
    [{ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
    [{ a: { b: [1, { c: 2 }] } }, [{ op: 'test', path: '/a', value: { b: [1, { c: 2 }] } }], { a: { b: [1, { c: 2 }] } }],
    [{}, [{ op: 'test', path: '/missing', value: null }], {}],
    [{}, [{ op: 'test', path: '/missing' }], {}],
    // As upstream's library has it, beyond the RFC.
    [{ a: {} }, [{ op: 'replace', path: '/a/b', value: 1 }], { a: { b: 1 } }],
    [{}, [{ op: 'copy', from: '/missing', path: '/a' }], { a: null }],
    [{}, [{ op: 'add', path: '/a' }], { a: null }],
  ])('%j with %j', (current, patch, result) => {
    const before = structuredClone([current, patch]);
    expect(applyJsonPatch(current, patch)).toEqual(result);
    expect([current, patch]).toEqual(before);
  });

  test.each<[unknown, unknown, number, string]>([
    [{}, { op: 'add' }, 400, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [{}, [1], 400, 'error decoding patch: operation 0 is not an object'],
    [
      {},
      Array(10_001).fill({}),
      413,
      'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ],
  ])('%j with %.20j', (current, patch, code, message) => expect(failure(current, patch)).toMatchObject({ code, message }));

  test.each<[unknown, unknown[], RegExp]>([
    [{ a: 1 }, [{ op: 'test', path: '/a', value: 2 }], /^operation 0: test failed$/],
    [{ a: 1 }, [{ op: 'test', path: '/a', value: null }], /^operation 0: test failed$/],
    [{}, [{ op: 'test', path: '/a/b', value: null }], /^operation 0: /],
    [
      {},
      [
        { op: 'add', path: '/a', value: 1 },
        { op: 'remove', path: '/b' },
      ],
      /^operation 1: .*nonexistent/,
    ],
    [[], [{ op: 'replace', path: '/0', value: 1 }], /nonexistent/],
    [{}, [{ op: 'replace', path: '/b/c', value: 1 }], /^operation 0: /],
    [{ a: [] }, [{ op: 'add', path: '/a/1', value: 1 }], /index out of range/],
    [{}, [{ op: 'add', path: '/a/b', value: 1 }], /^operation 0: /],
    [{}, [{ op: 'merge', path: '/a' }], /^operation 0: expected 'op'/],
    [{}, [{ op: 'add', path: 'a', value: 1 }], /^operation 0: .*slash/],
    [{}, [{ op: 'add', value: 1 }], /missing property 'path'/],
    [{}, [{ op: 'copy', path: '/a' }], /missing property 'from'/],
    [{}, [{ op: 'copy', from: '/x/y', path: '/a' }], /^operation 0: /],
    [{}, [{ op: 'move', from: '/x', path: '/a' }], /^operation 0: /],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/b/c' }], /one of its own children/],
  ])('%j with %j cannot be applied', (current, patch, cause) => {
    const error = failure(current, patch);
    expect(error).toMatchObject({ code: 422, message: 'the server rejected our request due to an error in our request' });
    expect(error?.details?.causes?.[0]?.message).toMatch(cause);
  });

  test('copies cannot grow without bound', () => {
    const patch = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }));
    const error = failure({ a: ['x'.repeat(1000)] }, patch);
    expect(error?.details?.causes?.[0]?.message).toMatch(/the values copied are larger than 3145728 bytes together$/);
  });
});

function failure(current: unknown, patch: unknown): StatusError | undefined {
  try {
    applyJsonPatch(current, patch);
    return undefined;
  } catch (error) {
    return error as StatusError;
  }
}
