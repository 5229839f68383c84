import { describe, expect, test } from 'vitest';
import {
  everything,
  nothing,
  parseSelector,
  selectorFromLabels,
  selectorFromLabelSelector,
  validateLabelSelector,
} from '../../src/machinery/selectors.ts';

describe('string form', () => {
  test.each([
    ['', ''],
    ['x=a,y=b,z=c', 'x=a,y=b,z=c'],
    ['z=a,b==c', 'b==c,z=a'],
    ['x!=a,y=b', 'x!=a,y=b'],
    ['x=', 'x='],
    ['x= ,z= ', 'x=,z='],
    ['!x', '!x'],
    ['! x', '!x'],
    ['x>1,z<5', 'x>1,z<5'],
    ['  x  ', 'x'],
    ['x in (foo,,baz),y,z notin ()', 'x in (,baz,foo),y,z notin ()'],
    ['x in (c,a,a)', 'x in (a,c)'],
    ['in in (in,notin)', 'in in (in,notin)'],
    ['x=in', 'x=in'],
    ['example.com/app = web', 'example.com/app=web'],
  ])('%j is %j', (text, expected) => expect(parseSelector(text).toString()).toBe(expected));

  const value =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  test.each([
    ['x=a||y=b', `unable to parse requirement: values[0][x]: Invalid value: "a||y": ${value}`],
    ['x==a==b', "found '==', expected: ',' or 'end of string'"],
    ['!x=a', "found '=', expected: ',' or 'end of string'"],
    ['x<a', `unable to parse requirement: values[0]: Invalid value: "a": for 'Gt', 'Lt' operators, the value must be an integer`],
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['x in a', "unable to parse requirement: found 'a' expected: '('"],
    ['x in (a b)', "unable to parse requirement: found 'b', expected: ',' or ')'"],
    ['x=(', "unable to parse requirement: found '(', expected: identifier"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
  ])('%j: %s', (text, message) =>
    expect(() => parseSelector(text)).toThrow(expect.objectContaining({ message, reason: 'BadRequest' })),
  );

  test('a bad key names the rule', () =>
    expect(() => parseSelector('-x=a')).toThrow(
      /^unable to parse requirement: <nil>: Invalid value: "-x": name part must consist of/,
    ));

  const labels = { app: 'web', tier: 'front', n: '5', empty: '' };
  test.each([
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app=web,tier=back', false],
    ['missing!=a', true],
    ['app!=web', false],
    ['app in (api,web)', true],
    ['missing in (web)', false],
    ['app notin (api)', true],
    ['missing notin (api)', true],
    ['app notin (web)', false],
    ['app', true],
    ['missing', false],
    ['!missing', true],
    ['!app', false],
    ['empty=', true],
    ['missing=', false],
    ['constructor', false],
    ['n>4', true],
    ['n>5', false],
    ['n<6', true],
    ['app>1', false],
    ['missing<1', false],
  ])('%j matches: %s', (text, expected) => expect(parseSelector(text).matches(labels)).toBe(expected));
});

describe('object form', () => {
  const expressions = [
    { key: 'a', operator: 'In', values: ['y', 'x'] },
    { key: 'b', operator: 'NotIn', values: ['x'] },
    { key: 'c', operator: 'Exists' },
    { key: 'd', operator: 'DoesNotExist' },
  ];
  test('becomes a string', () => {
    const selector = selectorFromLabelSelector({ matchLabels: { z: '1' }, matchExpressions: expressions });
    expect(selector.toString()).toBe('a in (x,y),b notin (x),c,!d,z=1');
    expect(selector.matches({ a: 'x', c: '', z: '1' })).toBe(true);
    expect(selector.matches({ a: 'x', c: '', z: '1', d: '' })).toBe(false);
    expect(selectorFromLabels({ b: '2', a: '1' }).toString()).toBe('a=1,b=2');
  });

  test('none selects nothing, an empty one everything', () => {
    expect(selectorFromLabelSelector(undefined)).toBe(nothing);
    expect(nothing.matches({})).toBe(false);
    expect(selectorFromLabelSelector({}).matches({ a: 'b' })).toBe(true);
    expect(everything.matches(undefined)).toBe(true);
    expect(selectorFromLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Like' }] })).toBe(nothing);
  });

  test('validation', () => {
    const at = 'spec.selector';
    expect(validateLabelSelector({ matchLabels: { z: '1' }, matchExpressions: expressions }, at)).toEqual([]);
    expect(
      validateLabelSelector(
        {
          matchExpressions: [
            { key: 'a', operator: 'In' },
            { key: 'a', operator: 'Exists', values: ['x'] },
            { key: 'a', operator: 'Like' },
          ],
        },
        at,
      ),
    ).toEqual([
      {
        reason: 'FieldValueRequired',
        field: 'spec.selector.matchExpressions[0].values',
        message: "Required value: must be specified when `operator` is 'In' or 'NotIn'",
      },
      {
        reason: 'FieldValueForbidden',
        field: 'spec.selector.matchExpressions[1].values',
        message: "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      },
      {
        reason: 'FieldValueInvalid',
        field: 'spec.selector.matchExpressions[2].operator',
        message: 'Invalid value: "Like": not a valid selector operator',
      },
    ]);
    const fields = validateLabelSelector(
      { matchLabels: { 'a b': '' }, matchExpressions: [{ key: '-', operator: 'In', values: ['ok', 'a b'] }] },
      at,
    ).map((error) => error.field);
    expect(fields).toEqual([
      'spec.selector.matchLabels',
      'spec.selector.matchExpressions[0].key',
      'spec.selector.matchExpressions[0].values[1]',
    ]);
  });
});
