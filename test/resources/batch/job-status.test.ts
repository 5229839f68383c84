import { describe, expect, test } from 'vitest';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import { shown } from '../apps/workloads.ts';
import { indexed, job } from './jobs.ts';

const start = '2026-05-01T12:00:00Z';
const end = '2026-05-01T12:05:00Z';
const on = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));
const done = { startTime: start, completionTime: end, conditions: on('SuccessCriteriaMet', 'Complete'), succeeded: 1 };
const failed = { startTime: start, conditions: on('FailureTarget', 'Failed'), failed: 1 };
const wrong = (before: object, status: object, of: (spec: object, more: object) => Job = job, spec: object = {}) =>
  shown(jobs.strategy.validateStatusUpdate!(of(spec, { status }), of(spec, { status: before })));
const conditions = (text: string) => `status.conditions: Invalid value: ${text}`;

test('the life of a job', () => {
  const running = { startTime: start, active: 1, ready: 1, uncountedTerminatedPods: {} };
  expect(wrong({}, running)).toEqual([]);
  expect(wrong(running, { startTime: start, conditions: on('SuccessCriteriaMet') })).toEqual([]);
  expect(wrong(running, done)).toEqual([]);
  expect(wrong(running, failed)).toEqual([]);
  expect(wrong(done, done)).toEqual([]);
});

describe('numbers and pods', () => {
  test.each(['active', 'succeeded', 'failed', 'ready', 'terminating'])('%s', (name) =>
    expect(wrong({}, { [name]: -1 })).toContain(`status.${name}: Invalid value: -1: must be greater than or equal to 0`),
  );
  test('pods that are not counted yet', () =>
    expect(wrong({}, { uncountedTerminatedPods: { succeeded: ['a', ''], failed: ['b', 'a'] } })).toEqual([
      'status.uncountedTerminatedPods.succeeded[1]: Invalid value: "": must not be empty',
      'status.uncountedTerminatedPods.failed[1]: Duplicate value: "a"',
    ]));
  test('counts do not fall', () => {
    expect(wrong({ failed: 2, succeeded: 2 }, { failed: 1, succeeded: 1 })).toEqual([
      'status.failed: Invalid value: 1: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
    ]);
    expect(wrong({ succeeded: 2 }, { succeeded: 1 }, indexed, { parallelism: 5 })).toEqual([]);
    expect(wrong({ succeeded: 2 }, { succeeded: 1 }, indexed)).toHaveLength(1);
  });
  test('ready pods are active', () => {
    expect(wrong({}, { active: 1, ready: 2 })).toEqual([
      'status.ready: Invalid value: 2: cannot set more ready pods than active',
    ]);
    expect(wrong({ active: 1, ready: 2 }, { active: 1, ready: 2, failed: 1 })).toEqual([]);
  });
});

