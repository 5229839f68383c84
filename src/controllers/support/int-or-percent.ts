/**
 * Resolves a number or a percentage of `total`, as maxSurge and maxUnavailable are given. Text that is not a percentage
 * resolves to `undefined`: validation keeps it out, so callers treat it as not given.
 */
export function scaledValue(value: number | string | undefined, total: number, round: 'up' | 'down'): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const percent = /^([+-]?\d+)%$/.exec(value);
  if (!percent) return undefined;
  // Multiplied before divided, as upstream does it: 7 % of 100 is exactly 7.
  const scaled = (Number(percent[1]) * total) / 100;
  return round === 'up' ? Math.ceil(scaled) : Math.floor(scaled);
}
