import { chmod, readFile, rename, writeFile } from 'node:fs/promises';

/** The text of a file, without white space around it; undefined when there is none. */
export async function readSecret(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file that only this user can read: all of it or nothing, also when the process ends in the middle. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  await writeFile(fresh, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
}
