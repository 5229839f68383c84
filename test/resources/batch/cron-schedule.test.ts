import { expect, test } from 'vitest';
import { parseSchedule, ScheduleError } from '../../../src/resources/batch/cron-schedule.ts';

const check = (text: string) => parseSchedule(text, (zone) => zone === 'UTC');

test.each([
  '* * * * *',
  '? ? ? ? ?',
  '  0  0  1  1  0 ',
  '*/5 0-23 1,15,31 JAN-dec sun,Mon',
  '0/15 1-5/2 */10 * 6',
  ',5, * * * *',
  '@hourly',
  '@annually',
  '@every 1h30m',
  '@every 0',
  '@every 1.5h',
  'TZ=UTC 0 0 * * *',
  'CRON_TZ=UTC @daily',
])('%s', (text) => expect(() => check(text)).not.toThrow());

test.each([
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['0 * * * * *', 'expected exactly 5 fields, found 6: [0 * * * * *]'],
  [' ', 'expected exactly 5 fields, found 0: []'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* 24 * * *', 'end of range (24) above maximum (23): 24'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['* * 32 * *', 'end of range (32) above maximum (31): 32'],
  ['* * * 13 *', 'end of range (13) above maximum (12): 13'],
  ['* * * * 7', 'end of range (7) above maximum (6): 7'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
  ['1- * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
  ['*/-5 * * * *', 'negative number (-5) not allowed: -5'],
  ['* * * jan-x *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['jan * * * *', 'failed to parse int from jan: strconv.Atoi: parsing "jan": invalid syntax'],
  ['@reboot', 'unrecognized descriptor: @reboot'],
  ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
  ['@every 5x', 'failed to parse duration @every 5x: time: unknown unit "x" in duration "5x"'],
  ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ['TZ=Mars/Base 0 * * * *', 'provided bad location Mars/Base: unknown time zone Mars/Base'],
  ['TZ=0', 'invalid schedule format: runtime error: slice bounds out of range [:-1]'],
])('%s is wrong', (text, message) => expect(() => check(text)).toThrow(new ScheduleError(message)));
