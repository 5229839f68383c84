import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../shared/reference/', import.meta.url);

/** Served here, where upstream needs metrics-server behind an APIService: its documents do not have it. */
export const addedGroup = 'metrics.k8s.io';

/** A document of upstream's that tests are held against where it is at hand; the reason is printed where it is not. */
export function reference(name: string): { present: boolean; read: () => never } {
  const file = new URL(name, folder);
  const present = existsSync(file);
  if (!present) console.log(`skipped: no reference ${name} beside the repository`);
  return { present, read: () => JSON.parse(readFileSync(file, 'utf8')) as never };
}
