/** The pure parts of the deployment controller, as tables. */
import { describe, expect, it } from 'vitest';
import { copiedAnnotations, currentAnnotations, desiredReplicasOf, revisionOf } from '../../../src/controllers/deployment/annotations.ts';
import { maxSurge, maxUnavailable, resolveFenceposts } from '../../../src/controllers/deployment/fenceposts.ts';
import { surplusSets } from '../../../src/controllers/deployment/history.ts';
import { replicaSetName } from '../../../src/controllers/deployment/new-replica-set.ts';
import { deadlineCheckMs, hasProgressed, withRolloutConditions } from '../../../src/controllers/deployment/progress.ts';
import { byRevision, bySizeNewer, bySizeOlder, sameTemplate, splitSets, totalTerminating } from '../../../src/controllers/deployment/replica-sets.ts';
import { newSetSize, oldSetSizes, type Resize } from '../../../src/controllers/deployment/rolling.ts';
import { isScalingEvent, proportionalSizes, scaledSizes } from '../../../src/controllers/deployment/scale.ts';
import { calculateStatus } from '../../../src/controllers/deployment/status.ts';
import { fnv1a, safeEncode, templateHash } from '../../../src/controllers/deployment/template-hash.ts';
import type { DeploymentStatus } from '../../../src/resources/apps/deployment.ts';
import { deployment, replicaSet, sized, template } from '../support/objects.ts';

const now = new Date('2026-01-01T01:00:00Z');
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

describe('template hash', () => {
  it('is FNV-1a in safe characters', () => {
    expect(fnv1a(0x811c9dc5, new TextEncoder().encode('a'))).toBe(0xe40c292c);
    expect(fnv1a(0x811c9dc5, new TextEncoder().encode('foobar'))).toBe(0xbf9cf968);
    expect(safeEncode('0123456789')).toBe('456789bcdf');
  });

  it('depends on the content, not on how it is written, and on the collisions so far', () => {
    const { metadata, spec } = template();
    expect(templateHash({ spec, metadata }, undefined)).toBe(templateHash({ metadata, spec }, undefined));
    const hashes = [templateHash(template(), undefined), templateHash(template(), 0), templateHash(template(), 1), templateHash(template('web:2'), undefined)];
    expect(new Set(hashes).size).toBe(4);
  });

  it('leaves room for itself in the name', () => {
    expect(replicaSetName('web', 'abc')).toBe('web-abc');
    expect(replicaSetName('a'.repeat(253), 'abc')).toBe(`${'a'.repeat(249)}-abc`);
  });
});

describe('sameTemplate', () => {
  const spec = template().spec;
  const inPod = (more: object) => ({ ...template(), spec: { ...spec, ...more } });
  const affinity = (namespaceSelector?: object) =>
    inPod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', namespaceSelector }] } } });
  const memory = (limit: string) => ({ ...template(), spec: { containers: [{ name: 'web', resources: { limits: { memory: limit } } }] } });
  it.each([
    ['the hash label', template('a', { app: 'web', 'pod-template-hash': 'x' }), template('a'), true],
    ['another label', template('a', { app: 'web', tier: 'x' }), template('a'), false],
    ['empty lists and maps', inPod({ nodeSelector: {}, tolerations: [] }), template(), true],
    ['no metadata', { spec }, { spec, metadata: {} }, true],
    ['empty resources', { spec: { containers: [{ name: 'a', resources: {} }] } }, { spec: { containers: [{ name: 'a' }] } }, true],
    ['an empty selector of namespaces', affinity({}), affinity(), false],
    ['the same amount', memory('1Gi'), memory('1024Mi'), true],
    ['another amount', memory('1Gi'), memory('1G'), false],
  ])('with %s', (_, a, b, same) => {
    expect(sameTemplate(a, b)).toBe(same);
    expect(sameTemplate(b, a)).toBe(same);
  });

  it('picks the oldest of several ReplicaSets', () => {
    const sets = [
      replicaSet('b', { metadata: { creationTimestamp: created(2) } }),
      replicaSet('a', { metadata: { creationTimestamp: created(1) } }),
      replicaSet('c', { metadata: { creationTimestamp: created(0) }, spec: { template: template('other') } }),
    ];
    const { newSet, oldSets } = splitSets(deployment(), sets);
    expect(newSet!.metadata.name).toBe('a');
    expect(oldSets.map((set) => set.metadata.name)).toEqual(['c', 'b']);
  });

  it('holds for objects stored before a default was introduced', () => {
    const defaulted = { ...template(), spec: { ...spec, restartPolicy: 'Always' } };
    expect(splitSets(deployment(), [replicaSet('a', { spec: { template: defaulted } })]).newSet).toBeDefined();
  });
});

