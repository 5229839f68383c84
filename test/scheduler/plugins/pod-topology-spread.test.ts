import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Node } from '../../../src/resources/core/node.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import {
  createPodTopologySpread,
  podTopologySpread,
} from '../../../src/scheduler/plugins/pod-topology-spread/pod-topology-spread.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../support.ts';
import { constraint, fourNodes, spread, taints, withLabels } from './spread-objects.ts';
import { filterFor, fitting, hinted, on, turnedDown } from './support.ts';

const mismatch = "node(s) didn't match pod topology spread constraints";

// Upstream's cases of filtering_test.go.
describe('filter', () => {
  type Case = [string, { labels?: string; spec?: object; constraints: object[]; nodes?: Node[]; pods?: Pod[] }, string];
  const zone = constraint('zone', 'foo');
  const host = constraint('node', 'foo');
  const selected = { nodeSelector: { foo: '' } };
  const fooOn = (...names: string[]) => fourNodes(Object.fromEntries(names.map((name) => [name, { labels: { foo: '' } }])));
  const three = ['a', 'b', 'c'].map((name) => node(name, { labels: { node: name } }));
  const nodeIn = (operator: string, ...values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'node', operator, values }] }],
        },
      },
    },
  });
  const ignore = { nodeAffinityPolicy: 'Ignore' };
  const honour = { nodeTaintsPolicy: 'Honor' };
  const cases: Case[] = [
    ['no pods', { constraints: [zone] }, 'a b x y'],
    ['no pods, and it is not one of them', { constraints: [constraint('zone', 'bar')] }, 'a b x y'],
    [
      'other namespaces do not count',
      { constraints: [zone], pods: [on('a', { namespace: 'one', ...withLabels('foo') }), ...spread('0/0/1/1')] },
      'a b',
    ],
    ['no selector matches nothing', { constraints: [constraint('zone', undefined)], pods: spread('0/0/1/1') }, 'a b x y'],
    ['an empty selector counts nothing', { constraints: [{ ...zone, labelSelector: {} }], pods: spread('0/0/1/1') }, 'a b x y'],
    ['zones 3/3', { constraints: [zone], pods: spread('2/1/0/3') }, 'a b x y'],
    ['nodes 2/1/0/3', { constraints: [host], pods: spread('2/1/0/3') }, 'x'],
    ['nodes 2/1/0/3, skew 2', { constraints: [{ ...host, maxSkew: 2 }], pods: spread('2/1/0/3') }, 'b x'],
    ['nodes 2/1/0/3, and it is not one of them', { labels: 'bar', constraints: [host], pods: spread('2/1/0/3') }, 'b x'],
    [
      'only nodes it may go to are domains: 2/~1~/~0~/3',
      { spec: nodeIn('In', 'a', 'y'), constraints: [host], pods: spread('2/1/0/3') },
      'a b x',
    ],
    [
      'pods of nodes it may not go to do not count: 0/~2~/0/1',
      { spec: nodeIn('NotIn', 'b'), constraints: [zone], pods: spread('0/2/0/1') },
      'a b',
    ],
    [
      'pods that are being deleted do not count',
      {
        constraints: [host],
        nodes: three.slice(0, 2),
        pods: [
          on('a', { ...withLabels('foo'), metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
          on('b', withLabels('foo')),
        ],
      },
      'a',
    ],
    [
      'too few domains: 2/2/1',
      { constraints: [{ ...host, maxSkew: 2, minDomains: 4 }], nodes: three, pods: spread('2/2/1', ['a', 'b', 'c']) },
      'c',
    ],
    [
      'enough domains: 2/2/1',
      { constraints: [{ ...host, maxSkew: 2, minDomains: 2 }], nodes: three, pods: spread('2/2/1', ['a', 'b', 'c']) },
      'a b c',
    ],
    ['too few zones: 2/1', { constraints: [{ ...zone, maxSkew: 2, minDomains: 3 }], pods: spread('1/1/0/1') }, 'x y'],
    ['enough zones: 2/1', { constraints: [{ ...zone, maxSkew: 2, minDomains: 1 }], pods: spread('1/1/0/1') }, 'a b x y'],
    [
      'node selector honoured',
      { spec: selected, constraints: [host], nodes: fooOn('a', 'b', 'x'), pods: spread('1/1/0/1') },
      'x y',
    ],
    [
      'node selector ignored',
      { spec: selected, constraints: [{ ...host, ...ignore }], nodes: fooOn('a', 'b', 'x'), pods: spread('1/1/0/1') },
      'x',
    ],
    [
      'taints honoured',
      { constraints: [{ ...host, ...honour }], nodes: fourNodes({ y: { spec: { taints } } }), pods: spread('1/1/0/1') },
      'x y',
    ],
    ['taints ignored', { constraints: [host], nodes: fourNodes({ y: { spec: { taints } } }), pods: spread('1/1/0/1') }, 'x'],
    [
      'taints honoured and tolerated',
      {
        spec: { tolerations: [{ key: 'foo', operator: 'Exists' }] },
        constraints: [{ ...host, ...honour }],
        nodes: fourNodes({ y: { spec: { taints } } }),
        pods: spread('1/1/0/1'),
      },
      'x',
    ],
    ['zones 3/3 and nodes 2/1/0/3', { constraints: [zone, host], pods: spread('2/1/0/3') }, 'x'],
    ['zones 3/4 and nodes 2/1/0/4', { constraints: [zone, host], pods: spread('2/1/0/4') }, ''],
    [
      'other labels: zones 1/0 and nodes 0/0/0/1',
      {
        labels: 'foo bar',
        constraints: [zone, constraint('node', 'bar')],
        pods: [...spread('1/0/0/0'), on('y', withLabels('bar'))],
      },
      'x',
    ],
    [
      'other labels: zones 1/0 and nodes 0/0/1/1',
      {
        labels: 'foo bar',
        constraints: [zone, constraint('node', 'bar')],
        pods: [...spread('1/0/0/0'), ...spread('0/0/1/1', undefined, 'bar')],
      },
      '',
    ],
    [
      'other labels, and it is not one of the first',
      {
        labels: 'bar',
        constraints: [zone, constraint('node', 'bar')],
        pods: [...spread('1/0/0/0'), ...spread('0/0/1/1', undefined, 'bar')],
      },
      'a b',
    ],
    [
      'zone: honour/ignore, node: ignore/ignore',
      { spec: selected, constraints: [zone, { ...host, ...ignore }], nodes: fooOn('a', 'b', 'x'), pods: spread('1/1/0/1') },
      'x',
    ],
    [
      'zone: honour/honour, node: honour/ignore',
      { constraints: [{ ...zone, ...honour }, host], nodes: fourNodes({ y: { spec: { taints } } }), pods: spread('1/1/0/1') },
      'x',
    ],
    [
      'zone: honour/honour, node: ignore/ignore',
      {
        spec: selected,
        constraints: [
          { ...zone, ...honour },
          { ...host, ...ignore },
        ],
        nodes: fourNodes({
          a: { labels: { foo: '' } },
          x: { labels: { foo: '' } },
          y: { labels: { foo: '' }, spec: { taints } },
        }),
        pods: spread('1/1/0/1'),
      },
      'x',
    ],
    [
      'two on zones, 2/1 and 3/3',
      {
        labels: 'foo bar',
        constraints: [constraint('zone', 'bar'), zone],
        pods: [...spread('1/0/0/2'), ...spread('1/1/0/1', undefined, 'foo bar')],
      },
      'x y',
    ],
    [
      'two on zones, 2/1 and 3/4',
      {
        labels: 'foo bar',
        constraints: [constraint('zone', 'bar'), zone],
        pods: [...spread('1/0/0/3'), ...spread('1/1/0/1', undefined, 'foo bar')],
      },
      '',
    ],
    [
      'soft ones keep nobody off',
      { constraints: [{ ...host, whenUnsatisfiable: 'ScheduleAnyway' }], pods: spread('2/1/0/3') },
      'a b x y',
    ],
    [
      'alike in more than the selector says',
      {
        labels: 'foo baz',
        constraints: [{ ...zone, matchLabelKeys: ['baz'] }],
        pods: [...spread('2/0/0/0'), ...spread('0/0/1/0', undefined, 'foo baz')],
      },
      'a b',
    ],
    ['alike in nothing it has', { constraints: [{ ...zone, matchLabelKeys: ['baz'] }], pods: spread('1/0/0/0') }, 'x y'],
  ];
  test.each(cases)('%s', (_name, { labels = 'foo', spec, constraints, nodes = fourNodes(), pods = [] }, names) => {
    const waiting = pod('p', { ...withLabels(labels), spec: { ...spec, topologySpreadConstraints: constraints as never } });
    expect(fitting(podTopologySpread, waiting, clusterOf(nodes, pods)).join(' ')).toBe(names);
  });

  test('nodes without a label cannot be helped, others can', () => {
    const nodes = [
      node('a', { labels: { zone: '1', rack: '1' } }),
      node('b', { labels: { zone: '2', rack: '2' } }),
      node('c', { labels: { zone: '3' } }),
    ];
    // The pod on c is in no rack, so that its zone is no domain at all.
    const cluster = clusterOf(nodes, [on('a', withLabels('foo')), on('c', withLabels('foo'))]);
    const waiting = pod('p', {
      ...withLabels('foo'),
      spec: { topologySpreadConstraints: [constraint('zone', 'foo'), constraint('rack', 'foo')] },
    });
    expect(turnedDown(podTopologySpread, waiting, cluster)).toEqual({ a: mismatch, c: `${mismatch} (missing required label)` });
    const filter = filterFor(podTopologySpread, waiting, cluster);
    expect(['a', 'c'].map((name) => filter(cluster.node(name)!)?.resolvable)).toEqual([true, false]);
  });

  test('stays right while pods come and go', () => {
    const cluster = clusterOf(fourNodes(), spread('1/0/1/0'));
    const waiting = pod('p', { ...withLabels('foo'), spec: { topologySpreadConstraints: [constraint('zone', 'foo')] } });
    const filter = filterFor(podTopologySpread, waiting, cluster);
    const open = () =>
      cluster.nodes
        .filter((each) => !filter(each))
        .map(({ name }) => name)
        .sort()
        .join(' ');
    const one = podInfoOf(on('b', withLabels('foo')));
    expect(open()).toBe('a b x y');
    cluster.add(one, cluster.node('b')!);
    expect(open()).toBe('x y');
    cluster.remove(one, cluster.node('b')!);
    expect(open()).toBe('a b x y');
    cluster.add(one, cluster.node('x')!);
    expect(open()).toBe('a b');
  });

  test('constraints of the profile go by the Services of a pod', () => {
    const plugin = createPodTopologySpread({
      defaultConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
    });
    const service = { apiVersion: 'v1', kind: 'Service', metadata: pod('web').metadata, spec: { selector: { foo: '' } } };
    const waiting = (spec = {}) => pod('p', { ...withLabels('foo'), spec });
    expect(fitting(plugin, waiting(), clusterOf(fourNodes(), spread('1/0/0/0'), [service]))).toEqual(['x', 'y']);
    expect(fitting(plugin, waiting(), clusterOf(fourNodes(), spread('1/0/0/0')))).toEqual(['a', 'b', 'x', 'y']);
    const own = { topologySpreadConstraints: [constraint('zone', 'bar')] };
    expect(fitting(plugin, waiting(own), clusterOf(fourNodes(), spread('1/0/0/0'), [service]))).toEqual(['a', 'b', 'x', 'y']);
  });
});

