import { describe, expect, test } from 'vitest';
import type { Write } from '../../src/machinery/reconcile.ts';
import { internalError, type StatusError } from '../../src/machinery/status.ts';
import { nodes } from '../../src/resources/core/node.ts';
import { pods, type Pod } from '../../src/resources/core/pod.ts';
import type { Plugin, Reservation } from '../../src/scheduler/framework.ts';
import { createProfile, createProfiles, type ProfileTable } from '../../src/scheduler/profile.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { bindingsOf, messagesOf, node, pod, random } from './support.ts';

const now = new Date('2026-01-02T03:04:05Z');
const start = (profiles: ProfileTable = createProfiles()) => {
  const cluster = new MemoryCluster();
  const scheduler = new Scheduler(profiles);
  const pass = (afterMs = 0, failures: readonly StatusError[] = []) =>
    scheduler.pass(cluster, { now: new Date(now.getTime() + afterMs), random: random(), failures });
  return { cluster, scheduler, pass };
};
const placed = (name: string, nodeName: string, cpu: string, spec: Partial<Pod['spec']> = {}) =>
  pod(name, { requests: { cpu }, metadata: { generation: 1 }, spec: { nodeName, ...spec }, status: { phase: 'Running' } });
const pending = (name: string, cpu: string, spec: Partial<Pod['spec']> = {}, status: Pod['status'] = {}) =>
  pod(name, { requests: { cpu }, metadata: { generation: 1 }, spec, status });
const bindings = (plan: ReturnType<Scheduler['pass']>) => bindingsOf(plan).map(({ name, nodeName }) => `${name} ${nodeName}`);
const statusOf = (plan: ReturnType<Scheduler['pass']>, name: string): Pod['status'] => {
  const write = plan.writes.find((each) => each.verb === 'update' && each.object.metadata.name === name);
  return write?.verb === 'update' ? (write.object as Pod).status : undefined;
};

