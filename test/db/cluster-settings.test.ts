import { expect, test } from 'vitest';
import { isControllerEnabled, readClusterSettings, unknownControllers } from '../../src/db/cluster-settings.ts';

test.each([
  [['*'], true],
  [[], false],
  [['job'], true],
  [['deployment'], false],
  [['*', '-job'], false],
  [['-job', '*'], false],
  [['-job', 'job'], true],
  [['job', '-job'], false],
])('the list %j has the job controller: %s', (list, expected) => {
  expect(isControllerEnabled(list, 'job')).toBe(expected);
});

test('names that are none', () => {
  expect(unknownControllers(['*', 'job', '-job', 'cron', '-cron'], ['job'])).toEqual(['cron', '-cron']);
});

test('what a row does not say has its default', () => {
  expect(readClusterSettings('{}')).toEqual({ controllers: ['*'], scheduler: { enabled: true, profiles: [] } });
  expect(readClusterSettings('{"scheduler":{}}').scheduler).toEqual({ enabled: true, profiles: [] });
});