describe('orders', () => {
  const small = sized('small', 1);
  const older = sized('older', 5, 5, { creationTimestamp: created(1) });
  const newer = sized('newer', 5, 5, { creationTimestamp: created(2) });
  it('by size and age', () => {
    expect([small, newer, older].sort(bySizeOlder)).toEqual([older, newer, small]);
    expect([small, older, newer].sort(bySizeNewer)).toEqual([newer, older, small]);
  });
  it('by revision, as a number', () => {
    const revised = (revision: string) => replicaSet(revision, { metadata: { annotations: { 'deployment.kubernetes.io/revision': revision } } });
    const [ten, nine] = [revised('10'), revised('9')];
    expect([ten, nine].sort(byRevision)).toEqual([nine, ten]);
    expect(revisionOf(revised('x'))).toBeUndefined();
    expect(revisionOf(replicaSet('none'))).toBe(0);
  });
});

describe('annotations', () => {
  const revision = 'deployment.kubernetes.io/revision';
  const history = 'deployment.kubernetes.io/revision-history';
  it('are copied but for those with a meaning of their own', () => {
    const annotations = { a: '1', [revision]: '4', 'kubectl.kubernetes.io/last-applied-configuration': '{}', ...desired(3) };
    expect(copiedAnnotations(deployment({ metadata: { annotations } }))).toEqual({ a: '1' });
  });
  it.each([
    ['a first revision', undefined, 3, { [revision]: '3' }],
    ['a higher revision', { [revision]: '1' }, 3, { [revision]: '3', [history]: '1' }],
    ['a longer history', { [revision]: '4', [history]: '1,2' }, 5, { [revision]: '5', [history]: '1,2,4' }],
    ['the revision it has', { [revision]: '3', x: 'kept' }, 3, { [revision]: '3', x: 'kept' }],
    ['no lower revision', { [revision]: '7' }, 3, { [revision]: '7' }],
    ['nothing for a revision that is none', { [revision]: 'x' }, 3, { [revision]: 'x' }],
  ])('of the current ReplicaSet get %s', (_, existing, next, expected) => {
    expect(currentAnnotations(deployment(), existing, next)).toEqual(expected);
  });
  it('forget the oldest revisions when the history grows long', () => {
    const revisions = Array.from({ length: 400 }, (_, i) => String(1000 + i));
    const next = currentAnnotations(deployment(), { [revision]: '1400', [history]: revisions.join(',') }, 1401)[history]!;
    expect(next.length).toBeLessThanOrEqual(2000);
    expect(next.startsWith('1001,')).toBe(true);
    expect(next.endsWith(',1399,1400')).toBe(true);
  });
  it.each([['3', 3], ['-1', undefined], ['x', undefined], ['99999999999', undefined], ['2147483648', undefined]])(
    'of size %s count as %s',
    (text, count) => {
      expect(desiredReplicasOf(replicaSet('a', { metadata: { annotations: desired(text) } }))).toBe(count);
    },
  );
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
    ['unhealthy pods first, oldest ReplicaSet first', rolling(10, 3, 2), sized('new', 0), [sized('a', 8, 8), sized('b', 5, 0)], { b: 0 }],
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
    ['the latest when none is active', undefined, [sized('a', 0, 0, { creationTimestamp: created(3) }), sized('b', 0)], { a: 15 }],
    ['the old ones to 0 when the new one is complete', sized('new', 15, 15, { annotations: desired(15) }), [sized('a', 4)], { a: 0 }],
  ])('resizes %s', (_, newSet, oldSets, expected) => {
    expect(sizes(scaledSizes(d, newSet, oldSets))).toEqual(expected);
  });

  it.each<[string, ReturnType<typeof deployment>, [string, number, number][], Record<string, number>]>([
    ['up', rolling(15, 3, 2), [['old', 8, 13], ['new', 5, 13]], { old: 11, new: 7 }],
    ['down', rolling(5, 3, 2), [['old', 8, 13], ['new', 5, 13]], { old: 5, new: 3 }],
    ['to 0', rolling(0, 3, 2), [['old', 8, 13], ['new', 5, 13]], { old: 0, new: 0 }],
    ['with a leftover for the largest', rolling(6, 0, 1), [['a', 1, 3], ['b', 1, 3], ['c', 1, 3]], { c: 2, b: 2, a: 2 }],
    ['unchanged', rolling(10, 3, 2), [['old', 8, 13], ['new', 5, 13]], { old: 8, new: 5 }],
  ])('keeps proportions: %s', (_, d, sets, expected) => {
    const active = sets.map(([name, size, before]) => sized(name, size, size, { annotations: max(before) }));
    expect(sizes(proportionalSizes(d, active))).toEqual(expected);
  });

  it('takes the number of pods for the former size where the annotation is gone', () => {
    const before = deployment({ spec: { ...rolling(20, 0, 1).spec }, status: { replicas: 10 } });
    expect(sizes(proportionalSizes(before, [sized('a', 6), sized('b', 4)]))).toEqual({ a: 12, b: 8 });
  });
});

