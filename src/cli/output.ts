import { stringify } from 'yaml';

export const outputFormats = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** A column of a table: its head, and what it shows of an item. */
export type Column<T> = readonly [string, (item: T) => unknown];

/** Items below each other, columns as wide as they must be. */
export function tableOf<T>(items: readonly T[], columns: readonly Column<T>[]): string {
  const rows = [columns.map(([head]) => head), ...items.map((item) => columns.map(([, cell]) => shown(cell(item))))];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i]!)).join('   ').trimEnd()}\n`).join('');
}

/** Control characters of what others wrote do not reach the terminal. */
function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  // eslint-disable-next-line no-control-regex
  return (Array.isArray(value) ? value.join(',') : String(value)).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

export const structured = (value: unknown, format: 'json' | 'yaml'): string =>
  format === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : stringify(value, { lineWidth: 0 });

/** How long ago, as kubectl says it: `5m`, `3h`, `12d`. */
export function ageOf(instant: string | null | undefined, now: Date): string {
  if (!instant) return '-';
  const seconds = Math.max(0, Math.floor((now.getTime() - new Date(instant).getTime()) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
