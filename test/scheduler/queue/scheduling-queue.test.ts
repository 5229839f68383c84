import { describe, expect, test } from 'vitest';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import type { Plugin } from '../../../src/scheduler/framework.ts';
import type { ProfileTable } from '../../../src/scheduler/profile.ts';
import { eventTable } from '../../../src/scheduler/queue/events.ts';
import { flushAfterMs, SchedulingQueue, type QueuedPod } from '../../../src/scheduler/queue/scheduling-queue.ts';
import { prioritySort } from '../../../src/scheduler/plugins/priority-sort.ts';
import { schedulingGates } from '../../../src/scheduler/plugins/scheduling-gates.ts';
import { node, pod } from '../support.ts';

/** Wants to hear of pods that go from the node `a`. */
const picky: Plugin = {
  name: 'Picky',
  events: [{ resource: pods, on: ['delete'], hint: (_pod, before?: Pod) => before?.spec.nodeName === 'a' }],
};
const table: ProfileTable = {
  profiles: new Map([
    ['default-scheduler', { schedulerName: 'default-scheduler', plugins: [{ plugin: schedulingGates }, { plugin: picky }] }],
  ]),
  queueSort: { name: prioritySort.name, compare: prioritySort.compare! },
};
const newQueue = (...waiting: Pod[]) => {
  const queue = new SchedulingQueue(table, eventTable(table));
  for (const each of waiting) queue.podChanged(each.metadata.uid, each);
  return queue;
};
const popAll = (queue: SchedulingQueue) => {
  const popped: QueuedPod[] = [];
  for (let next = queue.pop(); next; next = queue.pop()) popped.push(next);
  return popped;
};
const names = (popped: readonly QueuedPod[]) => popped.map(({ info }) => info.pod.metadata.name);
const rejectedBy = new Set(['Picky']);
const gone = (nodeName: string) => ({ resource: 'pods', before: pod('x', { spec: { nodeName } }) });

test('the important first, then in the order they came; pods that change keep one place', () => {
  const late = pod('late', { metadata: { creationTimestamp: '2026-01-02T00:00:00Z' } });
  const [first, vip] = [pod('first'), pod('vip', { spec: { priority: 5 } })];
  const queue = newQueue(late, first, vip);
  queue.podChanged(late.metadata.uid, { ...late, spec: { ...late.spec, priority: 9 } });
  expect(names(popAll(queue))).toEqual(['late', 'vip', 'first']);
});

test.each<[string, Partial<Pod['spec']>, Partial<Pod['metadata']>, Pod['status']]>([
  ["another scheduler's", { schedulerName: 'other' }, {}, {}],
  ['has a node', { nodeName: 'a' }, {}, {}],
  ['is being deleted', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}],
  ['has ended', {}, {}, { phase: 'Failed' }],
  ['is behind a gate', { schedulingGates: [{ name: 'g' }] }, {}, {}],
])('a pod that %s is not looked at', (_what, spec, metadata, status) => {
  expect(popAll(newQueue(pod('p', { spec, metadata, status })))).toEqual([]);
});

test('a pod comes when its last gate goes', () => {
  const gated = pod('p', { spec: { schedulingGates: [{ name: 'g' }] } });
  const queue = newQueue(gated);
  queue.podChanged(gated.metadata.uid, { ...gated, spec: { ...gated.spec, schedulingGates: [] } });
  expect(names(popAll(queue))).toEqual(['p']);
});

describe('a pod that failed', () => {
  const failedOnce = (rejectors: ReadonlySet<string>) => {
    const each = pod('p');
    const queue = newQueue(each);
    queue.failed(queue.pop()!, rejectors, 0);
    return { queue, each };
  };

  test.each([
    ['an event that its plugin takes for good', gone('a'), true],
    ['one that its plugin does not', gone('b'), false],
    ['one of another sort', { resource: 'pods', after: pod('x', { spec: { nodeName: 'a' } }) }, false],
    ['one of another kind', { resource: 'nodes', after: node('a') }, false],
    ['a pod that ends on its node', { ...gone('a'), after: pod('x', { spec: { nodeName: 'a' }, status: { phase: 'Succeeded' } }) }, true],
  ])('waits for an event: %s', (_what, change, comes) => {
    const { queue } = failedOnce(rejectedBy);
    expect([names(popAll(queue)), queue.awaitsEvents]).toEqual([[], true]);
    queue.eventHappened(change);
    expect(names(popAll(queue))).toEqual(comes ? ['p'] : []);
  });

  test('comes again when it changes itself, but not for its status', () => {
    const { queue, each } = failedOnce(rejectedBy);
    queue.podChanged(each.metadata.uid, { ...each, status: { ...each.status, nominatedNodeName: 'a' } });
    expect(popAll(queue)).toEqual([]);
    queue.podChanged(each.metadata.uid, { ...each, metadata: { ...each.metadata, labels: { a: 'b' } } });
    expect(names(popAll(queue))).toEqual(['p']);
  });

  test('waits for no event for ever', () => {
    const { queue } = failedOnce(rejectedBy);
    queue.flush(flushAfterMs - 1);
    expect(popAll(queue)).toEqual([]);
    queue.flush(flushAfterMs);
    expect(names(popAll(queue))).toEqual(['p']);
  });

  test('for no fault of its own waits for its back-off, longer each time', () => {
    const { queue } = failedOnce(new Set());
    let nowMs = 0;
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      expect(queue.pop()).toBeUndefined();
      const nextMs = queue.nextMs(nowMs)!;
      waits.push(nextMs - nowMs);
      nowMs = nextMs;
      queue.flush(nowMs);
      queue.failed(queue.pop()!, new Set(), nowMs);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test('that something helps comes at once a few times, after the active ones, and then backs off', () => {
    const { queue } = failedOnce(rejectedBy);
    const other = pod('q');
    queue.podChanged(other.metadata.uid, other);
    queue.eventHappened(gone('a'));
    const [first, again] = popAll(queue);
    expect(names([first!, again!])).toEqual(['q', 'p']);
    for (let attempts = 2; attempts <= 3; attempts++) {
      queue.failed(again!, rejectedBy, 0);
      queue.eventHappened(gone('a'));
      expect(queue.pop()).toBe(again);
    }
    queue.failed(again!, rejectedBy, 0);
    queue.eventHappened(gone('a'));
    expect([queue.pop(), queue.nextMs(0)]).toEqual([undefined, 8_000]);
    queue.flush(8_000);
    expect(queue.pop()).toBe(again);
  });

  test('is forgotten when it is gone', () => {
    const { queue, each } = failedOnce(rejectedBy);
    queue.podChanged(each.metadata.uid, undefined);
    queue.retryAll();
    expect([queue.pop(), queue.pods.size, queue.awaitsEvents]).toEqual([undefined, 0, false]);
  });
});

test('a binding that did not land brings the pod again after a back-off', () => {
  const [lost, bound] = [pod('lost'), pod('bound')];
  const queue = newQueue(lost, bound);
  popAll(queue);
  queue.podChanged(bound.metadata.uid, { ...bound, spec: { ...bound.spec, nodeName: 'a' } });
  queue.retryPopped(0);
  expect([queue.pop(), queue.nextMs(0)]).toEqual([undefined, 1_000]);
  queue.flush(1_000);
  expect(names(popAll(queue))).toEqual(['lost']);
});
