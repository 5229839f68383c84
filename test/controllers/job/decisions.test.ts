/** The small decisions, by tables of upstream's cases. */
import { describe, expect, it, test } from 'vitest';
import { backoffMs, jobBackoffMs } from '../../../src/controllers/job/backoff.ts';
import { judgeFailure } from '../../../src/controllers/job/failure-policy.ts';
import {
  countCommon,
  countOf,
  firstMissing,
  formatIndexes,
  hasIndex,
  indexesOf,
  parseIndexes,
  union,
} from '../../../src/controllers/job/indexes.ts';
import { endedAtMs, indexOf } from '../../../src/controllers/job/pod-facts.ts';
import { successPolicyMessage } from '../../../src/controllers/job/success-policy.ts';
import type { JobSpec } from '../../../src/resources/batch/job-spec.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { pod } from '../support/objects.ts';

describe('indexes', () => {
  test.each([
    ['', 5, '', 0],
    ['0', 1, '0', 1],
    ['0,1', 5, '0,1', 2],
    ['0-2', 5, '0-2', 3],
    ['1,2-3,5', 9, '1-3,5', 4],
    ['0-8', 5, '0-4', 5],
    ['3,7', 5, '3', 1],
    ['0-2,6-8,9', 10, '0-2,6-9', 7],
    ['x,1,2-y,4', 9, '1,4', 2],
  ])('%s of %i', (text, completions, formatted, count) => {
    const indexes = parseIndexes(text, completions);
    expect(formatIndexes(indexes)).toBe(formatted);
    expect(countOf(indexes)).toBe(count);
    for (let index = 0; index < 12; index++)
      expect(hasIndex(indexes, index)).toBe(indexes.some(({ first, last }) => first <= index && index <= last));
  });
  test.each([
    ['', [0, 1, 3], '0,1,3'],
    ['1,3', [2], '1-3'],
    ['0-4,8', [6, 5, 5], '0-6,8'],
  ])('%s with %j', (text, more, all) => expect(formatIndexes(union(parseIndexes(text, 99), indexesOf(more)))).toBe(all));
  test.each([
    ['', 2, 5, [0, 1]],
    ['0-2,4', 2, 6, [3, 5]],
    ['0-5', 3, 6, []],
    ['1,3', 9, 5, [0, 2, 4]],
    ['7', 0, 9, []],
  ])('the first missing in %s', (text, count, completions, missing) =>
    expect(firstMissing(parseIndexes(text, 99), count, completions)).toEqual(missing),
  );
  test.each([
    ['0-4', '3-9', 2],
    ['0,2,4', '1,3', 0],
    ['0-9', '1-2,5,9-12', 4],
  ])('%s and %s have %i in common', (a, b, count) => expect(countCommon(parseIndexes(a, 99), parseIndexes(b, 99))).toBe(count));
});

describe('the success policy', () => {
  test.each<[object[], string, string | undefined]>([
    [[{ succeededIndexes: '0-2' }], '0,1', undefined],
    [[{ succeededIndexes: '0-2' }], '0-3', 'Matched rules at index 0'],
    [[{ succeededIndexes: '0-2', succeededCount: 2 }], '0,2', 'Matched rules at index 0'],
    [[{ succeededIndexes: '0-2', succeededCount: 2 }], '0,4', undefined],
    [[{ succeededCount: 3 }, { succeededIndexes: '7' }], '1,7', 'Matched rules at index 1'],
    [[{ succeededCount: 2 }], '1,7', 'Matched rules at index 0'],
    [[{ succeededIndexes: 'x' }], '0', undefined],
    [[{ succeededCount: 0 }], '', undefined],
  ])('%j with %s', (rules, succeeded, message) => {
    const spec = { completions: 10, successPolicy: { rules } } as unknown as JobSpec;
    expect(successPolicyMessage(spec, parseIndexes(succeeded, 10))).toBe(message);
  });
});

