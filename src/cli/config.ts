import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { UsageError } from './errors.ts';

/** What `hib login` remembers. */
const Config = z.object({
  url: z.url(),
  token: z.string().min(1),
  /** PEM of the authority behind the server's certificate, where it is not a public one. */
  ca: z.string().optional(),
  /** The cluster that commands are about when they name none. */
  cluster: z.string().optional(),
});
export type Config = z.infer<typeof Config>;

/** `$XDG_CONFIG_HOME/hibernetes/config.json`, or below `~/.config`. */
export const configPath = (environment: NodeJS.ProcessEnv): string =>
  join(environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config'), 'hibernetes', 'config.json');

/** What is remembered; undefined if nobody has logged in. Throws a `UsageError` if the file is something else. */
export function readConfig(path: string): Config | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return Config.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${path} is not what hib login writes; log in again`);
  }
}

/** Whole or not at all, and for its owner only. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}`;
  writeFileSync(next, text, { mode: 0o600 });
  chmodSync(next, 0o600);
  renameSync(next, path);
}

export const writeConfig = (path: string, config: Config): void => writePrivate(path, `${JSON.stringify(config, undefined, 2)}\n`);

export const removeConfig = (path: string): void => rmSync(path, { force: true });
