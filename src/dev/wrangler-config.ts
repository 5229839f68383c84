import { readFile } from 'node:fs/promises';
import { DevError } from './errors.ts';

/** Which behaviour of the runtime the Worker counts on. */
export interface Compatibility {
  date: string;
  flags: readonly string[];
}

/** What wrangler.toml says of it, so that the local runtime behaves like the deployment. */
export async function readCompatibility(file: string): Promise<Compatibility> {
  const text = await readFile(file, 'utf8');
  const date = /^compatibility_date *= *"(\d{4}-\d{2}-\d{2})"$/m.exec(text)?.[1];
  if (date === undefined) throw new DevError(`${file} has no compatibility_date`);
  const list = /^compatibility_flags *= *\[(.*)\]$/m.exec(text)?.[1] ?? '';
  return { date, flags: Array.from(list.matchAll(/"(\w+)"/g), ([, flag]) => flag!) };
}
