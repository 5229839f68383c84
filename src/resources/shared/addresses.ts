/** IP addresses and ranges in objects, as apimachinery/pkg/util/validation (strict, as of 1.35) and core/validation. */
import ipaddr from 'ipaddr.js';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';

export type Family = 'IPv4' | 'IPv6';
type Address = ReturnType<typeof ipaddr.parse>;

const fourParts = /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/;

/** The address, in decimal notation with leading zeros forgiven as upstream's parser does; undefined if it is none. */
function parse(text = ''): Address | undefined {
  if (fourParts.test(text)) {
    const octets = text.split('.').map(Number);
    return octets.every((octet) => octet <= 255) ? new ipaddr.IPv4(octets) : undefined;
  }
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

const isMapped = (address: Address): boolean => address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress();
const hasLeadingZeros = (text = ''): boolean => !text.includes(':') && /(^|\.)0[0-9]/.test(text);

/** The family of a valid address. An IPv4-mapped IPv6 address counts as IPv4. */
export function familyOf(text: string): Family | undefined {
  const address = parse(text);
  if (!address) return undefined;
  return address.kind() === 'ipv4' || isMapped(address) ? 'IPv4' : 'IPv6';
}

export function validateIp(text: string, path: string): FieldError[] {
  const address = parse(text);
  if (!address) return [fieldInvalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  if (hasLeadingZeros(text)) return [fieldInvalid(path, text, 'must not have leading 0s')];
  if (isMapped(address)) return [fieldInvalid(path, text, 'must not be an IPv4-mapped IPv6 address')];
  return [];
}

/** As `validateIp`, and written in the one canonical way. */
export function validateCanonicalIp(text: string, path: string): FieldError[] {
  const errors = validateIp(text, path);
  if (errors.length > 0) return errors;
  const canonical = parse(text)!.toString();
  return canonical === text ? [] : [fieldInvalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** Whether it is the address of one host that is not this one and not only on this link; false for what is no address. */
export function isGlobalUnicast(text: string): boolean {
  const address = parse(text);
  if (!address) return false;
  const range = (isMapped(address) ? (address as ipaddr.IPv6).toIPv4Address() : address).range();
  return !['unspecified', 'broadcast', 'loopback', 'linkLocal', 'multicast'].includes(range);
}

/** An address that traffic can be sent to from elsewhere. */
export function validateEndpointIp(text: string, path: string): FieldError[] {
  const address = parse(text);
  if (!address) return [fieldInvalid(path, text, 'must be a valid IP address')];
  switch (isMapped(address) ? (address as ipaddr.IPv6).toIPv4Address().range() : address.range()) {
    case 'unspecified':
      // ipaddr.js calls all of 0.0.0.0/8 so; upstream means the one address.
      return /^[0.:]+$/.test(text) ? [fieldInvalid(path, text, `may not be unspecified (${text})`)] : [];
    case 'loopback':
      return [fieldInvalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
    case 'linkLocal':
      return [fieldInvalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
    case 'multicast':
      return isLinkLocalMulticast(address)
        ? [fieldInvalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')]
        : [];
    default:
      return [];
  }
}

function isLinkLocalMulticast(address: Address): boolean {
  const bytes = address.toByteArray();
  return address.kind() === 'ipv4'
    ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0
    : bytes[0] === 0xff && (bytes[1]! & 0x0f) === 0x02;
}

/** A range as it is written, leading zeros forgiven; undefined if it is none. */
function parseCidr(text: string): { address: Address; bits: number } | undefined {
  const match = /^([^/]+)\/([0-9]{1,3})$/.exec(text);
  const address = match && parse(match[1]!);
  if (!address) return undefined;
  const bits = Number(match[2]);
  return bits <= (address.kind() === 'ipv4' ? 32 : 128) ? { address, bits } : undefined;
}

export function validateCidr(text: string, path: string): FieldError[] {
  const range = parseCidr(text);
  if (!range) return [fieldInvalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  const { address, bits } = range;
  const [written, prefix] = text.split('/') as [string, string];
  if (hasLeadingZeros(written) || /^0[0-9]/.test(prefix))
    return [fieldInvalid(path, text, 'must not have leading 0s in IP or prefix length')];
  if (isMapped(address)) return [fieldInvalid(path, text, 'must not have an IPv4-mapped IPv6 address')];
  const beyond = address.toByteArray().some((byte, i) => (byte & hostMask(bits - i * 8)) !== 0);
  return beyond ? [fieldInvalid(path, text, 'must not have bits set beyond the prefix length')] : [];
}

/** As `validateCidr`, and written in the one canonical way. */
export function validateCanonicalCidr(text: string, path: string): FieldError[] {
  const errors = validateCidr(text, path);
  if (errors.length > 0) return errors;
  const canonical = canonicalCidr(text)!;
  return canonical === text ? [] : [fieldInvalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** The address of an interface with the size of its network: `10.9.8.7/24`, in its canonical form. */
export function validateInterfaceAddress(text: string, path: string): FieldError[] {
  const canonical = canonicalCidr(text);
  if (canonical === undefined)
    return [fieldInvalid(path, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')];
  return canonical === text ? [] : [fieldInvalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

/** What a client should know about a valid address (`GetWarningsForIP` upstream). */
export function ipWarnings(text: string, path: string): string[] {
  const address = parse(text);
  if (!address) return [];
  if (hasLeadingZeros(text) || isMapped(address)) {
    const plain = isMapped(address) ? (address as ipaddr.IPv6).toIPv4Address() : address;
    return [`${path}: non-standard IP address ${JSON.stringify(text)} is invalid: use ${JSON.stringify(plain.toString())}`];
  }
  const canonical = address.toString();
  return canonical === text
    ? []
    : [`${path}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`];
}

/** What a client should know about a valid range. */
export function cidrWarnings(text: string, path: string): string[] {
  const canonical = canonicalCidr(text);
  if (canonical === undefined || canonical === text) return [];
  return [
    `${path}: IPv6 CIDR value ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
  ];
}

function canonicalCidr(text: string): string | undefined {
  const range = parseCidr(text);
  return range && `${range.address.toString()}/${range.bits}`;
}

/** The family of a valid range. */
export const familyOfCidr = (text: string): Family | undefined => familyOf(text.split('/')[0]!);

/** Whether a range is part of another, and not all of it; undefined if either is no range. */
export function isNarrowerCidr(text: string, within: string): boolean | undefined {
  const inner = parseCidr(text);
  const outer = parseCidr(within);
  if (!inner || !outer) return undefined;
  if (inner.address.kind() !== outer.address.kind() || inner.bits <= outer.bits) return false;
  const bytes = outer.address.toByteArray();
  return inner.address.toByteArray().every((byte, i) => ((byte ^ bytes[i]!) & ~hostMask(outer.bits - i * 8) & 0xff) === 0);
}

/** The bits of one byte that belong to the host, when so many bits from its start belong to the network. */
const hostMask = (networkBits: number): number => (networkBits >= 8 ? 0 : networkBits <= 0 ? 0xff : 0xff >> networkBits);

/** At most one address of each family. */
export const isDualStack = (addresses: readonly string[]): boolean =>
  addresses.length === 2 && familyOf(addresses[0]!) !== familyOf(addresses[1]!);
