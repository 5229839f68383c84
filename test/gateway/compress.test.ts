import { expect, test } from 'vitest';
import { compressed } from '../../src/gateway/compress.ts';

const answer = (headers: Record<string, string>) => new Response('{}', { status: 201, headers: { vary: 'Accept', ...headers } });

test.each([
  ['gzip', 'gzip'],
  ['deflate, gzip;q=1.0, *;q=0.5', 'gzip'],
  ['br, gzip', 'gzip'],
  ['gzip;q=0', null],
  ['br', null],
  ['', null],
  [null, null],
])('a large answer to who accepts %s is encoded as %s', (accepted, encoding) => {
  const { status, headers } = compressed(answer({ 'hibernetes-large': '1' }), accepted);
  expect([status, headers.get('content-encoding'), headers.get('hibernetes-large')]).toEqual([201, encoding, null]);
  expect(headers.get('vary')).toBe(encoding ? 'Accept, Accept-Encoding' : 'Accept');
});

test('other answers go through as they are', () => {
  const small = answer({});
  expect(compressed(small, 'gzip')).toBe(small);
});
