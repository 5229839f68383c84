import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Node } from '../../../src/resources/core/node.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread/pod-topology-spread.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod, scoreAll } from '../support.ts';
import { constraint, fourNodes, hostname, spread, taints, withLabels } from './spread-objects.ts';
import { on } from './support.ts';

// Upstream's figures of scoring_test.go.
describe('score', () => {
  const soft = (topologyKey: string, label: string | undefined, more: object = {}) =>
    constraint(topologyKey, label, { whenUnsatisfiable: 'ScheduleAnyway', ...more });
  const abcd = ['a', 'b', 'c', 'd'];
  const plain = abcd.map((name) => node(name));
  const zoned = fourNodes();
  const abc = abcd.slice(0, 3).map((name) => node(name, { labels: { node: name, ...(name !== 'c' && { foo: '' }) } }));
  const selected = { nodeSelector: { foo: '' } };
  type Case = [
    string,
    { labels?: string; spec?: object; constraints: object[]; nodes: Node[]; pods: Pod[]; leftOut?: string },
    object,
  ];
  const cases: Case[] = [
    [
      'hosts without selector',
      { constraints: [soft(hostname, undefined)], nodes: plain, pods: spread('2/1/0/3', abcd) },
      { a: 100, b: 100, c: 100, d: 100 },
    ],
    [
      'hosts 2/1/0/3, skew 2',
      { constraints: [soft(hostname, 'foo', { maxSkew: 2 })], nodes: plain, pods: spread('2/1/0/3', abcd) },
      { a: 33, b: 66, c: 100, d: 16 },
    ],
    [
      'hosts 4/3/2/1, skew 3',
      { constraints: [soft(hostname, 'foo', { maxSkew: 3 })], nodes: plain, pods: spread('4/3/2/1', abcd) },
      { a: 44, b: 66, c: 77, d: 100 },
    ],
    [
      'hosts 4/2/1/~3~',
      { constraints: [soft(hostname, 'foo')], nodes: zoned, pods: spread('4/2/1/3'), leftOut: 'y' },
      { a: 33, b: 83, x: 100 },
    ],
    [
      'zones 4/2/1/~3~',
      { constraints: [soft('zone', 'foo')], nodes: zoned, pods: spread('4/2/1/3'), leftOut: 'y' },
      { a: 75, b: 75, x: 100 },
    ],
    [
      'zones and hosts 2/~1~/2/~4~',
      { constraints: [soft('zone', 'foo'), soft(hostname, 'foo')], nodes: zoned, pods: spread('2/1/2/4'), leftOut: 'b y' },
      { a: 100, x: 63 },
    ],
    [
      'twice zones',
      {
        labels: 'foo bar',
        constraints: [soft('zone', 'foo'), soft('zone', 'bar')],
        nodes: zoned,
        pods: [...spread('1/0/0/2'), ...spread('1/1/0/1', undefined, 'foo bar')],
        leftOut: 'b y',
      },
      { a: 85, x: 100 },
    ],
    [
      'zones and hosts by other labels',
      {
        labels: 'foo bar',
        constraints: [soft('zone', 'foo'), soft(hostname, 'bar')],
        nodes: zoned,
        pods: [...spread('1/0/0/1'), on('b', withLabels('foo bar')), on('y', withLabels('bar'))],
      },
      { a: 60, b: 20, x: 100, y: 60 },
    ],
    [
      'zones and hosts by other labels, some without pods',
      {
        labels: 'foo bar',
        constraints: [soft('zone', 'foo'), soft(hostname, 'bar')],
        nodes: zoned,
        pods: [on('b', withLabels('bar')), on('x', withLabels('foo')), on('y', withLabels('foo bar'))],
      },
      { a: 100, b: 60, x: 40, y: 0 },
    ],
    [
      'zones and hosts by other labels, three candidates',
      {
        labels: 'foo bar',
        constraints: [soft('zone', 'foo'), soft(hostname, 'bar')],
        nodes: zoned,
        pods: [...spread('1/0/0/1'), on('b', withLabels('foo bar')), on('y', withLabels('bar'))],
        leftOut: 'y',
      },
      { a: 50, b: 25, x: 100 },
    ],
    [
      'minDomains is for hard ones',
      { constraints: [soft('node', 'foo', { maxSkew: 2, minDomains: 10 })], nodes: abc, pods: spread('2/2/1', abcd) },
      { a: 75, b: 75, c: 100 },
    ],
    [
      'node selector honoured',
      { spec: selected, constraints: [soft('node', 'foo')], nodes: abc, pods: spread('2/1/1', abcd) },
      { a: 0, b: 33, c: 100 },
    ],
    [
      'node selector ignored',
      {
        spec: selected,
        constraints: [soft('node', 'foo', { nodeAffinityPolicy: 'Ignore' })],
        nodes: abc,
        pods: spread('2/1/1', abcd),
      },
      { a: 66, b: 100, c: 100 },
    ],
    [
      'taints honoured',
      {
        constraints: [soft('node', 'foo', { nodeTaintsPolicy: 'Honor' })],
        nodes: [...abc.slice(0, 2), node('c', { labels: { node: 'c' }, spec: { taints } })],
        pods: spread('2/1/1', abcd),
      },
      { a: 0, b: 33, c: 100 },
    ],
    [
      'nodes without the label come last',
      { constraints: [soft('foo', 'foo')], nodes: abc, pods: spread('1/0/0', abcd) },
      { a: 100, b: 100, c: 0 },
    ],
  ];
  test.each(cases)('%s', (_name, { labels = 'foo', spec, constraints, nodes, pods, leftOut = '' }, scores) => {
    const cluster = clusterOf(nodes, pods);
    const candidates = cluster.nodes.filter(({ name }) => !leftOut.split(' ').includes(name));
    const waiting = pod('p', { ...withLabels(labels), spec: { ...spec, topologySpreadConstraints: constraints as never } });
    const scorer = podTopologySpread.preScore!(podInfoOf(waiting), candidates, cluster)!;
    const found = candidates.map((each) => scorer.score(each));
    scorer.normalise!(found, candidates);
    expect(Object.fromEntries(candidates.map(({ name }, i) => [name, found[i]]))).toEqual(scores);
  });

  test('by default over hosts and zones, also where there are no zones', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: pod('web').metadata, spec: { selector: { foo: '' } } };
    const cluster = clusterOf(plain, spread('4/3/2/1', abcd), [service]);
    expect(scoreAll(podTopologySpread, pod('p', withLabels('foo')), cluster)).toEqual({ a: 44, b: 66, c: 77, d: 100 });
  });

  test.each([
    ['v1', 'ReplicationController', { selector: { foo: '' } }],
    ['apps/v1', 'ReplicaSet', { selector: { matchLabels: { foo: '' } } }],
    ['apps/v1', 'StatefulSet', { selector: { matchLabels: { foo: '' } } }],
  ])('by default from the pods of its %s %s', (apiVersion, kind, spec) => {
    const owner = { apiVersion, kind, metadata: pod('web').metadata, spec } as KubeObject;
    const waiting = (name: string) =>
      pod('p', { ...withLabels('foo'), metadata: { ownerReferences: [{ apiVersion, kind, name, uid: 'u', controller: true }] } });
    const cluster = clusterOf(plain, spread('4/3/2/1', abcd), [owner]);
    expect(scoreAll(podTopologySpread, waiting('web'), cluster)).toEqual({ a: 44, b: 66, c: 77, d: 100 });
    expect(scoreAll(podTopologySpread, waiting('gone'), cluster)).toBeUndefined();
  });
});
