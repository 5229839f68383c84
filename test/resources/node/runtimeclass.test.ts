import { expect, test } from 'vitest';
import { runtimeClasses } from '../../../src/resources/node/runtimeclass.ts';
import { make, row, wrong, wrongChange, type Fields } from '../checks.ts';

const handler = 'gvisor';
const label = expect.stringContaining('a lowercase RFC 1123 label');

test.each<[Fields, unknown[]]>([
  [{ handler }, []],
  [{}, ['handler: Required value']],
  [{ handler: 'G' }, [label]],
  [{ handler, overhead: { podFixed: { cpu: '250m', memory: '64Mi' } } }, []],
  [
    { handler, overhead: { podFixed: { cpu: '-1', pods: '1' } } },
    [
      'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'overhead.limits[pods]: Invalid value: "pods": must be a standard resource for containers',
    ],
  ],
  [
    { handler, scheduling: { nodeSelector: { 'a b': 'x' }, tolerations: [{ key: 'a', effect: 'Never' }] } },
    [
      expect.stringContaining('scheduling.nodeSelector: Invalid value: "a b"'),
      'scheduling.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    {
      handler,
      scheduling: {
        tolerations: [
          { key: 'a', operator: 'Exists', effect: 'NoExecute' },
          { key: 'a', operator: 'Exists' },
          { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
        ],
      },
    },
    ['scheduling.tolerations[2]: Duplicate value: {"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":5}'],
  ],
])('%j', (fields, expected) => {
  expect(wrong(runtimeClasses, fields)).toEqual(expected);
});

test('the handler stays', () => {
  expect(wrongChange(runtimeClasses, { handler }, { handler, overhead: {} })).toEqual([]);
  expect(wrongChange(runtimeClasses, { handler }, { handler: 'kata' })).toEqual([
    'handler: Invalid value: "kata": field is immutable',
  ]);
});

test('old labels of nodes are warned about', () => {
  const nodeSelector = { 'beta.kubernetes.io/os': 'linux', 'kubernetes.io/os': 'linux' };
  expect(runtimeClasses.strategy.warnings!(make(runtimeClasses, { handler, scheduling: { nodeSelector } }))).toEqual([
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});

test('columns', () => {
  expect(row(runtimeClasses, { handler })).toEqual([
    ['Name', 'web'],
    ['Handler', handler],
    ['Age', '60m'],
  ]);
});
