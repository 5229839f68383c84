import { readFile } from 'node:fs/promises';
import { DevError } from './errors.ts';

/** The `compatibility_date` of wrangler.toml: the local runtime behaves as of the same day as the deployment. */
export async function compatibilityDate(file: string): Promise<string> {
  const date = /^compatibility_date *= *"(\d{4}-\d{2}-\d{2})"$/m.exec(await readFile(file, 'utf8'))?.[1];
  if (date === undefined) throw new DevError(`${file} has no compatibility_date`);
  return date;
}