describe('another look', () => {
  const waiting = pod('p', {
    ...withLabels('foo'),
    spec: { topologySpreadConstraints: [constraint('zone', 'foo'), constraint('node', 'bar')] },
  });
  const [foo, other] = [on('a', withLabels('foo')), on('a', withLabels('baz'))];
  const elsewhere = on('a', { ...withLabels('foo'), namespace: 'other' });
  const leaving = { ...foo, metadata: { ...foo.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const relabelled = { ...foo, metadata: { ...foo.metadata, ...withLabels('baz') } };
  const [full, moved] = [node('a', { labels: { zone: '1', node: 'a' } }), node('a', { labels: { zone: '2', node: 'a' } })];
  const part = node('a', { labels: { zone: '1' } });
  const tainted = { ...full, spec: { taints } };
  const cases: [string, KubeObject | undefined, KubeObject | undefined, boolean][] = [
    ['a counted pod comes', undefined, foo, true],
    ['a counted pod goes', foo, undefined, true],
    ['a counted pod is marked as deleted', foo, leaving, true],
    ['another pod comes', undefined, other, false],
    ['a pod of another namespace comes', undefined, elsewhere, false],
    ['a pod is no longer counted', foo, relabelled, true],
    ['a pod changes otherwise', foo, { ...foo }, false],
    ['a node comes', undefined, full, true],
    ['a node without all keys comes', undefined, part, false],
    ['a node goes', full, undefined, true],
    ['a node moves', full, moved, true],
    ['a node gets a key', part, full, true],
    ['a node gets a taint', full, tainted, true],
    ['a node changes otherwise', full, { ...full }, false],
  ];
  test.each(cases)('%s', (_name, before, after, worth) => {
    expect(hinted(podTopologySpread, waiting, before, after)).toBe(worth);
  });
});
