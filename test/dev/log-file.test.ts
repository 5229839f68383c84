import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LogFile } from '../../src/dev/log-file.ts';

it('a log goes on where it was, and starts a new file when it is full', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hibernetes-log-'));
  try {
    const path = join(folder, 'some.log');
    await writeFile(path, 'before\n');
    const log = new LogFile(path);
    log.append('after\n');
    expect(await readFile(path, 'utf8')).toBe('before\nafter\n');
    const megabyte = `${'x'.repeat(1024 * 1024 - 1)}\n`;
    for (let i = 0; i < 40; i++) log.append(megabyte);
    log.close();
    expect((await readdir(folder)).sort()).toEqual(['some.log', 'some.log.old']);
    for (const name of ['some.log', 'some.log.old']) expect((await stat(join(folder, name))).size).toBeLessThan(18 * 1024 * 1024);
  } finally {
    await rm(folder, { recursive: true });
  }
});
