import { expect, test } from 'vitest';
import { formatAddress, overlap, parseAddress, parseCidr, parseRange } from '../../src/lib/ip-range.ts';

test.each([
  ['10.96.0.1', '10.96.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['FD00:0:0::1', 'fd00::1'],
  ['::', '::'],
])('the address %s is %s', (text, canonical) => expect(formatAddress(parseAddress(text)!)).toBe(canonical));

test.each(['', '10.1', '10.96.0.256', '10.96.0.01', '10.96.0.0/16', 'fe80::1%eth0', 'example.com'])('%j is no address', (text) =>
  expect(parseAddress(text)).toBeUndefined(),
);

test.each([
  ['10.96.0.0/16', '10.96.0.0', '10.96.255.255'],
  ['10.96.7.7/30', '10.96.7.4', '10.96.7.7'],
  ['192.0.2.1/32', '192.0.2.1', '192.0.2.1'],
  ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ['fd00::/112', 'fd00::', 'fd00::ffff'],
  ['192.0.2.10-192.0.2.20', '192.0.2.10', '192.0.2.20'],
  ['fd00::1 - fd00::2', 'fd00::1', 'fd00::2'],
])('the range %s is %s to %s', (text, first, last) => {
  const { family, ...ends } = parseRange(text)!;
  expect([formatAddress({ family, value: ends.first }), formatAddress({ family, value: ends.last })]).toEqual([first, last]);
});

test.each(['10.0.0.0/33', 'fd00::/129', '10.0.0.0', '10.0.0.2-10.0.0.1', '10.0.0.1-fd00::1', '10.0.0.1-10.0.0.2-10.0.0.3', '/8'])(
  '%s is no range',
  (text) => expect(parseRange(text)).toBeUndefined(),
);

test.each([
  ['10.0.0.0/8', '10.1.0.0/16', true],
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/16', '10.1.0.0/16', false],
  ['0.0.0.0/0', '::/0', false],
  ['10.0.0.0/8', '10.0.0.0/8', true],
])('%s and %s overlap: %s', (a, b, expected) => expect(overlap(parseCidr(a)!, parseCidr(b)!)).toBe(expected));
