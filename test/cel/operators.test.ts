import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

describe('arithmetic', () => {
  it.each([
    ['9223372036854775807 + 1', '! integer overflow'],
    ['-9223372036854775808 - 1', '! integer overflow'],
    ['9223372036854775807 * 2', '! integer overflow'],
    ['-(-9223372036854775808)', '! integer overflow'],
    ['-9223372036854775808 / -1', '! integer overflow'],
    ['18446744073709551615u + 1u', '! unsigned integer overflow'],
    ['1u - 2u', '! unsigned integer overflow'],
    ['1 / 0', '! division by zero'],
    ['1u / 0u', '! division by zero'],
    ['1 % 0', '! modulus by zero'],
    ['7 / -2', '-3'],
    ['-7 % 2', '-1'],
    ['1.0 / 0.0 == double("Infinity")', 'true'],
    ['0.1 + 0.2', '0.30000000000000004'],
    ['1 + 1u', "? found no matching overload for '_+_' applied to '(int, uint)'"],
    ['1 + dyn(1u)', '! no such overload'],
    ["b'a' + b'b'", 'b[97,98]'],
    ['"a" + "b"', '"ab"'],
    ['[1] + [2]', '[1, 2]'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('equality and order', () => {
  it.each([
    ['1 == 1.0', "? found no matching overload for '_==_' applied to '(int, double)'"],
    ['dyn(1) == dyn(1u) && dyn(1u) == 1.0', 'true'],
    ['dyn(1) == "1"', 'false'],
    ['double("NaN") == double("NaN")', 'false'],
    ['[double("NaN")] != [double("NaN")]', 'true'],
    ['1 < 1.5 && 2u > 1 && 1.0 <= 1u', 'true'],
    ['dyn(double("NaN")) < 1', '! NaN values cannot be ordered'],
    ['9007199254740993 > 9007199254740992', 'true'],
    ["'\\uffff' < '\\U0001F600'", 'true'],
    ['"a" < "b" && "a" < "aa"', 'true'],
    ["b'\\x01' < b'\\x02'", 'true'],
    ['false < true', 'true'],
    ['dyn("a") < dyn(1)', '! no such overload'],
    ['{"a": [{2: 3}]} == {"a": [{2: 3}]}', 'true'],
    ['{"a": 1} == {"b": 1}', 'false'],
    ['[1, 2] == [1]', 'false'],
    ['null == dyn(1)', 'false'],
    ['type(1) == int && type(null) == null_type && type(type(1)) == type', 'true'],
    ['type([1]) == list && type({}) == map', 'true'],
    ['type(timestamp(0)) == google.protobuf.Timestamp', 'true'],
    ['optional.of(1) == optional.of(1) && optional.none() == optional.none()', 'true'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('logic that may do without one side', () => {
  it.each([
    ['1 / 0 == 1 || true', 'true'],
    ['false && 1 / 0 == 1', 'false'],
    ['1 / 0 == 1 && false', 'false'],
    ['1 / 0 == 1 || false', '! division by zero'],
    ['true && 1 / 0 == 1', '! division by zero'],
    ['dyn(1) || true', 'true'],
    ['dyn(1) || false', '! no such overload'],
    ['true ? 1 : 1 / 0', '1'],
    ['dyn(1) ? 1 : 2', '! no such overload'],
    ['1 / 0 == 0 ? 1 : 2', '! division by zero'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('membership and access', () => {
  it.each([
    ['1 in [1, 2]', 'true'],
    ['dyn(1.0) in [1, 2]', 'true'],
    ['"a" in {"a": 1}', 'true'],
    ['double("NaN") in [double("NaN")]', 'false'],
    ['[1] in [[1], [2]]', 'true'],
    ['[1, 2][1]', '2'],
    ['[1][1]', '! index out of bounds: 1'],
    ['[1][-1]', '! index out of bounds: -1'],
    ['[1][dyn(0.0)]', '1'],
    ['[1][dyn(0.5)]', '! unsupported index value 0.5 in list'],
    ['{1: "a"}[dyn(1u)]', '"a"'],
    ['{"a": 1}.b', '! no such key: b'],
    ['{"a": 1}["b"]', '! no such key: b'],
    ['dyn(1).a', '! no such key: a'],
    ['has({"a": 1}.a) && !has({"a": 1}.b)', 'true'],
    ['has(dyn(1).a)', 'false'],
    ['{"a b": 1}.`a b`', '1'],
    ['{true: 1, true: 2}[true]', '2'],
    ['{dyn(1.5): 1}', '{1.5: 1}'],
    ['{dyn([1]): 1}', '! unsupported key type: list'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('conversions', () => {
  it.each([
    ['int("42") + int(1u) + int(1.9) + int(-1.9)', '43'],
    ['int("x")', "? type conversion error from 'string' to 'int'"],
    // What is not constant fails when it is evaluated.
    ['["x"].map(t, int(t))', "! type conversion error from 'string' to 'int'"],
    ['int(9.3e18)', '? integer overflow'],
    ['int(18446744073709551615u)', '? integer overflow'],
    ['uint(-1)', '? unsigned integer overflow'],
    ['[-1].map(n, uint(n))', '! unsigned integer overflow'],
    ['uint(1.5)', '1u'],
    ['double("1e3")', '1000.0'],
    ['double(9007199254740993)', '9007199254740992.0'],
    ['string(1.0) + string(1e6) + string(0.00001) + string(-0.5)', '"11e+061e-05-0.5"'],
    ['string(b"\\xff")', '? invalid UTF-8 in bytes, cannot convert to string'],
    ['string(true) + string(1u)', '"true1"'],
    ['bytes("é")', 'b[195,169]'],
    ['bool("TRUE") && !bool("0")', 'true'],
    ['bool("yes")', "? type conversion error from 'string' to 'bool'"],
    ['size("é😀") + size([1]) + size({1: 2}) + b"ab".size()', '6'],
    ['type(dyn(1))', 'int'],
    ['duration("x")', '? invalid duration argument'],
    ['duration(dyn("x"))', "! type conversion error from 'string' to 'google.protobuf.Duration'"],
    ['timestamp("2024-02-30T00:00:00Z")', '? invalid timestamp argument'],
    ['"a".matches("(")', '? invalid matches argument'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});
