import { expect, test } from 'vitest';
import { namespaceConditions } from '../../../src/controllers/namespace/conditions.ts';

const now = '2026-01-02T00:00:00Z';
const nothing = { byResource: new Map(), byFinalizer: new Map(), failures: [] };

test('nothing remains', () => {
  const conditions = namespaceConditions([], nothing, now)!;
  expect(conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions'],
    ['NamespaceDeletionContentFailure', 'False', 'ContentDeleted'],
    ['NamespaceContentRemaining', 'False', 'ContentRemoved'],
    ['NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers'],
  ]);
  expect(namespaceConditions(conditions, nothing, 'later')).toBeUndefined();
});

test('what remains is said in upstream words, sorted', () => {
  const conditions = namespaceConditions(
    [],
    {
      byResource: new Map([
        ['pods.', 2],
        ['deployments.apps', 1],
      ]),
      byFinalizer: new Map([
        ['b.example/x', 1],
        ['a.example/x', 2],
      ]),
      failures: ['second', 'first'],
    },
    now,
  )!;
  const told = Object.fromEntries(
    conditions.filter(({ status }) => status === 'True').map(({ reason, message }) => [reason, message]),
  );
  expect(told).toEqual({
    ContentDeletionFailed: 'Failed to delete all resource types, 2 remaining: first, second',
    SomeResourcesRemain:
      'Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances',
    SomeFinalizersRemain:
      'Some content in the namespace has finalizers remaining: a.example/x in 2 resource instances, b.example/x in 1 resource instances',
  });
});

test('a new message changes the condition, a new status its time', () => {
  const one = namespaceConditions([], { ...nothing, byResource: new Map([['pods.', 2]]) }, now)!;
  const remaining = (list: typeof one) => list.find(({ type }) => type === 'NamespaceContentRemaining')!;
  const two = namespaceConditions(one, { ...nothing, byResource: new Map([['pods.', 1]]) }, 'later')!;
  expect(remaining(two)).toMatchObject({
    message: 'Some resources are remaining: pods. has 1 resource instances',
    lastTransitionTime: now,
  });
  expect(remaining(namespaceConditions(two, nothing, 'later')!)).toMatchObject({ status: 'False', lastTransitionTime: 'later' });
});

test('conditions of others stay', () => {
  const other = { type: 'Other', status: 'True' };
  expect(namespaceConditions([other], nothing, now)![0]).toEqual(other);
});
