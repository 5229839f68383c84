import { parseCidr } from '../../lib/ip-range.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { serviceCidrs } from '../../resources/networking/servicecidr.ts';
import { FreeNetworks, type NetworkPool } from './pod-networks.ts';

export interface NodeIpamOptions {
  /** One range, or one of each family; the first one is that of `podCIDR`. */
  clusterCIDRs: readonly string[];
  nodeCIDRMaskSizes: Readonly<Record<'IPv4' | 'IPv6', number>>;
}

/** All nodes are looked at together, so that no network is given out twice. */
const key = 'networks';

/**
 * Gives each node a network for its pods, of each family, where it stays for as long as the Node exists. What is taken is
 * what nodes have, so that nothing has to be given back. Networks of Services are left out.
 */
export const nodeIpamController = ({ clusterCIDRs, nodeCIDRMaskSizes }: NodeIpamOptions): Controller => {
  const pools = clusterCIDRs.flatMap((cidr): NetworkPool[] => {
    const range = parseCidr(cidr);
    return range ? [{ range, maskSize: nodeCIDRMaskSizes[range.family] }] : [];
  });
  return {
    name: 'nodeipam',
    component: 'cidrAllocator',
    triggers: [{ resource: nodes, concerns: (node: Node, old: Node) => node.spec.podCIDR !== old.spec.podCIDR, keys: keysOf }],
    reconcile(_key, snapshot): Plan {
      const all = snapshot.list(nodes);
      const waiting = all.filter(needsNetwork);
      if (waiting.length === 0) return emptyPlan();
      const taken = [...all.flatMap(networksOf), ...snapshot.list(serviceCidrs).flatMap(({ spec }) => spec.cidrs ?? [])];
      const free = pools.map((pool) => new FreeNetworks(pool, taken));
      const plan = emptyPlan();
      for (const node of waiting) {
        const networks = free.flatMap((pool) => pool.take() ?? []);
        if (networks.length < pools.length) {
          const message = `Node ${node.metadata.name} status is now: CIDRNotAvailable`;
          plan.events.push({ regarding: node, type: 'Normal', reason: 'CIDRNotAvailable', message });
          continue;
        }
        const object: Node = { ...node, spec: { ...node.spec, podCIDR: networks[0], podCIDRs: networks } };
        plan.writes.push({ verb: 'update', resource: nodes, object });
      }
      return plan;
    },
  };
};

const needsNetwork = ({ metadata, spec }: Node): boolean => !spec.podCIDR && metadata.deletionTimestamp === undefined;

const networksOf = ({ spec }: Node): readonly string[] => spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []);

/** A node that has no network now, and one that is gone: its network may be what another waits for. */
function keysOf({ metadata }: Node, snapshot: Snapshot): string[] {
  const current = snapshot.get(nodes, '', metadata.name);
  return !current || needsNetwork(current) ? [key] : [];
}
