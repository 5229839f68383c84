/** How many pods each ReplicaSet is to have, as tables. */
import { describe, expect, it } from 'vitest';
import { maxSurge, maxUnavailable, resolveFenceposts } from '../../../src/controllers/deployment/fenceposts.ts';
import { newSetSize, oldSetSizes, type Resize } from '../../../src/controllers/deployment/rolling.ts';
import { isScalingEvent, proportionalSizes, scaledSizes } from '../../../src/controllers/deployment/scale.ts';
import { deployment, sized } from '../support/objects.ts';

const rolling = (replicas: number, maxSurge: number | string, maxUnavailable: number | string) =>
  deployment({ spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } } });
const sizes = (resizes: Resize[]) => Object.fromEntries(resizes.map(({ set, size }) => [set.metadata.name, size]));
const desired = (count: number | string) => ({ 'deployment.kubernetes.io/desired-replicas': String(count) });
const max = (count: number) => ({ 'deployment.kubernetes.io/max-replicas': String(count) });
const created = (hour: number) => `2026-01-01T0${hour}:00:00Z`;

describe('fenceposts', () => {
  it.each([
    ['25%', '25%', 10, 3, 2],
    ['25%', '25%', 1, 1, 0],
    ['0%', '1%', 2, 0, 1],
    ['1%', '25%', 2, 1, 0],
    [2, 3, 10, 2, 3],
    [0, '10%', 5, 0, 1],
    [undefined, undefined, 5, 0, 1],
  ])('of %s and %s for %i are %i and %i', (surge, unavailable, replicas, maxSurge, maxUnavailable) => {
    expect(resolveFenceposts(surge, unavailable, replicas)).toEqual({ maxSurge, maxUnavailable });
  });

  it('bound what may be missing by what there is, and count for rolling updates only', () => {
    expect(maxUnavailable(rolling(2, 0, 5))).toBe(2);
    expect(maxUnavailable(rolling(0, 0, 5))).toBe(0);
    const recreate = deployment({ spec: { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 3, maxUnavailable: 3 } } } });
    expect([maxSurge(recreate), maxUnavailable(recreate)]).toEqual([0, 0]);
  });
});

describe('newSetSize', () => {
  it.each([
    ['all of it without old pods', rolling(10, 2, 0), 0, 0, 10],
    ['the surge next to old ones', rolling(10, 2, 0), 0, 10, 2],
    ['nothing beyond the surge', rolling(10, 2, 0), 3, 10, 3],
    ['no more than is asked for', rolling(10, 5, 0), 8, 4, 10],
    ['less when less is asked for', rolling(4, 5, 0), 8, 0, 4],
  ])('is %s', (_, d, size, old, expected) => {
    expect(newSetSize(d, sized('new', size), [sized('old', old)])).toBe(expected);
  });
});

describe('oldSetSizes', () => {
  it.each([
    ['as many as may be missing', rolling(10, 0, 2), sized('new', 0), [sized('a', 10)], { a: 8 }],
    ['nothing when new pods are not available', rolling(10, 0, 2), sized('new', 2, 0), [sized('a', 8)], {}],
    ['one for each available new one', rolling(10, 0, 2), sized('new', 2, 2), [sized('a', 8)], { a: 6 }],
    [
      'unhealthy pods first, oldest ReplicaSet first',
      rolling(10, 3, 2),
      sized('new', 0),
      [sized('a', 8, 8), sized('b', 5, 0)],
      { b: 0 },
    ],
    ['no more unhealthy ones than leave enough', rolling(10, 0, 2), sized('new', 2, 0), [sized('a', 10, 7)], { a: 8 }],
    ['nothing below the minimum', rolling(4, 1, 0), sized('new', 1, 0), [sized('a', 4)], {}],
  ])('give up %s', (_, d, newSet, oldSets, expected) => {
    expect(sizes(oldSetSizes(d, newSet, oldSets))).toEqual(expected);
  });

  it('keep everything while a ReplicaSet has not seen its size', () => {
    const unseen = { ...sized('a', 10), metadata: { ...sized('a', 10).metadata, generation: 2 } };
    expect(oldSetSizes(rolling(10, 0, 2), sized('new', 0), [unseen])).toEqual([]);
  });
});

describe('scaling', () => {
  const d = rolling(15, 3, 2);
  it('is due when an active ReplicaSet was sized for another size', () => {
    expect(isScalingEvent(d, [sized('a', 10, 10, { annotations: desired(10) })])).toBe(true);
    expect(isScalingEvent(d, [sized('a', 10, 10, { annotations: desired(15) })])).toBe(false);
    expect(isScalingEvent(d, [sized('a', 0, 0, { annotations: desired(10) })])).toBe(false);
    expect(isScalingEvent(d, [sized('a', 10)])).toBe(false);
  });

  it('is left to Recreate where two ReplicaSets are active', () => {
    const recreate = deployment({ spec: { strategy: { type: 'Recreate' }, replicas: 5 } });
    const sets = [sized('a', 3, 3, { annotations: desired(3) }), sized('b', 3, 3, { annotations: desired(3) })];
    expect(isScalingEvent(recreate, sets)).toBe(false);
    expect(isScalingEvent(recreate, sets.slice(1))).toBe(true);
  });

  it.each([
    ['the only active one', undefined, [sized('a', 3), sized('b', 0)], { a: 15 }],
    ['the new one when none is active', sized('new', 0), [sized('a', 0)], { new: 15 }],
    [
      'the latest when none is active',
      undefined,
      [sized('a', 0, 0, { creationTimestamp: created(3) }), sized('b', 0)],
      { a: 15 },
    ],
    [
      'the old ones to 0 when the new one is complete',
      sized('new', 15, 15, { annotations: desired(15) }),
      [sized('a', 4)],
      { a: 0 },
    ],
  ])('resizes %s', (_, newSet, oldSets, expected) => {
    expect(sizes(scaledSizes(d, newSet, oldSets))).toEqual(expected);
  });

  it.each<[string, ReturnType<typeof deployment>, [string, number, number][], Record<string, number>]>([
    [
      'up',
      rolling(15, 3, 2),
      [
        ['old', 8, 13],
        ['new', 5, 13],
      ],
      { old: 11, new: 7 },
    ],
    [
      'down',
      rolling(5, 3, 2),
      [
        ['old', 8, 13],
        ['new', 5, 13],
      ],
      { old: 5, new: 3 },
    ],
    [
      'to 0',
      rolling(0, 3, 2),
      [
        ['old', 8, 13],
        ['new', 5, 13],
      ],
      { old: 0, new: 0 },
    ],
    [
      'with a leftover for the largest',
      rolling(6, 0, 1),
      [
        ['a', 1, 3],
        ['b', 1, 3],
        ['c', 1, 3],
      ],
      { c: 2, b: 2, a: 2 },
    ],
    [
      'unchanged',
      rolling(10, 3, 2),
      [
        ['old', 8, 13],
        ['new', 5, 13],
      ],
      { old: 8, new: 5 },
    ],
  ])('keeps proportions: %s', (_, d, sets, expected) => {
    const active = sets.map(([name, size, before]) => sized(name, size, size, { annotations: max(before) }));
    expect(sizes(proportionalSizes(d, active))).toEqual(expected);
  });

  it('takes the number of pods for the former size where the annotation is gone', () => {
    const before = deployment({ spec: { ...rolling(20, 0, 1).spec }, status: { replicas: 10 } });
    expect(sizes(proportionalSizes(before, [sized('a', 6), sized('b', 4)]))).toEqual({ a: 12, b: 8 });
  });
});
