import type { DeviceConstraint, ExactDeviceRequest } from '../../../resources/resource/claim-spec.ts';
import { deviceClasses, type DeviceClass } from '../../../resources/resource/deviceclass.ts';
import type { ResourceClaim } from '../../../resources/resource/resourceclaim.ts';
import type { Reader } from '../../../machinery/reader.ts';

/** One way to meet a request of a claim. */
export interface Alternative {
  /** As the allocation names it: `REQUEST`, or `REQUEST/SUBREQUEST`. */
  readonly name: string;
  readonly request: ExactDeviceRequest;
  readonly deviceClass: DeviceClass;
}

/** A request, with the ways to meet it, the best first. */
export interface Request {
  readonly claim: ResourceClaim;
  readonly alternatives: readonly Alternative[];
  /** Those that the devices have to keep together with what else the claim gets. */
  readonly constraints: readonly DeviceConstraint[];
}

/** What the claims ask for, or which class there is not. */
export function requestsOf(claims: readonly ResourceClaim[], reader: Reader): Request[] | string {
  const requests: Request[] = [];
  for (const claim of claims) {
    const { requests: wanted = [], constraints = [] } = claim.spec.devices ?? {};
    for (const { name, exactly, firstAvailable = [] } of wanted) {
      const options = exactly
        ? [{ name, request: exactly }]
        : firstAvailable.map((request) => ({ name: `${name}/${request.name}`, request }));
      const alternatives: Alternative[] = [];
      for (const { name: full, request } of options) {
        const deviceClass = reader.get(deviceClasses, '', request.deviceClassName);
        if (!deviceClass) return `request ${full}: device class ${request.deviceClassName} does not exist`;
        alternatives.push({ name: full, request, deviceClass });
      }
      const own = constraints.filter(
        ({ requests: about }) => isAbout(about, name) || options.some((each) => isAbout(about, each.name)),
      );
      requests.push({ claim, alternatives, constraints: own });
    }
  }
  return requests;
}

/** Whether a list of requests means this one: all if it is empty, and a request means its subrequests. */
export const isAbout = (requests: readonly string[] = [], name: string): boolean =>
  requests.length === 0 || requests.includes(name) || requests.includes(name.split('/')[0]!);
