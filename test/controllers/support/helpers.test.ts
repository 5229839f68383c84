import { describe, expect, it } from 'vitest';
import { withCondition, withoutCondition, type ConditionLike } from '../../../src/controllers/support/conditions.ts';
import { scaledValue } from '../../../src/controllers/support/int-or-percent.ts';
import {
  adopted,
  candidatesFor,
  claim,
  controllerRef,
  refersTo,
  released,
  resolveController,
} from '../../../src/controllers/support/ownership.ts';
import {
  concernsOwner,
  isPodActive,
  isPodAvailable,
  isPodTerminating,
  nextAvailabilityMs,
} from '../../../src/controllers/support/pods.ts';
import { canonicalJson } from '../../../src/controllers/support/semantic-equal.ts';
import { selectorFromLabels } from '../../../src/machinery/selectors.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { TestCluster } from './cluster.ts';
import { deployment, pod, readyPod, replicaSet } from './objects.ts';

describe('scaledValue', () => {
  it.each<[number | string | undefined, number, 'up' | 'down', number | undefined]>([
    [3, 10, 'up', 3],
    ['25%', 10, 'up', 3],
    ['25%', 10, 'down', 2],
    ['0%', 10, 'up', 0],
    ['100%', 7, 'down', 7],
    ['7%', 100, 'up', 7],
    ['7', 100, 'up', undefined],
    ['x%', 100, 'up', undefined],
    [undefined, 100, 'up', undefined],
  ])('%s of %i rounded %s is %s', (value, total, round, expected) => {
    expect(scaledValue(value, total, round)).toBe(expected);
  });
});

describe('pods', () => {
  const now = new Date('2026-01-01T00:00:10Z');
  it.each([
    ['not ready', pod('a'), 0, false],
    ['just ready, nothing asked', readyPod('a', '2026-01-01T00:00:10Z'), 0, true],
    ['ready for too short', readyPod('a', '2026-01-01T00:00:01Z'), 10, false],
    ['ready for long enough', readyPod('a', '2026-01-01T00:00:00Z'), 10, true],
    [
      'ready since no one knows when',
      readyPod('a', undefined, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
      10,
      false,
    ],
  ])('%s', (_, object, minReadySeconds, available) => {
    expect(isPodAvailable(object, minReadySeconds, now)).toBe(available);
  });

  it('are active, terminating, or neither when they have ended', () => {
    const going = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const ended = { status: { phase: 'Failed' } };
    expect(
      [pod('a'), pod('a', going), pod('a', ended), pod('a', { ...going, ...ended })].map((p) => [
        isPodActive(p),
        isPodTerminating(p),
      ]),
    ).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ]);
  });

  it.each<[string, Parameters<typeof pod>[1], boolean]>([
    ['nothing', {}, false],
    ['an annotation', { metadata: { annotations: { note: 'x' } } }, false],
    ['its address', { status: { phase: 'Running', podIP: '10.0.0.1' } }, false],
    ['another condition', { status: { phase: 'Running', conditions: [{ type: 'Initialized', status: 'True' }] } }, false],
    ['its readiness', { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }, true],
    ['its phase', { status: { phase: 'Failed' } }, true],
    ['its node', { spec: { nodeName: 'a' } }, true],
    ['its labels', { metadata: { labels: { app: 'other' } } }, true],
    ['its owners', { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }] } }, true],
    ['its end', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, true],
  ])('concern their owner or not when this changes: %s', (_, change, expected) => {
    expect(concernsOwner(pod('a', change), pod('a'))).toBe(expected);
  });

  it('say when the next of them becomes available', () => {
    const pods = [
      readyPod('a', '2026-01-01T00:00:00Z'),
      readyPod('b', '2026-01-01T00:00:08Z'),
      readyPod('c', '2026-01-01T00:00:05Z'),
      pod('d'),
    ];
    expect(nextAvailabilityMs(pods, 10, now)).toBe(5_000);
    expect(nextAvailabilityMs([pod('d')], 10, now)).toBeUndefined();
  });
});

