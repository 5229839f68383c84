import type { Endpoints, EndpointAddress } from '../../resources/core/endpoints.ts';
import type { Endpoint, EndpointPort } from '../../resources/discovery/endpointslice.ts';
import { formatAddress, parseAddress, type IpFamily } from '../../lib/ip-range.ts';
import { repackSubsets } from '../endpoints/repack.ts';

/** Upstream's `--mirroring-max-endpoints-per-subset`. */
export const endpointsPerSubsetMax = 1000;

/** What one slice mirrors: the addresses of one family that are reached by the same ports. */
export interface MirroredSlice {
  addressType: IpFamily;
  ports: EndpointPort[];
  endpoints: Endpoint[];
}

export interface Mirror {
  slices: MirroredSlice[];
  /** Addresses that are none. */
  invalid: number;
  /** All addresses that are left out. */
  skipped: number;
}

/** The slices that say what Endpoints say. */
export function mirrorOf({ subsets = [] }: Endpoints, max = endpointsPerSubsetMax): Mirror {
  const mirror: Mirror = { slices: [], invalid: 0, skipped: 0 };
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of canonical(subsets)) {
    const slicePorts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }): EndpointPort => ({
      name,
      port,
      protocol,
      ...(appProtocol !== undefined && { appProtocol }),
    }));
    const byFamily: Record<IpFamily, Endpoint[]> = { IPv4: [], IPv6: [] };
    let added = 0;
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    for (const { address, ready } of all) {
      if (added >= max) break;
      const parsed = parseAddress(address.ip);
      if (!parsed) {
        mirror.invalid++;
        continue;
      }
      byFamily[parsed.family].push(endpointOf(address, formatAddress(parsed), ready));
      added++;
    }
    mirror.skipped += all.length - added;
    for (const addressType of ['IPv4', 'IPv6'] as const)
      if (byFamily[addressType].length > 0)
        mirror.slices.push({ addressType, ports: slicePorts, endpoints: byFamily[addressType] });
  }
  return mirror;
}

function canonical(subsets: NonNullable<Endpoints['subsets']>) {
  const pairs = subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports }) => {
    const every = ports?.length ? ports : [undefined];
    const pair = (ready: boolean) => (address: EndpointAddress) => every.map((port) => ({ address, ready, port }));
    return [...addresses.flatMap(pair(true)), ...notReadyAddresses.flatMap(pair(false))];
  });
  return repackSubsets(pairs);
}

const endpointOf = ({ nodeName, hostname, targetRef }: EndpointAddress, address: string, ready: boolean): Endpoint => ({
  addresses: [address],
  conditions: { ready },
  ...(hostname && { hostname }),
  ...(nodeName !== undefined && { nodeName }),
  ...(targetRef && { targetRef }),
});
