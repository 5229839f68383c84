import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Resources } from '../snapshot/resources.ts';

/** A resource that a score looks at, and how much it counts: upstream's ResourceSpec. */
export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}

/** CPU and memory alike: what upstream's scores look at unless told otherwise. */
export const defaultResources: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

/**
 * What a pod would make of each resource of a node. One object serves all nodes of a pod, because there are many: `read`
 * fills in the first `count` places of the lists. Resources that the node has not are left out, and devices and the like
 * which the pod does not ask for too (resource_allocation.go).
 */
export class Shares {
  count = 0;
  readonly weight: number[] = [];
  /** How much the node has. */
  readonly capacity: number[] = [];
  /** How much is taken. */
  readonly before: number[] = [];
  /** How much would be with the pod on the node. */
  readonly after: number[] = [];
  readonly #resources: readonly WeightedResource[];
  readonly #pod: PodInfo;
  readonly #assumed: boolean;

  /** `assumed` counts containers that ask for no CPU or memory with a default, as the scores of NodeResourcesFit do. */
  constructor(resources: readonly WeightedResource[], pod: PodInfo, { assumed }: { assumed: boolean }) {
    this.#resources = resources;
    this.#pod = pod;
    this.#assumed = assumed;
  }

  read(node: NodeInfo): void {
    const pod = this.#pod;
    const { allocatable, requested } = node;
    const own = this.#assumed ? pod.nonZero : pod.requests;
    const used = this.#assumed ? node.nonZeroRequested : requested;
    this.count = 0;
    for (const { name, weight } of this.#resources) {
      if (name === 'cpu') this.#note(weight, allocatable.milliCpu, used.milliCpu, own.milliCpu);
      else if (name === 'memory') this.#note(weight, allocatable.memory, used.memory, own.memory);
      else if (name === 'ephemeral-storage')
        this.#note(weight, allocatable.ephemeralStorage, requested.ephemeralStorage, pod.requests.ephemeralStorage);
      else {
        const wanted = pod.requests.scalars.get(name) ?? 0;
        if (wanted > 0) this.#note(weight, allocatable.scalars.get(name) ?? 0, requested.scalars.get(name) ?? 0, wanted);
      }
    }
  }

  #note(weight: number, capacity: number, before: number, wanted: number): void {
    if (capacity <= 0) return;
    const i = this.count++;
    this.weight[i] = weight;
    this.capacity[i] = capacity;
    this.before[i] = before;
    this.after[i] = before + wanted;
  }
}

/** The amount of one resource, by its name. */
export function amountIn(resources: Resources, name: string): number {
  if (name === 'cpu') return resources.milliCpu;
  if (name === 'memory') return resources.memory;
  if (name === 'ephemeral-storage') return resources.ephemeralStorage;
  return resources.scalars.get(name) ?? 0;
}
