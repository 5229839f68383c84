import { expect, test } from 'vitest';
import { selectorFromLabels } from '../../../src/machinery/selectors.ts';
import type { Node } from '../../../src/resources/core/node.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import type { NodeSet, PodIndex } from '../../../src/scheduler/framework.ts';
import { ClusterCache } from '../../../src/scheduler/snapshot/cluster-cache.ts';
import type { NodeInfo } from '../../../src/scheduler/snapshot/node-info.ts';
import { podInfoOf, type PodInfo } from '../../../src/scheduler/snapshot/pod-info.ts';
import { node, pod, random } from '../support.ts';

/** An index as plugins have them: what is on each node, and the nodes. */
class Members implements PodIndex {
  readonly pods = new Map<string, string>();
  readonly nodes = new Map<string, string>();
  add({ pod: { metadata } }: PodInfo, { name }: NodeInfo): void {
    if (this.pods.has(metadata.uid)) throw new Error(`${metadata.uid} was added twice`);
    this.pods.set(metadata.uid, name);
  }
  remove({ pod: { metadata } }: PodInfo): void {
    if (!this.pods.delete(metadata.uid)) throw new Error(`${metadata.uid} was removed without being there`);
  }
  addNode({ name, labels }: NodeInfo): void {
    this.nodes.set(name, JSON.stringify(labels));
  }
  removeNode({ name, labels }: NodeInfo): void {
    if (this.nodes.get(name) !== JSON.stringify(labels)) throw new Error(`${name} is removed as what it was not`);
    this.nodes.delete(name);
  }
}

