import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { feasibleNodes } from '../../../src/scheduler/filter.ts';
import type { PostFiltered } from '../../../src/scheduler/framework.ts';
import type { Candidate } from '../../../src/scheduler/plugins/default-preemption/candidates.ts';
import {
  createDefaultPreemption,
  type DefaultPreemptionArgs,
} from '../../../src/scheduler/plugins/default-preemption/default-preemption.ts';
import { pickCandidate } from '../../../src/scheduler/plugins/default-preemption/pick.ts';
import { createProfile } from '../../../src/scheduler/profile.ts';
import type { PassCluster } from '../../../src/scheduler/snapshot/pass-cluster.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../support.ts';
import { affinity, near, on } from './support.ts';

const [high, mid, low, negative] = [1000, 100, 0, -100];
/** A third of what a node has. */
const [large, medium, small] = ['300m', '200m', '100m'];
const machine = (name: string, labels?: Record<string, string>) =>
  node(name, { ...(labels && { labels }), allocatable: { cpu: '500m', memory: '500', pods: '32' } });

let number = 0;
const asks = (priority: number, cpu: string, more: Parameters<typeof pod>[1] & {} = {}) => ({
  ...more,
  requests: { cpu },
  spec: { ...more.spec, priority, containers: [{ name: 'c', image: 'c', resources: { requests: { cpu } } }] },
});
const placed = (name: string, nodeName: string, priority: number, cpu: string, more: Parameters<typeof pod>[1] = {}): Pod => {
  const each = on(nodeName, asks(priority, cpu, more));
  return { ...each, metadata: { ...each.metadata, name } };
};
const waiting = (priority: number, cpu: string, more: Parameters<typeof pod>[1] = {}) =>
  pod(`p${++number}`, asks(priority, cpu, more));
const startedAt = (seconds: number): Parameters<typeof pod>[1] => ({
  status: { startTime: new Date(seconds * 1000).toISOString() },
});

function preempt(each: Pod, cluster: PassCluster, args: DefaultPreemptionArgs = {}): PostFiltered {
  const info = podInfoOf(each);
  const { diagnosis, check } = feasibleNodes(info, cluster, createProfile(), { next: 0, looks: 0 });
  const { resolvable, nodeCount } = diagnosis;
  return createDefaultPreemption(args).postFilter!(info, { resolvable, nodeCount, check }, cluster)!;
}

const outcome = ({ nominatedNodeName, victims, message }: PostFiltered) => ({
  node: nominatedNodeName,
  ...(victims && { victims: victims.map((each) => each.pod.metadata.name) }),
  ...(message !== undefined && { message }),
});

describe('who has to go', () => {
  const cases: [string, Pod, Pod[], ReturnType<typeof outcome>][] = [
    ['the pod that is in the way', waiting(high, large), [placed('a1', 'a', mid, large)], { node: 'a', victims: ['a1'] }],
    [
      'nobody as important',
      waiting(mid, large),
      [placed('a1', 'a', mid, large)],
      { node: '', message: '0/1 nodes are available: 1 No preemption victims found for incoming pod.' },
    ],
    [
      'nobody where it would not help',
      waiting(high, large),
      [placed('a1', 'a', low, small), placed('a2', 'a', high, large)],
      { node: '', message: '0/1 nodes are available: 1 Insufficient cpu.' },
    ],
    [
      'nobody for what the node has not',
      waiting(high, '501m'),
      [placed('a1', 'a', low, small)],
      { node: '', message: '0/1 nodes are available: 1 Preemption is not helpful for scheduling.' },
    ],
    [
      'the medium one, as the lower is small',
      waiting(high, large),
      [placed('a1', 'a', low, small), placed('a2', 'a', mid, large)],
      { node: 'a', victims: ['a2'] },
    ],
    [
      'the least important that are enough',
      waiting(high, large),
      [
        placed('a1', 'a', mid, small),
        placed('a2', 'a', low, small),
        placed('a3', 'a', mid, medium),
        placed('a4', 'a', high, small),
      ],
      { node: 'a', victims: ['a3', 'a2'] },
    ],
    [
      'of equals the younger',
      waiting(high, small),
      [placed('a1', 'a', low, large, startedAt(20)), placed('a2', 'a', low, medium, startedAt(10))],
      { node: 'a', victims: ['a1'] },
    ],
    [
      'who keeps it off',
      waiting(high, small, { labels: { app: 'x' }, spec: affinity({ without: [near('kubernetes.io/hostname', ['pod'])] }) }),
      [placed('a1', 'a', mid, small, { labels: { pod: '1' } }), placed('a2', 'a', low, medium)],
      { node: 'a', victims: ['a1'] },
    ],
  ];
  test.each(cases)('%s', (_name, each, pods, expected) => {
    const cluster = clusterOf([machine('a')], pods);
    const before = cluster.nodes[0]!.requested.milliCpu;
    expect(outcome(preempt(each, cluster))).toEqual(expected);
    // It was only a question.
    expect(cluster.nodes[0]!.requested.milliCpu).toBe(before);
    expect(cluster.nodes[0]!.pods.map(({ pod: { metadata } }) => metadata.name).sort()).toEqual(
      pods.map((p) => p.metadata.name).sort(),
    );
  });

  test('who makes spreading impossible', () => {
    const zone = (name: string) => ({ zone: name });
    const foo = { labels: { foo: '' } };
    const constraint = (topologyKey: string) => ({
      topologyKey,
      maxSkew: 1,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { foo: '' } },
    });
    const nodes = [machine('a', zone('z1')), machine('b', zone('z1')), machine('x', zone('z2'))];
    const pods = [placed('a1', 'a', low, small, foo), placed('b1', 'b', low, small, foo), placed('x1', 'x', high, '500m', foo)];
    const each = waiting(high, small, {
      ...foo,
      spec: { topologySpreadConstraints: [constraint('zone'), constraint('kubernetes.io/hostname')] },
    });
    const { nominatedNodeName = '', victims } = preempt(each, clusterOf(nodes, pods));
    expect(['a', 'b']).toContain(nominatedNodeName);
    expect(victims?.map(({ pod: { metadata } }) => metadata.name)).toEqual([`${nominatedNodeName}1`]);
  });

  test('the reasons of all nodes are counted', () => {
    const nodes = [machine('a'), machine('b'), machine('c'), node('d', { allocatable: { cpu: '100m' } })];
    const pods = [
      placed('a1', 'a', high, large),
      placed('b1', 'b', low, small),
      placed('b2', 'b', high, large),
      placed('c1', 'c', high, large),
    ];
    expect(preempt(waiting(high, large), clusterOf(nodes, pods)).message).toBe(
      '0/4 nodes are available: 1 Insufficient cpu, 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
    );
  });
});

