import { samePlain } from '../../machinery/plain.ts';
import type { Endpoint, EndpointSlice } from '../../resources/discovery/endpointslice.ts';

/** Upstream's `--max-endpoints-per-slice`. */
export const endpointsPerSliceMax = 100;

/** What has to happen to the slices of one set of ports. */
export interface Packing {
  /** Slices whose endpoints change, with what they hold from now on. */
  update: { slice: EndpointSlice; endpoints: Endpoint[] }[];
  /** Slices that no longer hold anything. */
  remove: EndpointSlice[];
  /** What new slices hold, one list each. */
  create: Endpoint[][];
  /** Slices that stay as they are. */
  unchanged: EndpointSlice[];
  /** Endpoints that are new or look different from before. */
  changed: Endpoint[];
}

/** What an endpoint is recognised by: what else is said about it changes in place. */
const identityOf = ({ addresses, hostname, targetRef }: Endpoint): string =>
  `${addresses.length === 1 ? addresses[0] : [...addresses].sort().join()} ${hostname ?? ''} ${targetRef?.namespace ?? ''} ${targetRef?.name ?? ''}`;

/** With `hints`, theirs count too. */
const looksTheSame = (a: Endpoint, b: Endpoint, hints: boolean): boolean =>
  a.nodeName === b.nodeName &&
  a.zone === b.zone &&
  a.conditions?.ready === b.conditions?.ready &&
  a.conditions?.serving === b.conditions?.serving &&
  a.conditions?.terminating === b.conditions?.terminating &&
  a.targetRef?.uid === b.targetRef?.uid &&
  a.targetRef?.kind === b.targetRef?.kind &&
  (!hints || samePlain(a.hints, b.hints));

/**
 * Packs endpoints into slices so that few slices change, as upstream: endpoints stay where they are; new ones go to
 * slices that change anyway, the fullest first; the rest, if it fits, into the one slice it fills best; else into new
 * ones. Slices are not merged just because they could be. Without `hints`, those are given afterwards.
 */
export function packEndpoints(
  slices: readonly EndpointSlice[],
  desired: readonly Endpoint[],
  { max = endpointsPerSliceMax, hints = true }: { max?: number; hints?: boolean } = {},
): Packing {
  const waiting = new Map(desired.map((endpoint) => [identityOf(endpoint), endpoint]));
  const packing: Packing = { update: [], remove: [], create: [], unchanged: [], changed: [] };
  for (const slice of slices) {
    const before = slice.endpoints ?? [];
    const kept: Endpoint[] = [];
    let differs = false;
    for (const endpoint of before) {
      const identity = identityOf(endpoint);
      const wanted = waiting.get(identity);
      if (!wanted) continue;
      waiting.delete(identity);
      kept.push(wanted);
      if (looksTheSame(endpoint, wanted, hints)) continue;
      differs = true;
      packing.changed.push(wanted);
    }
    if (!differs && kept.length === before.length) packing.unchanged.push(slice);
    else if (kept.length === 0) packing.remove.push(slice);
    else packing.update.push({ slice, endpoints: kept });
  }

  const rest = [...waiting.values()];
  packing.changed.push(...rest);
  for (const { endpoints } of [...packing.update].sort((a, b) => b.endpoints.length - a.endpoints.length))
    endpoints.push(...rest.splice(0, Math.max(0, max - endpoints.length)));
  if (rest.length > 0 && rest.length < max) fillBest(packing, rest, max);
  while (rest.length > 0) {
    packing.create.push(rest.splice(0, max));
    // What is left over after full slices may fit into one that is there.
    if (rest.length > 0 && rest.length < max) fillBest(packing, rest, max);
  }
  return packing;
}

/** Puts all of `rest` into the unchanged slice that becomes the fullest by it, if there is one with room for all. */
function fillBest(packing: Packing, rest: Endpoint[], max: number): void {
  let best: EndpointSlice | undefined;
  let largest = -1;
  for (const slice of packing.unchanged) {
    const size = slice.endpoints?.length ?? 0;
    if (size + rest.length <= max && size > largest) [best, largest] = [slice, size];
  }
  if (!best) return;
  packing.unchanged = packing.unchanged.filter((slice) => slice !== best);
  packing.update.push({ slice: best, endpoints: [...(best.endpoints ?? []), ...rest.splice(0)] });
}