const selections = ['a', 'b', undefined].flatMap((app) =>
  [true, false].map((terminating) => ({
    ...(app !== 'b' && { namespaces: new Set(['one']) }),
    selector: selectorFromLabels(app ? { app } : {}),
    terminating,
  })),
);
const untainted: NodeSet = { key: 'untainted', has: (info) => !info.node.spec.taints?.length };
const sorted = <V>(entries: Iterable<readonly [string, V]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

/** Everything that can be asked of a cache, in a form that compares. */
function contents(cache: ClusterCache) {
  const members = cache.index('members', () => new Members());
  return {
    nodes: cache.nodes.map((info) => ({
      name: info.name,
      labels: info.labels,
      allocatable: info.allocatable,
      requested: { ...info.requested, scalars: sorted(info.requested.scalars) },
      nonZero: info.nonZeroRequested,
      ports: info.hostPorts.map(({ ip, port }) => `${ip}:${port}`).sort(),
      pods: info.pods.map((each) => `${each.pod.metadata.uid} ${each.pod.metadata.resourceVersion}`).sort(),
    })),
    pods: [...cache.pods.keys()].sort(),
    counts: selections.map((selection) => {
      const counts = cache.matchingPods(selection);
      return {
        total: counts.total,
        byNode: sorted(Array.from(counts.byNode, ([info, count]) => [info.name, count] as const)),
        zones: sorted(counts.byDomain('zone')),
        untainted: sorted(counts.byDomain('zone', untainted)),
      };
    }),
    domains: [sorted(cache.domains('zone')), sorted(cache.domains('zone', untainted))],
    members: [sorted(members.pods), sorted(members.nodes)],
  };
}

test('after any changes the cache is as one built anew', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const { next } = random(seed);
  const pick = (max: number) => Math.floor(next() * max);
  const nodes = new Map<string, Node>();
  const pods = new Map<string, Pod>();
  const cache = new ClusterCache();
  let version = 0;

  const newNode = (name: string) =>
    node(name, {
      labels: pick(4) > 0 ? { zone: `z${pick(3)}` } : {},
      spec: pick(3) === 0 ? { taints: [{ key: 'x', effect: 'NoSchedule' }] } : {},
      allocatable: { cpu: String(1 + pick(8)) },
    });
  const newPod = (name: string, uid: string, nodeName: string | undefined): Pod =>
    pod(name, {
      namespace: pick(2) ? 'one' : 'two',
      labels: { app: pick(2) ? 'a' : 'b' },
      requests: { cpu: `${pick(500)}m`, ...(pick(3) === 0 && { 'example.com/gpu': '1' }) },
      metadata: {
        uid,
        resourceVersion: String(++version),
        generation: 1 + pick(2),
        ...(pick(4) === 0 && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      },
      spec: { nodeName },
      status: { phase: pick(6) === 0 ? 'Succeeded' : 'Running' },
    });

  for (let step = 0; step < 1_500; step++) {
    const nodeName = `n${pick(6)}`;
    const uid = `u${pick(30)}`;
    switch (pick(8)) {
      case 0:
        if (pick(2)) nodes.set(nodeName, newNode(nodeName));
        else nodes.delete(nodeName);
        cache.nodeChanged(nodeName, nodes.get(nodeName));
        break;
      case 1: {
        // A heartbeat.
        const old = nodes.get(nodeName);
        if (old) nodes.set(nodeName, { ...old, status: { ...old.status, conditions: [{ type: 'Ready', status: 'True' }] } });
        cache.nodeChanged(nodeName, nodes.get(nodeName));
        break;
      }
      case 2:
        pods.delete(uid);
        cache.podChanged(uid, undefined);
        break;
      case 3: {
        // A new status.
        const old = pods.get(uid);
        if (old) {
          const metadata = { ...old.metadata, resourceVersion: String(++version) };
          pods.set(uid, { ...old, metadata, status: { ...old.status, podIP: '10.0.0.1' } });
        }
        cache.podChanged(uid, pods.get(uid));
        break;
      }
      case 4: {
        // A what-if, taken back, and a placement that may or may not come true.
        const info = cache.nodes[pick(cache.nodes.length)];
        if (!info) break;
        const onTrial = podInfoOf(newPod('trial', `trial-${step}`, undefined));
        cache.add(onTrial, info);
        cache.remove(onTrial, info);
        const assumed = podInfoOf(newPod('assumed', `assumed-${step}`, undefined));
        cache.assume(assumed, info);
        const fate = pick(4);
        if (fate < 2) {
          const bound = { ...assumed.pod, spec: { ...assumed.pod.spec, nodeName: info.name } };
          pods.set(bound.metadata.uid, bound);
          cache.podChanged(bound.metadata.uid, bound);
        } else if (fate === 2) {
          nodes.delete(info.name);
          cache.nodeChanged(info.name, undefined);
        }
        cache.forgetAssumed();
        break;
      }
      case 5:
        // Asked for in between, so that there is something to keep up.
        contents(cache);
        break;
      default:
        pods.set(uid, newPod(uid, uid, pick(5) === 0 ? undefined : nodeName));
        cache.podChanged(uid, pods.get(uid));
    }
    if (step % 25 !== 24) continue;
    const anew = new ClusterCache();
    for (const [name, each] of nodes) anew.nodeChanged(name, each);
    for (const [each, object] of pods) anew.podChanged(each, object);
    expect(contents(cache)).toEqual(contents(anew));
  }
});

test('nodes take turns by zone', () => {
  const cache = new ClusterCache();
  const zone = (name: string, value?: string) =>
    cache.nodeChanged(name, node(name, { labels: value ? { 'topology.kubernetes.io/zone': value } : {} }));
  for (const name of ['a', 'b', 'c']) zone(name, 'z1');
  for (const name of ['d', 'e']) zone(name, 'z2');
  expect(cache.nodes.map(({ name }) => name)).toEqual(['a', 'd', 'b', 'e', 'c']);
  const before = cache.nodes;
  zone('c', 'z3');
  expect(cache.nodes.map(({ name }) => name)).toEqual(['a', 'c', 'd', 'b', 'e']);
  expect(cache.nodes).not.toBe(before);
});

test('pods of a node that is not there count once it is', () => {
  const cache = new ClusterCache();
  const each = pod('p', { requests: { cpu: '1' }, spec: { nodeName: 'a' } });
  cache.podChanged(each.metadata.uid, each);
  cache.nodeChanged('a', node('a'));
  expect(cache.node('a')!.requested.milliCpu).toBe(1000);
  cache.nodeChanged('a', undefined);
  cache.podChanged(each.metadata.uid, undefined);
  cache.nodeChanged('a', node('a'));
  expect(cache.node('a')!.requested.milliCpu).toBe(0);
});

test('a status that no placement depends on leaves the infos where they are', () => {
  const cache = new ClusterCache();
  cache.nodeChanged('a', node('a'));
  const each = pod('p', { metadata: { generation: 2 }, spec: { nodeName: 'a' } });
  cache.podChanged(each.metadata.uid, each);
  const [info] = cache.node('a')!.pods;
  const next: Pod = { ...each, metadata: { ...each.metadata, resourceVersion: '2' }, status: { phase: 'Running' } };
  cache.podChanged(each.metadata.uid, next);
  expect(cache.node('a')!.pods[0]).toBe(info);
  expect(info!.pod.status?.phase).toBe('Running');
  expect(info!.pod.metadata.resourceVersion).toBe('2');
});
