import { expect, test } from 'vitest';
import { priorityClasses } from '../../../src/resources/scheduling/priorityclass.ts';
import { make, row, stored, wrong, wrongChange, type Fields } from '../checks.ts';
import { context } from '../objects.ts';

test('defaults', () => {
  expect(stored(priorityClasses, {})).toMatchObject({ value: 0, preemptionPolicy: 'PreemptLowerPriority' });
  const created = make(priorityClasses, {});
  priorityClasses.strategy.prepareForCreate!(created, context);
  expect(created.metadata.generation).toBe(1);
});

const reserved = "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: ";
const named = (name: string, value: number, globalDefault = false): Fields => ({ metadata: { name }, value, globalDefault });

test.each<[Fields, string[]]>([
  [{ value: 1_000_000_000, preemptionPolicy: 'Never' }, []],
  [{ value: 1_000_000_001 }, ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
  [{ preemptionPolicy: '' }, ['preemptionPolicy: Required value']],
  [{ preemptionPolicy: 'Always' }, [expect.stringContaining('preemptionPolicy: Unsupported value: "Always"') as string]],
  [named('system-node-critical', 2_000_001_000), []],
  [named('system-cluster-critical', 2_000_000_000), []],
  [
    named('system-cluster-critical', 2_000_001_000),
    [`${reserved}value of system-cluster-critical PriorityClass must be 2000000000`],
  ],
  [
    named('system-cluster-critical', 2_000_000_000, true),
    [`${reserved}globalDefault of system-cluster-critical PriorityClass must be false`],
  ],
  [named('system-mine', 1), [`${reserved}system-mine is not a known system priority class`]],
])('%j', (fields, expected) => {
  expect(wrong(priorityClasses, fields)).toEqual(expected);
});

test('what it means stays', () => {
  expect(wrongChange(priorityClasses, { value: 1 }, { value: 1, description: 'x', globalDefault: true })).toEqual([]);
  expect(wrongChange(priorityClasses, { value: 1 }, { value: 2, preemptionPolicy: 'Never' })).toEqual([
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ]);
});

test('columns', () => {
  expect(row(priorityClasses, { value: 5, preemptionPolicy: 'Never' })).toEqual([
    ['Name', 'web'],
    ['Value', 5],
    ['Global-Default', false],
    ['Age', '60m'],
    ['PreemptionPolicy', 'Never'],
  ]);
});
