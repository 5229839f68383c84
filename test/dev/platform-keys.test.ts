import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { loadPlatformKeys } from '../../src/dev/platform-keys.ts';
import { platformKey } from '../support/keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernetes-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a key is made once, for this user only', async () => {
  const file = join(folder, 'platform-keys');
  const made = await loadPlatformKeys(file);
  expect(new PlatformKeys(made).wrappingId()).toMatch(/^local-[0-9a-f]{8}$/);
  expect(await loadPlatformKeys(file)).toBe(made);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file, 'utf8')).trim()).toBe(made);
  expect(await loadPlatformKeys(join(folder, 'other'))).not.toBe(made);
});

test('the first line is the key that wraps', async () => {
  const file = join(folder, 'platform-keys');
  await writeFile(file, `${platformKey('new', 2)}\n${platformKey('old', 1)}\n`);
  expect(await loadPlatformKeys(file)).toBe(`${platformKey('new', 2)},${platformKey('old', 1)}`);
});

test('data folders that use one database share a key, made of its password, beside their own', async () => {
  const url = 'postgres://user:p%40ss@db.example/clusters';
  const own = await loadPlatformKeys(join(folder, 'one'));
  const [shared, ...others] = (await loadPlatformKeys(join(folder, 'one'), url)).split(',');
  expect(others).toEqual([own]);
  expect(new PlatformKeys(shared).wrappingId()).toMatch(/^shared-[0-9a-f]{8}$/);
  expect(shared).not.toContain('p@ss');
  expect(await loadPlatformKeys(join(folder, 'two'), url)).toBe(shared);
  // Another way to the same database; and what was encrypted before the password was changed.
  expect(await loadPlatformKeys(join(folder, 'three'), 'postgres://other:p%40ss@127.0.0.1/clusters')).toBe(shared);
  const changed = (await loadPlatformKeys(join(folder, 'two'), url.replace('p%40ss', 'new'))).split(',');
  expect(changed).toEqual([expect.stringMatching(/^shared-/), shared]);
  expect(changed[0]).not.toBe(shared);
});
