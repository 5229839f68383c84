import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder, startOf } from '../../src/dev/server-lock.ts';

describe('lockDataFolder', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hibernetes-lock-'));
    file = join(folder, 'server.pid');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A process of our own that stands for another server. */
  async function otherProcess<T>(use: (pid: number) => Promise<T>): Promise<T> {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(other, 'spawn');
    try {
      return await use(other.pid!);
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
  }

  it('holds the folder until it is given back', async () => {
    const unlock = await lockDataFolder(folder, file);
    expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${process.pid} \\d+\n$`));
    await unlock();
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  it('refuses a folder that a living server holds', async () => {
    await otherProcess(async (pid) => {
      await writeFile(file, `${pid} ${await startOf(pid)}\n`);
      await expect(lockDataFolder('DATA', file)).rejects.toThrow(`DATA is used by another running server (process ${pid})`);
    });
  });

  it('takes the folder of a server that was killed', async () => {
    const text = await otherProcess(async (pid) => `${pid} ${await startOf(pid)}\n`);
    await writeFile(file, text);
    await (
      await lockDataFolder(folder, file)
    )();
  });

  it.runIf(process.platform === 'linux')('is not deceived by a pid that went to another process', async () => {
    await otherProcess(async (pid) => {
      await writeFile(file, `${pid} ${(await startOf(pid)) - 1}\n`);
      await (
        await lockDataFolder(folder, file)
      )();
    });
  });

  it.each(['', 'garbage', '-1 0', '0 0'])('takes a folder whose file says %j', async (text) => {
    await writeFile(file, text);
    await (
      await lockDataFolder(folder, file)
    )();
  });
});
