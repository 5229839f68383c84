import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { Pod } from '../../src/resources/core/pod.ts';
import { pods } from '../../src/resources/core/pod.ts';
import { createScheduler } from '../../src/scheduler/controller.ts';
import { node, pod, random, snapshotOf } from './support.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const reconcile = (...objects: KubeObject[]) =>
  createScheduler().reconcile('scheduler', snapshotOf(...objects), { now, random: random(), failures: [] });

test('a pod that fits is bound, and told so when the binding landed', () => {
  const each = pod('p');
  const plan = reconcile(node('a'), each);
  const write = { verb: 'bind', namespace: 'default', name: 'p', uid: each.metadata.uid, nodeName: 'a' };
  expect(plan.writes).toEqual([write]);
  expect(plan.events).toEqual([
    {
      regarding: each,
      type: 'Normal',
      reason: 'Scheduled',
      message: 'Successfully assigned default/p to a',
      after: plan.writes[0],
    },
  ]);
  expect(plan.requeueAfterMs).toBeUndefined();
});

test('a pod that does not gets the condition and a warning', () => {
  const each = pod('p', {
    metadata: { generation: 3 },
    status: { phase: 'Pending', conditions: [{ type: 'Other', status: 'True' }] },
  });
  const plan = reconcile(each);
  expect(plan.writes).toEqual([
    {
      verb: 'update',
      resource: pods,
      subresource: 'status',
      object: {
        ...each,
        status: {
          phase: 'Pending',
          conditions: [
            { type: 'Other', status: 'True' },
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: 'no nodes available to schedule pods',
              lastTransitionTime: '2026-01-02T03:04:05Z',
              observedGeneration: 3,
            },
          ],
        },
      },
    },
  ]);
  expect(plan.events).toMatchObject([
    { type: 'Warning', reason: 'FailedScheduling', message: 'no nodes available to schedule pods' },
  ]);
});

test('another reason does not change since when', () => {
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: 'x',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const plan = reconcile(pod('p', { status: { conditions: [condition] } }));
  const write = plan.writes[0] as unknown as { object: Pod };
  expect(write.object.status!.conditions).toMatchObject([
    { message: 'no nodes available to schedule pods', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]);
});

test('with nothing to do the plan is empty', () => {
  expect(reconcile(node('a'))).toEqual({ writes: [], events: [] });
});

describe('what wakes the scheduler', () => {
  const [podTrigger, nodeTrigger] = createScheduler().triggers;
  const running = pod('p', { spec: { nodeName: 'a' }, status: { phase: 'Running' } });
  const ended = { ...running, status: { phase: 'Succeeded' } };
  const pending = pod('p');
  const bound = { ...pending, spec: { ...pending.spec, nodeName: 'a' } };
  const cases: [string, Pod, KubeObject[], boolean][] = [
    ['a pod without a node', pending, [pending], true],
    ['a pod that was bound meanwhile', pending, [bound], false],
    ["a running pod's status", running, [running], false],
    ['a pod that ended', running, [ended], true],
    ['a pod that is gone', running, [], true],
    ['a pod that was replaced', running, [pod('p', { spec: { nodeName: 'a' } })], true],
    ['a pending pod that is gone', pending, [], false],
  ];
  test.each(cases)('%s', (_name, each, objects, woken) => {
    expect(podTrigger!.keys(each, snapshotOf(...objects))).toEqual(woken ? ['scheduler'] : []);
  });
  test('nodes', () => expect(nodeTrigger!.keys(node('a'), snapshotOf())).toEqual(['scheduler']));
});
