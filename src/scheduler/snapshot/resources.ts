import { quantityMilliValue, quantityValue } from '../../machinery/quantity.ts';
import type { Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import { amountsOf, podRequests, type Amounts } from '../../resources/shared/pod-resources.ts';
import { actualSpec } from './actual-requests.ts';

/** Amounts of what a node has and a pod asks for. CPU in thousandths of a core, memory and storage in bytes. */
export interface Resources {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  /** Everything else (huge pages, devices), in whole units, by resource name. */
  readonly scalars: Map<string, number>;
}

/** CPU and memory with a default for containers that ask for none. */
export interface NonZeroRequests {
  milliCpu: number;
  memory: number;
}

/** What a container that asks for nothing counts as in scores. */
const defaultRequests = { cpu: '100m', memory: '200Mi' };

export const emptyResources = (): Resources => ({ milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() });

/** What a node has for pods, and how many of them it takes. */
export function allocatableOf(node: Node): { resources: Resources; pods: number } {
  const amounts = amountsOf(node.status?.allocatable);
  const podCount = amounts.get('pods');
  return { resources: toResources(amounts), pods: podCount ? quantityValue(podCount) : 0 };
}

type PodRequests = { readonly requests: Resources; readonly nonZero: NonZeroRequests };

// Pods of one template ask for the same: its amounts are worked out, and held, once.
const requestsByText = new Map<string, PodRequests>();
const requestsKept = 4_096;

/** What a pod asks for, and what it counts as in scores. The answer is shared. */
export function requestsOf(pod: Pod): PodRequests {
  const spec = actualSpec(pod);
  const own = (containers: readonly Container[] = []) =>
    containers.map(({ resources, restartPolicy }) => [resources?.requests, restartPolicy]);
  const text = JSON.stringify([own(spec.containers), own(spec.initContainers), spec.resources?.requests, spec.overhead]);
  let requests = requestsByText.get(text);
  if (!requests) {
    if (requestsByText.size >= requestsKept) requestsByText.clear();
    requestsByText.set(text, (requests = sumRequests(spec)));
  }
  return requests;
}

function sumRequests(spec: Pod['spec']): PodRequests {
  const counted = toResources(
    podRequests({
      ...spec,
      containers: spec.containers.map(withDefaultRequests),
      initContainers: spec.initContainers?.map(withDefaultRequests),
    }),
  );
  return { requests: toResources(podRequests(spec)), nonZero: { milliCpu: counted.milliCpu, memory: counted.memory } };
}

const withDefaultRequests = (container: Container): Container => ({
  ...container,
  resources: { ...container.resources, requests: { ...defaultRequests, ...container.resources?.requests } },
});

function toResources(amounts: Amounts): Resources {
  const resources = emptyResources();
  for (const [name, quantity] of amounts) {
    if (name === 'cpu') resources.milliCpu = quantityMilliValue(quantity);
    else if (name === 'memory') resources.memory = quantityValue(quantity);
    else if (name === 'ephemeral-storage') resources.ephemeralStorage = quantityValue(quantity);
    else if (name !== 'pods') resources.scalars.set(name, quantityValue(quantity));
  }
  return resources;
}
