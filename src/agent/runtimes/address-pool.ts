import ipaddr from 'ipaddr.js';

/**
 * The pod addresses of one node: those of an IPv4 CIDR without its network, first (the node's side of the bridge) and
 * broadcast address. Hands them out in a circle, so that an address that was given back is not reused at once.
 */
export class AddressPool {
  readonly #base: number;
  readonly #size: number;
  readonly #used = new Set<string>();
  #next = 2;

  /** Throws for anything but an IPv4 CIDR. */
  constructor(cidr: string) {
    const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
    this.#base = address.toByteArray().reduce((number, byte) => number * 256 + byte, 0);
    this.#size = 2 ** (32 - bits);
  }

  /** A free address; undefined when all are taken. */
  take(): string | undefined {
    const usable = this.#size - 3;
    for (let tries = 0; tries < usable; tries++) {
      const address = this.#at(this.#next);
      this.#next = this.#next + 1 < this.#size - 1 ? this.#next + 1 : 2;
      if (this.#used.has(address)) continue;
      this.#used.add(address);
      return address;
    }
    return undefined;
  }

  /** Marks an address that is in use already. */
  reserve(address: string): void {
    this.#used.add(address);
  }

  release(address: string): void {
    this.#used.delete(address);
  }

  #at(offset: number): string {
    const number = this.#base + offset;
    return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
  }
}

/** The first usable address of a CIDR: the node's own side of its pods' network. */
export function gatewayOf(cidr: string): string {
  const [network, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const octets = ipaddr.IPv4.networkAddressFromCIDR(`${network.toString()}/${bits}`).toByteArray();
  return [...octets.slice(0, 3), octets[3]! + 1].join('.');
}
