import { compareQuantities, parseQuantity } from '../../machinery/quantity.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { ContainerStatus } from '../../resources/shared/container-status.ts';
import type { Container } from '../../resources/shared/container.ts';
import { isRestartable } from '../../resources/shared/pod-resources.ts';

type Amounts = Readonly<Record<string, string>>;

/**
 * The spec with the requests that a pod takes up while it is being resized: the most of what it asks for, what its node has
 * allotted, and what its containers have. What its node can never give it does not count (component-helpers/resource).
 */
export function actualSpec({ spec, status }: Pod): Pod['spec'] {
  const reported = new Map<string, ContainerStatus>();
  for (const each of [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])])
    if (each.resources) reported.set(each.name, each);
  const pod = status?.resources;
  if (reported.size === 0 && !pod) return spec;
  const pending = status?.conditions?.find(({ type }) => type === 'PodResizePending');
  const wanted = (requests: Amounts | undefined) => (pending?.reason === 'Infeasible' ? undefined : requests);
  const actual = (container: Container): Container => {
    const found = reported.get(container.name);
    if (!found) return container;
    const requests = most(wanted(container.resources?.requests), found.resources?.requests, found.allocatedResources);
    return { ...container, resources: { ...container.resources, requests } };
  };
  return {
    ...spec,
    containers: spec.containers.map(actual),
    initContainers: spec.initContainers?.map((container) => (isRestartable(container) ? actual(container) : container)),
    ...(spec.resources?.requests &&
      pod && {
        resources: {
          ...spec.resources,
          requests: most(wanted(spec.resources.requests), pod.requests, status?.allocatedResources),
        },
      }),
  };
}

/** The most of each resource. */
function most(...lists: readonly (Amounts | undefined)[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const list of lists)
    for (const [name, amount] of Object.entries(list ?? {})) {
      const present = result[name];
      if (present === undefined || compareQuantities(parseQuantity(amount), parseQuantity(present)) > 0) result[name] = amount;
    }
  return result;
}
