import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Resources } from '../snapshot/resources.ts';

/** A resource that a score looks at, and how much it counts: upstream's ResourceSpec. */
export interface WeightedResource {
  readonly name: string;
  readonly weight: number;
}

/** How much of a resource a node has, how much is taken, and how much would be with the pod on it. */
export interface Share {
  readonly weight: number;
  readonly capacity: number;
  readonly before: number;
  readonly after: number;
}

/** CPU and memory alike: what upstream's scores look at unless told otherwise. */
export const defaultResources: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

/**
 * What the pod would make of each resource of a node. Resources that the node has not are left out, and devices and the
 * like which the pod does not ask for too. `assumed` counts containers that ask for no CPU or memory with a default, as the
 * scores of NodeResourcesFit do (resource_allocation.go).
 */
export function sharesOf(
  resources: readonly WeightedResource[],
  pod: PodInfo,
  node: NodeInfo,
  { assumed }: { assumed: boolean },
): Share[] {
  const shares: Share[] = [];
  for (const { name, weight } of resources) {
    const [capacity, before, wanted] = amountsOf(name, pod, node, assumed);
    if (capacity > 0) shares.push({ weight, capacity, before, after: before + wanted });
  }
  return shares;
}

function amountsOf(name: string, pod: PodInfo, node: NodeInfo, assumed: boolean): [number, number, number] {
  const { allocatable, requested } = node;
  const own = assumed ? pod.nonZero : pod.requests;
  const used = assumed ? node.nonZeroRequested : requested;
  switch (name) {
    case 'cpu':
      return [allocatable.milliCpu, used.milliCpu, own.milliCpu];
    case 'memory':
      return [allocatable.memory, used.memory, own.memory];
    case 'ephemeral-storage':
      return [allocatable.ephemeralStorage, requested.ephemeralStorage, pod.requests.ephemeralStorage];
    default: {
      const wanted = pod.requests.scalars.get(name) ?? 0;
      return wanted === 0 ? [0, 0, 0] : [allocatable.scalars.get(name) ?? 0, requested.scalars.get(name) ?? 0, wanted];
    }
  }
}

/** The amount of one resource, by its name. */
export function amountIn(resources: Resources, name: string): number {
  if (name === 'cpu') return resources.milliCpu;
  if (name === 'memory') return resources.memory;
  if (name === 'ephemeral-storage') return resources.ephemeralStorage;
  return resources.scalars.get(name) ?? 0;
}
