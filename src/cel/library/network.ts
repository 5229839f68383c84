/** `kubernetes.net.ip` and `kubernetes.net.cidr`. */
import { formatAddress, parseAddress, type IpAddress } from '../../lib/ip-range.ts';
import { global, member, type Functions, type Implementation } from '../functions.ts';
import { boolType, intType, opaqueType, stringType, type Type } from '../types/type.ts';
import { Fault, isFault, Opaque, type Outcome, type Value } from '../values/value.ts';

export const ipType: Type = opaqueType('net.IP');
export const cidrType: Type = opaqueType('net.CIDR');

const bitsOf = ({ family }: IpAddress) => (family === 'IPv4' ? 32 : 128);

class IpValue extends Opaque {
  readonly type = ipType;
  override readonly size: number;
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    super();
    this.address = address;
    this.size = bitsOf(address) / 8;
  }

  equals(other: Value): boolean {
    return other instanceof IpValue && isSame(this.address, other.address);
  }

  override toString(): string {
    return formatAddress(this.address);
  }
}

const isSame = (a: IpAddress, b: IpAddress) => a.family === b.family && a.value === b.value;

class CidrValue extends Opaque {
  readonly type = cidrType;
  /** Bytes of the prefix. */
  override readonly size: number;
  readonly address: IpAddress;
  readonly bits: number;

  constructor(address: IpAddress, bits: number) {
    super();
    this.address = address;
    this.bits = bits;
    this.size = Math.ceil(bits / 8);
  }

  equals(other: Value): boolean {
    return other instanceof CidrValue && this.bits === other.bits && isSame(this.address, other.address);
  }

  contains(address: IpAddress): boolean {
    const hosts = BigInt(bitsOf(this.address) - this.bits);
    return address.family === this.address.family && address.value >> hosts === this.address.value >> hosts;
  }

  masked(): CidrValue {
    const hosts = BigInt(bitsOf(this.address) - this.bits);
    return new CidrValue({ family: this.address.family, value: (this.address.value >> hosts) << hosts }, this.bits);
  }

  override toString(): string {
    return `${formatAddress(this.address)}/${this.bits}`;
  }
}

/** An IPv6 address that only stands for one of IPv4. */
const isMapped = ({ family, value }: IpAddress) => family === 'IPv6' && value >> 32n === 0xffffn;

function parseIp(text: string): IpValue | Fault {
  const shown = JSON.stringify(text);
  const [plain, zone] = text.split('%') as [string, string?];
  const address = parseAddress(plain);
  if (!address || (zone !== undefined && address.family === 'IPv4') || zone === '')
    return new Fault(`IP Address ${shown} parse error during conversion from string: ParseAddr(${shown}): unable to parse IP`);
  if (zone !== undefined) return new Fault(`IP address ${shown} with zone value is not allowed`);
  return isMapped(address) ? new Fault(`IPv4-mapped IPv6 address ${shown} is not allowed`) : new IpValue(address);
}

