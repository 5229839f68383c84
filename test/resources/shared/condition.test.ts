import { expect, test } from 'vitest';
import type { Condition } from '../../../src/resources/shared/condition.ts';
import { validateConditions } from '../../../src/resources/shared/condition-validation.ts';
import { lines } from '../objects.ts';

const good: Condition = { type: 'Ready', status: 'True', reason: 'A', message: '', lastTransitionTime: '2026-05-01T12:00:00Z' };
const wrong = (...conditions: object[]) => lines(validateConditions(conditions as Condition[], 'status.conditions'));

test.each<[object, unknown[]]>([
  [good, []],
  [{ ...good, type: 'example.com/Ready', reason: 'A:B', observedGeneration: 3, message: 'x'.repeat(32768) }, []],
  [{ ...good, status: 'Maybe' }, ['status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"']],
  [{ ...good, observedGeneration: -1 }, ['observedGeneration: Invalid value: -1: must be greater than or equal to zero']],
  [{ ...good, lastTransitionTime: undefined, reason: '' }, ['lastTransitionTime: Required value', 'reason: Required value']],
  [
    { ...good, reason: '1' },
    [expect.stringContaining('reason: Invalid value: "1": a condition reason must start with alphabetic character')],
  ],
  [{ ...good, reason: 'x'.repeat(1025) }, ['reason: Too long: may not be more than 1024 bytes']],
  [{ ...good, message: 'x'.repeat(32769) }, ['message: Too long: may not be more than 32768 bytes']],
  [{ ...good, type: '' }, [expect.stringContaining('type: Invalid value: "": name part must be non-empty'), expect.any(String)]],
])('%j', (condition, expected) => {
  expect(wrong(condition).map((line) => line.replace('status.conditions[0].', ''))).toEqual(expected);
});

test('each type once', () => {
  expect(wrong(good, { ...good, type: 'Other' }, good)).toEqual(['status.conditions[2].type: Duplicate value: "Ready"']);
});
