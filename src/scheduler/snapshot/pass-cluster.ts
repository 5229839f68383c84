import type { Random } from '../../lib/random.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { Cluster, MatchingPods, NodeSet, PodIndex, PodSelection } from '../framework.ts';
import type { ClusterCache } from './cluster-cache.ts';
import type { NodeInfo } from './node-info.ts';
import { Nominations } from './nominations.ts';
import type { PodInfo } from './pod-info.ts';

/** The cluster as plugins see it within one pass. */
export class PassCluster implements Cluster {
  readonly reader: Reader;
  readonly now: Date;
  readonly random: Random;
  readonly nodes: readonly NodeInfo[];
  readonly #cache: ClusterCache;
  readonly #nominations: Nominations;
  readonly #scratch = new Map<string, unknown>();

  constructor(
    cache: ClusterCache,
    { reader, now, random, nominations = new Nominations() }: { reader: Reader; now: Date; random: Random; nominations?: Nominations },
  ) {
    this.reader = reader;
    this.now = now;
    this.random = random;
    this.nodes = cache.nodes;
    this.#cache = cache;
    this.#nominations = nominations;
  }

  node(name: string): NodeInfo | undefined {
    return this.#cache.node(name);
  }

  matchingPods(selection: PodSelection): MatchingPods {
    return this.#cache.matchingPods(selection);
  }

  domains(topologyKey: string, among?: NodeSet): ReadonlyMap<string, number> {
    return this.#cache.domains(topologyKey, among);
  }

  index<T extends PodIndex>(key: string, create: () => T): T {
    return this.#cache.index(key, create);
  }

  state<T>(key: string, create: () => T): T {
    if (!this.#scratch.has(key)) this.#scratch.set(key, create());
    return this.#scratch.get(key) as T;
  }

  nominatedOn(node: NodeInfo): readonly PodInfo[] {
    return this.#nominations.on(node.name);
  }

  add(pod: PodInfo, node: NodeInfo): void {
    this.#cache.add(pod, node);
  }

  remove(pod: PodInfo, node: NodeInfo): void {
    this.#cache.remove(pod, node);
  }
}
