import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

const moment = "timestamp('2024-02-29T23:05:06.789Z')";

describe('timestamps', () => {
  it.each([
    [moment, '2024-02-29T23:05:06.789Z'],
    ["timestamp('2024-02-29T23:05:06+05:30')", '2024-02-29T17:35:06Z'],
    ["timestamp('0001-01-01T00:00:00Z')", '0001-01-01T00:00:00Z'],
    ["timestamp('9999-12-31T23:59:59.999999999Z')", '9999-12-31T23:59:59.999999999Z'],
    ["timestamp('9999-12-31T23:59:59Z') + duration('1s')", '! timestamp overflow'],
    ["timestamp('0001-01-01T00:00:00Z') - duration('1ns')", '! timestamp overflow'],
    ['timestamp(0)', '1970-01-01T00:00:00Z'],
    ['timestamp(-62135596801)', '! timestamp overflow'],
    [`int(${moment})`, '1709247906'],
    [`${moment} - timestamp('2024-02-29T00:00:00Z')`, '83106.789s'],
    [`${moment} - duration('24h')`, '2024-02-28T23:05:06.789Z'],
    [`string(${moment})`, '"2024-02-29T23:05:06.789Z"'],
    [`${moment} > timestamp(0)`, 'true'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));

  it.each([
    ['getFullYear()', '2024'],
    ['getMonth()', '1'],
    ['getDayOfMonth()', '28'],
    ['getDate()', '29'],
    ['getDayOfYear()', '59'],
    ['getDayOfWeek()', '4'],
    ['getHours()', '23'],
    ['getMinutes()', '5'],
    ['getSeconds()', '6'],
    ['getMilliseconds()', '789'],
    ["getHours('+02:00')", '1'],
    ["getDate('+02:00')", '1'],
    ["getMinutes('-00:30')", '35'],
    ["getHours('America/New_York')", '18'],
    ["getMinutes('Asia/Kathmandu')", '50'],
    ["getHours('Nowhere/Town')", '! unknown time zone Nowhere/Town'],
    ["getHours('02:99')", '! timezone offset minutes out of range [0, 59]: 02:99'],
    ["getHours('a:b')", '! strconv.Atoi: parsing "a": invalid syntax'],
  ])('%s', (call, expected) => expect(run(`${moment}.${call}`)).toBe(expected));
});

describe('durations', () => {
  it.each([
    ["duration('1h30m')", '5400s'],
    ["duration('-1.5s')", '-1.5s'],
    ["duration('100us') + duration('1ns')", '0.000100001s'],
    ["duration('0')", '0s'],
    ["duration('1h1m1s').getMinutes()", '61'],
    ["duration('1h1m1.5s').getMilliseconds()", '500'],
    ["duration('-90m').getHours()", '-1'],
    ["int(duration('1s'))", '1000000000'],
    ["duration('2562047h') + duration('2562047h')", '! duration overflow'],
    ["duration('1m') > duration('59s')", 'true'],
    ["string(duration('1m'))", '"60s"'],
    ["duration('1d')", '? invalid duration argument'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});