describe('conditions', () => {
  const ready = { type: 'Ready', status: 'True', reason: 'Fine', message: 'm', lastTransitionTime: '1' };
  const other: ConditionLike = { type: 'Other', status: 'True' };
  it('stay where status and reason do, whatever the message', () => {
    expect(withCondition([ready, other], { ...ready, message: 'n', lastTransitionTime: '2' })).toEqual([ready, other]);
  });
  it('keep the time of transition while the status stays', () => {
    expect(withCondition([ready, other], { ...ready, reason: 'Finer', lastTransitionTime: '2' })).toEqual([
      other,
      { ...ready, reason: 'Finer' },
    ]);
    const changed = { ...ready, status: 'False', lastTransitionTime: '2' };
    expect(withCondition([ready], changed)).toEqual([changed]);
    expect(withCondition(undefined, ready)).toEqual([ready]);
  });
  it('can be taken away', () => {
    expect(withoutCondition([ready, other], 'Ready')).toEqual([other]);
    expect(withoutCondition(undefined, 'Ready')).toEqual([]);
  });
});

describe('ownership', () => {
  const owner = deployment();
  const reference = controllerRef(owner, deployments);
  const mine = replicaSet('mine', { metadata: { ownerReferences: [reference] } });
  const strayed = replicaSet('strayed', { metadata: { ownerReferences: [reference], labels: { app: 'x' } } });
  const orphan = replicaSet('orphan');
  const going = replicaSet('going', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
  const other = replicaSet('other', { metadata: { ownerReferences: [{ ...reference, uid: 'else' }] } });
  const selector = selectorFromLabels({ app: 'web' });

  it('sorts candidates by whose they are', () => {
    expect(claim(owner, selector, [mine, strayed, orphan, going, other])).toEqual({
      claimed: [mine],
      adopt: [orphan],
      release: [strayed],
    });
  });

  it('neither takes nor gives while the owner is being deleted', () => {
    const leaving = deployment({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(claim(leaving, selector, [mine, strayed, orphan])).toEqual({ claimed: [mine], adopt: [], release: [] });
  });

  it('is given and taken without touching other owners', () => {
    const friend = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'c' };
    const both = replicaSet('both', { metadata: { ownerReferences: [friend] } });
    expect(adopted(both, reference).metadata.ownerReferences).toEqual([friend, reference]);
    expect(released(adopted(both, reference), owner).metadata.ownerReferences).toEqual([friend]);
    expect(released(mine, owner).metadata).not.toHaveProperty('ownerReferences');
    const plain = { ...reference, controller: undefined };
    expect(adopted(replicaSet('p', { metadata: { ownerReferences: [plain] } }), reference).metadata.ownerReferences).toEqual([
      reference,
    ]);
  });

  it('is looked up by name and uid', () => {
    const cluster = new TestCluster({ controllers: [] });
    const stored = cluster.create(deployments, { metadata: { name: 'web', namespace: 'default' }, spec: owner.spec });
    const child = (uid: string) => replicaSet('child', { metadata: { ownerReferences: [{ ...reference, uid }] } });
    expect(resolveController(child(stored.metadata.uid), deployments, cluster)).toBe(stored);
    expect(resolveController(child('earlier'), deployments, cluster)).toBeUndefined();
    expect(resolveController(child(stored.metadata.uid), replicaSets, cluster)).toBeUndefined();
    expect(resolveController(orphan, deployments, cluster)).toBeUndefined();
  });

  it('considers an object that merely refers to the owner once', () => {
    const cluster = new TestCluster({ controllers: [] });
    const plain = { ...reference, controller: undefined };
    const { spec } = orphan;
    for (const [name, ownerReferences] of [
      ['merely', [plain]],
      ['mine', [reference]],
      ['other', [{ ...reference, uid: 'else' }]],
    ] as const)
      cluster.create(replicaSets, { metadata: { name, namespace: 'default', ownerReferences }, spec });
    expect(candidatesFor(cluster, replicaSets, owner).map((set) => set.metadata.name)).toEqual(['mine', 'merely']);
  });

  it('refers to a kind in any of its versions', () => {
    expect(refersTo({ ...reference, apiVersion: 'apps/v1beta1' }, deployments)).toBe(true);
    expect(refersTo({ ...reference, apiVersion: 'other/v1' }, deployments)).toBe(false);
    expect(refersTo(reference, replicaSets)).toBe(false);
  });
});

describe('canonicalJson', () => {
  it('sorts keys and leaves out what is not there', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x"}]}');
  });
});
