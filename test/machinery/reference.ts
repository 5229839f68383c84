import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../shared/reference/', import.meta.url);

/** What upstream's documents do not have: metrics, for which it needs metrics-server behind an APIService, and a group of our own. */
export const addedGroups = ['metrics.k8s.io', 'automation.hibernetes.dev'];

/** A document of upstream's that tests are held against where it is at hand; the reason is printed where it is not. */
export function reference(name: string): { present: boolean; read: () => never } {
  const file = new URL(name, folder);
  const present = existsSync(file);
  if (!present) console.log(`skipped: no reference ${name} beside the repository`);
  return { present, read: () => JSON.parse(readFileSync(file, 'utf8')) as never };
}
