/** What a pod needs as a whole, from what its containers ask for (component-helpers/resource, core/v1/helper/qos). */
import { addQuantities, compareQuantities, parseQuantity, signOfQuantity, type Quantity } from '../../machinery/quantity.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

/** Amounts by the name of the resource: `cpu`, `memory`, `example.com/gpu`. */
export type Amounts = Map<string, Quantity>;

export function amountsOf(list: Readonly<Record<string, string>> | undefined): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

/** An init container that starts before the others and keeps running beside them (a sidecar). */
export const isRestartable = (container: Pick<Container, 'restartPolicy'> | undefined): boolean =>
  container?.restartPolicy === 'Always';

/** The resources that may be set for a pod as a whole. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/**
 * What all containers need together. Init containers run one by one, each beside the sidecars started before it, so that
 * only the largest of them counts; sidecars count with the regular containers.
 */
export function aggregateContainers(spec: PodSpec, part: 'requests' | 'limits'): Amounts {
  const total: Amounts = new Map();
  const sidecars: Amounts = new Map();
  const initial: Amounts = new Map();
  for (const container of spec.containers) add(total, amountsOf(container.resources?.[part]));
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container.resources?.[part]);
    if (isRestartable(container)) {
      add(total, own);
      add(sidecars, own);
      raise(initial, sidecars);
    } else {
      add(own, sidecars);
      raise(initial, own);
    }
  }
  raise(total, initial);
  return total;
}

/** What the scheduler counts for a pod: its containers' requests, what is set for the pod as a whole, and the overhead. */
export function podRequests(spec: PodSpec): Amounts {
  const total = aggregateContainers(spec, 'requests');
  for (const [name, quantity] of amountsOf(spec.resources?.requests)) if (isPodLevelResource(name)) total.set(name, quantity);
  add(total, amountsOf(spec.overhead));
  return total;
}

function add(to: Amounts, from: Amounts): void {
  for (const [name, quantity] of from) {
    const present = to.get(name);
    to.set(name, present ? addQuantities(present, quantity) : quantity);
  }
}

function raise(to: Amounts, from: Amounts): void {
  for (const [name, quantity] of from) {
    const present = to.get(name);
    if (!present || compareQuantities(quantity, present) > 0) to.set(name, quantity);
  }
}

const computeResources = ['cpu', 'memory'];

const positiveCompute = (list: Readonly<Record<string, string>> | undefined): Amounts =>
  new Map([...amountsOf(list)].filter(([name, quantity]) => computeResources.includes(name) && signOfQuantity(quantity) > 0));

/** How well a pod is protected when its node runs short: by whether it has requests, and limits equal to them. */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const parts = spec.resources
    ? [spec.resources]
    : [...spec.containers, ...(spec.initContainers ?? [])].map((c) => c.resources ?? {});
  const requests: Amounts = new Map();
  const limits: Amounts = new Map();
  let limited = true;
  for (const part of parts) {
    add(requests, positiveCompute(part.requests));
    const own = positiveCompute(part.limits);
    add(limits, own);
    if (!computeResources.every((name) => own.has(name))) limited = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = [...requests].every(([name, quantity]) => {
    const limit = limits.get(name);
    return limit !== undefined && compareQuantities(quantity, limit) === 0;
  });
  return limited && equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}
