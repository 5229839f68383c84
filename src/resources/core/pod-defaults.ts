import { formatQuantity } from '../../machinery/quantity.ts';
import type { Container } from '../shared/container.ts';
import { defaultPodSpec } from '../shared/pod-defaults.ts';
import { aggregateContainers, isPodLevelResource } from '../shared/pod-resources.ts';
import type { PodSpec } from '../shared/pod-spec.ts';
import type { Pod } from './pod.ts';

/** Fills in what a pod leaves out: all that templates get too, and what follows from the rest of the spec. */
export function defaultPod(pod: Pod): void {
  const spec = (pod.spec ??= { containers: [] });
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  // In templates it stays as it is, and is warned about.
  if (spec.terminationGracePeriodSeconds! < 0) spec.terminationGracePeriodSeconds = 1;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    requestsFromLimits(container);
    if (spec.hostNetwork) hostPorts(container);
  }
  defaultPodLevelResources(spec);
}

function requestsFromLimits({ resources }: Container): void {
  if (!resources?.limits) return;
  const requests = { ...resources.requests };
  for (const [name, limit] of Object.entries(resources.limits)) requests[name] ??= limit;
  resources.requests = requests;
}

/** On the host's network a container's port is the host's. */
function hostPorts(container: Container): void {
  for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
}

/**
 * Resources of the pod as a whole, once it has some: huge page limits become the containers' sum; requests become the
 * containers' requests where they ask for any, else the limits.
 */
export function defaultPodLevelResources({ resources, ...spec }: PodSpec): void {
  if (!resources) return;
  const limits = { ...resources.limits };
  const some = Object.keys(limits).length + Object.keys(resources.requests ?? {}).length > 0;
  if (some)
    for (const [name, quantity] of aggregateContainers(spec, 'limits'))
      if (name.startsWith('hugepages-') && !resources.requests?.[name]) limits[name] ??= formatQuantity(quantity);
  if (Object.keys(limits).length === 0) return;
  resources.limits = limits;

  const requests = { ...resources.requests };
  for (const [name, quantity] of aggregateContainers(spec, 'requests'))
    if (name === 'cpu' || name === 'memory') requests[name] ??= formatQuantity(quantity);
  for (const [name, text] of Object.entries(limits)) if (isPodLevelResource(name)) requests[name] ??= text;
  if (Object.keys(requests).length > 0) resources.requests = requests;
}