describe('the failure policy', () => {
  const container = (name: string, exitCode?: number) => ({
    name,
    image: 'i',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: exitCode === undefined ? { running: {} } : { terminated: { exitCode } },
  });
  const failed = (status: Pod['status']) => pod('p', { status: { phase: 'Failed', ...status } });
  const exit = (action: string, operator: string, values: number[], containerName?: string) => ({
    action,
    onExitCodes: { operator, values, ...(containerName && { containerName }) },
  });
  const target = { type: 'DisruptionTarget', status: 'True' };

  test.each<[string, object[] | undefined, Pod['status'], object]>([
    ['no policy', undefined, {}, { action: 'Count' }],
    ['no rule matches', [exit('FailJob', 'In', [2])], { containerStatuses: [container('a', 1)] }, { action: 'Count' }],
    ['In', [exit('Ignore', 'In', [1, 2])], { containerStatuses: [container('a', 2)] }, { action: 'Ignore' }],
    ['NotIn', [exit('Ignore', 'NotIn', [1, 2])], { containerStatuses: [container('a', 3)] }, { action: 'Ignore' }],
    ['success never matches', [exit('Ignore', 'NotIn', [1])], { containerStatuses: [container('a', 0)] }, { action: 'Count' }],
    ['nor what still runs', [exit('Ignore', 'NotIn', [1])], { containerStatuses: [container('a')] }, { action: 'Count' }],
    [
      'only the named container',
      [exit('Ignore', 'In', [1], 'b')],
      { containerStatuses: [container('a', 1), container('b', 2)] },
      { action: 'Count' },
    ],
    [
      'init containers too',
      [exit('FailIndex', 'In', [5])],
      { initContainerStatuses: [container('i', 5)] },
      { action: 'FailIndex' },
    ],
    [
      'a condition',
      [{ action: 'FailJob', onPodConditions: [target] }],
      { conditions: [target] },
      { action: 'FailJob', message: 'Pod default/p has condition DisruptionTarget matching FailJob rule at index 0' },
    ],
    [
      'a condition that does not hold',
      [{ action: 'Ignore', onPodConditions: [target] }],
      { conditions: [{ ...target, status: 'False' }] },
      { action: 'Count' },
    ],
    [
      'the first rule that matches',
      [exit('Count', 'In', [7]), exit('FailJob', 'In', [7])],
      { containerStatuses: [container('a', 7)] },
      { action: 'Count' },
    ],
  ])('%s', (_, rules, status, verdict) =>
    expect(judgeFailure({ podFailurePolicy: rules && { rules } } as unknown as JobSpec, failed(status))).toEqual(verdict),
  );
});

describe('back-off', () => {
  const now = new Date('2026-01-01T00:01:00Z');
  const ended = (phase: string, at: string) =>
    pod('p', {
      status: { phase, conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: `2026-01-01T00:00:${at}Z` }] },
    });
  test.each([
    [0, 0],
    [1, 10_000],
    [2, 20_000],
    [7, 600_000],
    [5_000, 600_000],
  ])('after %i failures: %i ms', (failures, ms) => expect(backoffMs(failures, now.getTime(), now)).toBe(ms));
  it('has passed', () => expect(backoffMs(1, now.getTime() - 11_000, now)).toBe(0));
  test.each<[string, string[], string[], number]>([
    ['no failure', ['10'], [], 0],
    ['one', [], ['55'], 5_000],
    ['two', [], ['55', '50'], 15_000],
    ['those before the last success do not count', ['52'], ['50', '55'], 5_000],
    ['nor one at the same time', ['55'], ['55'], 0],
  ])('of a job: %s', (_, succeeded, failed, ms) =>
    expect(
      jobBackoffMs(
        succeeded.map((at) => ended('Succeeded', at)),
        failed.map((at) => ended('Failed', at)),
        now,
      ),
    ).toBe(ms),
  );
});

describe('when a pod has ended', () => {
  const terminated = (finishedAt?: string) => ({
    name: 'c',
    image: 'i',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { terminated: { exitCode: 1, finishedAt } },
  });
  const notReady = { type: 'Ready', status: 'False', lastTransitionTime: '2026-01-01T00:00:07Z' };
  const deletion = { deletionTimestamp: '2026-01-01T00:00:40Z', deletionGracePeriodSeconds: 30 };
  test.each<[string, Pod, number]>([
    [
      'the last container',
      pod('p', {
        status: {
          containerStatuses: [terminated('2026-01-01T00:00:03Z'), terminated('2026-01-01T00:00:05Z')],
          conditions: [notReady],
        },
      }),
      5,
    ],
    [
      'no container says',
      pod('p', { status: { containerStatuses: [terminated('2026-01-01T00:00:03Z'), terminated()], conditions: [notReady] } }),
      7,
    ],
    ['not ready', pod('p', { metadata: deletion, status: { conditions: [notReady] } }), 7],
    ['deleted', pod('p', { metadata: deletion }), 10],
    ['nothing', pod('p'), 0],
  ])('%s', (_, object, second) => expect(endedAtMs(object)).toBe(Date.parse('2026-01-01T00:00:00Z') + second * 1000));
});

test.each([
  ['3', 3],
  ['0', 0],
  ['-1', undefined],
  ['x', undefined],
  ['', undefined],
])('index %j', (text, index) =>
  expect(indexOf(pod('p', { metadata: { annotations: { 'batch.kubernetes.io/job-completion-index': text } } }))).toBe(index),
);
