import { parseQuantity, quantityMilliValue } from '../../machinery/quantity.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { isPodLevelResource, isRestartable, podRequests } from '../../resources/shared/pod-resources.ts';
import { MetricsError } from './metrics-source.ts';

/**
 * What each pod asks for of a resource, or one container of it does, in thousandths by name of the pod. Throws `MetricsError`
 * for a pod with a container that does not ask: then a share of it means nothing.
 */
export const requestsOf = (pods: readonly Pod[], resource: string, container: string | undefined): Map<string, number> =>
  new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));

function requestOf({ metadata: { name }, spec }: Pod, resource: string, container: string | undefined): number {
  if (container === undefined && Object.keys(spec.resources?.requests ?? {}).some(isPodLevelResource)) {
    const request = podRequests({ ...spec, overhead: undefined }).get(resource);
    if (!request) throw new MetricsError(`missing pod-level request for ${resource} in Pod ${name}`);
    return quantityMilliValue(request);
  }
  const containers = [...spec.containers, ...(spec.initContainers ?? []).filter(isRestartable)];
  const counted = container === undefined ? containers : containers.filter((each) => each.name === container).slice(0, 1);
  if (counted.length === 0 && container !== undefined) throw new MetricsError(`container ${container} not found in Pod ${name}`);
  return counted.reduce((sum, each) => {
    const request = each.resources?.requests?.[resource];
    if (request === undefined) throw new MetricsError(`missing request for ${resource} in container ${each.name} of Pod ${name}`);
    return sum + quantityMilliValue(parseQuantity(request));
  }, 0);
}
