import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { maxNodeScore, type ClusterEvent, type Plugin, type Rejection } from '../framework.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { podInfoOf, type PodInfo } from '../snapshot/pod-info.ts';
import { allocatableOf } from '../snapshot/resources.ts';
import { functionThrough, type ShapePoint } from './function-shape.ts';
import { amountIn, defaultResources, Shares, type WeightedResource } from './resource-shares.ts';

/** What makes a node good: much that is free, little that is free, or a use that a function of one's own calls good. */
export type ScoringStrategy =
  | { readonly type: 'LeastAllocated' | 'MostAllocated'; readonly resources?: readonly WeightedResource[] }
  | {
      readonly type: 'RequestedToCapacityRatio';
      readonly resources?: readonly WeightedResource[];
      readonly requestedToCapacityRatio: { readonly shape: readonly ShapePoint[] };
    };

/** Upstream's NodeResourcesFitArgs. */
export interface NodeResourcesFitArgs {
  readonly scoringStrategy?: ScoringStrategy;
  /** Extended resources that somebody else looks after, by name and by what stands before the slash. */
  readonly ignoredResources?: readonly string[];
  readonly ignoredResourceGroups?: readonly string[];
}

/**
 * Filter: a node must have room for what the pod requests, and for one more pod. Score: by what part of each resource
 * would be taken with the pod on the node, as the strategy says; LeastAllocated of CPU and memory if none is given.
 */
export function createNodeResourcesFit(args: NodeResourcesFitArgs = {}): Plugin {
  const strategy = args.scoringStrategy ?? { type: 'LeastAllocated' };
  const resources = strategy.resources ?? defaultResources;
  const score = scorerOf(strategy);
  const ignored = ignores(args);
  return {
    name: 'NodeResourcesFit',
    events: [podEvent, nodeEvent],
    preFilter: (pod) => ({ filter: (node) => insufficient(pod, node, ignored) }),
    preScore(pod) {
      const shares = new Shares(resources, pod, { assumed: true });
      return {
        score(node) {
          shares.read(node);
          return score(shares);
        },
      };
    },
  };
}

function scorerOf(strategy: ScoringStrategy): (shares: Shares) => number {
  switch (strategy.type) {
    case 'LeastAllocated':
      return (shares) => Math.floor(weightedMean(shares, freePart));
    case 'MostAllocated':
      return (shares) => Math.floor(weightedMean(shares, takenPart));
    case 'RequestedToCapacityRatio': {
      const valueAt = functionThrough(strategy.requestedToCapacityRatio.shape);
      // A resource that is worth nothing is left out, and does not pull the mean down.
      const value = (after: number, capacity: number) =>
        valueAt(after > capacity ? 100 : Math.floor((after * 100) / capacity)) || undefined;
      return (shares) => Math.round(weightedMean(shares, value));
    }
  }
}

const freePart = (after: number, capacity: number): number =>
  after > capacity ? 0 : Math.floor(((capacity - after) * maxNodeScore) / capacity);

/** Pods that request nothing count with a default, so more than all can be taken. */
const takenPart = (after: number, capacity: number): number =>
  Math.floor((Math.min(after, capacity) * maxNodeScore) / capacity);

function weightedMean(shares: Shares, value: (after: number, capacity: number) => number | undefined): number {
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < shares.count; i++) {
    const own = value(shares.after[i]!, shares.capacity[i]!);
    if (own === undefined) continue;
    sum += own * shares.weight[i]!;
    weights += shares.weight[i]!;
  }
  return weights === 0 ? 0 : sum / weights;
}

function ignores({ ignoredResources = [], ignoredResourceGroups = [] }: NodeResourcesFitArgs): (name: string) => boolean {
  const names = new Set(ignoredResources);
  const groups = new Set(ignoredResourceGroups);
  return (name) => names.has(name) || (name.includes('/') && groups.has(name.slice(0, name.indexOf('/'))));
}

function insufficient({ requests }: PodInfo, node: NodeInfo, ignored: (name: string) => boolean): Rejection | undefined {
  const { allocatable, requested } = node;
  let lacking = node.pods.length + 1 > node.allowedPods ? tooManyPods : none;
  if (lacks(requests.milliCpu, requested.milliCpu, allocatable.milliCpu))
    lacking = lacking.and('cpu', requests.milliCpu <= allocatable.milliCpu);
  if (lacks(requests.memory, requested.memory, allocatable.memory))
    lacking = lacking.and('memory', requests.memory <= allocatable.memory);
  if (lacks(requests.ephemeralStorage, requested.ephemeralStorage, allocatable.ephemeralStorage))
    lacking = lacking.and('ephemeral-storage', requests.ephemeralStorage <= allocatable.ephemeralStorage);
  for (const [name, wanted] of requests.scalars) {
    const capacity = allocatable.scalars.get(name) ?? 0;
    if (lacks(wanted, requested.scalars.get(name) ?? 0, capacity) && !ignored(name))
      lacking = lacking.and(name, wanted <= capacity);
  }
  return lacking === none ? undefined : lacking;
}

/** Rejections by what is lacking: many nodes lack the same, and then have the same. */
class Lacking implements Rejection {
  readonly reasons: readonly string[];
  readonly resolvable: boolean;
  readonly #more = new Map<string, Lacking>();

  constructor(reasons: readonly string[], resolvable: boolean) {
    this.reasons = reasons;
    this.resolvable = resolvable;
  }

  /** This, and too little of the resource. If the node has not so much at all, no pod that leaves it would help. */
  and(name: string, resolvable: boolean): Lacking {
    const key = resolvable ? name : `!${name}`;
    let more = this.#more.get(key);
    if (!more) {
      if (this.#more.size >= lackingKept) this.#more.clear();
      this.#more.set(key, (more = new Lacking([...this.reasons, `Insufficient ${name}`], this.resolvable && resolvable)));
    }
    return more;
  }
}

/** Names of resources are the users' own. */
const lackingKept = 100;

const none = new Lacking([], true);
const tooManyPods = new Lacking(['Too many pods'], true);

const lacks = (wanted: number, used: number, capacity: number): boolean => wanted > 0 && wanted > capacity - used;

const wantedBy = ({ requests }: PodInfo): string[] =>
  ['cpu', 'memory', 'ephemeral-storage', ...requests.scalars.keys()].filter((name) => amountIn(requests, name) > 0);

/** A pod goes, or asks for less of what the pod wants. */
const podEvent: ClusterEvent<Pod> = {
  resource: pods,
  on: ['update', 'delete'],
  hint(pod, before, after) {
    if (!before || !after) return true;
    const [had, has] = [podInfoOf(before).requests, podInfoOf(after).requests];
    return wantedBy(pod).some((name) => amountIn(has, name) < amountIn(had, name));
  },
};

/** A node comes that is large enough for the pod, or one grows. */
const nodeEvent: ClusterEvent<Node> = {
  resource: nodes,
  on: ['add', 'update'],
  hint(pod, before, after) {
    if (!after) return false;
    const now = allocatableOf(after);
    const wanted = wantedBy(pod);
    if (now.pods < 1 || wanted.some((name) => amountIn(pod.requests, name) > amountIn(now.resources, name))) return false;
    if (!before) return true;
    const then = allocatableOf(before);
    return now.pods > then.pods || wanted.some((name) => amountIn(now.resources, name) > amountIn(then.resources, name));
  },
};

export const nodeResourcesFit = createNodeResourcesFit();
