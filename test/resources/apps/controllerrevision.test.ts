import { describe, expect, test } from 'vitest';
import { controllerRevisions, type ControllerRevision } from '../../../src/resources/apps/controllerrevision.ts';
import { accepted, cells, metadata, shown } from './workloads.ts';

const { strategy } = controllerRevisions;
const make = (more: object): ControllerRevision => {
  const { spec: _, ...object } = accepted(controllerRevisions, {}, more) as ControllerRevision & { spec?: unknown };
  return object;
};

describe('validation', () => {
  test.each<[object, string[]]>([
    [{ data: { a: 1 }, revision: 1 }, []],
    [{ data: {} }, []],
    [{ data: { a: 1 }, revision: -1 }, ['revision: Invalid value: -1: must be greater than or equal to 0']],
    [{ revision: 1 }, ['data: Required value: data is mandatory']],
    [{ data: null }, ['data: Required value: data is mandatory']],
    [{ data: [1] }, ['data: Required value: data must be a valid JSON object']],
    [{ data: 'a' }, ['data: Required value: data must be a valid JSON object']],
  ])('%j', (object, errors) => expect(shown(strategy.validate!(make(object)))).toEqual(errors));

  test('data cannot change', () => {
    expect(strategy.validateUpdate!(make({ data: { a: 1 }, revision: 2 }), make({ data: { a: 1 }, revision: 1 }))).toEqual([]);
    expect(shown(strategy.validateUpdate!(make({ data: { a: 2 } }), make({ data: { a: 1 } })))).toEqual([
      'data: Invalid value: {"a":2}: field is immutable',
    ]);
  });
});

test('as a row', () => {
  expect(cells(controllerRevisions, make({ data: {}, revision: 7 }))).toEqual({
    Name: 'web',
    Controller: '<none>',
    Revision: 7,
    Age: '60m',
  });
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'u', controller: true };
  expect(cells(controllerRevisions, make({ data: {}, metadata: { ...metadata, ownerReferences: [owner] } })).Controller).toBe(
    'statefulset.apps/db',
  );
  const core = { ...owner, apiVersion: 'v1', kind: 'Node' };
  expect(cells(controllerRevisions, make({ data: {}, metadata: { ...metadata, ownerReferences: [core] } })).Controller).toBe(
    'node/db',
  );
});
