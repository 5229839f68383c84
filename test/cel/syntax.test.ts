import { describe, expect, it } from 'vitest';
import { issuesOf, run } from './support.ts';

describe('literals', () => {
  it.each([
    ['0x1F', '31'],
    ['-0x8000000000000000', '-9223372036854775808'],
    ['18446744073709551615u', '18446744073709551615u'],
    ['.5e1', '5.0'],
    ['1e-2', '0.01'],
    [`'it''s' == "it" + "s"`, "? Syntax error: extraneous input ''s'' expecting <EOF>"],
    [String.raw`'\u0041\x42\103\t\''`, String.raw`"ABC\t'"`],
    [String.raw`r'\d' + R"\d"`, String.raw`"\\d\\d"`],
    [`'''a"b'c\n'''`, String.raw`"a\"b'c\n"`],
    ["'''a\r\nb'''", String.raw`"a\nb"`],
    [String.raw`b'\xffé\101'`, 'b[255,195,169,65]'],
    [String.raw`br'\x'`, 'b[92,120]'],
    ['[1, 2,]', '[1, 2]'],
    ['{1: 2,}', '{1: 2}'],
    ['[,]', '[]'],
    ['true && !false // and that is all', 'true'],
    ['null', 'null'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('precedence', () => {
  it.each([
    ['1 + 2 * 3 - 4 / 2', '5'],
    ['-1 - -1', '0'],
    ['--1', '1'],
    ['!!true', 'true'],
    ['!false && false || true', 'true'],
    ['1 < 2 == true', 'true'],
    ['true ? 1 : false ? 2 : 3', '1'],
    ['-[1][0]', '-1'],
    ['-5 % 3', '-2'],
    ['2 in [1, 2] ? "in" : "out"', '"in"'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('issues', () => {
  const start =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

  it('show the line and the place', () => {
    expect(issuesOf('1 +')).toBe(
      `ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting ${start}\n | 1 +\n | ...^`,
    );
    expect(issuesOf('[\n  1,\n  x\n]')).toBe("ERROR: <input>:3:3: undeclared reference to 'x' (in container '')\n |   x\n | ..^");
    expect(issuesOf(`'é' + y`)).toContain("\n | 'é' + y\n | .．....^");
  });

  it.each([
    ['a.b(', `Syntax error: mismatched input '<EOF>' expecting ${start}`],
    ['(1', "Syntax error: mismatched input '<EOF>' expecting ')'"],
    ['1 2', "Syntax error: extraneous input '2' expecting <EOF>"],
    ['a.in', "Syntax error: mismatched input 'in' expecting IDENTIFIER"],
    ['for', 'reserved identifier: for'],
    ['1 # 2', "Syntax error: token recognition error at: '#'"],
    [`'a`, "Syntax error: token recognition error at: ''a'"],
    ['9223372036854775808', 'invalid int literal'],
    ['18446744073709551616u', 'invalid uint literal'],
    ['1e999', 'invalid double literal'],
    [String.raw`'\ud800'`, 'invalid unicode code point'],
    ['has(a)', 'invalid argument to has() macro'],
    ['[1].all(1, true)', 'argument must be a simple name'],
    ['[1].map(1, true)', 'argument is not an identifier'],
    ['[1].all(i, i, true)', 'duplicate variable name: i'],
    ['[1].all(__result__, true)', 'iteration variable overwrites accumulator variable'],
    ['optional.of(1).optMap(1, 2)', 'optMap() variable name must be a simple identifier'],
    ["'a'.sortBy(x, x)", 'sortBy can only be applied to a list, identifier, comprehension, call or select expression'],
  ])('%s', (text, message) => expect(run(text)).toBe(`? ${message}`));
});

describe('bounds', () => {
  it.each([
    ['parentheses', `${'('.repeat(300)}1${')'.repeat(300)}`],
    ['lists', `${'['.repeat(300)}${']'.repeat(300)}`],
    ['sums', Array.from({ length: 300 }, () => '1').join(' + ')],
    ['selections', `{}${'.a'.repeat(300)}`],
    ['calls', `''${'.trim()'.repeat(300)}`],
  ])('of depth: %s', (_, text) => {
    expect(issuesOf(text)).toBe('ERROR: <input>:-1:0: expression recursion limit exceeded: 250');
  });

  it('let long conjunctions be, which are not deep', () => {
    expect(run(Array.from({ length: 2_000 }, () => 'true').join(' && '))).toBe('true');
  });

  it('of length', () => {
    expect(issuesOf('a'.repeat(100_001))).toContain('expression code point size exceeds limit: size: 100001, limit 100000');
  });

  it('of macros that repeat their operand', () => {
    expect(issuesOf(`optional.of(1)${'.optMap(x, x)'.repeat(40)}`)).toContain('expression is too large');
  });
});
