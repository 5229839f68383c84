import type { Reader } from '../../machinery/reader.ts';
import type { Cluster, MatchingPods } from '../framework.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

type Labels = Readonly<Record<string, string>>;

/** Counts the pods of a namespace that match, as they are placed. */
class Counter implements MatchingPods {
  readonly byNode = new Map<NodeInfo, number>();
  readonly #domains = new Map<string, Map<string, number>>();
  readonly #matches: (labels: Labels) => boolean;

  constructor(matches: (labels: Labels) => boolean) {
    this.#matches = matches;
  }

  byDomain(topologyKey: string): ReadonlyMap<string, number> {
    let domains = this.#domains.get(topologyKey);
    if (!domains) {
      this.#domains.set(topologyKey, (domains = new Map()));
      for (const [node, count] of this.byNode) add(domains, node.labels[topologyKey], count);
    }
    return domains;
  }

  count({ pod }: PodInfo, node: NodeInfo): void {
    if (pod.metadata.deletionTimestamp !== undefined || !this.#matches(pod.metadata.labels ?? {})) return;
    this.byNode.set(node, (this.byNode.get(node) ?? 0) + 1);
    for (const [topologyKey, domains] of this.#domains) add(domains, node.labels[topologyKey], 1);
  }
}

function add(domains: Map<string, number>, value: string | undefined, count: number): void {
  if (value !== undefined) domains.set(value, (domains.get(value) ?? 0) + count);
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
    for (const counter of this.#counters.get(namespace)?.values() ?? []) counter.count(info, node);
  }

  matchingPods(namespace: string, key: string, matches: (labels: Labels) => boolean): MatchingPods {
    let counters = this.#counters.get(namespace);
    if (!counters) this.#counters.set(namespace, (counters = new Map()));
    let counter = counters.get(key);
    if (!counter) {
      counters.set(key, (counter = new Counter(matches)));
      for (const { info, node } of this.#placedIn(namespace)) counter.count(info, node);
    }
    return counter;
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
