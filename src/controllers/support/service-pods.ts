import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { keyOf } from '../../machinery/reconcile.ts';
import { selectorFromLabels, type Selector } from '../../machinery/selectors.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { services, type Service, type ServicePort } from '../../resources/core/service.ts';
import { isRestartable } from '../../resources/shared/pod-resources.ts';
import { isPodReady, isPodTerminal, readyCondition } from './pods.ts';

/** Whether the endpoints of a Service are made from its selector. Without one they are its owner's to write. */
export const selectsEndpoints = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;

/** The endpoints of a Service whose pods come and go all the time are brought up to date so often. */
export const endpointsPaceMs = 100;

const selectors = new WeakMap<Service, Selector>();

/** Of an object as it is stored once: pods ask for it all the time. */
function selectorOf(service: Service): Selector {
  let selector = selectors.get(service);
  if (!selector) selectors.set(service, (selector = selectorFromLabels(service.spec.selector ?? {})));
  return selector;
}

/** The pods that the selector of a Service selects, in order of name. */
export function selectedPods(service: Service, snapshot: Snapshot): Pod[] {
  const selector = selectorOf(service);
  return snapshot.list(pods, service.metadata.namespace).filter((pod) => selector.matches(pod.metadata.labels));
}

/** The keys of the Services that select a pod. */
export const serviceKeysOf = (pod: Pod, snapshot: Snapshot): string[] =>
  snapshot
    .list(services, pod.metadata.namespace)
    .filter((service) => selectsEndpoints(service) && selectorOf(service).matches(pod.metadata.labels))
    .map(keyOf);

/** Whether an update of a pod can change what the endpoints of Services say about it. */
export const concernsServices = (pod: Pod, old: Pod): boolean =>
  pod.spec.nodeName !== old.spec.nodeName ||
  pod.metadata.deletionTimestamp !== old.metadata.deletionTimestamp ||
  isPodTerminal(pod) !== isPodTerminal(old) ||
  isPodReady(pod) !== isPodReady(old) ||
  !samePlain(podAddresses(pod), podAddresses(old)) ||
  !samePlain(pod.metadata.labels, old.metadata.labels);

/** Has no virtual address of its own: clients find the pods by name. */
export const isHeadless = ({ spec }: Service): boolean => !spec.clusterIP || spec.clusterIP === 'None';

/** A pod is reachable from when it has an address until its containers have stopped for good. */
export const hasEndpoint = (pod: Pod): boolean => !isPodTerminal(pod) && podAddresses(pod).length > 0;

export const podAddresses = ({ status }: Pod): string[] =>
  status?.podIPs?.length ? status.podIPs.map(({ ip }) => ip) : status?.podIP ? [status.podIP] : [];

/** The name that a pod has in the DNS of its governing Service, if it has one there. */
export const endpointHostname = (pod: Pod, service: Service): string | undefined =>
  pod.spec.hostname && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined;

/** The number of the pod's port that a Service's port leads to; `undefined` if the pod has no port of that name. */
export function targetPortOf(pod: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartable);
  for (const container of [...pod.spec.containers, ...sidecars])
    for (const candidate of container.ports ?? [])
      if (candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol) return candidate.containerPort;
  return undefined;
}

/** The annotation from which the time between a change of a pod and its arrival at the proxies is measured. */
const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** When the first of these pods became what it is now, as far as Services care. */
export const earliestReadyChange = (changed: Iterable<Pod>): string | undefined =>
  [...changed]
    .map((pod) => readyCondition(pod)?.lastTransitionTime)
    .filter((time) => time !== undefined)
    .sort()[0];

/** The annotations with the trigger time set, or without it when the change was none of a pod or a Service. */
export function withTriggerTime(
  annotations: Record<string, string> | undefined,
  time: string | undefined,
): Record<string, string> {
  const { [triggerTimeAnnotation]: _, ...others } = annotations ?? {};
  return time === undefined ? others : { ...others, [triggerTimeAnnotation]: time };
}

/** Marks endpoints without a virtual address in front of them. */
export const headlessLabel = 'service.kubernetes.io/headless';

export const equalLabels = (a: Record<string, string> | undefined = {}, b: Record<string, string> | undefined = {}): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
};
