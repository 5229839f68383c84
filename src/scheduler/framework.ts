import type { Reader } from '../machinery/reader.ts';
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
  readonly filter?: NodeFilter;
  /** Only these nodes can do. */
  readonly nodeNames?: ReadonlySet<string>;
  /** No node can ever do, for this one reason. */
  readonly rejection?: string;
}

/** The score extension point for one pod: the higher, the better. */
export interface Scorer {
  score(node: NodeInfo): number;
  /** The normalise extension point: brings the scores (in order of `nodes`) to 0…100, in place. Left out: they are already. */
  normalise?(scores: number[], nodes: readonly NodeInfo[]): void;
}

/** The cluster as it is within one pass: the snapshot, and the placements that the pass has decided so far. */
export interface Cluster {
  readonly reader: Reader;
  readonly nodes: readonly NodeInfo[];
  /**
   * How many pods of a namespace that are not being deleted match, kept up with the placements of the pass.
   * `key` says the same as `matches` in writing: the same key is counted once a pass.
   */
  matchingPods(namespace: string, key: string, matches: (labels: Readonly<Record<string, string>>) => boolean): MatchingPods;
}

/** Numbers of pods. */
export interface MatchingPods {
  readonly byNode: ReadonlyMap<NodeInfo, number>;
  /** By the value of a node label; nodes without it are left out. */
  byDomain(topologyKey: string): ReadonlyMap<string, number>;
}

/**
 * A scheduler plugin: the methods say at which extension points it works. Plugins are pure, know only what they are given
 * and do not change it. The order of calls for a pod: every preFilter; for each node every filter until one rejects;
 * every preScore with the nodes that passed; for each of them every score; every normalise.
 */
export interface Plugin {
  readonly name: string;
  /** Queue sort, in one plugin of a profile only: which of two pods is looked at first. */
  compare?(a: PodInfo, b: PodInfo): number;
  preFilter?(pod: PodInfo, cluster: Cluster): PreFiltered | undefined;
  preScore?(pod: PodInfo, feasible: readonly NodeInfo[], cluster: Cluster): Scorer | undefined;
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
