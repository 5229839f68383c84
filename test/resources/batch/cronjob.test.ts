import { describe, expect, test } from 'vitest';
import { cronJobs } from '../../../src/resources/batch/cronjob.ts';
import { accepted, cells, metadata, shown } from '../apps/workloads.ts';
import { template } from './jobs.ts';

const { strategy } = cronJobs;
const make = (spec: object = {}, more: object = {}) =>
  accepted(cronJobs, { schedule: '*/5 * * * *', jobTemplate: { spec: { template } }, ...spec }, more);
const wrong = (spec: object) => shown(strategy.validate!(make(spec)));

test('defaults', () => {
  const { spec } = make();
  expect(spec).toMatchObject({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    jobTemplate: { spec: { template: { spec: { dnsPolicy: 'ClusterFirst' } } } },
  });
  // What a job gets by default, it gets when it is made.
  expect(Object.keys(spec.jobTemplate.spec)).toEqual(['template']);
});

describe('validation', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [{ schedule: '' }, ['spec.schedule: Required value']],
    [{ schedule: '* * *' }, ['spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]']],
    [
      { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 },
      ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'].map(
        (name) => `spec.${name}: Invalid value: -1: must be greater than or equal to 0`,
      ),
    ],
    [
      { concurrencyPolicy: 'X' },
      ['spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      { jobTemplate: { spec: { template, completions: -1, manualSelector: true, selector: {} } } },
      [
        'spec.jobTemplate.spec.completions: Invalid value: -1: must be greater than or equal to 0',
        'spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
    [
      { jobTemplate: {} },
      [
        'spec.jobTemplate.spec.template.spec.containers: Required value',
        'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
  ])('%j', (spec, errors) => expect(wrong(spec)).toEqual(errors));

  test('an object without a spec', () =>
    expect(shown(strategy.validate!(accepted(cronJobs, undefined as never)))[0]).toBe('spec.schedule: Required value'));

  test('the name leaves room for the names of jobs', () => {
    const named = (length: number) => make({}, { metadata: { ...metadata, name: 'a'.repeat(length) } });
    expect(strategy.validateCreate!(named(52))).toEqual([]);
    expect(shown(strategy.validateCreate!(named(53)))).toEqual([
      `metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`,
    ]);
    expect(strategy.validateUpdate!(named(53), named(53))).toEqual([]);
  });
});

describe('time zones', () => {
  const known = ['UTC', 'Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Calcutta', 'Etc/GMT+5'];
  test.each(known)('%s', (timeZone) => expect(strategy.validateCreate!(make({ timeZone }))).toEqual([]));
  const unknown = (name: string) => [`spec.timeZone: Invalid value: "${name}": unknown time zone ${name}`];
  test.each<[string, string[]]>([
    ['', ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [
      'Local',
      [
        'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    ...['Mars/Base', 'europe/berlin', 'a/../b', '-05:00', '+0530', 'Europe//Berlin', 'A'.repeat(15), ' UTC'].map(
      (name): [string, string[]] => [name, unknown(name)],
    ),
  ])('not %j', (timeZone, errors) => {
    expect(shown(strategy.validateCreate!(make({ timeZone })))).toEqual(errors);
    expect(shown(strategy.validateUpdate!(make({ timeZone }), make()))).toEqual(errors);
    expect(strategy.validateUpdate!(make({ timeZone }), make({ timeZone }))).toEqual([]);
  });

  test('in the schedule', () => {
    const zoned = 'CRON_TZ=UTC 0 * * * *';
    const forbidden = [
      `spec.schedule: Invalid value: "${zoned}": cannot use TZ or CRON_TZ in schedule, use timeZone field instead`,
    ];
    expect(wrong({ schedule: zoned })).toEqual([]);
    expect(shown(strategy.validateCreate!(make({ schedule: zoned })))).toEqual(forbidden);
    expect(shown(strategy.validateUpdate!(make({ schedule: zoned }), make()))).toEqual(forbidden);
    const old = make({ schedule: 'TZ=UTC 5 * * * *' });
    expect(strategy.validateUpdate!(make({ schedule: zoned }), old)).toEqual([]);
    expect(shown(strategy.validateUpdate!(make({ schedule: zoned, timeZone: 'UTC' }), old))).toEqual([
      `spec.schedule: Invalid value: "${zoned}": cannot use both timeZone field and TZ or CRON_TZ in schedule`,
    ]);
    expect(strategy.warnings!(make({ schedule: zoned }), old)).toEqual([
      'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
    ]);
    expect(strategy.warnings!(make(), old)).toEqual([]);
  });
});

test('as a row', () => {
  expect(cells(cronJobs, make())).toEqual({
    Name: 'web',
    Schedule: '*/5 * * * *',
    Timezone: '<none>',
    Suspend: 'False',
    Active: 0,
    'Last Schedule': '<none>',
    Age: '60m',
    Containers: 'pi',
    Images: 'perl:5.34',
    Selector: '<none>',
  });
  const status = { active: [{ name: 'a' }, { name: 'b' }], lastScheduleTime: '2026-05-01T12:58:00Z' };
  expect(cells(cronJobs, make({ suspend: true, timeZone: 'UTC' }, { status }))).toMatchObject({
    Timezone: 'UTC',
    Suspend: 'True',
    Active: 2,
    'Last Schedule': '2m',
  });
});