describe('preemption', () => {
  test('victims are marked, deleted and told; the pod waits for their room and gets it', () => {
    const { cluster, pass } = start();
    const [low, high] = [placed('low', 'a', '3'), pending('high', '2', { priority: 10 })];
    cluster.put(nodes, node('a'));
    cluster.put(pods, low);
    cluster.put(pods, high);
    const plan = pass();
    expect(plan.writes.map(({ verb }) => verb)).toEqual(['update', 'update', 'delete']);
    expect(statusOf(plan, 'high')).toMatchObject({ nominatedNodeName: 'a', conditions: [{ reason: 'Unschedulable' }] });
    expect(statusOf(plan, 'low')!.conditions).toMatchObject([
      {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: 'default-scheduler: preempting to accommodate a higher priority pod',
      },
    ]);
    expect(plan.writes[2]).toEqual({ verb: 'delete', resource: pods, namespace: 'default', name: 'low', uid: low.metadata.uid });
    const { uid } = high.metadata;
    expect(plan.events.map(({ reason, message }) => [reason, message])).toContainEqual([
      'Preempted',
      `Preempted by pod ${uid} on node a`,
    ]);

    // It goes with grace: until it is gone, nothing happens, not even for the pod that would fit beside it now.
    const [highWrite, lowWrite] = plan.writes as (Write & { verb: 'update' })[];
    cluster.put(pods, highWrite!.object);
    const leaving = lowWrite!.object as Pod;
    cluster.put(pods, { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-02T03:04:35Z' } } as Pod);
    expect(pass().writes).toEqual([]);
    cluster.put(pods, pending('small', '3'));
    expect(bindings(pass())).toEqual([]);
    cluster.remove(pods, 'default', 'low');
    expect(bindings(pass())).toEqual(['high a']);
  });

  test.each([
    ['not again while its victims leave', [], 0],
    ['again when it could not be carried out', [internalError('not written')], 3],
  ])('is planned %s', (_, failures, writes) => {
    const { cluster, pass } = start();
    cluster.put(nodes, node('a'));
    cluster.put(pods, placed('low', 'a', '3'));
    cluster.put(pods, pending('high', '2', { priority: 10 }));
    expect(pass().writes).toHaveLength(3);
    expect(pass(2_000, failures).writes).toHaveLength(writes);
  });

  test('room is kept against pods that are less important, not against others', () => {
    const { cluster, pass } = start();
    cluster.put(nodes, node('a'));
    cluster.put(pods, placed('leaving', 'a', '2'));
    cluster.put(pods, pending('waiting', '3', { priority: 5 }, { nominatedNodeName: 'a' }));
    cluster.put(pods, pending('lower', '2', { priority: 1, preemptionPolicy: 'Never' }));
    expect(bindings(pass())).toEqual([]);
    cluster.put(pods, pending('higher', '2', { priority: 9, preemptionPolicy: 'Never' }));
    expect(bindings(pass())).toEqual(['higher a']);
  });

  test('a more important pod takes a nomination away', () => {
    const { cluster, pass } = start();
    cluster.put(nodes, node('a'));
    cluster.put(pods, placed('there', 'a', '4'));
    cluster.put(pods, pending('waiting', '3', { priority: 5 }, { nominatedNodeName: 'a' }));
    cluster.put(pods, pending('higher', '4', { priority: 9 }));
    const plan = pass();
    expect(statusOf(plan, 'higher')!.nominatedNodeName).toBe('a');
    expect(statusOf(plan, 'waiting')!.nominatedNodeName).toBeUndefined();
    expect(plan.writes.filter(({ verb }) => verb === 'delete').length).toBe(1);
  });
});

describe('following the cluster', () => {
  test('what a pass decided counts in the next, if it landed', () => {
    const { cluster, pass } = start();
    cluster.put(nodes, node('a', { allocatable: { pods: '2' } }));
    cluster.put(pods, pending('landed', '1'));
    const first = pass();
    cluster.carryOut(first);
    cluster.put(pods, pending('lost', '1'));
    expect(bindings(pass())).toEqual(['lost a']);
    // That binding never happened, so there is room for another one, and the pod comes again after its back-off.
    cluster.put(pods, pending('other', '1'));
    const third = pass();
    expect([bindings(third), third.requeueAfterMs]).toEqual([['other a'], 1_000]);
    cluster.carryOut(third);
    expect(messagesOf(pass(1_000)).get('lost')).toContain('1 Too many pods');
  });

  test('without knowing what changed it looks at everything, and keeps what it knows', () => {
    const { cluster, scheduler, pass } = start();
    cluster.put(nodes, node('a'));
    cluster.put(nodes, node('b'));
    cluster.put(pods, placed('p', 'a', '3'));
    pass();
    const kept = scheduler.cache.node('a');
    Object.assign(cluster, { changesSince: () => undefined });
    cluster.remove(pods, 'default', 'p');
    cluster.remove(nodes, '', 'b');
    cluster.put(pods, pending('q', '4'));
    expect(bindings(pass())).toEqual(['q a']);
    expect(scheduler.cache.node('a')).toBe(kept);
    expect(scheduler.cache.node('b')).toBeUndefined();
  });

  test('a pod that fits nowhere is looked at once more, and then lets the cluster sleep', () => {
    const { cluster, pass } = start();
    cluster.put(nodes, node('a'));
    cluster.put(pods, pending('p', '9'));
    const plan = pass();
    expect(plan.requeueAfterMs).toBe(300_000);
    cluster.carryOut(plan);
    expect(pass(1_000)).toEqual({ writes: [], events: [], requeueAfterMs: 299_000 });
    expect(pass(300_000)).toEqual({ writes: [], events: [] });
    // Nor does a new instance, woken by whatever, begin again.
    expect(new Scheduler(createProfiles()).pass(cluster, { now, random: random() })).toEqual({ writes: [], events: [] });
    cluster.put(nodes, node('b', { allocatable: { cpu: '16' } }));
    expect(bindings(pass(400_000))).toEqual(['p b']);
  });
});

describe('reservations', () => {
  const table = (...plugins: Plugin[]): ProfileTable => {
    const { profiles, queueSort } = createProfiles();
    const own = plugins.map((plugin) => ({ plugin }));
    const profile = createProfile();
    return { queueSort, profiles: new Map([...profiles, [profile.schedulerName, { ...profile, plugins: [...profile.plugins, ...own] }]]) };
  };
  const reserving = (name: string, reservation: Reservation): Plugin => ({ name, events: [], reserve: () => reservation });
  const write: Write = { verb: 'delete', resource: pods, namespace: 'x', name: 'x' };
  const passWith = (...plugins: Plugin[]) => {
    const { cluster, pass } = start(table(...plugins));
    cluster.put(nodes, node('a'));
    cluster.put(pods, pending('p', '1', {}, { nominatedNodeName: 'a' }));
    return pass();
  };

  test('writes go before the binding', () => {
    expect(passWith(reserving('R', { writes: [write] })).writes).toMatchObject([write, { verb: 'bind', nodeName: 'a' }]);
  });

  test('what has to follow first is waited for, with the room held', () => {
    const { cluster, pass } = start(table(reserving('R', { writes: [write], wait: true })));
    cluster.put(nodes, node('a'));
    cluster.put(pods, pending('p', '3'));
    cluster.put(pods, pending('q', '3'));
    const plan = pass();
    expect(plan.writes).toContainEqual(write);
    expect(statusOf(plan, 'p')).toEqual({ phase: 'Pending', nominatedNodeName: 'a' });
    expect([...messagesOf(plan).keys()]).toEqual(['q']);
  });

  test.each<[string, Plugin, number | undefined]>([
    ['a reservation', reserving('S', { rejection: 'no luck' }), 1_000],
    ['permit', { name: 'S', events: [], permit: () => 'no luck' }, 300_000],
  ])('%s can turn the pod down: the others are released', (_what, plugin, requeueAfterMs) => {
    const released: string[] = [];
    const plan = passWith(reserving('R', { release: () => void released.push('R') }), plugin);
    expect(released).toEqual(['R']);
    expect([...messagesOf(plan).values()]).toEqual(['0/1 nodes are available: 1 no luck.']);
    expect([bindings(plan), statusOf(plan, 'p')!.nominatedNodeName, plan.requeueAfterMs]).toEqual([[], undefined, requeueAfterMs]);
  });
});
