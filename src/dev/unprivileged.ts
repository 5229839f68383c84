import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { DevError } from './errors.ts';

/** How to start a program that refuses to run as root. */
export interface Launcher {
  /** What to put in front of the program and its arguments; empty to start it as it is. */
  command: readonly string[];
  /** As root: the user, seen from outside, the program's files must belong to. */
  uid?: number;
}

/** `nobody`, which is in every passwd file; initdb wants a user with a name. */
const nobody = 65534;
const capabilities = '-all,+dac_override,+dac_read_search,+fowner,+chown';

/** In a user namespace of its own: the program sees itself as `nobody`, its files stay the caller's. */
const namespaced = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--'];

/** As `nobody`, but allowed to read what only root can (a repository under /root), where namespaces are forbidden. */
const dropped = [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  `--inh-caps=${capabilities}`,
  `--ambient-caps=${capabilities}`,
  '--',
];

/**
 * How to run `program` so that it does not see itself as root and can write to `dir`. An ordinary user with a name runs
 * it as it is. Root gets the first of two ways that works here, both from util-linux and without making a user.
 *
 * Throws `DevError` when root has neither.
 */
export function unprivileged(program: string, dir: string): Launcher {
  const root = process.getuid?.() === 0;
  if (!root && hasName()) return { command: [] };
  const works = (command: readonly string[]) => {
    const [file = '', ...args] = [...command, '/bin/sh', '-c', 'test -w "$1" && exec "$2" --version', 'sh', dir, program];
    return spawnSync(file, args, { stdio: 'ignore' }).status === 0;
  };
  if (works(namespaced)) return { command: namespaced, ...(root ? { uid: 0 } : {}) };
  if (root && works(dropped)) return { command: dropped, uid: nobody };
  throw new DevError(
    root
      ? 'the embedded Postgres cannot run as root here (neither unshare nor setpriv works): use another user, or set DATABASE_URL'
      : 'the embedded Postgres needs a user with a name in /etc/passwd: use another user, or set DATABASE_URL',
  );
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}
