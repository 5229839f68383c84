/** What formats of OpenAPI allow beyond Go's own texts. */
import { parseDuration } from './time.ts';
import { Duration } from './value.ts';

/** What Go calls the type of a JSON value. */
export function kindOfJson(json: unknown): string {
  if (Array.isArray(json)) return '[]interface {}';
  switch (typeof json) {
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(json) ? 'int64' : 'float64';
    case 'string':
      return 'string';
    default:
      return 'map[string]interface {}';
  }
}

const second = 1_000_000_000n;
/** By the first letters of their names, as kube-openapi's strfmt. */
const longUnits: readonly (readonly [names: readonly string[], nanos: bigint])[] = [
  [['ns', 'nano'], 1n],
  [['us', 'µs', 'micro'], 1_000n],
  [['ms', 'milli'], 1_000_000n],
  [['s', 'sec'], second],
  [['m', 'min'], 60n * second],
  [['h', 'hr', 'hour'], 3_600n * second],
  [['d', 'day'], 86_400n * second],
  [['w', 'week'], 604_800n * second],
];
const longDuration = /^((?:-\s?)?\d{1,15})(\.\d+)?\s*([A-Za-zµ]+)$/;

/** The format `duration` of OpenAPI: what Go writes, or `3 days`. */
export function parseLongDuration(text: string): Duration | undefined {
  const short = parseDuration(text);
  if (short) return short;
  const match = longDuration.exec(text);
  if (!match) return undefined;
  const name = match[3]!.toLowerCase().replace(/s$/, '') || 's';
  const unit = longUnits.find(([names]) => names.includes(name) || names.includes(match[3]!));
  if (!unit) return undefined;
  return new Duration(BigInt(match[1]!.replace(/\s/g, '')) * unit[1]);
}