describe('history', () => {
  const idle = (name: string, revision: number, more = {}) =>
    sized(name, 0, 0, { annotations: { 'deployment.kubernetes.io/revision': String(revision) }, ...more });
  const names = (limit: number | undefined, sets: ReturnType<typeof sized>[]) =>
    surplusSets(deployment({ spec: { revisionHistoryLimit: limit } }), sets).map((set) => set.metadata.name);
  it('is cut to its limit, lowest revisions first', () => {
    const sets = [idle('ten', 10), idle('two', 2), idle('three', 3)];
    expect(names(1, sets)).toEqual(['two', 'three']);
    expect(names(0, sets)).toEqual(['two', 'three', 'ten']);
    expect(names(3, sets)).toEqual([]);
    expect(names(undefined, sets)).toEqual([]);
    expect(names(2 ** 31 - 1, sets)).toEqual([]);
  });
  it('spares what has pods, was not seen yet, or is being deleted already', () => {
    const busy = { ...idle('busy', 1), status: { replicas: 1, observedGeneration: 1 } };
    expect(names(0, [busy, sized('active', 2)])).toEqual([]);
    expect(names(0, [idle('unseen', 1, { generation: 2 })])).toEqual([]);
    expect(names(1, [idle('going', 1, { deletionTimestamp: created(1) }), idle('kept', 2)])).toEqual([]);
  });
});

