import { addQuantities, compareQuantities, parseQuantity } from '../../../machinery/quantity.ts';
import type { DeviceConstraint } from '../../../resources/resource/claim-spec.ts';
import { attributeOf, deviceMatches, DeviceSelectorError } from '../../../resources/resource/device-selectors.ts';
import { toleratesTaints } from '../../../resources/resource/taints.ts';
import type { OfferedDevice } from './devices.ts';
import { isAbout, type Alternative, type Request } from './requests.ts';

/** A device for a request. */
export interface Grant {
  readonly alternative: Alternative;
  readonly offered: OfferedDevice;
}

/** The devices of each claim, by its uid. */
export type Grants = ReadonlyMap<string, readonly Grant[]>;

/** Devices that a search tries. Who has too much choice and too many conditions gets nothing. */
const stepsMax = 10_000;
/** Devices that one claim can have. */
const devicesPerClaimMax = 32;

/**
 * Finds devices for all requests at once, among those that can be used from one node: the first ones that do, in order; where a
 * choice leaves nothing for a later request the next one is tried. Answers with the devices, `undefined` if there are not
 * enough, or why a request can never be met, for users.
 */
export function allocate(
  requests: readonly Request[],
  devices: readonly OfferedDevice[],
  taken: ReadonlySet<string>,
): Grants | string | undefined {
  try {
    return new Search(requests, devices, taken).run();
  } catch (error) {
    if (error instanceof DeviceSelectorError || error instanceof PoolInMotion) return error.message;
    throw error;
  }
}

/** All devices are wanted of a pool of which nobody knows what it has. */
class PoolInMotion extends Error {}

class Search {
  readonly #requests: readonly Request[];
  readonly #devices: readonly OfferedDevice[];
  readonly #taken: Set<string>;
  readonly #grants = new Map<string, Grant[]>();
  readonly #candidates = new Map<Alternative, readonly OfferedDevice[]>();
  #steps = 0;

  constructor(requests: readonly Request[], devices: readonly OfferedDevice[], taken: ReadonlySet<string>) {
    this.#requests = requests;
    this.#devices = devices;
    this.#taken = new Set(taken);
    for (const { claim } of requests) this.#grants.set(claim.metadata.uid, []);
  }

  run(): Grants | undefined {
    return this.#meet(0) ? this.#grants : undefined;
  }

  /** Meets the requests from this one on. */
  #meet(index: number): boolean {
    const request = this.#requests[index];
    if (!request) return true;
    return request.alternatives.some((alternative) => {
      const candidates = this.#candidatesFor(alternative, request);
      const isAll = alternative.request.allocationMode === 'All';
      const count = isAll ? candidates.length : (alternative.request.count ?? 1);
      return count > 0 && count <= candidates.length && this.#take(index, alternative, candidates, 0, count);
    });
  }

  /** Takes `count` more of the candidates from `from` on, and meets the requests after that. */
  #take(index: number, alternative: Alternative, candidates: readonly OfferedDevice[], from: number, count: number): boolean {
    if (count === 0) return this.#meet(index + 1);
    const { claim, constraints } = this.#requests[index]!;
    const grants = this.#grants.get(claim.metadata.uid)!;
    if (grants.length >= devicesPerClaimMax) return false;
    const isForAdmin = alternative.request.adminAccess === true;
    for (let i = from; i <= candidates.length - count; i++) {
      if (++this.#steps > stepsMax) return false;
      const offered = candidates[i]!;
      if (!isForAdmin && (this.#taken.has(offered.id) || !this.#countersSuffice(offered))) continue;
      const grant = { alternative, offered };
      if (!constraints.every((constraint) => holds(constraint, [...grants, grant]))) continue;
      grants.push(grant);
      if (!isForAdmin) this.#taken.add(offered.id);
      if (this.#take(index, alternative, candidates, i + 1, count - 1)) return true;
      grants.pop();
      if (!isForAdmin) this.#taken.delete(offered.id);
    }
    return false;
  }

  /** The devices that are as the request wants them, whether or not they are free. */
  #candidatesFor(alternative: Alternative, { claim }: Request): readonly OfferedDevice[] {
    let found = this.#candidates.get(alternative);
    if (!found) {
      found = this.#devices.filter((offered) => {
        if (offered.pool.isComplete) return isWanted(alternative, offered);
        if (alternative.request.allocationMode !== 'All') return false;
        const { namespace, name } = claim.metadata;
        const problem = `asks for all devices, but resource pool ${offered.pool.name} is currently being updated`;
        throw new PoolInMotion(`claim ${namespace}/${name}, request ${alternative.name}: ${problem}`);
      });
      this.#candidates.set(alternative, found);
    }
    return found;
  }

  /** Whether what the device takes of the counters of its pool is left by the others of the pool. */
  #countersSuffice({ device, pool }: OfferedDevice): boolean {
    const used = pool.devices.filter(({ id }) => this.#taken.has(id)).map((other) => other.device);
    return (device.consumesCounters ?? []).every(({ counterSet, counters }) =>
      Object.entries(counters).every(([counter, { value }]) => {
        const amounts = used.flatMap(({ consumesCounters = [] }) =>
          consumesCounters
            .filter((each) => each.counterSet === counterSet)
            .flatMap((each) => each.counters[counter]?.value ?? []),
        );
        const total = amounts.map((amount) => parseQuantity(amount)).reduce(addQuantities, parseQuantity(value));
        const available = pool.counters.get(`${counterSet}/${counter}`);
        return available !== undefined && compareQuantities(total, parseQuantity(available)) <= 0;
      }),
    );
  }
}

/** Whether the device is what the request and its class select, has what is asked of it, and no taint keeps it away. */
function isWanted({ request, deviceClass }: Alternative, { driver, device }: OfferedDevice): boolean {
  // Somebody would have to wait for their conditions.
  if (device.bindingConditions?.length) return false;
  if (!toleratesTaints(request.tolerations, device.taints)) return false;
  for (const [name, least] of Object.entries(request.capacity?.requests ?? {})) {
    const value = (device.capacity?.[name] ?? device.capacity?.[name.replace(`${driver}/`, '')])?.value;
    if (value === undefined || compareQuantities(parseQuantity(value), parseQuantity(least)) < 0) return false;
  }
  const selectors = [...(deviceClass.spec.selectors ?? []), ...(request.selectors ?? [])];
  return selectors.every(({ cel }) => !cel || deviceMatches(cel.expression, driver, device));
}

/** Whether the constraint holds of the devices that a claim would have so far. */
function holds({ requests, matchAttribute, distinctAttribute }: DeviceConstraint, grants: readonly Grant[]): boolean {
  const name = matchAttribute ?? distinctAttribute;
  if (name === undefined) return true;
  const meant = grants.filter(({ alternative }) => isAbout(requests, alternative.name));
  const values = meant.map(({ offered }) => JSON.stringify(attributeOf(name, offered.driver, offered.device)));
  if (values.includes(undefined as unknown as string)) return false;
  const different = new Set(values).size;
  return matchAttribute === undefined ? different === values.length : different <= 1;
}
