/** What a Deployment says of itself, as tables. */
import { describe, expect, it } from 'vitest';
import { deadlineCheckMs, hasProgressed, withRolloutConditions } from '../../../src/controllers/deployment/progress.ts';
import { totalTerminating } from '../../../src/controllers/deployment/replica-sets.ts';
import { calculateStatus } from '../../../src/controllers/deployment/status.ts';
import type { DeploymentStatus } from '../../../src/resources/apps/deployment.ts';
import { deployment, replicaSet, sized } from '../support/objects.ts';

const now = new Date('2026-01-01T01:00:00Z');
const created = (hour: number) => `2026-01-01T0${hour}:00:00Z`;

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
  const judge = (
    condition: ReturnType<typeof progress> | undefined,
    status: DeploymentStatus,
    before = status,
    seconds: number | undefined = 60,
  ) =>
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
    expect(judge(progress('ReplicaSetUpdated', 'True', '2026-01-01T00:59:00Z'), stuck)).toMatchObject([
      { reason: 'ReplicaSetUpdated' },
    ]);
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
      replicaSet(name, {
        status: {
          conditions: [
            { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: name, lastTransitionTime: created(0) },
          ],
        },
      });
    const conditions = withRolloutConditions(deployment(), {}, {}, failing('new'), [failing('old')], now).conditions!;
    expect(conditions).toEqual([
      {
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'new',
        lastTransitionTime: created(0),
        lastUpdateTime: created(0),
      },
    ]);
    expect(withRolloutConditions(deployment(), {}, { conditions }, sized('new', 3), [], now).conditions).toEqual([]);
  });
  it('is looked at again a second after the deadline', () => {
    const d = deployment({ metadata: { generation: 1 }, spec: { progressDeadlineSeconds: 3720 } });
    const check = (reason: string, status: DeploymentStatus = stuck) =>
      deadlineCheckMs(d, { ...status, conditions: [progress(reason)] }, now);
    expect(check('ReplicaSetUpdated')).toBe(121_000);
    expect(check('NewReplicaSetAvailable')).toBeUndefined();
    expect(check('ProgressDeadlineExceeded')).toBeUndefined();
    const complete = { replicas: 3, updatedReplicas: 3, availableReplicas: 3, observedGeneration: 1 };
    expect(check('ReplicaSetUpdated', complete)).toBeUndefined();
  });
});
