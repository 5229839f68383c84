import { formatAddress, overlap, parseCidr, type IpRange } from '../../lib/ip-range.ts';

/** A range, cut into networks of one size for one node each. */
export interface NetworkPool {
  readonly range: IpRange;
  /** The prefix length of a node's network. */
  readonly maskSize: number;
}

/** More networks than so many are not searched. */
const searchMax = 1n << 20n;

/** The networks of a pool that are free, the lowest first. Who takes one takes it from all that ask later. */
export class FreeNetworks {
  readonly #pool: NetworkPool;
  readonly #size: bigint;
  /** Networks of the pool's own size that are taken, by their place in the pool. */
  readonly #slots = new Set<bigint>();
  readonly #others: IpRange[] = [];
  #next = 0n;

  /** `taken` are networks of any size. */
  constructor(pool: NetworkPool, taken: Iterable<string>) {
    this.#pool = pool;
    this.#size = 1n << BigInt((pool.range.family === 'IPv4' ? 32 : 128) - pool.maskSize);
    for (const cidr of taken) {
      const range = parseCidr(cidr);
      if (!range || !overlap(range, pool.range)) continue;
      if (range.last - range.first + 1n === this.#size) this.#slots.add((range.first - pool.range.first) / this.#size);
      else this.#others.push(range);
    }
  }

  /** `undefined` when none is left. */
  take(): string | undefined {
    const { range, maskSize } = this.#pool;
    for (; this.#next < searchMax; this.#next++) {
      const first = range.first + this.#next * this.#size;
      const network = { family: range.family, first, last: first + this.#size - 1n };
      if (network.last > range.last) return undefined;
      if (this.#slots.has(this.#next) || this.#others.some((other) => overlap(other, network))) continue;
      this.#next++;
      return `${formatAddress({ family: range.family, value: first })}/${maskSize}`;
    }
    return undefined;
  }
}
