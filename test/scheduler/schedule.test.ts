import { describe, expect, test } from 'vitest';
import { seededRandom, type Random } from '../../src/lib/random.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { Pod } from '../../src/resources/core/pod.ts';
import { nodesToFind } from '../../src/scheduler/filter.ts';
import { createProfiles } from '../../src/scheduler/profile.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { portsConflict } from '../../src/resources/shared/host-ports.ts';
import { bindingsOf, clusterOf, messagesOf, node, pod, snapshotOf } from './support.ts';

const now = new Date('2026-01-02T03:04:05Z');
const everything = { pods: 512, nodeLooks: 1_000_000 };

/** The first pass of a scheduler that has never seen anything. */
const pass = (objects: readonly KubeObject[], { random = seededRandom(1), ...most }: { random?: Random; pods?: number; nodeLooks?: number } = {}) =>
  new Scheduler(createProfiles()).pass(snapshotOf(...objects), { now, random }, { ...everything, ...most });

const names = (plan: ReturnType<typeof pass>) => bindingsOf(plan).map(({ name, nodeName }) => `${name} ${nodeName}`);
const messages = (plan: ReturnType<typeof pass>) => [...messagesOf(plan).values()];

const placed = (name: string, nodeName: string, more: Parameters<typeof pod>[1] = {}): Pod => {
  const each = pod(name, more);
  return { ...each, spec: { ...each.spec, nodeName } };
};

describe('which pods are scheduled', () => {
  const cases: [string, Pod, boolean][] = [
    ['a pending one', pod('p'), true],
    ['one without a scheduler name', pod('p', { spec: { schedulerName: undefined } }), true],
    ["another scheduler's", pod('p', { spec: { schedulerName: 'other' } }), false],
    ['one that has a node', placed('p', 'a'), false],
    ['one that is being deleted', pod('p', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), false],
    ['one behind a gate', pod('p', { spec: { schedulingGates: [{ name: 'wait' }] } }), false],
    ['one that has ended', pod('p', { status: { phase: 'Failed' } }), false],
  ];
  test.each(cases)('%s', (_name, each, scheduled) => {
    expect(names(pass([node('a'), each])).length).toBe(scheduled ? 1 : 0);
  });
});

test('higher priority first, then older, then by name; a pass counts its own placements', () => {
  const one = node('a', { allocatable: { pods: '2' } });
  const at = (name: string, creationTimestamp: string, priority?: number) =>
    pod(name, { metadata: { creationTimestamp }, spec: { priority } });
  const pods = [
    at('c', '2026-01-01T00:00:01Z'),
    at('b', '2026-01-01T00:00:02Z', 10),
    at('a', '2026-01-01T00:00:02Z'),
    at('d', '2026-01-01T00:00:01Z'),
  ];
  const result = pass([one, ...pods]);
  expect(names(result)).toEqual(['b a', 'c a']);
  expect([...messagesOf(result).keys()]).toEqual(['d', 'a']);
});

test('pods that have ended take no room, pods that are being deleted do', () => {
  const one = node('a', { allocatable: { pods: '1' } });
  expect(names(pass([one, placed('ended', 'a', { status: { phase: 'Succeeded' } }), pod('p')]))).toEqual(['p a']);
  const deleting = placed('deleting', 'a', {
    metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
    status: { phase: 'Running' },
  });
  expect(names(pass([one, deleting, pod('p')]))).toEqual([]);
});

test('the least used node gets the pod, and equal nodes share', () => {
  expect(names(pass([node('a'), node('b'), placed('there', 'a', { requests: { cpu: '2' } }), pod('p')]))).toEqual(['p b']);
  const four = ['a', 'b', 'c', 'd'].map((name) => node(name));
  const many = Array.from({ length: 40 }, (_, i) => pod(`p${i}`, { requests: { cpu: '100m', memory: '100Mi' } }));
  const counts = new Map<string, number>();
  for (const { nodeName } of bindingsOf(pass([...four, ...many]))) counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  expect([...counts.values()]).toEqual([10, 10, 10, 10]);
});

describe('why a pod does not fit', () => {
  const big = { requests: { cpu: '3' } };
  const full = placed('there', 'a', { requests: { cpu: '2' } });
  const taints = [{ key: 'x', effect: 'NoSchedule' }];
  const unhelpful = (count: number) => `${count} Preemption is not helpful for scheduling`;
  const byName = (...values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values }] }],
        },
      },
    },
  });
  const cases: [string, KubeObject[], string][] = [
    ['no nodes', [pod('p')], 'no nodes available to schedule pods'],
    [
      'reasons are counted, most telling form first',
      [node('a'), node('b', { spec: { taints } }), node('c', { spec: { taints } }), full, pod('p', big)],
      `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, ${unhelpful(2)}.`,
    ],
    [
      'more than any node has',
      [node('a'), pod('p', { requests: { cpu: '8' } })],
      `0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: ${unhelpful(1)}.`,
    ],
    [
      'several reasons of one node',
      [node('a', { allocatable: { pods: '1' } }), full, pod('p', big)],
      '0/1 nodes are available: 1 Insufficient cpu, 1 Too many pods. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'may not push others away',
      [node('a'), full, pod('p', { ...big, spec: { ...pod('p', big).spec, preemptionPolicy: 'Never' } })],
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    ],
    [
      'others could be pushed away',
      [node('a'), full, pod('p', { ...big, spec: { ...pod('p', big).spec, priority: 5 } })],
      '0/1 nodes are available: 1 Insufficient cpu.',
    ],
    [
      'nodes that are not named',
      [node('a', { spec: { taints } }), node('b'), pod('p', { spec: byName('a') })],
      `0/2 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity], 1 node(s) had untolerated taint(s). preemption: 0/2 nodes are available: ${unhelpful(2)}.`,
    ],
    [
      'a contradiction',
      [node('a'), pod('p', { spec: byName() })],
      `0/1 nodes are available: pod affinity terms conflict. preemption: 0/1 nodes are available: ${unhelpful(1)}.`,
    ],
  ];
  test.each(cases)('%s', (_name, objects, message) => {
    expect(messages(pass(objects))).toEqual([message]);
  });

  test('is said once', () => {
    const told = (message: string) =>
      pod('p', { ...big, status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] } });
    const [message] = messages(pass([node('a'), full, pod('p', big)]));
    expect(pass([node('a'), full, told(message!)])).toEqual({ writes: [], events: [] });
    expect(messages(pass([node('a'), full, told('0/9 nodes are available')]))).toEqual([message]);
  });
});

