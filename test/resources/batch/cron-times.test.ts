import { describe, expect, it, test } from 'vitest';
import { parseSchedule } from '../../../src/resources/batch/cron-schedule.ts';
import { nextTime } from '../../../src/resources/batch/cron-times.ts';
import { isTimeZone, offsetMs } from '../../../src/resources/batch/time-zone.ts';

const after = (schedule: string, from: string, zone?: string) => {
  const next = nextTime(parseSchedule(schedule, isTimeZone, zone), Date.parse(from));
  return next === undefined ? undefined : new Date(next).toISOString().replace(/:00\.000Z$/, 'Z');
};

describe('the next time', () => {
  test.each([
    ['* * * * *', '2012-07-09T14:45:00Z', '2012-07-09T14:46Z'],
    ['* * * * *', '2012-07-09T14:45:59.999Z', '2012-07-09T14:46Z'],
    ['0/15 * * * *', '2012-07-09T14:45:00Z', '2012-07-09T15:00Z'],
    ['20-35/15 * * * *', '2012-07-09T15:45:00Z', '2012-07-09T16:20Z'],
    ['*/15 * * * *', '2012-07-09T23:46:00Z', '2012-07-10T00:00Z'],
    ['20-35/15 1/2 * * *', '2012-07-09T23:46:51Z', '2012-07-10T01:20Z'],
    ['20-35/15 10-12 * * *', '2012-07-09T23:46:51Z', '2012-07-10T10:20Z'],
    ['0 0 9 Apr-Oct ?', '2012-07-09T23:35:00Z', '2012-08-09T00:00Z'],
    ['0 0 */5 Apr,Aug,Oct Mon', '2012-07-09T23:35:00Z', '2012-08-01T00:00Z'],
    ['0 0 */5 Oct Mon', '2012-07-09T23:35:00Z', '2012-10-01T00:00Z'],
    ['0 0 * Feb Mon', '2012-07-09T23:35:00Z', '2013-02-04T00:00Z'],
    ['0 0 * Feb Mon/2', '2012-07-09T23:35:00Z', '2013-02-01T00:00Z'],
    ['0 0 29 Feb ?', '2012-07-09T23:35:00Z', '2016-02-29T00:00Z'],
    ['0 0 31 4 *', '2012-07-09T23:35:00Z', undefined],
    ['59 23 31 2 *', '2012-07-09T23:35:00Z', undefined],
    ['@yearly', '2012-07-09T23:35:00Z', '2013-01-01T00:00Z'],
    ['@monthly', '2012-07-09T23:35:00Z', '2012-08-01T00:00Z'],
    ['@weekly', '2012-07-09T23:35:00Z', '2012-07-15T00:00Z'],
    ['@daily', '2012-07-09T23:35:00Z', '2012-07-10T00:00Z'],
    ['@hourly', '2012-07-09T23:35:00Z', '2012-07-10T00:00Z'],
  ])('%s after %s is %s', (schedule, from, next) => expect(after(schedule!, from!)).toBe(next));

  // With both days given one is enough; with one left open (a step closes it) both must fit. 15 July 2012 was a Sunday.
  test.each([
    ['* * 1,15 * Sun', '2012-07-15T00:00Z'],
    ['* * * * Sun', '2012-07-15T00:00Z'],
    ['* * 1,15 * *', '2012-07-15T00:00Z'],
    ['* * */10 * Sun', '2012-07-11T00:00Z'],
    ['0 * */2 * Sun', '2012-07-11T00:00Z'],
    ['0 0 ? * Wed', '2012-07-11T00:00Z'],
    ['0 0 */1 * Sun', '2012-07-15T00:00Z'],
    ['0 0 13 * Fri/7', '2012-07-13T00:00Z'],
  ])('days: %s', (schedule, next) => expect(after(schedule, '2012-07-10T23:59:00Z')).toBe(next));

  test.each([
    ['@every 5m', '2026-01-01T00:00:30.700Z', '2026-01-01T00:05:30.000Z'],
    ['@every 1h30m10s', '2026-01-01T00:00:00Z', '2026-01-01T01:30:10.000Z'],
    ['@every 10ms', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01.000Z'],
    ['@every -5m', '2026-01-01T00:00:00Z', '2026-01-01T00:00:01.000Z'],
  ])('%s', (schedule, from, next) => expect(after(schedule, from)).toBe(next.replace(/:00\.000Z$/, 'Z')));
});

describe('where clocks change', () => {
  const york = 'America/New_York';
  test.each([
    // 11 March 2012, 2:00 became 3:00: what is told for the hour between is left out.
    ['30 2 11 Mar ?', york, '2012-03-11T05:00Z', '2013-03-11T06:30Z'],
    ['0 * * * ?', york, '2012-03-11T05:00Z', '2012-03-11T06:00Z'],
    ['0 * * * ?', york, '2012-03-11T06:00Z', '2012-03-11T07:00Z'],
    ['0 1 * * ?', york, '2012-03-11T06:00Z', '2012-03-12T05:00Z'],
    ['0 2 * * ?', york, '2012-03-11T05:00Z', '2012-03-12T06:00Z'],
    // 4 November 2012, 2:00 became 1:00: the hour before comes twice.
    ['30 1 * * ?', york, '2012-11-04T04:00Z', '2012-11-04T05:30Z'],
    ['30 1 * * ?', york, '2012-11-04T05:30Z', '2012-11-04T06:30Z'],
    ['30 1 * * ?', york, '2012-11-04T06:30Z', '2012-11-05T06:30Z'],
    ['30 2 04 Nov ?', york, '2012-11-04T04:00Z', '2012-11-04T07:30Z'],
    ['0 0 * * *', york, '2012-11-04T04:00Z', '2012-11-05T05:00Z'],
    ['30 8 * * *', 'Asia/Kolkata', '2026-01-01T00:00Z', '2026-01-01T03:00Z'],
    ['0 0 1 * *', 'Pacific/Auckland', '2026-01-15T00:00Z', '2026-01-31T11:00Z'],
    // 4 November 2018, midnight became 1:00 in São Paulo: that day has no midnight, but a noon.
    ['0 0 * * *', 'America/Sao_Paulo', '2018-11-03T12:00Z', '2018-11-05T02:00Z'],
    ['0 1 4 11 *', 'America/Sao_Paulo', '2018-11-01T12:00Z', '2018-11-04T03:00Z'],
    ['0 12 4 11 *', 'America/Sao_Paulo', '2018-11-01T12:00Z', '2018-11-04T14:00Z'],
    // Samoa had no 30 December 2011.
    ['0 12 * * *', 'Pacific/Apia', '2011-12-29T22:00Z', '2011-12-30T22:00Z'],
    // Lord Howe moves its clocks by half an hour.
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', '2026-10-04T15:15Z'],
  ])('%s in %s after %s', (schedule, zone, from, next) => expect(after(schedule, from, zone)).toBe(next));

  it('a zone in the schedule comes first', () =>
    expect(after('TZ=Asia/Tokyo 0 9 * * *', '2026-01-01T12:00Z', york)).toBe('2026-01-02T00:00Z'));

  test.each([
    ['UTC', 0],
    ['Etc/UTC', 0],
    ['Asia/Kolkata', 330],
    ['America/New_York', -300],
    ['America/St_Johns', -210],
  ])('offset of %s', (zone, minutes) => expect(offsetMs(zone, Date.parse('2026-01-01T00:00Z'))).toBe(minutes * 60_000));
});
