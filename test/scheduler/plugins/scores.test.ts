import { describe, expect, test } from 'vitest';
import { balancedAllocation } from '../../../src/scheduler/plugins/balanced-allocation.ts';
import { nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread/pod-topology-spread.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod, scoreAll } from '../support.ts';

const placed = (name: string, nodeName: string, more: Parameters<typeof pod>[1] = {}) => {
  const each = pod(name, more);
  return { ...each, spec: { ...each.spec, nodeName } };
};

describe('NodeResourcesFit prefers nodes with more left', () => {
  // Figures by upstream's formula: the mean over CPU and memory of 100 × (capacity − requested) / capacity, each rounded down.
  test.each([
    ['an empty node', { cpu: '1', memory: '2Gi' }, [], 75],
    ['a node in use', { cpu: '1', memory: '2Gi' }, [{ cpu: '2', memory: '2Gi' }], Math.floor((25 + 50) / 2)],
    ['more than there is', { cpu: '5', memory: '4Gi' }, [], Math.floor((0 + 50) / 2)],
    ['nothing asked counts as 100m and 200Mi', {}, [], 97],
  ])('%s', (_name, requests, used, score) => {
    const cluster = clusterOf(
      [node('a')],
      used.map((each, i) => placed(`p${i}`, 'a', { requests: each })),
    );
    expect(scoreAll(nodeResourcesFit, pod('p', { requests }), cluster)).toEqual({ a: score });
  });

  test('a node that says nothing of its size gets 0', () => {
    const cluster = clusterOf([node('a', { allocatable: { cpu: '0', memory: '0' } })]);
    expect(scoreAll(nodeResourcesFit, pod('p'), cluster)).toEqual({ a: 0 });
  });
});

describe('NodeResourcesBalancedAllocation prefers nodes that become more even', () => {
  // Upstream: 50 + (50 + after − before) / 2, with a balance of 100 − 100 × half the difference of the shares.
  test.each([
    ['even stays even', { cpu: '1', memory: '2Gi' }, { cpu: '1', memory: '2Gi' }, 75],
    ['even becomes uneven', { cpu: '1', memory: '2Gi' }, { cpu: '2', memory: '0' }, 62],
    ['uneven becomes even', { cpu: '2', memory: '0' }, { cpu: '0', memory: '4Gi' }, 87],
    ['a share ends at the whole', { cpu: '4', memory: '8Gi' }, { cpu: '2', memory: '0' }, 75],
  ])('%s', (_name, used, requests, score) => {
    const cluster = clusterOf([node('a')], [placed('there', 'a', { requests: used })]);
    expect(scoreAll(balancedAllocation, pod('p', { requests }), cluster)).toEqual({ a: score });
  });

  test('has nothing to say about pods that ask for nothing', () => {
    expect(scoreAll(balancedAllocation, pod('p'), clusterOf([node('a')]))).toBeUndefined();
  });
});

test('NodeAffinity adds up the weights of the preferred terms that match', () => {
  const term = (weight: number, key: string) => ({ weight, preference: { matchExpressions: [{ key, operator: 'Exists' }] } });
  const preferred = [term(10, 'ssd'), term(30, 'gpu'), { weight: 50, preference: {} }];
  const spec = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } };
  const cluster = clusterOf([node('a', { labels: { ssd: '', gpu: '' } }), node('b', { labels: { ssd: '' } }), node('c')]);
  expect(scoreAll(nodeAffinity, pod('p', { spec }), cluster)).toEqual({ a: 100, b: 25, c: 0 });
  expect(scoreAll(nodeAffinity, pod('p'), cluster)).toBeUndefined();
});

test('TaintToleration prefers nodes with fewer PreferNoSchedule taints', () => {
  const soft = (key: string) => ({ key, effect: 'PreferNoSchedule' });
  const cluster = clusterOf([
    node('a', { spec: { taints: [soft('x'), soft('y')] } }),
    node('b', { spec: { taints: [soft('x'), { key: 'z', effect: 'NoSchedule' }] } }),
    node('c'),
  ]);
  expect(scoreAll(taintToleration, pod('p'), cluster)).toEqual({ a: 0, b: 50, c: 100 });
  expect(scoreAll(taintToleration, pod('p', { spec: { tolerations: [{ key: 'y', operator: 'Exists' }] } }), cluster)).toEqual({
    a: 0,
    b: 0,
    c: 100,
  });
});