describe('status', () => {
  it('leaves zeros out, keeps collisions, and counts what is missing', () => {
    const d = deployment({ metadata: { generation: 7 }, status: { collisionCount: 2 } });
    expect(calculateStatus(d, sized('new', 3, 1), [], [], now)).toEqual({
      observedGeneration: 7,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 1,
      availableReplicas: 1,
      unavailableReplicas: 2,
      collisionCount: 2,
      conditions: [
        {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
          lastUpdateTime: '2026-01-01T01:00:00Z',
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
      ],
    });
  });

  it('knows of ending pods once every ReplicaSet that was looked at tells', () => {
    const telling = (name: string, terminatingReplicas?: number, observedGeneration?: number) =>
      replicaSet(name, { status: { terminatingReplicas, observedGeneration } });
    expect(totalTerminating([telling('a', 1, 1), telling('b', 2, 1)])).toBe(3);
    expect(totalTerminating([telling('a', 1, 1), telling('b', undefined, 0)])).toBe(1);
    expect(totalTerminating([telling('a', 1, 1), telling('b', undefined, 1)])).toBeUndefined();
  });
});

describe('progress', () => {
  it.each<[string, DeploymentStatus, DeploymentStatus, boolean]>([
    ['more new pods', { updatedReplicas: 1, replicas: 3 }, { updatedReplicas: 2, replicas: 4 }, true],
    ['fewer old pods', { updatedReplicas: 1, replicas: 3 }, { updatedReplicas: 1, replicas: 2 }, true],
    ['more ready pods', { readyReplicas: 1 }, { readyReplicas: 2 }, true],
    ['more available pods', {}, { availableReplicas: 1 }, true],
    ['nothing new', { replicas: 3, readyReplicas: 2 }, { replicas: 3, readyReplicas: 2 }, false],
    ['fewer ready pods', { readyReplicas: 2 }, { readyReplicas: 1 }, false],
    ['more old pods', { replicas: 3, updatedReplicas: 3 }, { replicas: 3, updatedReplicas: 2 }, false],
  ])('of %s', (_, before, after, progressed) => {
    expect(hasProgressed(before, after)).toBe(progressed);
  });

  const progress = (reason: string, status = 'True', at = '2026-01-01T00:00:00Z') => ({
    type: 'Progressing',
    status,
    reason,
    lastUpdateTime: at,
    lastTransitionTime: at,
  });
  const stuck: DeploymentStatus = { replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2 };
  const judge = (condition: ReturnType<typeof progress> | undefined, status: DeploymentStatus, before = status, seconds: number | undefined = 60) =>
    withRolloutConditions(
      deployment({ metadata: { generation: 1 }, spec: { progressDeadlineSeconds: seconds } }),
      before,
      { observedGeneration: 1, ...status, conditions: condition ? [condition] : [] },
      sized('new', 1),
      [],
      now,
    ).conditions!;

  it('renews the time with every step, but not the time of transition', () => {
    const [condition] = judge(progress('ReplicaSetUpdated'), stuck, { ...stuck, readyReplicas: 1 });
    expect(condition).toMatchObject({
      reason: 'ReplicaSetUpdated',
      message: 'ReplicaSet "new" is progressing.',
      lastUpdateTime: '2026-01-01T01:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
  });
  it('times out after the deadline', () => {
    expect(judge(progress('ReplicaSetUpdated'), stuck)).toMatchObject([{ status: 'False', reason: 'ProgressDeadlineExceeded' }]);
    expect(judge(progress('ReplicaSetUpdated', 'True', '2026-01-01T00:59:00Z'), stuck)).toMatchObject([{ reason: 'ReplicaSetUpdated' }]);
    expect(judge(progress('NewReplicaSetAvailable'), stuck)).toMatchObject([{ reason: 'NewReplicaSetAvailable' }]);
    expect(judge(undefined, stuck)).toEqual([]);
  });
  it('is not judged again after a finished rollout', () => {
    const degraded = { replicas: 3, updatedReplicas: 3, readyReplicas: 2 };
    const done = progress('NewReplicaSetAvailable');
    expect(judge(done, degraded, { ...degraded, readyReplicas: 1 })).toEqual([done]);
  });
  it('is of no concern without a deadline', () => {
    const status = withRolloutConditions(deployment(), {}, { conditions: [progress('ReplicaSetUpdated')] }, undefined, [], now);
    expect(status.conditions).toEqual([]);
    expect(judge(progress('ReplicaSetUpdated'), stuck, stuck, 2 ** 31 - 1)).toEqual([]);
  });
  it('shows the failure of a ReplicaSet as long as it lasts, of the new one first', () => {
    const failing = (name: string) =>
      replicaSet(name, { status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: name, lastTransitionTime: created(0) }] } });
    const conditions = withRolloutConditions(deployment(), {}, {}, failing('new'), [failing('old')], now).conditions!;
    expect(conditions).toEqual([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'new', lastTransitionTime: created(0), lastUpdateTime: created(0) },
    ]);
    expect(withRolloutConditions(deployment(), {}, { conditions }, sized('new', 3), [], now).conditions).toEqual([]);
  });
  it('is looked at again a second after the deadline', () => {
    const d = deployment({ metadata: { generation: 1 }, spec: { progressDeadlineSeconds: 3720 } });
    const check = (reason: string, status: DeploymentStatus = stuck) => deadlineCheckMs(d, { ...status, conditions: [progress(reason)] }, now);
    expect(check('ReplicaSetUpdated')).toBe(121_000);
    expect(check('NewReplicaSetAvailable')).toBeUndefined();
    expect(check('ProgressDeadlineExceeded')).toBeUndefined();
    const complete = { replicas: 3, updatedReplicas: 3, availableReplicas: 3, observedGeneration: 1 };
    expect(check('ReplicaSetUpdated', complete)).toBeUndefined();
  });
});
