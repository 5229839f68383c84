import type { NodeInfo } from './node-info.ts';

const zoneLabels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

/** One node of each zone after the other, the nodes of a zone by name (upstream's nodeTree). */
export function inTurnsByZone(nodes: readonly NodeInfo[]): NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const node of [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const zone = zoneLabels.map((label) => node.labels[label] ?? '').join('\0');
    const members = zones.get(zone);
    if (members) members.push(node);
    else zones.set(zone, [node]);
  }
  const lists = [...zones.values()];
  if (lists.length === 1) return lists[0]!;
  const order: NodeInfo[] = [];
  for (let turn = 0; order.length < nodes.length; turn++)
    for (const members of lists) if (turn < members.length) order.push(members[turn]!);
  return order;
}
