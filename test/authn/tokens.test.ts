import { describe, expect, it } from 'vitest';
import { bearerToken, createToken, hashToken, isToken, systemSecretBytes, tokenKinds } from '../../src/authn/tokens.ts';

describe('createToken', () => {
  it('makes tokens of every kind that it recognises, each different', () => {
    const tokens = tokenKinds.flatMap((kind) => [createToken(kind, systemSecretBytes), createToken(kind, systemSecretBytes)]);
    expect(tokens.every(isToken)).toBe(true);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens[0]).toMatch(/^hib_admin_[0-9A-Za-z]{43}$/);
  });

  it('skips bytes that would make some digits more likely', () => {
    let round = 0;
    // Bytes 248 to 255 first: taken modulo 62 they would all be the digits 0 to 7.
    const bytes = (count: number) => new Uint8Array(count).fill(round++ === 0 ? 255 : 61);
    expect(createToken('api', bytes)).toBe(`hib_api_${'z'.repeat(43)}`);
  });
});

describe('isToken', () => {
  const secret = 'a'.repeat(43);
  it.each([
    [`hib_node_${secret}`, true],
    [`hib_root_${secret}`, false],
    [`hib_node_${secret}a`, false],
    [`hib_node_${secret.slice(1)}`, false],
    [`hib_node_${secret}\n`, false],
    [`xhib_node_${secret}`, false],
    [`hib_node_${secret.slice(1)}-`, false],
    ['', false],
  ])('%j: %s', (text, expected) => expect(isToken(text)).toBe(expected));
});

it('hashes as SHA-256 in hex', async () => {
  expect(await hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc ', 'abc'],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    ['Bearer a b', undefined],
    ['', undefined],
    [undefined, undefined],
    [null, undefined],
  ])('%j: %j', (header, expected) => expect(bearerToken(header)).toBe(expected));
});