describe('PodTopologySpread', () => {
  const labels = { app: 'web' };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...pod('web').metadata, name: 'web' },
    spec: { selector: labels },
  };
  const replicaSet = (name: string) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...pod(name).metadata, name },
    spec: { selector: { matchLabels: labels }, template: {} },
  });
  const owned = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true }] };
  const nodes = [node('a'), node('b'), node('c')];
  const others = [placed('p1', 'a', { labels }), placed('p2', 'a', { labels }), placed('p3', 'b', { labels })];

  test('spreads the pods of a Service over hosts', () => {
    const scores = scoreAll(podTopologySpread, pod('p', { labels }), clusterOf(nodes, others, [service]))!;
    expect(scores.c).toBe(100);
    expect(scores.a!).toBeLessThan(scores.b!);
    expect(scores.b!).toBeLessThan(scores.c!);
  });

  test('spreads the pods of a ReplicaSet', () => {
    const cluster = clusterOf(nodes, others, [replicaSet('web-1')]);
    expect(scoreAll(podTopologySpread, pod('p', { labels, metadata: owned }), cluster)!.c).toBe(100);
    expect(scoreAll(podTopologySpread, pod('p', { labels, metadata: owned }), cluster)!.a!).toBeLessThan(100);
  });

  test('has nothing to say about a pod that belongs to nothing', () => {
    expect(scoreAll(podTopologySpread, pod('p', { labels }), clusterOf(nodes, others))).toBeUndefined();
  });

  test.each([
    ['of another namespace', { namespace: 'other', labels }],
    ['with other labels', { labels: { app: 'db' } }],
    ['that are being deleted', { labels, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }],
  ])('does not count pods %s', (_name, parts) => {
    const cluster = clusterOf(nodes, [placed('other', 'a', parts)], [service]);
    expect(scoreAll(podTopologySpread, pod('p', { labels }), cluster)).toEqual({ a: 100, b: 100, c: 100 });
  });

  test('counts what the pass has placed since', () => {
    const cluster = clusterOf(nodes, [], [service]);
    expect(scoreAll(podTopologySpread, pod('p', { labels }), cluster)).toEqual({ a: 100, b: 100, c: 100 });
    cluster.add(podInfoOf(pod('first', { labels })), cluster.nodes[0]!);
    const scores = scoreAll(podTopologySpread, pod('p', { labels }), cluster)!;
    expect(scores.a!).toBeLessThan(scores.b!);
  });

  test('spreads over zones too', () => {
    const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } });
    const zoned = [node('a', zone('z1')), node('b', zone('z1')), node('c', zone('z2'))];
    const cluster = clusterOf(zoned, [placed('p1', 'a', { labels })], [service]);
    const scores = scoreAll(podTopologySpread, pod('p', { labels }), cluster)!;
    expect(scores.b!).toBeLessThan(scores.c!);
    expect(scores.a!).toBeLessThan(scores.b!);
  });

  test('soft constraints of the pod come instead, and leave out nodes without the label', () => {
    const constraint = {
      topologyKey: 'rack',
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: labels },
    };
    const racks = [node('a', { labels: { rack: 'r1' } }), node('b', { labels: { rack: 'r2' } }), node('c')];
    const spec = { topologySpreadConstraints: [constraint] };
    const cluster = clusterOf(racks, [placed('p1', 'a', { labels })], [service]);
    expect(scoreAll(podTopologySpread, pod('p', { labels, spec }), cluster)).toEqual({ a: 0, b: 100, c: 0 });
    const keyed = { topologySpreadConstraints: [{ ...constraint, matchLabelKeys: ['version'] }] };
    const other = pod('p', { labels: { ...labels, version: '2' }, spec: keyed });
    expect(scoreAll(podTopologySpread, other, cluster)).toEqual({ a: 100, b: 100, c: 0 });
  });
});
