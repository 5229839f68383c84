import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

describe('strings', () => {
  it.each([
    ['"h😀llo".charAt(1) + "a".charAt(1)', '"😀"'],
    ['"abc".charAt(4)', '! index out of range: 4'],
    ['"😀a😀a".indexOf("a")', '1'],
    ['"😀a😀a".indexOf("a", 2)', '3'],
    ['"abc".indexOf("", 9)', '3'],
    ['"abc".indexOf("a", -1)', '! index out of range: -1'],
    ['"😀a😀a".lastIndexOf("a")', '3'],
    ['"😀a😀a".lastIndexOf("a", 2)', '1'],
    ['"abc".lastIndexOf("")', '3'],
    ['"ABÇ".lowerAscii() + "abç".upperAscii()', '"abÇABç"'],
    ['"aaa".replace("a", "bb") + "aaa".replace("a", "b", 1)', '"bbbbbbbaa"'],
    ['"ab".replace("", "-")', '"-a-b-"'],
    ['"ab".replace("", "-", 1)', '"-ab"'],
    ['"aXbXc".replace("X", "", -1)', '"abc"'],
    ['"a,b,c".split(",")', '["a", "b", "c"]'],
    ['"a,b,c".split(",", 2)', '["a", "b,c"]'],
    ['"a,b,c".split(",", 0)', '[]'],
    ['"a😀".split("")', '["a", "😀"]'],
    ['"h😀llo".substring(1, 3)', '"😀l"'],
    ['"abc".substring(1)', '"bc"'],
    ['"abc".substring(2, 1)', '! invalid substring range. start: 2, end: 1'],
    ['"abc".substring(4)', '! index out of range: 4'],
    ['" \\t\\u00a0x\\u2003".trim()', '"x"'],
    ['["a", "b"].join() + ["a", "b"].join("-")', '"aba-b"'],
    ['[].join("-")', '""'],
    [String.raw`strings.quote("a\"b\n\\")`, String.raw`"\"a\\\"b\\n\\\\\""`],
    ['"abc".contains("b") && "abc".startsWith("ab") && "abc".endsWith("bc")', 'true'],
    ['"abc".reverse()', "? found no matching overload for 'reverse' applied to 'string.()'"],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('format', () => {
  it.each([
    ['"%s is %d%%".format(["x", 5])', '"x is 5%"'],
    ['"%s %s %s".format([1.5, null, true])', '"1.5 null true"'],
    ['"%s".format([[dyn("a"), dyn(1.5), dyn(duration("1m"))]])', String.raw`"[\"a\", 1.500000, duration(\"60s\")]"`],
    ['"%s".format([{"b": 1, "a": 2}])', String.raw`"{\"a\":2, \"b\":1}"`],
    ['"%.2f %f".format([1234.567, 2.5])', '"1,234.57 2.500000"'],
    ['"%.0f %.0f".format([2.5, 3.5])', '"2 4"'],
    ['"%.3e".format([1052.03])', '"1.052\u202f×\u202f10⁰³"'],
    ['"%b %o %x %X".format([5, 8, 255, "é"])', '"101 10 ff C3A9"'],
    ['"%b".format([true])', '"1"'],
    ['"%f %f".format(["NaN", "-Infinity"])', '"NaN -∞"'],
    ['"%d".format(["a"])', '? error during formatting: decimal clause can only be used on integers, was given string'],
    ['"%d".format([dyn("a")])', '! error during formatting: decimal clause can only be used on integers, was given string'],
    ['"%s %s".format(["a"])', '? index 1 out of range'],
    ['"%s".format(["a", "b"])', '? too many arguments supplied to string.format (expected 1, got 2)'],
    ['"%q".format(["a"])', '? could not parse formatting clause: unrecognized formatting clause "q"'],
    ['"%".format(["a"])', '? unexpected end of string'],
    ['dyn("%s").format([])', '! index 0 out of range'],
    [
      '"%.2000f".format([1.0])',
      '? could not parse formatting clause: error while parsing precision: precision 2000 exceeds maximum allowed precision 1000',
    ],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('regular expressions', () => {
  it.each([
    ['"abc".matches("^a.c$") && !matches("abc", "x")', 'true'],
    ['"abc 123".find("[0-9]+") + "x".find("[0-9]")', '"123"'],
    ['"a1b22c".findAll("[0-9]+")', '["1", "22"]'],
    ['"a1b22c".findAll("[0-9]+", 1)', '["1"]'],
    ['"abc".findAll("x*")', '["", "", "", ""]'],
    ['"abc".matches(dyn("("))', '! error parsing regexp: missing closing ): `(`'],
    ['"abc".find(dyn("(?=a)"))', '! Illegal regex: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['"😀".matches("^.$")', 'true'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});