function parseCidr(text: string): CidrValue | Fault {
  const shown = JSON.stringify(text);
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const bits = text.slice(slash + 1);
  const prefix = 'network address parse error during conversion from string: ';
  const why = slash < 0 ? "no '/'" : address ? `bad bits after slash: ${JSON.stringify(bits)}` : 'unable to parse IP';
  if (!address || !/^(?:0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > bitsOf(address))
    return new Fault(`${prefix}${prefix}netip.ParsePrefix(${shown}): ${why}`);
  return isMapped(address)
    ? new Fault(`${prefix}IPv4-mapped IPv6 address ${shown} is not allowed`)
    : new CidrValue(address, Number(bits));
}

const top = (address: IpAddress, bits: number) => address.value >> BigInt(bitsOf(address) - bits);
const is4 = ({ family }: IpAddress) => family === 'IPv4';

const isUnspecified = ({ value }: IpAddress) => value === 0n;
const isLoopback = (address: IpAddress) => (is4(address) ? top(address, 8) === 127n : address.value === 1n);
const isMulticast = (address: IpAddress) => (is4(address) ? top(address, 4) === 0xen : top(address, 8) === 0xffn);
const isLinkLocalMulticast = (address: IpAddress) =>
  is4(address) ? top(address, 24) === 0xe0_00_00n : isMulticast(address) && (top(address, 16) & 0xfn) === 2n;
const isLinkLocalUnicast = (address: IpAddress) => (is4(address) ? top(address, 16) === 0xa9fen : top(address, 10) === 0x3fan);
const isGlobalUnicast = (address: IpAddress) =>
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocalUnicast(address) &&
  !(is4(address) && address.value === 0xffff_ffffn);

const onIp =
  (get: (address: IpAddress) => Outcome): Implementation =>
  ([ip]) =>
    get((ip as IpValue).address);

const test = (id: string, holds: (address: IpAddress) => boolean) => [member(id, [ipType], boolType, onIp(holds))];

const containsCidr = (outer: CidrValue, inner: CidrValue) => outer.bits <= inner.bits && outer.contains(inner.address);

/** With the other side given as text. */
const parsed =
  <T extends Value>(parse: (text: string) => T | Fault, holds: (cidr: CidrValue, other: T) => boolean): Implementation =>
  ([cidr, text]) => {
    const other = parse(text as string);
    return isFault(other) ? other : holds(cidr as CidrValue, other);
  };

export const network: Functions = {
  ip: [
    global('string_to_ip', [stringType], ipType, ([text]) => parseIp(text as string)),
    member('cidr_ip', [cidrType], ipType, ([cidr]) => new IpValue((cidr as CidrValue).address)),
  ],
  isIP: [global('is_ip', [stringType], boolType, ([text]) => !isFault(parseIp(text as string)))],
  'ip.isCanonical': [
    global('ip_is_canonical', [stringType], boolType, ([text]) => {
      const ip = parseIp(text as string);
      return isFault(ip) ? ip : ip.toString() === text;
    }),
  ],
  family: [
    member(
      'ip_family',
      [ipType],
      intType,
      onIp((address) => (is4(address) ? 4n : 6n)),
    ),
  ],
  isUnspecified: test('ip_is_unspecified', isUnspecified),
  isLoopback: test('ip_is_loopback', isLoopback),
  isLinkLocalMulticast: test('ip_is_link_local_multicast', isLinkLocalMulticast),
  isLinkLocalUnicast: test('ip_is_link_local_unicast', isLinkLocalUnicast),
  isGlobalUnicast: test('ip_is_global_unicast', isGlobalUnicast),
  string: [
    global('ip_to_string', [ipType], stringType, ([ip]) => (ip as IpValue).toString()),
    global('cidr_to_string', [cidrType], stringType, ([cidr]) => (cidr as CidrValue).toString()),
  ],
  cidr: [global('string_to_cidr', [stringType], cidrType, ([text]) => parseCidr(text as string))],
  isCIDR: [global('is_cidr', [stringType], boolType, ([text]) => !isFault(parseCidr(text as string)))],
  containsIP: [
    member(
      'cidr_contains_ip_string',
      [cidrType, stringType],
      boolType,
      parsed(parseIp, (cidr, ip) => cidr.contains(ip.address)),
    ),
    member('cidr_contains_ip_ip', [cidrType, ipType], boolType, ([cidr, ip]) =>
      (cidr as CidrValue).contains((ip as IpValue).address),
    ),
  ],
  containsCIDR: [
    member('cidr_contains_cidr_string', [cidrType, stringType], boolType, parsed(parseCidr, containsCidr)),
    member('cidr_contains_cidr', [cidrType, cidrType], boolType, ([outer, inner]) =>
      containsCidr(outer as CidrValue, inner as CidrValue),
    ),
  ],
  prefixLength: [member('cidr_prefix_length', [cidrType], intType, ([cidr]) => BigInt((cidr as CidrValue).bits))],
  masked: [member('cidr_masked', [cidrType], cidrType, ([cidr]) => (cidr as CidrValue).masked())],
};
