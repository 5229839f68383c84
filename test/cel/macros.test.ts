import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

describe('macros', () => {
  it.each([
    ['[1, 2].all(x, x > 0)', 'true'],
    ['[].all(x, false)', 'true'],
    ['[1, 0].all(x, 1 / x > 0)', '! division by zero'],
    ['[0, 2].all(x, 1 / x > 5)', 'false'],
    ['[0, 1].exists(x, 1 / x == 1)', 'true'],
    ['[0, 2].exists(x, 1 / x == 1)', '! division by zero'],
    ['{"a": 1, "b": 2}.exists(k, k == "b")', 'true'],
    ['[1, 2, 2].exists_one(x, x == 1) && ![1, 1].existsOne(x, x == 1)', 'true'],
    ['[1, 0].exists_one(x, 1 / x == 1)', '! division by zero'],
    ['[1, 2, 3].map(x, x * x)', '[1, 4, 9]'],
    ['[1, 2, 3].map(x, x > 1, x * x)', '[4, 9]'],
    ['{"a": 1}.map(k, k + "!")', '["a!"]'],
    ['[1, 2, 3].filter(x, x % 2 == 1)', '[1, 3]'],
    ['[1, 2].map(x, [3, 4].map(x, x * 10))', '[[30, 40], [30, 40]]'],
    ['[1, 2].map(x, [x].map(y, x + y))', '[[2], [4]]'],
    ['[[1], [2]].map(l, l + l)', '[[1, 1], [2, 2]]'],
    ['dyn(1).all(x, true)', '! no such overload'],
    ['1.all(x, true)', "? expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"],
    ['[1].map(x, y)', "? undeclared reference to 'y' (in container '')"],
    ['[1].all(x, x)', "? expected type 'bool' but found 'int'"],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('macros with two variables', () => {
  it.each([
    ['[5, 6].all(i, v, v == i + 5)', 'true'],
    ['{"a": 1}.exists(k, v, k == "a" && v == 1)', 'true'],
    ['[1, 1].exists_one(i, v, i == 0)', 'true'],
    ['[1, 1].existsOne(i, v, v == 1)', 'false'],
    ['["a", "b"].transformList(i, v, string(i) + v)', '["0a", "1b"]'],
    ['{"a": 1, "b": 2}.transformList(k, v, v > 1, k)', '["b"]'],
    ['{"a": 1, "b": 2}.transformMap(k, v, v * 2)', '{"a": 2, "b": 4}'],
    ['[3, 4].transformMap(i, v, i > 0, v)', '{1: 4}'],
    ['{"a": "x"}.transformMapEntry(k, v, {v: k})', '{"x": "a"}'],
    ['["a", "a"].transformMapEntry(i, v, {v: i})', '! insert failed: key a already exists'],
    ['["a", "b"].transformMapEntry(i, v, i == 1, {v: i})', '{"b": 1}'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('optional values', () => {
  it.each([
    ['optional.of(1).value()', '1'],
    ['optional.none().value()', '! optional.none() dereference'],
    ['optional.none().orValue(2)', '2'],
    ['optional.of(1).orValue(1 / 0)', '1'],
    ['optional.none().or(optional.of(3))', 'some(3)'],
    ['optional.ofNonZeroValue("")', 'none'],
    ['[0u, 1u].map(x, optional.ofNonZeroValue(x))', '[none, some(1u)]'],
    ['optional.of(1).hasValue()', 'true'],
    ['{"a": {"b": 1}}.?a.?b', 'some(1)'],
    ['{"a": {"b": 1}}.?a.b', 'some(1)'],
    ['{"a": {"b": 1}}.?x.b.orValue(5)', '5'],
    ['{"a": 1}[?"b"]', 'none'],
    ['[1, 2][?1].value() + [1][?5].orValue(10)', '12'],
    ['optional.of([1])[0]', 'some(1)'],
    ['optional.of({"a": 1}).a', 'some(1)'],
    ['has(optional.of({"a": 1}).a)', 'true'],
    ['[?optional.none(), 1, ?optional.of(2)]', '[1, 2]'],
    ['{?"a": optional.none(), ?"b": optional.of(1)}', '{"b": 1}'],
    ['optional.of(2).optMap(x, x * 2)', 'some(4)'],
    ['optional.none().optMap(x, x * 2)', 'none'],
    ['optional.of({"a": 1}).optFlatMap(x, x.?a)', 'some(1)'],
    ['optional.of([1]).optMap(l, l + l)', 'some([1, 1])'],
    ['[1, 2].first().value() + [1, 2].last().value()', '3'],
    ['[].first()', 'none'],
    ['optional.unwrap([optional.of(1), optional.none()]) + [optional.of(2)].unwrapOpt()', '[1, 2]'],
    ['[?1]', "? expected type 'optional_type(int)' but found 'int'"],
    ['[?dyn(1)]', '! cannot initialize optional list element from non-optional value of type int'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});
