import { describe, expect, test } from 'vitest';
import { decrypt, DoesNotOpen, encrypt, importKey, open, seal, sealedPrefix, sealedVersion } from '../../src/db/envelope.ts';
import { EncryptionError, PlatformKeys } from '../../src/db/platform-keys.ts';
import { platformKey } from '../support/keys.ts';

const keyOf = (byte: number) => importKey(new Uint8Array(32).fill(byte));
const place = ['objects', 'c-1', 'secrets', 'default', 'a', 'uid'];

describe('a sealed text', () => {
  test.each(['', 'text', '😀 "\\\n\u2028', '\uFEFFbom', 'x'.repeat(300_000)])('comes back as it was (%#)', async (text) => {
    const key = await keyOf(1);
    const sealed = await seal({ version: 12, key }, place, text);
    expect(sealed).toMatch(/^sealed:v1:12:[\w-]+$/);
    expect(sealed.startsWith(sealedPrefix(12))).toBe(true);
    expect(await open(key, place, sealed)).toBe(text);
  });

  test.each([
    ['another key', 2, place],
    ['another place', 1, ['objects', 'c-1', 'secrets', 'default', 'b', 'uid']],
    ['parts that only look the same together', 1, ['objects', 'c-1', 'secrets', 'defaulta', '', 'uid']],
    ['fewer parts', 1, place.slice(0, -1)],
  ] as const)('does not open with %s', async (_, byte, elsewhere) => {
    const sealed = await seal({ version: 1, key: await keyOf(1) }, place, 'text');
    await expect(open(await keyOf(byte), elsewhere, sealed)).rejects.toBeInstanceOf(DoesNotOpen);
  });

  test.each(['', 'AAAA', 'no base64!', 'A'.repeat(100)])('is not made up: %j', async (encrypted) => {
    await expect(decrypt(await keyOf(1), place, encrypted)).rejects.toBeInstanceOf(DoesNotOpen);
  });

  test('never looks the same', async () => {
    const key = await keyOf(1);
    const texts = await Promise.all(Array.from({ length: 50 }, () => encrypt(key, place, new Uint8Array(4))));
    expect(new Set(texts.map((text) => text.slice(0, 16))).size).toBe(50);
  });

  test.each([
    ['sealed:v1:3:AAAA', 3],
    ['sealed:v1:120:', 120],
    ['sealed:v1:0:AAAA', undefined],
    ['sealed:v2:3:AAAA', undefined],
    ['sealed:v1:3', undefined],
    ['{"kind":"Secret"}', undefined],
    [' sealed:v1:3:AAAA', undefined],
  ])('names the version of its key: %s', (text, version) => expect(sealedVersion(text)).toBe(version));
});

describe('platform keys', () => {
  const key = new Uint8Array(32).fill(7);
  const message = (keys: PlatformKeys) => {
    try {
      return keys.wrappingId();
    } catch (error) {
      return (error as EncryptionError).message;
    }
  };

  test.each([
    ['the first one wraps', `${platformKey('a', 1)},${platformKey('b', 2)}`, 'a'],
    ['spaces are left out', ` ${platformKey('a', 1)} `, 'a'],
    ['none', undefined, 'there is no platform key: the binding PLATFORM_KEYS is missing'],
    ['an empty text', '', 'there is no platform key: the binding PLATFORM_KEYS is missing'],
    ['one that is too short', 'a:AAAA', expect.stringContaining('is not a list')],
    ['one without an id', platformKey('', 1), expect.stringContaining('is not a list')],
    ['two of one id', `${platformKey('a', 1)},${platformKey('a', 2)}`, expect.stringContaining('is not a list')],
    ['a good one and a bad one', `${platformKey('a', 1)},b`, expect.stringContaining('is not a list')],
  ])('%s', (_, text, expected) => expect(message(new PlatformKeys(text))).toEqual(expected));

  test('all unwrap', async () => {
    const wrapped = await new PlatformKeys(platformKey('b', 2)).wrap(['t'], key);
    expect(wrapped.platformKeyId).toBe('b');
    expect(await new PlatformKeys(`${platformKey('a', 1)},${platformKey('b', 2)}`).unwrap(['t'], wrapped)).toEqual(key);
    for (const text of [undefined, platformKey('a', 2), platformKey('b', 3), 'bad'])
      await expect(new PlatformKeys(text).unwrap(['t'], wrapped)).rejects.toBeInstanceOf(EncryptionError);
    await expect(new PlatformKeys(platformKey('b', 2)).unwrap(['other'], wrapped)).rejects.toThrow('is not the one that wrapped');
  });
});
