import { expect, test } from 'vitest';
import { besideOf, parseFacts } from '../../../src/machinery/protobuf/facts.ts';

test('facts are read from a line', () => {
  expect(parseFacts('name=1 replicas?=12 ...VolumeSource=2')).toEqual([
    { name: 'name', number: 1, pointer: false, inlined: false },
    { name: 'replicas', number: 12, pointer: true, inlined: false },
    { name: 'VolumeSource', number: 2, pointer: false, inlined: true },
  ]);
  expect(parseFacts('')).toEqual([]);
});

test.each(['name', 'name=', 'name=x', '=1', 'a.b=1', 'name!=1'])('%s is no fact', (word) => {
  expect(() => parseFacts(word)).toThrow(`not a fact about a field: ${word}`);
});

test('a definition of the same package', () => {
  expect(besideOf('io.k8s.api.core.v1.Volume', 'VolumeSource')).toBe('io.k8s.api.core.v1.VolumeSource');
});
