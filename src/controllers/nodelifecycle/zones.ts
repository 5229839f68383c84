/** How upstream's node lifecycle controller paces the eviction of pods, zone by zone. */
import type { Node } from '../../resources/core/node.ts';
import { readyCondition } from './health.ts';

/** How many nodes a second lose their pods in a zone that is well, and in a large one of which most is lost. */
const evictionRate = 0.1;
const secondaryEvictionRate = 0.01;
/** A zone with more nodes than this is large. */
const largeZone = 50;
/** From this share of nodes that are not ready on a zone is partially disrupted, unless those are but two. */
const unhealthyShare = 0.55;

/** Nodes with this label do not count in the state of their zone. */
const excludedLabel = 'node.kubernetes.io/exclude-disruption';

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

/** Region and zone of a node by its labels, in upstream's form; '' without. */
export function zoneOf({ metadata: { labels = {} } }: Node): string {
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] ?? labels['topology.kubernetes.io/zone'] ?? '';
  const region = labels['failure-domain.beta.kubernetes.io/region'] ?? labels['topology.kubernetes.io/region'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\0:${zone}`;
}

export const countsInZone = ({ metadata }: Node): boolean => metadata.labels?.[excludedLabel] === undefined;

/** The state of a zone by how many of its nodes are ready and how many are not. */
export function zoneState(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  return notReady > 2 && notReady / (ready + notReady) >= unhealthyShare ? 'PartialDisruption' : 'Normal';
}

/**
 * How long to wait between two nodes of a zone whose pods are evicted, in ms; `undefined`: none is. A zone that is lost
 * altogether is treated as one that is well, because its pods have somewhere else to go.
 */
export function evictionIntervalMs(state: ZoneState, nodes: number): number | undefined {
  if (state !== 'PartialDisruption') return 1000 / evictionRate;
  return nodes > largeZone ? 1000 / secondaryEvictionRate : undefined;
}

export interface Zone {
  state: ZoneState;
  /** How many of its nodes count. */
  size: number;
  /** All of them, also those that do not count. */
  nodes: readonly Node[];
}

/** The nodes by zone, and the state of each zone. */
export function zonesOf(nodes: readonly Node[]): Zone[] {
  const zones = new Map<string, { nodes: Node[]; ready: number; notReady: number }>();
  for (const node of nodes) {
    const name = zoneOf(node);
    const zone = zones.get(name) ?? { nodes: [], ready: 0, notReady: 0 };
    zones.set(name, zone);
    zone.nodes.push(node);
    if (!countsInZone(node)) continue;
    if (readyCondition(node)?.status === 'True') zone.ready++;
    else zone.notReady++;
  }
  return [...zones.values()].map((zone) => ({
    state: zoneState(zone.ready, zone.notReady),
    size: zone.ready + zone.notReady,
    nodes: zone.nodes,
  }));
}
