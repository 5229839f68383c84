import { describe, expect, it } from 'vitest';
import { dynDeclared } from '../../src/cel/types/declared.ts';
import { run } from './support.ts';

// Expressions that are made to be slow end with an error, and do so before the test runner's own limit.

const numbers = Array.from({ length: 50_000 }, (_, i) => i);
const object = {
  text: 'a'.repeat(1_000_000),
  numbers,
  rows: Array.from({ length: 500 }, () => numbers.slice(0, 1_000)),
  labels: Object.fromEntries(numbers.map((i) => [`k${i}`, 'v'])),
};
const ran = (text: string) => run(text, { object }, { variables: { object: dynDeclared } });
const cutOff = '! operation cancelled: actual cost limit exceeded';

/** A value that is doubled so many times. */
function doubled(seed: string, times: number, use: string): string {
  let text = use.replaceAll('V', `v${times}`);
  for (let i = times; i > 0; i--) text = `optional.of(v${i - 1} + v${i - 1}).optMap(v${i}, ${text}).value()`;
  return `optional.of(${seed}).optMap(v0, ${text}).value()`;
}

describe('expressions that would take long are cut off', () => {
  it.each([
    ['loops within loops', 'object.numbers.all(a, object.numbers.all(b, object.numbers.all(c, a + b + c >= 0)))'],
    ['texts that double', doubled("'aaaaaaaaaa'", 50, 'V.size()')],
    ['bytes that double', doubled("b'aaaaaaaaaa'", 50, 'V.size()')],
    ['sums of lists that double', doubled('[1]', 30, 'V.sum()')],
    ['sorting of lists that double', doubled('[2]', 30, 'V.sort().size()')],
    ['joining of lists that double', doubled("['a']", 30, "V.join('').size()")],
    ['lists out of nothing', 'lists.range(1000000000000).size()'],
    ['counting characters again and again', 'object.numbers.all(x, size(object.text) > 0)'],
    ['looking into long texts again and again', "object.numbers.all(x, object.text.charAt(3) == 'a')"],
    ['comparing much again and again', 'object.numbers.all(x, object.rows == object.rows)'],
    ['searching again and again', 'object.numbers.all(x, x in object.numbers)'],
    ['maps made again and again', 'object.numbers.all(x, object.numbers.transformMap(i, v, v).size() > 0)'],
    ['texts made of everything again and again', "object.numbers.all(x, '%s'.format([object.numbers]).size() > 0)"],
    ['replacing everything by everything', "'aaaaaaaaaaaaaaaa'.replace('', object.text).replace('a', object.text)"],
    ['patterns over long texts', "object.numbers.all(x, object.text.matches('(a|aa)+b') || true)"],
    ['time zones that do not exist', "object.numbers.all(x, timestamp(x).getHours('A' + string(x)) >= 0 || true)"],
    ['parsing long texts again and again', 'object.numbers.all(x, !isURL(object.text))'],
  ])('%s', (_, text) => expect(ran(text)).toBe(cutOff));

  it('lists that double for ever are refused', () => {
    expect(ran(doubled('[1]', 60, 'V.size()'))).toBe('! list is too large');
  });
});

describe('what upstream does in no time, too', () => {
  it.each([
    ['the size of a large map, often', 'object.numbers.all(x, object.labels.size() > 0)', 'true'],
    ['a pattern that others go astray in', "object.text.matches('(a+)+$b')", 'false'],
    ['two large lists in one', '(object.numbers + object.numbers).size()', '100000'],
  ])('%s', (_, text, expected) => expect(ran(text)).toBe(expected));
});

describe('texts of expressions that would take long to compile', () => {
  it.each([
    ['many lists', `[${'[],'.repeat(30_000)}].size()`, '30000'],
    ['many conditions', `[${Array.from({ length: 2_000 }, () => 'true ? [1] : []').join(',')}].size()`, '2000'],
    ['lists in lists to be compared', `size([${'['.repeat(200)}${']'.repeat(200)}, ${'['.repeat(200)}1${']'.repeat(200)}])`, '2'],
    ['a pattern that multiplies', "'a'.matches('((a{0,100}){0,100}){0,100}')", '? invalid matches argument'],
    ['a number without end', '1'.repeat(99_999), '? invalid int literal'],
  ])('%s', (_, text, expected) => expect(ran(text)).toBe(expected));
});