describe('a pass is bounded', () => {
  const tiny = node('a', { allocatable: { pods: '1000' } });

  test('so many pods, and the rest at once in the next', () => {
    const scheduler = new Scheduler(createProfiles());
    const many = Array.from({ length: 10 }, (_, i) => pod(`p${i}`));
    const first = scheduler.pass(snapshotOf(tiny, ...many), { now, random: seededRandom(1) }, { ...everything, pods: 4 });
    expect([first.writes.length, first.requeueAfterMs]).toEqual([4, 0]);
    const bound = new Set(names(first).map((name) => name.split(' ')[0]));
    const after = many.map((each) => (bound.has(each.metadata.name) ? { ...each, spec: { ...each.spec, nodeName: 'a' } } : each));
    const second = scheduler.pass(snapshotOf(tiny, ...after), { now, random: seededRandom(1) }, everything);
    expect([second.writes.length, second.requeueAfterMs]).toEqual([6, undefined]);
  });

  test('so many looks at nodes', () => {
    const nodes = Array.from({ length: 10 }, (_, i) => node(`n${i}`));
    const result = pass([...nodes, ...Array.from({ length: 10 }, (_, i) => pod(`p${i}`))], { nodeLooks: 25 });
    expect([result.writes.length, result.requeueAfterMs]).toEqual([3, 0]);
  });

  test('pods that ask for the same as one that does not fit cost no look', () => {
    const same = Array.from({ length: 10 }, (_, i) => pod(`a${i}`, { requests: { cpu: '100' } }));
    const result = pass([tiny, ...same, pod('z')], { nodeLooks: 2 });
    expect(names(result)).toEqual(['z a']);
    expect(messages(result).length).toBe(10);
  });
});

test('a cluster may prefer full nodes; other profiles keep to theirs', () => {
  const full = { schedulerName: 'full', scoringStrategy: { type: 'MostAllocated' } } as const;
  const scheduler = new Scheduler(createProfiles({ profiles: [{}, full] }));
  const nodes = [node('a'), node('b')];
  const objects = [placed('there', 'a', { requests: { cpu: '2', memory: '4Gi' } }), ...nodes];
  const own = (name: string, schedulerName?: string) =>
    pod(name, { requests: { cpu: '1', memory: '2Gi' }, spec: { schedulerName } });
  const plan = scheduler.pass(snapshotOf(...objects, own('p', 'full'), own('q'), own('r', 'other')), { now, random: seededRandom(1) });
  expect(names(plan)).toEqual(['p a', 'q b']);
  expect(() => createProfiles({ profiles: [{}, {}] })).toThrow('two profiles are named default-scheduler');
});

test.each([
  [5, 5],
  [99, 99],
  [100, 100],
  [500, 230],
  [5000, 500],
  [10000, 500],
])('of %i nodes, the search ends after %i that can take the pod', (count, expected) => {
  expect(nodesToFind(count)).toBe(expected);
});

test('an invariant: nothing is ever overcommitted, and whatever fits an empty enough cluster is placed', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const random = seededRandom(seed);
  const pick = (max: number) => Math.floor(random.next() * max);
  for (let round = 0; round < 30; round++) {
    const nodes = Array.from({ length: 1 + pick(12) }, (_, i) =>
      node(`n${i}`, { allocatable: { cpu: String(1 + pick(4)), memory: `${1 + pick(4)}Gi`, pods: String(1 + pick(8)) } }),
    );
    const containers = () => [
      {
        name: 'main',
        resources: { requests: { cpu: `${pick(1500)}m`, memory: `${pick(1500)}Mi` } },
        ...(pick(4) === 0 && { ports: [{ containerPort: 80, hostPort: 8000 + pick(2) }] }),
      },
    ];
    const pending = Array.from({ length: pick(60) }, (_, i) =>
      pod(`p${i}`, { spec: { containers: containers(), priority: pick(3) } }),
    );
    const result = pass([...nodes, ...pending], { random });

    const nodeNames = new Map(bindingsOf(result).map(({ name, nodeName }) => [name, nodeName]));
    const after = pending.map((each) => ({ ...each, spec: { ...each.spec, nodeName: nodeNames.get(each.metadata.name) } }));
    const onNodes = after.filter(({ spec }) => spec.nodeName);
    for (const info of clusterOf(nodes, onNodes).nodes) {
      expect(info.requested.milliCpu).toBeLessThanOrEqual(info.allocatable.milliCpu);
      expect(info.requested.memory).toBeLessThanOrEqual(info.allocatable.memory);
      expect(info.pods.length).toBeLessThanOrEqual(info.allowedPods);
      for (const [i, a] of info.hostPorts.entries())
        for (const b of info.hostPorts.slice(i + 1)) expect(portsConflict([a], [b])).toBe(false);
    }
    expect(nodeNames.size + messages(result).length).toBe(pending.length);
    // Nothing that was left out would fit now.
    expect(names(pass([...nodes, ...after], { random }))).toEqual([]);
  }
});
