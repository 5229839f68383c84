import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A child process that never outlives this one. */
export interface BoundChild {
  /** Resolves once the child has ended. */
  readonly exited: Promise<ExitStatus>;
  /** What the child writes to its descriptor 4. */
  readonly control: Readable;
  /** Sends the child its stop signal, and SIGKILL when it takes longer than `graceMs`. Resolves once it has ended. */
  stop(graceMs?: number): Promise<ExitStatus>;
}

export interface ExitStatus {
  /** The exit code; of a child ended by a signal, 128 plus the signal's number. */
  code: number;
  /** The last lines the child wrote to its error output. */
  errorOutput: string;
}

export interface BoundChildOptions {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** What ends the child without harm. */
  stopSignal: 'INT' | 'TERM' | 'KILL';
  /** Where the child's pid is written, for whoever has to end it after both this process and the shell were killed. */
  pidFile?: string;
  /** Sees every chunk the child writes to its output and error output. */
  onOutput?: (chunk: string) => void;
}

/**
 * The shell between us and the child. Its input is a pipe nobody writes to: the kernel closes it when this process ends
 * in whatever way, SIGKILL included, `read` returns, and the child gets its stop signal; a child that ignores it is
 * killed ten seconds later. Needs nothing but POSIX sh, so it works on every Unix.
 */
const guardian = `
exec 3<&0
signal=$1; pid_file=$2; shift 2
"$@" 3<&- </dev/null &
child=$!
exec 4>&-
[ -z "$pid_file" ] || echo "$child" >"$pid_file"
trap : HUP INT TERM
( trap : HUP INT TERM
  read -r _ <&3
  kill -s "$signal" "$child" 2>/dev/null
  tenths=0
  while kill -0 "$child" 2>/dev/null && [ "$tenths" -lt 100 ]; do sleep 0.1; tenths=$((tenths + 1)); done
  kill -s KILL "$child" 2>/dev/null ) >/dev/null 2>&1 &
watcher=$!
while :; do
  wait "$child"; status=$?
  kill -0 "$child" 2>/dev/null || break
done
kill -s KILL "$watcher" 2>/dev/null
exit "$status"
`;

const errorOutputMax = 16 * 1024;

/** Starts a child that gets `stopSignal` as soon as this process ends, and is out of reach of the terminal's Ctrl-C. */
export function startBoundChild(options: BoundChildOptions): BoundChild {
  const shell: ChildProcess = spawn(
    '/bin/sh',
    ['-c', guardian, 'guardian', options.stopSignal, options.pidFile ?? '', options.command, ...options.args],
    // Descriptor 3 is the guardian's own. A session of its own keeps Ctrl-C from ending the child before its parent.
    { env: options.env, stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'pipe'], detached: true },
  );
  let errorOutput = '';
  shell.stdout?.setEncoding('utf8').on('data', (chunk: string) => options.onOutput?.(chunk));
  shell.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errorOutput = (errorOutput + chunk).slice(-errorOutputMax);
    options.onOutput?.(chunk);
  });
  shell.stdin?.on('error', () => {});
  const exited = once(shell, 'close').then(([code]): ExitStatus => ({
    code: Number(code ?? 137),
    errorOutput: errorOutput.trim(),
  }));
  // A failed start is seen by whoever awaits `exited`; nobody else needs to.
  exited.catch(() => {});
  return {
    exited,
    control: shell.stdio[4] as Readable,
    async stop(graceMs = 8_000) {
      shell.stdin?.end();
      const killTimer = setTimeout(() => killGroup(shell.pid), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(killTimer);
      }
    },
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
