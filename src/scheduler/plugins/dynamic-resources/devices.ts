import type { Node } from '../../../resources/core/node.ts';
import { deviceId } from '../../../resources/resource/claim-status.ts';
import type { Device } from '../../../resources/resource/device.ts';
import { resourceClaims } from '../../../resources/resource/resourceclaim.ts';
import { resourceSlices, type ResourceSlice } from '../../../resources/resource/resourceslice.ts';
import type { NodeSelector } from '../../../resources/shared/affinity.ts';
import { nodeMatchesTerm } from '../../../resources/shared/node-selector.ts';
import type { Cluster } from '../../framework.ts';

/** A device that a driver offers. */
export interface OfferedDevice {
  /** What tells it from others (`deviceId`). */
  readonly id: string;
  readonly driver: string;
  readonly device: Device;
  readonly pool: Pool;
  /** From where it can be used: a node by name, nodes by labels, or all. */
  readonly from: { readonly nodeName?: string; readonly nodeSelector?: NodeSelector };
}

/** Devices that a driver looks after together. */
export interface Pool {
  readonly name: string;
  /** Whether all slices of its newest generation are there. Until then nobody knows what it has. */
  readonly isComplete: boolean;
  readonly devices: OfferedDevice[];
  /** How much of each counter the devices may use up together, by `SET/COUNTER`. */
  readonly counters: ReadonlyMap<string, string>;
}

/** What is offered: devices of one node, by its name, and the others. */
interface Offers {
  readonly byNode: ReadonlyMap<string, readonly OfferedDevice[]>;
  readonly others: readonly OfferedDevice[];
}

/** The devices that can be used from the node, those of pools that are not complete included. */
export function devicesFor(node: Node, cluster: Cluster): OfferedDevice[] {
  const { byNode, others } = cluster.state('offered devices', () => offersOf(cluster.reader.list(resourceSlices)));
  return [...(byNode.get(node.metadata.name) ?? []), ...others.filter(({ from }) => isReachable(from.nodeSelector, node))];
}

/** Whether something with this selector can be used from the node; without one it can from any. */
export const isReachable = (selector: NodeSelector | undefined, node: Node): boolean =>
  !selector || selector.nodeSelectorTerms.some((term) => nodeMatchesTerm(node, term));

/**
 * The devices that somebody has, by id: the committed allocations, and those that this pass decides on (the caller adds
 * them). Devices for administration stay free for others.
 */
export const takenDevices = (cluster: Cluster): Set<string> =>
  cluster.state('taken devices', () => {
    const taken = new Set<string>();
    for (const { status } of cluster.reader.list(resourceClaims))
      for (const result of status?.allocation?.devices?.results ?? []) if (!result.adminAccess) taken.add(deviceId(result));
    return taken;
  });

function offersOf(slices: readonly ResourceSlice[]): Offers {
  const pools = new Map<string, ResourceSlice[]>();
  for (const slice of slices) {
    const key = `${slice.spec.driver}/${slice.spec.pool.name}`;
    pools.set(key, [...(pools.get(key) ?? []), slice]);
  }
  const byNode = new Map<string, OfferedDevice[]>();
  const others: OfferedDevice[] = [];
  for (const all of pools.values()) {
    for (const offered of poolOf(all).devices) {
      const { nodeName } = offered.from;
      if (nodeName === undefined) others.push(offered);
      else byNode.set(nodeName, [...(byNode.get(nodeName) ?? []), offered]);
    }
  }
  return { byNode, others };
}

/** The pool that these slices make: only the newest generation counts. */
function poolOf(all: readonly ResourceSlice[]): Pool {
  const generation = Math.max(...all.map(({ spec }) => spec.pool.generation));
  const slices = all.filter(({ spec }) => spec.pool.generation === generation);
  const { name, resourceSliceCount } = slices[0]!.spec.pool;
  const counters = new Map<string, string>();
  for (const { spec } of slices)
    for (const set of spec.sharedCounters ?? [])
      for (const [counter, { value }] of Object.entries(set.counters)) counters.set(`${set.name}/${counter}`, value);
  const pool: Pool = { name, isComplete: slices.length === resourceSliceCount, devices: [], counters };
  for (const { spec } of slices)
    for (const device of spec.devices ?? []) {
      const { nodeName, nodeSelector } = spec.perDeviceNodeSelection ? device : spec;
      const from = { ...(nodeName && { nodeName }), ...(nodeSelector && { nodeSelector }) };
      const id = deviceId({ driver: spec.driver, pool: name, device: device.name });
      pool.devices.push({ id, driver: spec.driver, device, pool, from });
    }
  return pool;
}
