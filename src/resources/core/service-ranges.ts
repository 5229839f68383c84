/** Where Services get their addresses: the ServiceCIDRs of the cluster (registry/core/service/ipallocator). */
import {
  formatAddress,
  isInRange,
  parseAddress,
  parseCidr,
  type IpAddress,
  type IpFamily,
  type IpRange,
} from '../../lib/ip-range.ts';
import type { Random } from '../../lib/random.ts';
import type { Reader } from '../../machinery/reader.ts';
import { serviceCidrs, type ServiceCIDR } from '../networking/servicecidr.ts';
import { pickFree, type NumberPool } from './number-pool.ts';

/** The ServiceCIDR that every cluster has. Its families are those of the cluster, the first one being the default. */
export const defaultServiceCidrName = 'kubernetes';

/** What it holds if nobody says otherwise, as kubeadm's. */
export const defaultServiceCidrs: readonly string[] = ['10.96.0.0/16'];

/** More of a range than so many addresses is not given out without being asked for. */
const poolSizeMax = 2n ** 48n;

/** What a cluster has to give out: its families, and the ranges that are ready. */
export interface ServiceRanges {
  readonly families: readonly IpFamily[];
  readonly ranges: readonly (IpRange & { readonly cidr: string })[];
  /** The address of the `kubernetes` Service in `default`, which no other gets. */
  readonly apiAddress: string | undefined;
}

export function serviceRangesOf(reader: Reader): ServiceRanges {
  const standard = reader.get(serviceCidrs, '', defaultServiceCidrName);
  const cidrs = standard?.spec.cidrs ?? defaultServiceCidrs;
  const usable = reader
    .list(serviceCidrs)
    .filter(isReady)
    .flatMap(({ spec }) => spec.cidrs ?? []);
  if (!standard) usable.unshift(...defaultServiceCidrs);
  return {
    families: rangesOf(cidrs).map(({ family }) => family),
    ranges: rangesOf([...new Set(usable)]),
    apiAddress: cidrs[0] && firstAddress(cidrs[0]),
  };
}

const rangesOf = (cidrs: readonly string[]) =>
  cidrs.flatMap((cidr) => {
    const range = parseCidr(cidr);
    return range ? [{ ...range, cidr }] : [];
  });

/** The standard one is there before the controller that says so. */
function isReady({ metadata, status }: ServiceCIDR): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready ? ready.status === 'True' : metadata.name === defaultServiceCidrName;
}

/** The first address of a range that is one. */
export function firstAddress(cidr: string): string | undefined {
  const range = parseCidr(cidr);
  return range && formatAddress({ family: range.family, value: range.first + 1n });
}

/** Why an address cannot be given out, in upstream's words, whoever has it. */
export function refuseAddress({ ranges }: ServiceRanges, text: string): string | undefined {
  const address = parseAddress(text);
  const around = ranges.filter((range) => address && isInRange(range, address));
  if (!address || around.length === 0) return 'the provided network does not match the current range';
  if (around.some((range) => isInRange(assignable(range), address))) return undefined;
  return `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${around[0]!.cidr}`;
}

/** A free address of a family, by chance; `undefined` when every range is full. */
export function pickAddress(
  { ranges }: ServiceRanges,
  family: IpFamily,
  isTaken: (address: string) => boolean,
  random: Random,
): string | undefined {
  for (const range of ranges) {
    if (range.family !== family) continue;
    const textOf = (offset: number) => formatAddress(addressAt(range, offset));
    const offset = pickFree(poolOf(range), (n) => isTaken(textOf(n)), random);
    if (offset !== undefined) return textOf(offset);
  }
  return undefined;
}

/** Without the network's address and, in IPv4, the one for broadcasts. */
const assignable = (range: IpRange): IpRange => ({
  ...range,
  first: range.first + 1n,
  last: range.family === 'IPv4' ? range.last - 1n : range.last,
});

const addressAt = ({ family, first }: IpRange, offset: number): IpAddress => ({ family, value: first + BigInt(offset) });

/** Offsets into a range. The first sixteenth, of 16 to 256 addresses, is left to those who ask for a certain one (KEP-3070). */
function poolOf(range: IpRange): NumberPool {
  const size = range.last - range.first + 1n;
  const { first, last } = assignable(range);
  const reserved = size <= 16n ? 0 : Math.min(Math.max(Number(size / 16n), 16), 256);
  const lastOffset = last - range.first < poolSizeMax ? last - range.first : poolSizeMax;
  return { first: Number(first - range.first), last: Number(lastOffset), dynamicFrom: 1 + reserved };
}