describe('conditions', () => {
  test.each<[object, object, string]>([
    [
      {},
      { ...done, conditions: on('SuccessCriteriaMet', 'Complete', 'Failed') },
      'cannot set Complete=True and Failed=true conditions',
    ],
    [
      {},
      { ...done, conditions: on('SuccessCriteriaMet', 'Complete', 'FailureTarget') },
      'cannot set Complete=True and FailureTarget=true conditions',
    ],
    [{}, { ...failed, conditions: on('Failed') }, 'cannot set Failed=True condition without the FailureTarget=true condition'],
    [
      {},
      { ...done, conditions: on('Complete') },
      'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    ],
    [{}, { conditions: on('SuccessCriteriaMet', 'Failed') }, 'cannot set SuccessCriteriaMet=True and Failed=true conditions'],
    [
      {},
      { conditions: on('SuccessCriteriaMet', 'FailureTarget') },
      'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
    ],
    [failed, { ...failed, conditions: on('FailureTarget') }, 'cannot disable the terminal Failed=True condition'],
    [failed, { ...failed, conditions: on('Failed') }, 'cannot disable the terminal FailureTarget=True condition'],
    [done, { ...done, conditions: on('SuccessCriteriaMet') }, 'cannot disable the terminal Complete=True condition'],
    [done, { ...done, conditions: on('Complete') }, 'cannot disable the SuccessCriteriaMet=True condition'],
    [
      { ...done, conditions: on('Complete') },
      done,
      'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
    ],
  ])('%j, then %j', (before, status, text) => expect(wrong(before, status)).toContain(conditions(text)));

  test('a success policy has to be met', () => {
    const spec = { successPolicy: { rules: [{ succeededCount: 1 }] } };
    expect(wrong({}, { ...done, conditions: on('Complete') }, indexed, spec)).toContain(
      conditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'),
    );
  });

  test('what was wrong before can stay', () =>
    expect(wrong({ ...done, conditions: on('Complete') }, { ...done, conditions: on('Complete'), failed: 1 })).toEqual([]));
});

describe('times', () => {
  test.each<[object, object, string]>([
    [
      {},
      { startTime: start, completionTime: end },
      `status.completionTime: Invalid value: "${end}": cannot set completionTime when there is no Complete=True condition`,
    ],
    [
      {},
      { ...done, completionTime: undefined },
      'status.completionTime: Required value: completionTime is required for Complete jobs',
    ],
    [
      {},
      { ...done, startTime: end, completionTime: start },
      `status.completionTime: Invalid value: "${start}": must be equal to or after \`startTime\``,
    ],
    [done, { ...done, completionTime: start }, `status.completionTime: Invalid value: "${start}": field is immutable`],
    [
      { startTime: start },
      { startTime: end },
      `status.startTime: Invalid value: "${end}": field is immutable for unsuspended job once set`,
    ],
    [{ startTime: start }, {}, 'status.startTime: Invalid value: null: field is immutable for unsuspended job once set'],
  ])('%j, then %j', (before, status, error) => expect(wrong(before, status)).toEqual([error]));

  test('a job that is suspended or resumed starts anew', () => {
    expect(wrong({ startTime: start }, {}, job, { suspend: true })).toEqual([]);
    const resumed = { startTime: end, conditions: [{ type: 'Suspended', status: 'False' }] };
    expect(wrong({ startTime: start, conditions: on('Suspended') }, resumed)).toEqual([]);
  });
});

describe('the end', () => {
  test.each<[object, string]>([
    [{ active: 1 }, 'status.active: Invalid value: 1: active>0 is invalid for finished job'],
    [{ terminating: 1 }, 'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job'],
    [
      { uncountedTerminatedPods: { failed: ['a'] } },
      'status.uncountedTerminatedPods: Invalid value: {"failed":["a"]}: must be empty for finished job',
    ],
    [{ startTime: undefined }, 'status.startTime: Required value: startTime is required for finished job'],
  ])('%j', (more, error) => {
    expect(wrong({}, { ...failed, ...more })).toEqual([error]);
    if (!('startTime' in more)) expect(wrong({ ...failed, ...more }, { ...failed, ...more, failed: 2 })).toEqual([]);
  });

  test('a suspended job with nothing to do needs no start', () => {
    const status = { ...done, startTime: undefined, succeeded: 0 };
    expect(wrong({}, status, job, { suspend: true, completions: 0 })).toEqual([]);
  });
});

describe('indexes', () => {
  const limited = { backoffLimitPerIndex: 1 };
  test.each<[object, object, string]>([
    [
      {},
      { completedIndexes: '9' },
      'status.completedIndexes: Invalid value: "9": error parsing completedIndexes: too large index: "9"',
    ],
    [
      limited,
      { failedIndexes: 'x' },
      'status.failedIndexes: Invalid value: "x": error parsing failedIndexes: cannot convert string to integer for index: "x"',
    ],
    [
      {},
      { failedIndexes: '' },
      'status.failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    ],
    [
      limited,
      { completedIndexes: '0-2', failedIndexes: '2' },
      'status.failedIndexes: Invalid value: "2": failedIndexes and completedIndexes overlap at index: 2',
    ],
  ])('%j with %j', (spec, status, error) => {
    expect(wrong({}, status, indexed, spec)).toEqual([error]);
    expect(wrong(status, status, indexed, spec)).toEqual([]);
  });

  test('fine ones', () => expect(wrong({}, { completedIndexes: '0-2', failedIndexes: '4' }, indexed, limited)).toEqual([]));
  test('of a job without', () =>
    expect(wrong({}, { completedIndexes: '0' })).toEqual([
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
    ]));
});
