import { formatAddress, isInRange, parseAddress, type IpRange } from '../../lib/ip-range.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Service } from '../../resources/core/service.ts';

/** More of a pool than so many addresses is not searched. */
const searchMax = 65_536;

/** The addresses that a Service gets, one a family at most, or why it gets none. */
export type Assignment = { addresses: string[] } | { problem: string };

/** The addresses that load balancers have, given out one by one: who asks later sees what was given before. */
export class AddressPools {
  readonly #pools: readonly IpRange[];
  /** Whose an address is: the uid of the Service. */
  readonly #holders = new Map<string, string>();

  constructor(pools: readonly IpRange[], balanced: readonly Service[]) {
    this.#pools = pools;
    // In two places at once, after somebody wrote a status by hand: the older Service keeps it.
    const byAge = [...balanced].sort((a, b) => ageOf(a) - ageOf(b));
    for (const service of byAge)
      for (const address of addressesOf(service))
        if (!this.#holders.has(address)) this.#holders.set(address, service.metadata.uid);
  }

  /** What the Service has stays, where it fits; what is missing is taken from the pools. */
  assign(service: Service): Assignment {
    const { spec, metadata } = service;
    const wish = spec.loadBalancerIP;
    const wished = wish ? parseAddress(wish) : undefined;
    const addresses: string[] = [];
    for (const family of spec.ipFamilies ?? []) {
      if (wished?.family === family) {
        const text = formatAddress(wished);
        if (!this.#isInPools(text)) return { problem: `the requested address ${text} is in no pool` };
        if (!this.#isFreeFor(text, metadata.uid)) return { problem: `the requested address ${text} is already in use` };
        addresses.push(text);
        continue;
      }
      const kept = addressesOf(service).find((text) => this.#fits(text, family) && this.#isFreeFor(text, metadata.uid));
      const address = kept ?? this.#pick(family);
      if (address !== undefined) addresses.push(address);
      else if (spec.ipFamilyPolicy === 'RequireDualStack') return { problem: `no ${family} address is free in the pools` };
    }
    if (addresses.length === 0) return { problem: 'no address is free in the pools' };
    // What it had is free once its status says so.
    for (const text of addresses) this.#holders.set(text, metadata.uid);
    return { addresses };
  }

  #isFreeFor(text: string, uid: string): boolean {
    const holder = this.#holders.get(text);
    return holder === undefined || holder === uid;
  }

  #isInPools(text: string): boolean {
    const address = parseAddress(text);
    return address !== undefined && this.#pools.some((pool) => isInRange(pool, address));
  }

  #fits(text: string, family: string): boolean {
    return parseAddress(text)?.family === family && this.#isInPools(text);
  }

  #pick(family: string): string | undefined {
    for (const pool of this.#pools) {
      if (pool.family !== family) continue;
      for (let value = pool.first, n = 0; value <= pool.last && n < searchMax; value++, n++) {
        const text = formatAddress({ family: pool.family, value });
        if (!this.#holders.has(text)) return text;
      }
    }
    return undefined;
  }
}

export const addressesOf = ({ status }: Service): string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));

/** Whether the status says just this. */
export const saysAddresses = (service: Service, addresses: readonly string[]): boolean =>
  samePlain(service.status?.loadBalancer?.ingress ?? [], ingressOf(addresses));

export const ingressOf = (addresses: readonly string[]) => addresses.map((ip) => ({ ip, ipMode: 'VIP' }));

const ageOf = ({ metadata }: Service): number => Date.parse(metadata.creationTimestamp);
