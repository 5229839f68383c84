import { describe, expect, it } from 'vitest';
import { declaredOf, dynDeclared } from '../../src/cel/types/declared.ts';
import { intType, listOf, objectType, optionalOf, stringType } from '../../src/cel/types/type.ts';
import { issuesOf, program, run, typeOf } from './support.ts';

const variables = {
  x: dynDeclared,
  n: declaredOf(intType),
  names: declaredOf(listOf(stringType)),
  maybe: declaredOf(optionalOf(intType)),
  'a.b': declaredOf(stringType),
  self: declaredOf(objectType('Thing', (name) => (name === 'size' ? declaredOf(intType) : undefined))),
};

describe('types', () => {
  it.each([
    ['[]', 'list(dyn)'],
    ['[] == [1]', 'bool'],
    ['[[], [1]]', 'list(list(int))'],
    ['{}', 'map(dyn, dyn)'],
    ["{'a': [1u]}", 'map(string, list(uint))'],
    ['x', 'dyn'],
    ['x + 1', 'int'],
    ['x + x', 'dyn'],
    ['x.y.z', 'dyn'],
    ['names.map(s, s.size())', 'list(int)'],
    ['names.map(i, i)', 'list(string)'],
    ["names.transformMap(i, s, s + '!')", 'map(int, string)'],
    ['names[0]', 'string'],
    ['names[?0]', 'optional_type(string)'],
    ['optional.none().orValue(1)', 'int'],
    ['maybe.optMap(i, string(i))', 'optional_type(string)'],
    ['type(1)', 'type(int)'],
    ['int', 'type(int)'],
    ['true ? null : timestamp(0)', 'null'],
    ['a.b', 'string'],
    ["{'a': {'b': 1}}.a.b", 'int'],
    ['[1, 2].map(a, a)', 'list(int)'],
    ['self.size', 'int'],
    ['[1].exists(self, self == 1)', 'bool'],
  ])('%s is %s', (text, type) => expect(typeOf(text, { variables })).toBe(type));
});

describe('issues', () => {
  it.each([
    ['self.length', "undefined field 'length'"],
    ['n.foo', "type 'int' does not support field selection"],
    ['n + names', "found no matching overload for '_+_' applied to '(int, list(string))'"],
    ['n.size()', "found no matching overload for 'size' applied to 'int.()'"],
    ['n && true', "expected type 'bool' but found 'int'"],
    ['names.all(s, s)', "expected type 'bool' but found 'string'"],
    ['names.nope()', "undeclared reference to 'nope' (in container '')"],
    ['nope.foo()', "undeclared reference to 'nope' (in container ''); undeclared reference to 'foo' (in container '')"],
    ['[1].all(y, true) && y', "undeclared reference to 'y' (in container '')"],
    ['.n + .nope', "undeclared reference to '.nope' (in container '')"],
    ["[1, 'a', 2.0]", "expected type 'int' but found 'string'"],
    ["{'a': 1, 'b': 'c'}", "expected type 'int' but found 'string'"],
    ['[1, x]', "expected type 'int' but found 'dyn'"],
    ['n == names', "found no matching overload for '_==_' applied to '(int, list(string))'"],
    ["names == ['a'] ? 1 : 'b'", "found no matching overload for '_?_:_' applied to '(bool, int, string)'"],
    ["'a' in 1", "found no matching overload for '@in' applied to '(string, int)'"],
  ])('%s', (text, message) => expect(run(text, {}, { variables })).toBe(`? ${message}`));

  it('are all shown, in the order of the text', () => {
    expect(issuesOf('self.b + self.a', { variables })).toBe(
      [
        "ERROR: <input>:1:5: undefined field 'b'",
        ' | self.b + self.a',
        ' | ....^',
        "ERROR: <input>:1:14: undefined field 'a'",
        ' | self.b + self.a',
        ' | .............^',
      ].join('\n'),
    );
  });

  it('of more than a hundred places are counted', () => {
    const text = Array.from({ length: 120 }, () => 'q').join(' && ');
    expect(issuesOf(text)).toMatch(/\n20 more errors were truncated$/);
  });
});

describe('a program', () => {
  it('knows the variables it reads', () => {
    expect([...program('n > 0 && names.exists(n, n == a.b)', { variables }).variables].sort()).toEqual(['a.b', 'n', 'names']);
    expect([...program('[1].all(n, n > 0)', { variables }).variables]).toEqual([]);
  });

  it('looks variables up without those of loops', () => {
    expect(run('[1, 2].map(n, n + .n)', { n: 10 }, { variables })).toBe('[11, 12]');
  });
});
