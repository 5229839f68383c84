import type { Endpoint } from '../../../resources/discovery/endpointslice.ts';
import { allocationsOf, type Allocation, type ZoneRatios } from './zones.ts';

/** The endpoints of the slices of one address type, a list each. */
export interface SliceEndpoints {
  /** Slices that are written anyway. */
  readonly changing: readonly (readonly Endpoint[])[];
  /** Slices that would stay as they are, with the hints that they have. */
  readonly unchanged: readonly (readonly Endpoint[])[];
}

/** The endpoints with their hints. Of the `unchanged` ones `undefined` says that the slice may stay. */
export interface HintedEndpoints {
  readonly changing: readonly Endpoint[][];
  readonly unchanged: readonly (Endpoint[] | undefined)[];
  /** Why nothing has hints, in upstream's words. */
  readonly disabled?: string;
}

/**
 * Gives endpoints to zones in proportion to the CPU there (upstream's topologycache): each to its own zone first, and then from
 * zones that have too many to those that have too few. Slices that need not change keep their hints, if that leaves every
 * zone what it needs. If it cannot be done, nothing has hints.
 */
export function withTopologyHints({ changing, unchanged }: SliceEndpoints, ratios: ZoneRatios | undefined): HintedEndpoints {
  const ready = [...changing, ...unchanged].flat().filter(isReady).length;
  const allocations = allocationsOf(ratios, ready);
  if (typeof allocations === 'string') return withoutHints({ changing, unchanged }, allocations);

  const allocated = new Map<string, number>();
  const stays = unchanged.map((endpoints) => {
    const hints = hintsByZone(endpoints, allocated, allocations);
    for (const [zone, count] of hints ?? []) add(allocated, zone, count);
    return hints !== undefined;
  });
  const open = [...changing, ...unchanged.filter((_, i) => !stays[i])];
  if (open.flat().some((endpoint) => isReady(endpoint) && !endpoint.zone))
    return withoutHints({ changing, unchanged }, 'One or more endpoints do not have a zone specified');
  for (const endpoint of open.flat()) if (isReady(endpoint)) add(allocated, endpoint.zone!, 1);

  const moves = new Moves(allocations, allocated);
  const hinted = (endpoints: readonly Endpoint[]): Endpoint[] =>
    endpoints.map((endpoint) => {
      if (!isReady(endpoint)) return withoutHint(endpoint);
      return { ...endpoint, hints: { forZones: [{ name: moves.zoneFor(endpoint.zone!) }] } };
    });
  return {
    changing: changing.map(hinted),
    unchanged: unchanged.map((endpoints, i) => (stays[i] ? undefined : hinted(endpoints))),
  };
}

/** Takes the hints from all endpoints. */
export const withoutHints = ({ changing, unchanged }: SliceEndpoints, disabled: string): HintedEndpoints => ({
  changing: changing.map((endpoints) => endpoints.map(withoutHint)),
  unchanged: unchanged.map((endpoints) => (endpoints.some(({ hints }) => hints) ? endpoints.map(withoutHint) : undefined)),
  disabled,
});

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready === true;

const withoutHint = ({ hints: _, ...endpoint }: Endpoint): Endpoint => endpoint;

const add = (counts: Map<string, number>, zone: string, count: number): void =>
  void counts.set(zone, (counts.get(zone) ?? 0) + count);

/** How many endpoints of a slice each zone has; `undefined` if the slice cannot stay as it is. */
function hintsByZone(
  endpoints: readonly Endpoint[],
  allocated: ReadonlyMap<string, number>,
  allocations: ReadonlyMap<string, Allocation>,
): ReadonlyMap<string, number> | undefined {
  const hints = new Map<string, number>();
  for (const endpoint of endpoints.filter(isReady)) {
    const zones = endpoint.hints?.forZones ?? [];
    if (zones.length === 0 || zones.some(({ name }) => !allocations.has(name))) return undefined;
    for (const { name } of zones) add(hints, name, 1);
  }
  const fits = [...hints].every(([zone, count]) => count + (allocated.get(zone) ?? 0) <= allocations.get(zone)!.maximum);
  return fits ? hints : undefined;
}

/** The endpoints that go to other zones than their own, whole ones. */
class Moves {
  readonly #giving = new Map<string, number>();
  readonly #receiving = new Map<string, number>();

  constructor(allocations: ReadonlyMap<string, Allocation>, allocated: ReadonlyMap<string, number>) {
    const surplus = new Map<string, number>();
    const lack = new Map<string, number>();
    for (const [zone, { desired }] of allocations) {
      const difference = (allocated.get(zone) ?? 0) - desired;
      if (difference > 0) surplus.set(zone, difference);
      else if (difference < 0) lack.set(zone, -difference);
    }
    for (;;) {
      const [giver, given] = most(surplus);
      const [receiver, received] = most(lack);
      if ((given < 1 && received < 1) || given < 0.5 || received < 0.5) return;
      add(this.#giving, giver, 1);
      add(surplus, giver, -1);
      add(this.#receiving, receiver, 1);
      add(lack, receiver, -1);
    }
  }

  /** The zone for the next endpoint that is in this one. */
  zoneFor(own: string): string {
    const left = this.#giving.get(own) ?? 0;
    const [receiver, wanted] = most(this.#receiving);
    if (left < 1 || wanted < 1) return own;
    add(this.#giving, own, -1);
    add(this.#receiving, receiver, -1);
    return receiver;
  }
}

/** The zone with the most, and how much that is; the first of several. */
function most(zones: ReadonlyMap<string, number>): [string, number] {
  let found: [string, number] = ['', 0];
  for (const [zone, count] of zones) if (count > found[1]) found = [zone, count];
  return found;
}
