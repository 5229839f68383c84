import type { Random } from '../lib/random.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';
import type { Write } from '../machinery/reconcile.ts';
import type { ResourceDefinition } from '../machinery/resource.ts';
import type { Selector } from '../machinery/selectors.ts';
import type { Pod } from '../resources/core/pod.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** Why a pod cannot run on a node, in the words that `kubectl describe pod` users know. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** Whether the node would do if other pods left it (upstream's Unschedulable as against UnschedulableAndUnresolvable). */
  readonly resolvable: boolean;
}

/** The filter extension point for one pod: called for a node at a time; `undefined` lets it pass. */
export type NodeFilter = (node: NodeInfo) => Rejection | undefined;

/** What a plugin found out about a pod before nodes are looked at. A plugin with nothing to say answers `undefined`. */
export interface PreFiltered {
  /** Reads the cluster as it is at each call: it stays right while pods are added and removed (`Cluster.add`). */
  readonly filter?: NodeFilter;
  /** Only these nodes can do. */
  readonly nodeNames?: ReadonlySet<string>;
  /** No node will do, for this one reason. */
  readonly rejection?: string;
  /** With `rejection`: whether some would if other pods left them. Default: none ever. */
  readonly resolvable?: boolean;
}

/** The score extension point for one pod: the higher, the better. */
export interface Scorer {
  score(node: NodeInfo): number;
  /** The normalise extension point: brings the scores (in order of `nodes`) to 0…100, in place. Left out: they are already. */
  normalise?(scores: number[], nodes: readonly NodeInfo[]): void;
}

/** What the post-filter extension point gets about a pod that no node can take as it is. */
export interface FilterFailure {
  /** Nodes whose rejection says that they would do if pods left them. */
  readonly resolvable: readonly NodeInfo[];
  /** How many nodes there are, `resolvable` ones included. */
  readonly nodeCount: number;
  /** What the filters say of this node as it is now (`Cluster.add`, `Cluster.remove`), nominated pods counted in. */
  check(node: NodeInfo): Rejection | undefined;
}

/** What post-filter came to: victims to delete so that the pod has a place once they are gone, or why that does not help. */
export interface PostFiltered {
  /** The node the pod waits for; '' takes back what was nominated before; left out: stays as it is. */
  readonly nominatedNodeName?: string;
  /** Pods on that node that have to go. The engine marks and deletes them, and clears lower nominations on the node. */
  readonly victims?: readonly PodInfo[];
  /** What follows `preemption: ` in the message: `0/5 nodes are available: 5 No preemption victims found for incoming pod.` */
  readonly message?: string;
}

/** What a plugin sets aside for a pod that is about to be placed. */
export interface Reservation {
  /** Carried out before, and together with, the binding of the pod. */
  readonly writes?: readonly Write[];
  /**
   * The pod is not bound yet: something has to follow from the writes first. It is nominated to the node, so that its room
   * is held, and looked at again at one of the plugin's events.
   */
  readonly wait?: boolean;
  /** The node will not do after all (the words of the message); the pod is tried again after a back-off. */
  readonly rejection?: string;
  /** Unreserve: takes back what was noted in the scratch of the pass, because another plugin turned the pod down. */
  release?(): void;
}

/**
 * Follows the pods on nodes. The engine calls `add` and `remove` for all that happens to them, what-ifs included. When the
 * labels, the spec or the images of a node change, everything on it is taken away and added again.
 */
export interface PodIndex {
  add(pod: PodInfo, node: NodeInfo): void;
  remove(pod: PodInfo, node: NodeInfo): void;
  /** Before the pods of a new node. */
  addNode?(node: NodeInfo): void;
  /** After the pods of a node that goes; `node.node` is still the old one. */
  removeNode?(node: NodeInfo): void;
}

/** Which placed pods are counted. */
export interface PodSelection {
  /** Of these namespaces; left out: of all. */
  readonly namespaces?: ReadonlySet<string>;
  readonly selector: Selector;
  /** Pods that are being deleted count too. */
  readonly terminating: boolean;
}

/** A set of nodes that depends on nothing but their labels and spec. `key` says the same as `has` in writing. */
export interface NodeSet {
  readonly key: string;
  has(node: NodeInfo): boolean;
}

/**
 * The cluster as it is within one pass: the committed state, and the placements that the pass has decided so far. All
 * counts and indexes are kept up with every change and cost nothing to ask for again, in this pass or a later one.
 */
