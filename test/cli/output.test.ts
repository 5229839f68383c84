import { expect, test } from 'vitest';
import { seconds, wholeNumber } from '../../src/cli/durations.ts';
import { ageOf, tableOf } from '../../src/cli/output.ts';

test('tables: as wide as they must be, and no terminal codes of others', () => {
  const items = [{ name: 'a', note: 'x' }, { name: 'longer', note: '\u001b[31mred\n' }, { name: 'b', note: '' }];
  const table = tableOf(items, [['NAME', ({ name }) => name], ['NOTE', ({ note }) => note]]);
  expect(table).toBe('NAME     NOTE\na        x\nlonger    [31mred\nb        -\n');
});

test.each([[5, '5s'], [119, '119s'], [120, '2m'], [7_199, '119m'], [7_200, '2h'], [2 * 86_400, '2d']])('%i seconds ago is %s', (count, age) => {
  const now = new Date('2026-01-10T00:00:00Z');
  expect(ageOf(new Date(now.getTime() - count * 1000).toISOString(), now)).toBe(age);
});

test('durations and numbers', () => {
  expect(['90s', '30m', '8h', '7d'].map((text) => seconds(text))).toEqual([90, 1_800, 28_800, 604_800]);
  for (const text of ['', '1', '1w', '-1s', '1.5h']) expect(() => seconds(text)).toThrow('90s');
  expect(() => wholeNumber('1e3')).toThrow('whole number');
});
