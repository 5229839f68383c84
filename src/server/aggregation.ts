/** Versions of the API that a Service of the cluster serves (APIServices with a `service`). */
import type { UnreachableVersion } from '../machinery/discovery.ts';
import type { Reader } from '../machinery/reader.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { StatusError } from '../machinery/status.ts';
import { apiServices } from '../resources/apiregistration/apiservice.ts';
import { apiServiceName } from '../resources/apiregistration/local.ts';

/** The versions that are registered, not served here, and out of reach: nobody carries requests to Services yet. */
export function unreachableVersions({ served }: Scheme, committed: Reader): UnreachableVersion[] {
  return committed.list(apiServices).flatMap(({ spec }) => {
    const { group = '', version = '', service, groupPriorityMinimum, versionPriority } = spec;
    if (!service || served.some((each) => each.group === group && each.version === version)) return [];
    return [{ group, version, precedence: { group: groupPriorityMinimum, version: versionPriority } }];
  });
}

/** Why a version that is not served here is not: it is out of reach, 503 as upstream. Undefined: there is no such version. */
export function outOfReach(committed: Reader, group: string, version: string): StatusError | undefined {
  return committed.get(apiServices, '', apiServiceName(group, version))?.spec.service
    ? new StatusError('ServiceUnavailable', 'the server is currently unable to handle the request', {})
    : undefined;
}
