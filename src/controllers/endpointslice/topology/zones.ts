import { parseQuantity, quantityMilliValue } from '../../../machinery/quantity.ts';
import type { Node } from '../../../resources/core/node.ts';

/** How much more than its share of the traffic an endpoint may get. */
const overloadThreshold = 0.2;

const zoneLabel = 'topology.kubernetes.io/zone';

/** Nodes that clients do not run on. */
const excludedLabels = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/** The share of each zone in the CPU of the cluster, by name of the zone, in order. */
export type ZoneRatios = ReadonlyMap<string, number>;

/** How many endpoints a zone should have. */
export interface Allocation {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

const known = new WeakMap<readonly Node[], { ratios: ZoneRatios | undefined }>();

/**
 * The zones' shares in what the ready nodes can allot; `undefined` if there is only one zone, or one of the nodes says nothing of
 * its zone or CPU. Reckoned once for each list of nodes.
 */
export function zoneRatiosOf(nodes: readonly Node[]): ZoneRatios | undefined {
  let found = known.get(nodes);
  if (!found) known.set(nodes, (found = { ratios: reckoned(nodes) }));
  return found.ratios;
}

/** What of a node the shares depend on. */
export const zonePartOf = ({ metadata: { labels = {} }, status }: Node) => ({
  counts:
    !excludedLabels.some((label) => label in labels) &&
    (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false),
  zone: labels[zoneLabel] ?? '',
  cpu: status?.allocatable?.['cpu'] ?? '0',
});

function reckoned(nodes: readonly Node[]): ZoneRatios | undefined {
  const cpuByZone = new Map<string, number>();
  let total = 0;
  for (const { counts, zone, cpu } of nodes.map(zonePartOf)) {
    if (!counts) continue;
    const milliCpu = quantityMilliValue(parseQuantity(cpu));
    if (zone === '' || milliCpu === 0) return undefined;
    cpuByZone.set(zone, (cpuByZone.get(zone) ?? 0) + milliCpu);
    total += milliCpu;
  }
  if (cpuByZone.size < 2) return undefined;
  const zones = [...cpuByZone].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(zones.map(([zone, cpu]) => [zone, cpu / total]));
}

/** How many of the ready endpoints each zone should have, or why that cannot be said, in upstream's words. */
export function allocationsOf(ratios: ZoneRatios | undefined, endpoints: number): ReadonlyMap<string, Allocation> | string {
  if (!ratios) return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';
  const counts = `(${endpoints} endpoints, ${ratios.size} zones)`;
  if (ratios.size > endpoints) return `Insufficient number of endpoints ${counts}`;
  const shares = Array.from(ratios, ([zone, ratio]) => {
    const share = ratio * endpoints;
    const minimum = Math.ceil(share * (1 / (1 + overloadThreshold)));
    return { zone, minimum, desired: Math.max(share, minimum) };
  });
  const least = shares.reduce((sum, { minimum }) => sum + minimum, 0);
  if (least > endpoints)
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`;
  return new Map(shares.map(({ zone, minimum, desired }) => [zone, { minimum, desired, maximum: minimum + endpoints - least }]));
}
