import { nodes } from '../../../src/resources/core/node.ts';
import { services } from '../../../src/resources/core/service.ts';
import type { SimState } from '../state.ts';
import type { Invariant } from './invariant.ts';

/** Nothing that only one can have is given to two. */
export const addresses: Invariant = {
  commit: ({ after, changes }) =>
    changes.some(({ resource }) => resource === services.resource || resource === nodes.resource) ? givenTwice(after) : [],
};

function givenTwice(state: SimState): string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const give = (what: string, owner: string) => {
    const other = owners.get(what);
    if (other !== undefined && other !== owner) problems.push(`${what} is given to ${other} and ${owner}`);
    owners.set(what, owner);
  };
  for (const { metadata, spec, status } of state.list(services)) {
    const owner = `Service ${metadata.namespace}/${metadata.name}`;
    for (const address of spec.clusterIPs ?? []) if (address !== 'None') give(`the cluster IP ${address}`, owner);
    for (const { nodePort, protocol } of spec.ports ?? []) if (nodePort) give(`the node port ${nodePort}/${protocol}`, owner);
    if (spec.healthCheckNodePort) give(`the node port ${spec.healthCheckNodePort}/TCP`, owner);
    for (const { ip } of status?.loadBalancer?.ingress ?? []) if (ip) give(`the load balancer's ${ip}`, owner);
  }
  for (const { metadata, spec } of state.list(nodes))
    for (const cidr of spec.podCIDRs ?? []) give(`the network ${cidr}`, `Node ${metadata.name}`);
  return problems;
}
