import { readdirSync, readFileSync } from 'node:fs';
import type { LocalServer } from '../../e2e/support/local-server.ts';

/** The parts of a local server: the Workers runtime, Postgres with all its processes, and the rest (bridges, simulated nodes). */
export type Part = 'workerd' | 'postgres' | 'node';

/** What the processes of a server hold in memory, in bytes; pages that several share are counted once. Linux only. */
export function memoryOf(server: LocalServer): Record<Part, number> {
  const bytes: Record<Part, number> = { workerd: 0, postgres: 0, node: 0 };
  for (const pid of descendants(server.pid)) {
    const name = read(`/proc/${pid}/comm`).trim();
    const part = name === 'workerd' || name === 'postgres' ? name : 'node';
    const kibibytes = Number(/^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    bytes[part] += kibibytes * 1024;
  }
  return bytes;
}

/** The process, its children, and theirs. */
function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${name}/status`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]!) ?? []));
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It ended meanwhile, or is another user's.
  }
}
