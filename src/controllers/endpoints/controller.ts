import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import {
  endpoints,
  type EndpointAddress,
  type EndpointPort,
  type Endpoints,
  type EndpointSubset,
} from '../../resources/core/endpoints.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { services, type Service, type ServicePort } from '../../resources/core/service.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { isPodReady } from '../support/pods.ts';
import {
  concernsServices,
  earliestReadyChange,
  endpointsPaceMs,
  endpointHostname,
  equalLabels,
  hasEndpoint,
  headlessLabel,
  isHeadless,
  podAddresses,
  selectedPods,
  selectsEndpoints,
  serviceKeysOf,
  targetPortOf,
  withTriggerTime,
} from '../support/service-pods.ts';
import { repackSubsets, truncateSubsets, type AddressPort } from './repack.ts';

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const managerName = 'endpoint-controller';
const overCapacityAnnotation = 'endpoints.kubernetes.io/over-capacity';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** Keeps the Endpoints (the older form of EndpointSlices) of Services with a selector, and deletes them with the Service. */
export const endpointsController: Controller = {
  name: 'endpoint',
  component: managerName,
  paceMs: endpointsPaceMs,
  triggers: [
    { resource: services, keys: (service: Service) => [keyOf(service)] },
    { resource: pods, concerns: concernsServices, keys: (pod: Pod, snapshot: Snapshot) => serviceKeysOf(pod, snapshot) },
    // Others belong to whoever wrote them: they may well be there before their Service.
    {
      resource: endpoints,
      keys: (object: Endpoints) => (object.metadata.labels?.[managedByLabel] === managerName ? [keyOf(object)] : []),
    },
  ],
  reconcile(key, snapshot): Plan {
    const { namespace, name } = splitKey(key);
    const service = snapshot.get(services, namespace, name);
    const current = snapshot.get(endpoints, namespace, name);
    if (!service)
      return current && !(leaderAnnotation in (current.metadata.annotations ?? {})) ? deletionOf(current) : emptyPlan();
    if (!selectsEndpoints(service)) return emptyPlan();
    if (!current && isNamespaceTerminating(snapshot, namespace)) return emptyPlan();

    // One that is to be published whatever its state is so to its end.
    const isListed = (pod: Pod) => !!service.spec.publishNotReadyAddresses || pod.metadata.deletionTimestamp === undefined;
    const selected = selectedPods(service, snapshot).filter((pod) => hasEndpoint(pod) && isListed(pod));
    const full = repackSubsets(selected.flatMap((pod) => addressPortsOf(pod, service)));
    const truncated = truncateSubsets(full);
    const subsets = truncated ?? full;
    const labels = labelsOf(service);
    const isTruncated = current?.metadata.annotations?.[overCapacityAnnotation] !== undefined;
    if (
      current &&
      samePublished(current.subsets, subsets) &&
      equalLabels(current.metadata.labels, labels) &&
      isTruncated === (truncated !== undefined)
    )
      return emptyPlan();

    const { [overCapacityAnnotation]: _, ...others } = current?.metadata.annotations ?? {};
    const triggerTime = current ? earliestReadyChange(changedPods(selected, current)) : service.metadata.creationTimestamp;
    const annotations = withTriggerTime({ ...others, ...(truncated && { [overCapacityAnnotation]: 'truncated' }) }, triggerTime);
    const { apiVersion, kind } = endpoints;
    return {
      ...emptyPlan(),
      writes: current
        ? [
            {
              verb: 'update',
              resource: endpoints,
              object: { ...current, metadata: { ...current.metadata, labels, annotations }, subsets } as Endpoints,
            },
          ]
        : [
            {
              verb: 'create',
              resource: endpoints,
              object: { apiVersion, kind, metadata: { namespace, name, labels, annotations }, subsets } as Endpoints,
            },
          ],
    };
  },
};

function deletionOf({ metadata: { namespace = '', name, uid } }: Endpoints): Plan {
  return { ...emptyPlan(), writes: [{ verb: 'delete', resource: endpoints, namespace, name, uid }] };
}

/** The address of a pod with each of the ports by which the Service reaches it. */
function addressPortsOf(pod: Pod, service: Service): AddressPort[] {
  const { namespace, name, uid } = pod.metadata;
  const family = (service.spec.ipFamilies?.[0] ?? 'IPv4') === 'IPv6';
  const ip = podAddresses(pod).find((address) => address.includes(':') === family);
  if (ip === undefined) return [];
  const hostname = endpointHostname(pod, service);
  const address: EndpointAddress = {
    ip,
    ...(hostname && { hostname }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
  const ready = !!service.spec.publishNotReadyAddresses || isPodReady(pod);
  if (!service.spec.ports?.length) return service.spec.clusterIP === 'None' ? [{ address, ready, port: undefined }] : [];
  return service.spec.ports.flatMap((servicePort) => {
    const port = endpointPortOf(pod, servicePort);
    return port ? [{ address, ready, port }] : [];
  });
}

function endpointPortOf(pod: Pod, servicePort: ServicePort): EndpointPort | undefined {
  const port = targetPortOf(pod, servicePort);
  if (port === undefined) return undefined;
  const { name, protocol = 'TCP', appProtocol } = servicePort;
  return { ...(name && { name }), port, protocol, ...(appProtocol !== undefined && { appProtocol }) };
}

function labelsOf(service: Service): Record<string, string> {
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) && { [headlessLabel]: '' }), [managedByLabel]: managerName };
}

/** Whether subsets publish the same; the resourceVersion of a pod is not worth a write. */
function samePublished(a: readonly EndpointSubset[] | undefined = [], b: readonly EndpointSubset[]): boolean {
  const sameAddresses = (left: readonly EndpointAddress[] = [], right: readonly EndpointAddress[] = []) =>
    left.length === right.length && left.every((address, i) => sameAddress(address, right[i]!));
  return (
    a.length === b.length &&
    a.every((subset, i) => {
      const other = b[i]!;
      return (
        sameAddresses(subset.addresses, other.addresses) &&
        sameAddresses(subset.notReadyAddresses, other.notReadyAddresses) &&
        samePlain(subset.ports ?? [], other.ports ?? [])
      );
    })
  );
}

function sameAddress({ targetRef, ...address }: EndpointAddress, { targetRef: otherRef, ...other }: EndpointAddress): boolean {
  const { resourceVersion: _, ...ref } = targetRef ?? {};
  const { resourceVersion: __, ...wanted } = otherRef ?? {};
  return samePlain(address, other) && samePlain(ref, wanted);
}

/** The pods that are new in the endpoints, or whose readiness is. */
function changedPods(selected: readonly Pod[], current: Endpoints): Pod[] {
  const ready = new Map<string | undefined, boolean>();
  for (const { addresses, notReadyAddresses } of current.subsets ?? []) {
    for (const { targetRef } of addresses ?? []) ready.set(targetRef?.uid, true);
    for (const { targetRef } of notReadyAddresses ?? []) ready.set(targetRef?.uid, false);
  }
  return selected.filter((pod) => ready.get(pod.metadata.uid) !== isPodReady(pod));
}
