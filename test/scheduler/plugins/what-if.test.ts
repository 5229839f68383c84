import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/lib/random.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import type { NodeFilter, Plugin } from '../../../src/scheduler/framework.ts';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity/inter-pod-affinity.ts';
import { podTopologySpread } from '../../../src/scheduler/plugins/pod-topology-spread/pod-topology-spread.ts';
import type { PassCluster } from '../../../src/scheduler/snapshot/pass-cluster.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../support.ts';
import { constraint } from './spread-objects.ts';
import { affinity, near, on } from './support.ts';

const plugins: readonly Plugin[] = [interPodAffinity, podTopologySpread];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** A node named after its number, in one of three zones; every fifth says no zone. */
const nodes = Array.from({ length: 8 }, (_, i) =>
  node(`n${i}`, { labels: { node: `n${i}`, ...(i % 5 !== 4 && { zone: `z${i % 3}` }) } }),
);

test.each(seeds)('what a filter says after many changes is what it would say anew: seed %i', (seed) => {
  const random = seededRandom(seed);
  const below = (end: number) => Math.floor(random.next() * end);
  const label = () => ({ [`l${below(3)}`]: `${below(2)}` });
  const term = () =>
    near(['zone', 'node'][below(2)]!, [`l${below(3)} in (${below(2)})`], below(3) === 0 ? { namespaceSelector: {} } : {});
  const parts = (): Parameters<typeof pod>[1] => ({
    labels: { ...label(), ...label() },
    namespace: ['default', 'other'][below(2)]!,
    spec: {
      ...(below(2) === 0 && affinity({ with: below(3) === 0 ? [term()] : [], without: below(2) === 0 ? [term()] : [] })),
      ...(below(2) === 0 && {
        topologySpreadConstraints: [constraint(['zone', 'node'][below(2)]!, `l${below(3)}`, { maxSkew: 1 + below(2) })],
      }),
    },
  });

  const cluster = clusterOf(nodes);
  const placed = new Map<Pod, string>();
  const says = (filter: NodeFilter | undefined, at: PassCluster) =>
    Object.fromEntries(at.nodes.map((each) => [each.name, filter?.(each)?.reasons ?? []]));
  for (let step = 0; step < 60; step++) {
    const waiting = pod('waiting', parts());
    const filters = plugins.map((plugin) => plugin.preFilter!(podInfoOf(waiting), cluster)?.filter);
    for (let change = 0; change < 5; change++) {
      const there = [...placed.keys()];
      if (there.length > 0 && below(3) === 0) {
        const leaving = there[below(there.length)]!;
        cluster.remove(podInfoOf(leaving), cluster.node(placed.get(leaving)!)!);
        placed.delete(leaving);
      } else {
        const name = `n${below(nodes.length)}`;
        const coming = on(name, parts());
        cluster.add(podInfoOf(coming), cluster.node(name)!);
        placed.set(coming, name);
      }
      const anew = clusterOf(nodes, [...placed.keys()]);
      for (const [i, plugin] of plugins.entries()) {
        const expected = says(plugin.preFilter!(podInfoOf(waiting), anew)?.filter, anew);
        // A plugin that has nothing to do for a pod is not asked again, as upstream's that skip.
        if (filters[i]) expect(says(filters[i], cluster), `step ${step}, ${plugin.name}`).toEqual(expected);
        expect(says(plugin.preFilter!(podInfoOf(waiting), cluster)?.filter, cluster), `step ${step}, ${plugin.name}`).toEqual(
          expected,
        );
      }
    }
  }
});
