import ipaddr from 'ipaddr.js';

export type IpFamily = 'IPv4' | 'IPv6';

/** An address as a number. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** Addresses in a row, both ends included. */
export interface IpRange {
  readonly family: IpFamily;
  readonly first: bigint;
  readonly last: bigint;
}

const bitsOf = { IPv4: 32, IPv6: 128 } as const;

/** `undefined` for a text that is no address. */
export function parseAddress(text: string): IpAddress | undefined {
  if (text.includes(':')) {
    if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
    const bytes = ipaddr.IPv6.parse(text).toByteArray();
    return { family: 'IPv6', value: bytes.reduce((n, byte) => (n << 8n) | BigInt(byte), 0n) };
  }
  const octets = fourParts.exec(text)?.slice(1).map(Number);
  if (!octets || octets.some((octet) => octet > 255)) return undefined;
  return { family: 'IPv4', value: BigInt(octets.reduce((n, octet) => n * 256 + octet, 0)) };
}

const octet = '(0|[1-9][0-9]{0,2})';
const fourParts = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);

/** The address in its canonical form. */
export function formatAddress({ family, value }: IpAddress): string {
  const bytes: number[] = [];
  for (let shift = bitsOf[family] - 8; shift >= 0; shift -= 8) bytes.push(Number((value >> BigInt(shift)) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

/** The addresses of a network such as `10.96.0.0/16`; `undefined` for a text that is none. */
export function parseCidr(text: string): IpRange | undefined {
  const match = /^([^/]+)\/([0-9]{1,3})$/.exec(text);
  const address = match && parseAddress(match[1]!);
  if (!address || Number(match[2]) > bitsOf[address.family]) return undefined;
  const hosts = (1n << BigInt(bitsOf[address.family] - Number(match[2]))) - 1n;
  return { family: address.family, first: address.value & ~hosts, last: address.value | hosts };
}

/** The addresses of a network, or of a range `FIRST-LAST`; `undefined` for a text that is neither. */
export function parseRange(text: string): IpRange | undefined {
  const [first, last, ...more] = text.split('-').map((end) => parseAddress(end.trim()));
  if (!first || !last || more.length > 0) return parseCidr(text);
  return first.family === last.family && first.value <= last.value
    ? { family: first.family, first: first.value, last: last.value }
    : undefined;
}

export const isInRange = (range: IpRange, { family, value }: IpAddress): boolean =>
  range.family === family && range.first <= value && value <= range.last;

export const overlap = (a: IpRange, b: IpRange): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last;
