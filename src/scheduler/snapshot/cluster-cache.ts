import { samePlain } from '../../machinery/plain.ts';
import type { Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { MatchingPods, PodIndex, PodSelection } from '../framework.ts';
import { DomainCounts, type DomainKey } from './domain-counts.ts';
import { keepRecent } from './keep-recent.ts';
import { inTurnsByZone } from './node-order.ts';
import { NodeInfo, takesRoom } from './node-info.ts';
import { PodCounts } from './pod-counts.ts';
import { carryOver, placedInfoOf, type PodInfo } from './pod-info.ts';

/** Indexes of plugins that are followed at the same time. Every placement calls each of them. */
const indexesMax = 64;
const domainsMax = 256;

/**
 * The nodes and what is on them, kept up with single changes so that a pass costs what changed. Everything in it can be
 * worked out from the nodes and pods at any time; nothing is lost with it but time.
 */
export class ClusterCache {
  readonly #nodes = new Map<string, NodeInfo>();
  #order: readonly NodeInfo[] | undefined;
  /** Pods on nodes, those whose node is not there included, by uid. */
  readonly #pods = new Map<string, PodInfo>();
  /** Pods whose node is not there, by its name. */
  readonly #homeless = new Map<string, Set<PodInfo>>();
  /** Placements that are decided but not seen to be committed, by uid. */
  readonly #assumed = new Map<string, { info: PodInfo; node: NodeInfo }>();
  readonly #counts = new PodCounts();
  readonly #domains = new Map<string, DomainCounts>();
  readonly #indexes = new Map<string, PodIndex>();

  /** Another array whenever a node came, went, or changed in what indexes may depend on. */
  get nodes(): readonly NodeInfo[] {
    return (this.#order ??= inTurnsByZone([...this.#nodes.values()]));
  }

  /** The pods that take room on a node, by uid. */
  get pods(): ReadonlyMap<string, PodInfo> {
    return this.#pods;
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  matchingPods(selection: PodSelection): MatchingPods {
    return this.#counts.matching(selection);
  }

  domains(...key: DomainKey): ReadonlyMap<string, number> {
    const create = () => {
      const domains = new DomainCounts(...key);
      for (const node of this.#nodes.values()) domains.count(node, 1);
      return domains;
    };
    return keepRecent(this.#domains, DomainCounts.keyOf(...key), { max: domainsMax, create }).counts;
  }

  index<T extends PodIndex>(key: string, create: () => T): T {
    const filled = () => {
      const index = create();
      for (const node of this.#nodes.values()) {
        index.addNode?.(node);
        for (const info of node.pods) index.add(info, node);
      }
      return index;
    };
    return keepRecent<PodIndex>(this.#indexes, key, { max: indexesMax, create: filled }) as T;
  }

  /** A node as it is now; `undefined`: it is gone. */
  nodeChanged(name: string, node: Node | undefined): void {
    const info = this.#nodes.get(name);
    if (!node) {
      if (info) this.#removeNode(info);
    } else if (!info) this.#addNode(new NodeInfo(node));
    else if (samePlain(indexedPart(info.node), indexedPart(node))) info.setNode(node);
    else {
      this.#withdraw(info);
      const sameZone = samePlain(info.labels, node.metadata.labels ?? {});
      info.setNode(node);
      this.#announce(info);
      this.#order = sameZone ? this.#order && [...this.#order] : undefined;
    }
  }

  /** A pod as it is now; `undefined`: it is gone. */
  podChanged(uid: string, pod: Pod | undefined): void {
    const before = this.#pods.get(uid);
    if (!pod || !takesRoom(pod)) {
      this.#forget(uid);
      if (before) this.#removePod(before);
      return;
    }
    if (before && before.nodeName === pod.spec.nodeName && carryOver(before, pod)) return;
    this.#forget(uid);
    if (before) this.#removePod(before);
    const info = placedInfoOf(pod);
    this.#pods.set(uid, info);
    const node = this.#nodes.get(pod.spec.nodeName!);
    if (node) this.add(info, node);
    else this.#homelessOf(pod.spec.nodeName!).add(info);
  }

  /** From here on a pod that is not placed counts as placed on the node. */
  assume(info: PodInfo, node: NodeInfo): void {
    this.#assumed.set(info.pod.metadata.uid, { info, node });
    this.add(info, node);
  }

  /** Takes back what was assumed and did not come true. */
  forgetAssumed(): void {
    for (const uid of this.#assumed.keys()) this.#forget(uid);
  }

  /** Counts a pod on a node, without saying whether it is there. */
  add(info: PodInfo, node: NodeInfo): void {
    node.add(info);
    this.#counts.add(info, node);
    for (const index of this.#indexes.values()) index.add(info, node);
  }

  /** The opposite of `add`. */
  remove(info: PodInfo, node: NodeInfo): void {
    node.remove(info);
    this.#counts.remove(info, node);
    for (const index of this.#indexes.values()) index.remove(info, node);
  }

  #forget(uid: string): void {
    const assumed = this.#assumed.get(uid);
    if (!assumed) return;
    this.#assumed.delete(uid);
    if (this.#nodes.get(assumed.node.name) === assumed.node) this.remove(assumed.info, assumed.node);
  }

  #removePod(info: PodInfo): void {
    const { uid } = info.pod.metadata;
    const nodeName = info.nodeName!;
    this.#pods.delete(uid);
    const node = this.#nodes.get(nodeName);
    if (node) this.remove(info, node);
    else {
      const others = this.#homelessOf(nodeName);
      others.delete(info);
      if (others.size === 0) this.#homeless.delete(nodeName);
    }
  }

  #homelessOf(nodeName: string): Set<PodInfo> {
    let pods = this.#homeless.get(nodeName);
    if (!pods) this.#homeless.set(nodeName, (pods = new Set()));
    return pods;
  }

  #addNode(info: NodeInfo): void {
    this.#nodes.set(info.name, info);
    this.#order = undefined;
    for (const pod of this.#homeless.get(info.name) ?? []) info.add(pod);
    this.#homeless.delete(info.name);
    this.#announce(info);
  }

  #removeNode(info: NodeInfo): void {
    this.#withdraw(info);
    this.#nodes.delete(info.name);
    this.#order = undefined;
    const placed = info.pods.filter(({ pod }) => this.#pods.has(pod.metadata.uid));
    if (placed.length > 0) this.#homeless.set(info.name, new Set(placed));
  }

  /** Counts a node and everything on it. */
  #announce(info: NodeInfo): void {
    for (const domains of this.#domains.values()) domains.count(info, 1);
    for (const index of this.#indexes.values()) index.addNode?.(info);
    for (const pod of info.pods) {
      this.#counts.add(pod, info);
      for (const index of this.#indexes.values()) index.add(pod, info);
    }
  }

  #withdraw(info: NodeInfo): void {
    for (const pod of info.pods) {
      this.#counts.remove(pod, info);
      for (const index of this.#indexes.values()) index.remove(pod, info);
    }
    for (const index of this.#indexes.values()) index.removeNode?.(info);
    for (const domains of this.#domains.values()) domains.count(info, -1);
  }
}

/** What counts and indexes may depend on. Heartbeats change something else. */
const indexedPart = ({ metadata: { labels }, spec, status }: Node) => ({ labels, spec, images: status?.images });
