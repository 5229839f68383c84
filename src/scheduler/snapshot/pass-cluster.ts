import type { Reader } from '../../machinery/reader.ts';
import type { Cluster, MatchingPods } from '../framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

type Labels = Readonly<Record<string, string>>;

interface Counter {
  matches(labels: Labels): boolean;
  counts: Map<NodeInfo, number>;
}

/** The cluster within one pass: what the snapshot says, and what the pass assumes on top of it. */
export class PassCluster implements Cluster {
  readonly reader: Reader;
  readonly nodes: readonly NodeInfo[];
  readonly #byName: ReadonlyMap<string, NodeInfo>;
  readonly #counters = new Map<string, Map<string, Counter>>();
  #byNamespace: Map<string, { info: PodInfo; node: NodeInfo }[]> | undefined;

  constructor(reader: Reader, nodes: readonly NodeInfo[]) {
    this.reader = reader;
    this.nodes = nodes;
    this.#byName = new Map(nodes.map((node) => [node.name, node]));
  }

  node(name: string): NodeInfo | undefined {
    return this.#byName.get(name);
  }

  /** From here on the pod counts as placed on the node. */
  assume(info: PodInfo, node: NodeInfo): void {
    node.add(info);
    const namespace = info.pod.metadata.namespace ?? '';
    this.#byNamespace?.get(namespace)?.push({ info, node });
    for (const counter of this.#counters.get(namespace)?.values() ?? []) count(counter, info, node);
  }

  matchingPods(namespace: string, key: string, matches: (labels: Labels) => boolean): MatchingPods {
    let counters = this.#counters.get(namespace);
    if (!counters) this.#counters.set(namespace, (counters = new Map()));
    let counter = counters.get(key);
    if (!counter) {
      counter = { matches, counts: new Map() };
      counters.set(key, counter);
      for (const { info, node } of this.#placedIn(namespace)) count(counter, info, node);
    }
    return counter.counts;
  }

  #placedIn(namespace: string): readonly { info: PodInfo; node: NodeInfo }[] {
    if (!this.#byNamespace) {
      this.#byNamespace = new Map();
      for (const node of this.nodes)
        for (const info of node.pods) {
          const of = info.pod.metadata.namespace ?? '';
          const placed = this.#byNamespace.get(of);
          if (placed) placed.push({ info, node });
          else this.#byNamespace.set(of, [{ info, node }]);
        }
    }
    let placed = this.#byNamespace.get(namespace);
    if (!placed) this.#byNamespace.set(namespace, (placed = []));
    return placed;
  }
}

function count({ matches, counts }: Counter, { pod }: PodInfo, node: NodeInfo): void {
  if (pod.metadata.deletionTimestamp === undefined && matches(pod.metadata.labels ?? {}))
    counts.set(node, (counts.get(node) ?? 0) + 1);
}
