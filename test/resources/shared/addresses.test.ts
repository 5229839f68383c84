import { expect, test } from 'vitest';
import {
  cidrWarnings,
  familyOf,
  familyOfCidr,
  isNarrowerCidr,
  validateCanonicalCidr,
  validateCanonicalIp,
  validateCidr,
  validateEndpointIp,
  validateIp,
} from '../../../src/resources/shared/addresses.ts';

const messages = (errors: { message: string }[]) => errors.map(({ message }) => message.replace(/^Invalid value: "[^"]*": /, ''));
const noAddress = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const noCidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

test.each([
  ['10.9.8.7', []],
  ['2001:db8::ffff', []],
  ['2001:DB8:0:0::1', []],
  ['', [noAddress]],
  ['10.9.8', [noAddress]],
  ['10.9.8.256', [noAddress]],
  ['0x10.1.1.1', [noAddress]],
  ['fe80::1%eth0', [noAddress]],
  ['10.09.8.7', ['must not have leading 0s']],
  ['::ffff:1.2.3.4', ['must not be an IPv4-mapped IPv6 address']],
])('the address %s', (text, expected) => expect(messages(validateIp(text, 'ip'))).toEqual(expected));

test.each([
  ['2001:db8::1', []],
  ['2001:db8:0::1', ['must be in canonical form ("2001:db8::1")']],
])('the canonical address %s', (text, expected) =>
  expect(validateCanonicalIp(text, 'ip').map(({ message }) => message.split(': ').slice(2).join(': '))).toEqual(expected),
);

test.each([
  ['10.0.0.1', []],
  ['0.0.0.0', ['may not be unspecified (0.0.0.0)']],
  ['0.0.0.1', []],
  ['::', ['may not be unspecified (::)']],
  ['127.1.2.3', ['may not be in the loopback range (127.0.0.0/8, ::1/128)']],
  ['::1', ['may not be in the loopback range (127.0.0.0/8, ::1/128)']],
  ['169.254.0.1', ['may not be in the link-local range (169.254.0.0/16, fe80::/10)']],
  ['fe80::1', ['may not be in the link-local range (169.254.0.0/16, fe80::/10)']],
  ['224.0.0.1', ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)']],
  ['ff02::1', ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)']],
  ['239.1.1.1', []],
  ['x', ['must be a valid IP address']],
])('the endpoint %s', (text, expected) => expect(messages(validateEndpointIp(text, 'ip'))).toEqual(expected));

test.each([
  ['10.9.8.0/24', []],
  ['0.0.0.0/0', []],
  ['10.0.0.1/32', []],
  ['2001:db8::/64', []],
  ['10.9.8.7', [noCidr]],
  ['10.9.8.0/33', [noCidr]],
  ['10.9.8.0/024', ['must not have leading 0s in IP or prefix length']],
  ['10.9.8.7/24', ['must not have bits set beyond the prefix length']],
  ['10.128.0.0/8', ['must not have bits set beyond the prefix length']],
  ['2001:db8::1/64', ['must not have bits set beyond the prefix length']],
  ['::ffff:1.2.3.0/120', ['must not have an IPv4-mapped IPv6 address']],
])('the range %s', (text, expected) => expect(messages(validateCidr(text, 'cidr'))).toEqual(expected));

test.each([
  ['10.0.0.1', 'IPv4'],
  ['fd00::1', 'IPv6'],
  ['::ffff:1.2.3.4', 'IPv4'],
  ['None', undefined],
])('the family of %s is %s', (text, expected) => expect(familyOf(text)).toBe(expected));

test.each([
  ['2001:db8::/64', [], []],
  [
    '2001:DB8::/64',
    ['must be in canonical form ("2001:db8::/64")'],
    ['cidr: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")'],
  ],
  ['10.0.0.0/33', [noCidr], []],
])('the canonical range %s', (text, errors, warnings) => {
  expect(validateCanonicalCidr(text, 'cidr').map(({ message }) => message.split(': ').slice(2).join(': '))).toEqual(errors);
  expect(cidrWarnings(text, 'cidr')).toEqual(warnings);
});

test.each([
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/31', '10.0.0.0/30', true],
  ['10.0.0.8/31', '10.0.0.0/29', false],
  ['10.0.0.0/8', '10.0.0.0/8', false],
  ['10.0.0.0/8', '10.0.0.0/16', false],
  ['fd00:1::/32', 'fd00::/16', true],
  ['fe00::/32', 'fd00::/16', false],
  ['10.0.0.0/16', '::/0', false],
  ['10.0.0.0/16', 'x', undefined],
])('%s within %s: %s', (text, within, expected) => expect(isNarrowerCidr(text, within)).toBe(expected));

test.each([
  ['10.0.0.0/8', 'IPv4'],
  ['fd00::/16', 'IPv6'],
])('the family of the range %s is %s', (text, expected) => expect(familyOfCidr(text)).toBe(expected));
