import { badRequest } from '../../machinery/status.ts';

/** How long a request may take if it does not say less: upstream's `--request-timeout`. */
export const timeoutMsMax = 60_000;

/** Subresources whose answers are streams, which end when they end, as upstream's list of long-running requests has them. */
export const longRunningSubresources: ReadonlySet<string> = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);
const longRunning = new RegExp(`/(${[...longRunningSubresources].join('|')})(?=[/?]|$)`);

/** Whether a request is answered with a stream, by its URL or path. */
export const isLongRunning = (url: string): boolean => longRunning.test(url);

/**
 * How long a request may take, in milliseconds, by its `timeout` (a duration of Go: `32s`, `1m30s`); undefined for those
 * that answer with a stream. 0 and less is the most there is. `path` is a path with its query, not that of a watch.
 * Throws 400 in upstream's words.
 */
export function requestTimeoutMs(path: string): number | undefined {
  if (longRunning.test(path)) return undefined;
  const question = path.indexOf('?');
  // Cheap first: `timeoutSeconds` is another parameter, and most requests have neither.
  if (question < 0 || !path.includes('timeout=', question)) return timeoutMsMax;
  const given = new URLSearchParams(path.slice(question + 1)).get('timeout');
  if (!given) return timeoutMsMax;
  const asked = parseDuration(given);
  return asked > 0 ? Math.min(asked, timeoutMsMax) : timeoutMsMax;
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

function parseDuration(text: string): number {
  const fail = (why: string) =>
    badRequest(`invalid timeout specified in the request URL - time: ${why} duration ${JSON.stringify(text)}`);
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text)!;
  if (rest === '0') return 0;
  if (rest === '') throw fail('invalid');
  let ms = 0;
  for (let at = 0; at < rest.length;) {
    const [part, number = '', unit = ''] = /^(\d+\.?\d*|\.\d+)?([^\d.]*)/.exec(rest.slice(at))!;
    if (number === '') throw fail('invalid');
    if (unit === '') throw fail('missing unit in');
    const factor = unitMs[unit];
    if (factor === undefined) throw fail(`unknown unit ${JSON.stringify(unit)} in`);
    ms += Number(number) * factor;
    at += part.length;
  }
  return sign === '-' ? -ms : ms;
}
