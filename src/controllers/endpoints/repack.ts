import type { EndpointAddress, EndpointPort, EndpointSubset } from '../../resources/core/endpoints.ts';

/** More addresses than this are not published. */
export const addressesMax = 1000;

/** One address of one pod, with one of the ports by which it is reached; `undefined` for a Service without ports. */
export interface AddressPort {
  address: EndpointAddress;
  ready: boolean;
  port: EndpointPort | undefined;
}

/**
 * The canonical subsets, as upstream's RepackSubsets: ports that lead to the same addresses share a subset. An address
 * that is ready by one of a subset's ports and not by another is not ready.
 */
export function repackSubsets(pairs: readonly AddressPort[]): EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; addresses: Map<string, AddressPort> }>();
  for (const pair of pairs) {
    const key = JSON.stringify(pair.port && portOrder(pair.port));
    let group = byPort.get(key);
    if (!group) byPort.set(key, (group = { port: pair.port, addresses: new Map() }));
    const identity = `${pair.address.ip} ${pair.address.targetRef?.uid ?? ''}`;
    const known = group.addresses.get(identity);
    if (!known || known.ready) group.addresses.set(identity, pair);
  }

  const byAddresses = new Map<string, { ports: EndpointPort[]; addresses: AddressPort[] }>();
  for (const { port, addresses } of byPort.values()) {
    const sorted = [...addresses].sort(([a], [b]) => compare(a, b));
    const key = sorted.map(([identity, { ready }]) => `${identity} ${ready}`).join();
    const subset = byAddresses.get(key);
    if (!subset) byAddresses.set(key, { ports: port ? [port] : [], addresses: sorted.map(([, pair]) => pair) });
    else if (port) subset.ports.push(port);
  }

  const subsets = [...byAddresses.values()].map(({ ports, addresses }): EndpointSubset => {
    const ready = addresses.filter((pair) => pair.ready).map((pair) => pair.address);
    const notReady = addresses.filter((pair) => !pair.ready).map((pair) => pair.address);
    const sorted = [...ports].sort((a, b) => compare(portOrder(a).join(' '), portOrder(b).join(' ')));
    return {
      ...(ready.length > 0 && { addresses: ready }),
      ...(notReady.length > 0 && { notReadyAddresses: notReady }),
      ...(sorted.length > 0 && { ports: sorted }),
    };
  });
  return subsets.sort((a, b) => compare(JSON.stringify(a.ports ?? []), JSON.stringify(b.ports ?? [])));
}

const portOrder = ({ name = '', port, protocol = '', appProtocol = '' }: EndpointPort) => [name, port, protocol, appProtocol];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Leaves out addresses past the maximum, ready ones last, each subset by its share; `undefined` if there are not so many.
 */
export function truncateSubsets(subsets: readonly EndpointSubset[], max = addressesMax): EndpointSubset[] | undefined {
  const sum = (count: (subset: EndpointSubset) => number) => subsets.reduce((total, subset) => total + count(subset), 0);
  const ready = sum((subset) => subset.addresses?.length ?? 0);
  const notReady = sum((subset) => subset.notReadyAddresses?.length ?? 0);
  if (ready + notReady <= max) return undefined;
  const cutReady = ready > max;
  const [room, total] = cutReady ? [max, ready] : [max - ready, notReady];
  let left = room;
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports }) => {
    const cut = cutReady ? addresses : notReadyAddresses;
    const kept = cut.slice(0, Math.min(left, Math.ceil((cut.length / total) * room)));
    left -= kept.length;
    const [first, second] = cutReady ? [kept, []] : [addresses, kept];
    return {
      ...(first.length > 0 && { addresses: first }),
      ...(second.length > 0 && { notReadyAddresses: second }),
      ...(ports && { ports }),
    };
  });
}
