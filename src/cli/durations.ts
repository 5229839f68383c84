import { InvalidArgumentError } from 'commander';

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a text such as `90s`, `30m`, `8h` or `7d`: for commander. */
export function seconds(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw new InvalidArgumentError('must be as 90s, 30m, 8h or 7d.');
  return Number(count) * units[unit]!;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

/** Names with commas in between, and options that are repeated. */
export const names = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',').filter((name) => name !== '')];