export interface Cluster {
  readonly reader: Reader;
  readonly now: Date;
  readonly random: Random;
  /**
   * By turns from each zone, so that looking at a part of them looks at all zones. An info stays while its node exists; the
   * array is another one whenever a node came, went, or changed in labels, spec or images.
   */
  readonly nodes: readonly NodeInfo[];
  node(name: string): NodeInfo | undefined;
  /** Numbers of placed pods. The first time a selection is asked for costs one look at each pod. */
  matchingPods(selection: PodSelection): MatchingPods;
  /** How many nodes (of the set) have each value of a label; nodes without it are left out. */
  domains(topologyKey: string, among?: NodeSet): ReadonlyMap<string, number>;
  /**
   * An index of a plugin's own: filled by one `add` for each placed pod the first time, kept up from then on. The same key
   * gives the same index, also in later passes; those that are not asked for in a long time are dropped.
   */
  index<T extends PodIndex>(key: string, create: () => T): T;
  /** A plugin's scratch, which lasts as long as the pass. The same key gives the same. */
  state<T>(key: string, create: () => T): T;
  /** Pods that wait for room on the node (`status.nominatedNodeName`), the most important first. */
  nominatedOn(node: NodeInfo): readonly PodInfo[];
  /**
   * What if the pod were on the node: counts, indexes and the node change as if it were. Who asks takes it back with the
   * opposite call before returning.
   */
  add(pod: PodInfo, node: NodeInfo): void;
  /** What if the pod were not on the node. */
  remove(pod: PodInfo, node: NodeInfo): void;
}

/** Numbers of pods. */
export interface MatchingPods {
  readonly total: number;
  readonly byNode: ReadonlyMap<NodeInfo, number>;
  /** By the value of a node label, over the nodes of the set; nodes without the label are left out, as are values without pods. */
  byDomain(topologyKey: string, among?: NodeSet): ReadonlyMap<string, number>;
}

/**
 * What may make a pod schedulable that the plugin turned down. For pods, `add`, `update` and `delete` are about pods on
 * nodes: `add` when one is placed, `delete` when it is gone or has ended. What happens to the waiting pod itself needs no
 * event.
 */
export interface ClusterEvent<T extends KubeObject = KubeObject> {
  readonly resource: ResourceDefinition<T>;
  readonly on: readonly ('add' | 'update' | 'delete')[];
  /** The queueing hint: whether the change is worth another look at the pod. Left out: always. */
  hint?(pod: PodInfo, before: T | undefined, after: T | undefined): boolean;
}

/** An event of a kind that does not matter. Hints are contravariant in it, hence the `any`. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyEvent = ClusterEvent<any>;

/**
 * A scheduler plugin: the methods say at which extension points it works. Plugins are pure, know only what they are given
 * and do not change it. The order of calls for a pod: every preEnqueue; every preFilter; for each node every filter until
 * one rejects; if none passed every postFilter until one nominates; every preScore with the nodes that passed; for each of
 * them every score; every normalise; for the best node every reserve; every permit. Then the engine binds.
 */
export interface Plugin {
  readonly name: string;
  /** Queue sort, in one plugin of a profile only: which of two pods is looked at first. */
  compare?(a: PodInfo, b: PodInfo): number;
  /** Why the pod may not be looked at yet: a message for people. Asked again whenever the pod changes. */
  preEnqueue?(pod: Pod): string | undefined;
  /** Without it, every change to nodes and pods is worth a look. */
  readonly events?: readonly AnyEvent[];
  preFilter?(pod: PodInfo, cluster: Cluster): PreFiltered | undefined;
  postFilter?(pod: PodInfo, failure: FilterFailure, cluster: Cluster): PostFiltered | undefined;
  preScore?(pod: PodInfo, feasible: readonly NodeInfo[], cluster: Cluster): Scorer | undefined;
  reserve?(pod: PodInfo, node: NodeInfo, cluster: Cluster): Reservation | undefined;
  /** Why the pod may not be bound to the node after all. */
  permit?(pod: PodInfo, node: NodeInfo, cluster: Cluster): string | undefined;
}

/** A plugin's score is between 0 and this. */
export const maxNodeScore = 100;

/** Brings counts to 0…100, the highest to 100; `reverse` turns it round, so that nothing counted is the best. */
export function normaliseCounts(scores: number[], options: { reverse: boolean }): void {
  const max = Math.max(0, ...scores);
  for (const [i, score] of scores.entries()) {
    const scaled = max === 0 ? 0 : Math.floor((maxNodeScore * score) / max);
    scores[i] = options.reverse ? maxNodeScore - scaled : scaled;
  }
}
