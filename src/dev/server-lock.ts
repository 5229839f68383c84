import { readFile, rm, writeFile } from 'node:fs/promises';
import { DevError } from './errors.ts';
import { isAlive } from './processes.ts';

/**
 * Takes the data folder for this process: two servers on one would serve two truths. The file says who holds it; of a
 * holder that was killed only the file is left, which is known by its pid being gone or another process's.
 *
 * Returns what gives the folder back. Throws `DevError` when another server has it.
 */
export async function lockDataFolder(folder: string, file: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(file, `${mine}\n`, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = 0, start] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ').map(Number);
    if (pid > 1 && pid !== process.pid && isAlive(pid) && (await startOf(pid)) === start) {
      throw new DevError(
        `${folder} is used by another running server (process ${pid}): end it, or choose another folder with --data`,
      );
    }
    await rm(file, { force: true });
  }
  throw new DevError(`${folder} is being taken by another server: end it, or choose another folder with --data`);
}

/** When the process started, in the kernel's ticks; 0 where that is not known. It tells a process from its pid's next owner. */
export async function startOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in parentheses, may hold anything; starttime is the 20th field after it.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}