describe('budgets', () => {
  const app = { labels: { app: 'foo' } };
  const budget = (disruptionsAllowed: number, more: object = {}, selector: object = { matchLabels: app.labels }): KubeObject =>
    ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: pod('budget').metadata,
      spec: { selector },
      status: { disruptionsAllowed, ...more },
    }) as KubeObject;
  const choose = (budgets: KubeObject[], pods: Pod[]) =>
    outcome(preempt(waiting(high, large), clusterOf([machine('a'), machine('b')], pods, budgets)));
  // On a one pod of low priority that a budget protects, on b one that is more important and not protected.
  const pods = [placed('a1', 'a', low, large, app), placed('b1', 'b', mid, large)];

  test('a node without violation is better, whatever the priorities', () => {
    expect(choose([], pods)).toEqual({ node: 'a', victims: ['a1'] });
    expect(choose([budget(0)], pods)).toEqual({ node: 'b', victims: ['b1'] });
    expect(choose([budget(1)], pods)).toEqual({ node: 'a', victims: ['a1'] });
  });

  test('a pod whose disruption is counted already violates nothing', () => {
    expect(choose([budget(0, { disruptedPods: { a1: '2026-01-01T00:00:00Z' } })], pods)).toEqual({ node: 'a', victims: ['a1'] });
  });

  test.each([
    ['an empty selector', {}],
    ['a selector of others', { matchLabels: { app: 'bar' } }],
  ])('%s protects nobody', (_name, selector) => {
    expect(choose([budget(0, {}, selector)], pods)).toEqual({ node: 'a', victims: ['a1'] });
  });

  test('an allowance is used up by the first', () => {
    const two = [placed('a1', 'a', low, medium, app), placed('a2', 'a', low, large, app), placed('b1', 'b', mid, large)];
    expect(choose([budget(1)], two)).toEqual({ node: 'b', victims: ['b1'] });
    expect(choose([budget(2)], two)).toEqual({ node: 'a', victims: ['a2'] });
  });

  test('protected pods are put back first', () => {
    const both = [placed('a1', 'a', low, medium, app), placed('a2', 'a', mid, large)];
    const found = preempt(waiting(high, large), clusterOf([machine('a')], both, [budget(0)]));
    expect(outcome(found)).toEqual({ node: 'a', victims: ['a2'] });
  });
});

test('of pods that are alike, one that cannot stay stands for the others', () => {
  const pods = Array.from({ length: 4 }, (_, i) => placed(`a${i}`, 'a', low, small));
  const cluster = clusterOf([machine('a')], pods);
  let changes = 0;
  const add = cluster.add.bind(cluster);
  cluster.add = (info, at) => (changes++, add(info, at));
  // All leave; one may come back, another not; the rest is not asked, and all are put back in the end.
  expect(preempt(waiting(high, '400m'), cluster).victims).toHaveLength(3);
  expect(changes).toBe(2 + 3);
});

