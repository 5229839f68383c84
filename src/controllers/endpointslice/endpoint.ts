import type { Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Service } from '../../resources/core/service.ts';
import type { Endpoint, EndpointPort } from '../../resources/discovery/endpointslice.ts';
import { isPodReady } from '../support/pods.ts';
import { endpointHostname, podAddresses, targetPortOf } from '../support/service-pods.ts';
import { hintsOf } from './hints.ts';

export type AddressType = 'IPv4' | 'IPv6';

/** The address types of a Service's slices: one for each of its IP families. */
export function addressTypesOf({ spec }: Service): AddressType[] {
  const families = (spec.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return families;
  return [familyOf(spec.clusterIP ?? '')];
}

const familyOf = (address: string): AddressType => (address.includes(':') ? 'IPv6' : 'IPv4');

/** What a Service's slices say about one of its pods; `undefined` if the pod has no address of that type. */
export function endpointOf(pod: Pod, service: Service, node: Node | undefined, addressType: AddressType): Endpoint | undefined {
  const addresses = podAddresses(pod).filter((address) => familyOf(address) === addressType);
  if (addresses.length === 0) return undefined;
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const hostname = endpointHostname(pod, service);
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const { namespace, name, uid } = pod.metadata;
  const endpoint: Endpoint = {
    addresses,
    conditions: { ready: !!service.spec.publishNotReadyAddresses || (serving && !terminating), serving, terminating },
    ...(hostname && { hostname }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(zone && { zone }),
  };
  const hints = hintsOf(endpoint, service);
  return hints ? { ...endpoint, hints } : endpoint;
}

/** The ports by which a Service reaches a pod. Ports that the pod does not have, by name, are left out. */
export function endpointPortsOf(pod: Pod, { spec }: Service): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of spec.ports ?? []) {
    const port = targetPortOf(pod, servicePort);
    if (port === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) });
  }
  return ports;
}

/** The same for the same set of ports, in whatever order: pods of one key share slices. */
export const portsKey = (ports: readonly EndpointPort[] | undefined): string =>
  (ports ?? [])
    .map(({ name = '', port, protocol, appProtocol }) => JSON.stringify([name, port, protocol, appProtocol]))
    .sort()
    .join();
