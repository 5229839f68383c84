import { describe, expect, test } from 'vitest';
import { jobs } from '../../../src/resources/batch/job.ts';
import { countIndexes, overlapOf } from '../../../src/resources/batch/job-indexes.ts';
import { shown } from '../apps/workloads.ts';
import { indexed, job } from './jobs.ts';

const { strategy } = jobs;

describe('the failure policy', () => {
  const at = 'spec.podFailurePolicy.rules';
  const rule = (more: object) => ({ rules: [{ action: 'Count', ...more }] });
  const codes = (more: object) => rule({ onExitCodes: { operator: 'In', values: [1], ...more } });
  const conditions = [{ type: 'DisruptionTarget' }];
  test.each<[object, string[]]>([
    [codes({}), []],
    [codes({ operator: 'NotIn', values: [0, 1], containerName: 'pi' }), []],
    [rule({ onPodConditions: conditions }), []],
    [
      rule({ action: '', onPodConditions: conditions }),
      [`${at}[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`],
    ],
    [
      rule({ action: 'X', onPodConditions: conditions }),
      [`${at}[0].action: Unsupported value: "X": supported values: "Count", "FailIndex", "FailJob", "Ignore"`],
    ],
    [
      rule({ action: 'FailIndex', onPodConditions: conditions }),
      [`${at}[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`],
    ],
    [rule({}), [`${at}[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`]],
    [
      rule({ onExitCodes: { operator: 'In', values: [1] }, onPodConditions: conditions }),
      [`${at}[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported`],
    ],
    [
      rule({ onPodConditions: [{ type: 'a b', status: 'X' }] }),
      [
        `${at}[0].onPodConditions[0].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `${at}[0].onPodConditions[0].status: Unsupported value: "X": supported values: "False", "True", "Unknown"`,
      ],
    ],
    [codes({ operator: '' }), [`${at}[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]`]],
    [
      codes({ containerName: 'x' }),
      [
        `${at}[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template`,
      ],
    ],
    [codes({ values: [] }), [`${at}[0].onExitCodes.values: Invalid value: []: at least one value is required`]],
    [
      codes({ values: [0, 2, 2, 1] }),
      [
        `${at}[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator`,
        `${at}[0].onExitCodes.values[2]: Duplicate value: 2`,
        `${at}[0].onExitCodes.values: Invalid value: [0,2,2,1]: must be ordered`,
      ],
    ],
    [
      codes({ values: Array.from({ length: 256 }, (_, i) => i + 1) }),
      [`${at}[0].onExitCodes.values: Too many: 256: must have at most 255 items`],
    ],
    [{ rules: Array.from({ length: 21 }, () => codes({}).rules[0]) }, [`${at}: Too many: 21: must have at most 20 items`]],
    [
      rule({ onPodConditions: Array.from({ length: 21 }, () => conditions[0]) }),
      [`${at}[0].onPodConditions: Too many: 21: must have at most 20 items`],
    ],
  ])('%j', (podFailurePolicy, errors) => expect(shown(strategy.validate!(job({ podFailurePolicy })))).toEqual(errors));

  test('an index can fail where failures are counted by index', () => {
    const podFailurePolicy = rule({ action: 'FailIndex', onPodConditions: conditions });
    expect(shown(strategy.validate!(indexed({ podFailurePolicy, backoffLimitPerIndex: 1 })))).toEqual([]);
  });
});

describe('the success policy', () => {
  const at = 'spec.successPolicy.rules';
  const parsing = `${at}[0].succeededIndexes: Invalid value`;
  test.each<[object[], string[]]>([
    [[{ succeededCount: 5 }], []],
    [[{ succeededIndexes: '0,2-3', succeededCount: 3 }], []],
    [[], [`${at}: Required value: at least one rules must be specified when the successPolicy is specified`]],
    [[{}], [`${at}[0]: Required value: at least one of succeededCount or succeededIndexes must be specified`]],
    [[{ succeededCount: -1 }], [`${at}[0].succeededCount: Invalid value: -1: must be greater than or equal to 0`]],
    [
      [{ succeededCount: 6 }],
      [`${at}[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)`],
    ],
    [
      [{ succeededIndexes: '0,2-3', succeededCount: 4 }],
      [
        `${at}[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)`,
      ],
    ],
    [[{ succeededIndexes: '5' }], [`${parsing}: "5": error parsing succeededIndexes: too large index: "5"`]],
    [
      [{ succeededIndexes: 'a' }],
      [`${parsing}: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"`],
    ],
    [Array.from({ length: 21 }, () => ({ succeededCount: 1 })), [`${at}: Too many: 21: must have at most 20 items`]],
  ])('%j', (rules, errors) => expect(shown(strategy.validate!(indexed({ successPolicy: { rules } })))).toEqual(errors));

  test('of too long a list', () => {
    const rules = [{ succeededIndexes: '1,'.repeat(32 * 1024 + 1) }];
    expect(shown(strategy.validate!(indexed({ successPolicy: { rules } })))[0]).toBe(
      `${at}[0].succeededIndexes: Too long: may not be more than 65536 bytes`,
    );
  });
});

describe('indexes', () => {
  test.each<[string, number | string]>([
    ['', 0],
    ['1', 1],
    ['0,2-4,9', 5],
    ['3-3', 'non-increasing order, previous: 3, current: 3'],
    ['4-2', 'non-increasing order, previous: 4, current: 2'],
    ['1,1', 'non-increasing order, previous: 1, current: 1'],
    ['1-10', 'too large index: "10"'],
    ['1,', 'cannot convert string to integer for index: ""'],
    ['1-2-3', `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`],
  ])('%s', (text, expected) => {
    if (typeof expected === 'number') expect(countIndexes(text, 10)).toBe(expected);
    else expect(() => countIndexes(text, 10)).toThrow(expected);
  });

  test.each<[string, string, number | undefined]>([
    ['1,3-5', '0,2,6-7', undefined],
    ['1,3-5', '0,4', 4],
    ['0-5', '3-9', 3],
    ['x,3', '3', 3],
    ['', '3', undefined],
  ])('%s and %s have %s in common', (a, b, expected) => expect(overlapOf(a, b, 10)).toBe(expected));
});