describe('the search ends with enough candidates', () => {
  const names = Array.from({ length: 8 }, (_, i) => `n${i}`);
  const args = { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 2 };
  const looks = (budgets: KubeObject[], more: (name: string) => Parameters<typeof pod>[1] = () => ({})) => {
    const pods = names.map((name) => placed(name, name, low, large, more(name)));
    const cluster = clusterOf(
      names.map((name) => machine(name)),
      pods,
      budgets,
    );
    const removed = new Set<string>();
    const remove = cluster.remove.bind(cluster);
    cluster.remove = (info, at) => (removed.add(at.name), remove(info, at));
    preempt(waiting(high, large), cluster, args);
    return removed.size;
  };

  test('so many', () => expect(looks([])).toBe(2));

  test('and one that violates nothing, if there is one', () => {
    const protects = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: pod('budget').metadata,
      spec: { selector: { matchLabels: { app: 'foo' } } },
      status: { disruptionsAllowed: 0 },
    } as KubeObject;
    expect(looks([protects], () => ({ labels: { app: 'foo' } }))).toBe(8);
  });
});

// Upstream's cases of pickOneNodeForPreemption.
describe('which node', () => {
  const cases: [string, Record<string, [number, number?][]>, string][] = [
    ['the lowest of the most important', { a: [[mid], [low]], b: [[low], [low], [low]], c: [[mid]] }, 'b'],
    ['the lowest sum', { a: [[mid], [mid]], b: [[mid], [low]], c: [[mid], [mid - 1]] }, 'b'],
    ['the fewest', { a: [[mid], [negative], [negative]], b: [[mid], [negative]] }, 'b'],
    ['the fewest, where the sum is the same', { a: [[mid], [-(2 ** 31)]], b: [[mid]] }, 'b'],
    ['the fewest, also below zero', { a: [[negative], [negative]], b: [[negative]] }, 'b'],
    ['the latest start', { a: [[mid, 10]], b: [[mid, 30]], c: [[mid, 20]] }, 'b'],
    [
      'the latest start of the earliest',
      {
        a: [
          [mid, 10],
          [mid, 50],
        ],
        b: [
          [mid, 20],
          [mid, 30],
        ],
      },
      'b',
    ],
    [
      'the start of the most important only',
      {
        a: [
          [mid, 10],
          [low, 90],
        ],
        b: [
          [mid, 20],
          [low, 5],
        ],
      },
      'b',
    ],
    ['the first', { a: [[mid, 10]], b: [[mid, 10]] }, 'a'],
  ];
  test.each(cases)('%s', (_name, nodes, best) => {
    const cluster = clusterOf(Object.keys(nodes).map((name) => machine(name)));
    const candidates = Object.entries(nodes).map(([name, victims]): Candidate => ({
      node: cluster.node(name)!,
      violations: 0,
      victims: victims.map(([priority, start = 0]) => podInfoOf(placed('v', name, priority, small, startedAt(start)))),
    }));
    expect(pickCandidate(candidates, cluster.now)?.node.name).toBe(best);
    const worse = candidates.map((each) => (each.node.name === best ? { ...each, violations: 1 } : each));
    expect(pickCandidate(worse, cluster.now)?.node.name).not.toBe(best);
  });

  test('none of none', () => expect(pickCandidate([], new Date())).toBeUndefined());
});

describe('who may preempt', () => {
  const victim = (condition?: object) =>
    placed('a1', 'a', low, large, {
      metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      status: { conditions: condition ? [condition as never] : [] },
    });
  const preempted = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' };
  const nominated = (cpu = large) => waiting(high, cpu, { status: { nominatedNodeName: 'a' } });
  const cases: [string, Pod, Pod, ReturnType<typeof outcome>][] = [
    [
      'not with preemptionPolicy Never',
      waiting(high, large, { spec: { preemptionPolicy: 'Never' } }),
      victim(),
      { node: undefined, message: 'not eligible due to preemptionPolicy=Never.' },
    ],
    [
      'not while its victims leave',
      nominated(),
      victim(preempted),
      { node: undefined, message: 'not eligible due to a terminating pod on the nominated node.' },
    ],
    ['while others leave', nominated(), victim(), { node: 'a', victims: ['a1'] }],
    [
      'while others leave that were evicted',
      nominated(),
      victim({ ...preempted, reason: 'EvictionByEvictionAPI' }),
      { node: 'a', victims: ['a1'] },
    ],
    [
      'where it cannot go any more it does not wait',
      nominated('600m'),
      victim(preempted),
      { node: '', message: '0/1 nodes are available: 1 Preemption is not helpful for scheduling.' },
    ],
  ];
  test.each(cases)('%s', (_name, each, other, expected) => {
    expect(outcome(preempt(each, clusterOf([machine('a')], [other])))).toEqual(expected);
  });
});
