import { expect, test } from 'vitest';
import { podDisruptionBudgets } from '../../../src/resources/policy/poddisruptionbudget.ts';
import { row, stored, wrong, wrongStatus } from '../checks.ts';

test('defaults', () => {
  expect(stored(podDisruptionBudgets, {})).toMatchObject({ spec: {} });
  expect(stored(podDisruptionBudgets, { status: { currentHealthy: 2 } }).status).toEqual({
    currentHealthy: 2,
    desiredHealthy: 0,
    disruptionsAllowed: 0,
    expectedPods: 0,
  });
});

const percent =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

test.each<[object, string[]]>([
  [{}, []],
  [{ minAvailable: '100%', unhealthyPodEvictionPolicy: 'AlwaysAllow' }, []],
  [
    { minAvailable: 1, maxUnavailable: '10%' },
    ['spec: Invalid value: {"minAvailable":1,"maxUnavailable":"10%"}: minAvailable and maxUnavailable cannot be both set'],
  ],
  [{ minAvailable: -1 }, ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0']],
  [{ maxUnavailable: 'x' }, [`spec.maxUnavailable: Invalid value: "x": ${percent}`]],
  [{ maxUnavailable: '101%' }, ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
  [
    { selector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } },
    ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
  ],
  [
    { unhealthyPodEvictionPolicy: 'Never' },
    ['spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"'],
  ],
])('%j', (spec, expected) => {
  expect(wrong(podDisruptionBudgets, { spec })).toEqual(expected);
});

test('status', () => {
  expect(wrongStatus(podDisruptionBudgets, {})).toEqual([]);
  expect(
    wrongStatus(podDisruptionBudgets, {
      conditions: [{ type: 'A', status: 'True', reason: '', lastTransitionTime: '2026-05-01T12:00:00Z' }],
      disruptionsAllowed: -1,
      currentHealthy: -2,
      desiredHealthy: -3,
      expectedPods: -4,
    }),
  ).toEqual([
    'status.conditions[0].reason: Required value',
    'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    'status.currentHealthy: Invalid value: -2: must be greater than or equal to 0',
    'status.desiredHealthy: Invalid value: -3: must be greater than or equal to 0',
    'status.expectedPods: Invalid value: -4: must be greater than or equal to 0',
  ]);
});

test.each<[object, object, unknown[]]>([
  [{}, {}, ['N/A', 'N/A', 0]],
  [{ minAvailable: 0 }, { disruptionsAllowed: 2 }, ['0', 'N/A', 2]],
  [{ maxUnavailable: '25%' }, {}, ['N/A', '25%', 0]],
])('columns of %j', (spec, status, [min, max, allowed]) => {
  expect(row(podDisruptionBudgets, { spec, status })).toEqual([
    ['Name', 'web'],
    ['Min Available', min],
    ['Max Unavailable', max],
    ['Allowed Disruptions', allowed],
    ['Age', '60m'],
  ]);
});
