import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Sends the signal (none by default) and says whether there was a process to get it. */
export function isAlive(pid: number, signal: NodeJS.Signals | 0 = 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether the process was started with `argument` on its command line. Pids are used again, so a number read from a file
 * says nothing by itself.
 */
export async function hasArgument(pid: number, argument: string): Promise<boolean> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').includes(argument);
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(argument);
}

/** The first number of a pid file; undefined without the file or without a process. */
export async function livingPid(file: string): Promise<number | undefined> {
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 && isAlive(pid) ? pid : undefined;
}

const patienceMs = 5_000;

/** Ends the process that a killed run left behind, asking more firmly with each signal. */
export async function endLeftover(pid: number, argument: string, signals: readonly NodeJS.Signals[]): Promise<void> {
  for (const signal of signals) {
    if (!(await hasArgument(pid, argument)) || !isAlive(pid, signal)) return;
    for (const start = performance.now(); performance.now() - start < patienceMs; await sleep(20)) {
      if (!(await hasArgument(pid, argument))) return;
    }
  }
}
