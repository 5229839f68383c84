import type { ResourceUsage } from '../../machinery/node-usage.ts';
import { formatQuantity, parseQuantity, QuantityError } from '../../machinery/quantity.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import { toldOf } from './simulated-story.ts';

/** What a container uses that neither asked for anything nor tells anything. */
const least: ResourceUsage = { cpu: '1m', memory: '8Mi' };
/** What one uses of what it asked for, unless it tells otherwise, in percent. */
const usualPercent = 50n;

/** Longer ones are not understood. */
const charsMax = 24;

/** What a simulated machine uses besides its containers. */
export const simulatedSystemUsage: ResourceUsage = { cpu: '50m', memory: '256Mi' };

/**
 * What a simulated container uses: as its annotation `usage` tells (`cpu=250m,memory=64Mi`, or as a share of what it asked for,
 * `cpu=80%`), or else half of what it asked for. The annotation may change at any time.
 */
export function simulatedUsage(pod: Pod, container: Container): ResourceUsage {
  const told = new Map((toldOf(pod, container, 'usage') ?? '').split(',').map(assignment));
  return Object.fromEntries(
    Object.entries(least).map(([resource, unasked]) => {
      const request = container.resources?.requests?.[resource];
      return [resource, amount(told.get(resource), request) ?? share(request, usualPercent) ?? unasked];
    }),
  );
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** What was told as a quantity; undefined for what is not understood. */
function amount(told: string | undefined, request: string | undefined): string | undefined {
  if (told === undefined) return undefined;
  const percent = /^(\d{1,6})%$/.exec(told);
  if (percent) return share(request, BigInt(percent[1]!));
  if (told.length > charsMax) return undefined;
  try {
    const quantity = parseQuantity(told);
    return quantity.nano < 0n ? undefined : formatQuantity(quantity);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

function share(request: string | undefined, percent: bigint): string | undefined {
  if (request === undefined) return undefined;
  const { nano, format } = parseQuantity(request);
  return formatQuantity({ nano: (nano * percent) / 100n, format });
}
