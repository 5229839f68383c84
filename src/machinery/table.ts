import type { KubeObject } from './meta.ts';
import type { Column } from './resource.ts';

/** The first column of every kind. */
export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'The name of the object, unique within its namespace.',
  cell: (object) => object.metadata.name,
};

/** How long ago the object was created, as `kubectl get` shows it. */
export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'The time since the object was created.',
  cell: (object, now) => age(object.metadata.creationTimestamp, now),
};

/** The columns of kinds that upstream has no printer for. */
export const plainColumns: readonly Column<KubeObject>[] = [
  nameColumn,
  {
    name: 'Created At',
    type: 'date',
    description: 'When the object was created.',
    cell: (object) => object.metadata.creationTimestamp,
  },
];

/** The time since `time` in a short form (`45s`, `3m12s`, `5h`, `12d`), `<unknown>` without one. */
export function age(time: string | undefined, now: Date): string {
  if (!time) return '<unknown>';
  return shortDuration(now.getTime() - Date.parse(time));
}

/** A duration as upstream's `HumanDuration`: two units while that says something, then one. */
export function shortDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const years = Math.floor(days / 365);
  const two = (a: number, unitA: string, b: number, unitB: string) => (b === 0 ? `${a}${unitA}` : `${a}${unitA}${b}${unitB}`);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  if (days < 2920) return two(years, 'y', days % 365, 'd');
  return `${years}y`;
}
