import { parseCidr } from '../lib/ip-range.ts';
import type { Draft, KubeObject } from '../machinery/meta.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { endpoints, type Endpoints } from '../resources/core/endpoints.ts';
import { defaultServiceCidrName, firstAddress } from '../resources/core/service-ranges.ts';
import { services, type Service } from '../resources/core/service.ts';
import { endpointSlices, type EndpointSlice } from '../resources/discovery/endpointslice.ts';
import { serviceCidrs, type ServiceCIDR } from '../resources/networking/servicecidr.ts';

const name = 'kubernetes';
const namespace = 'default';
const port = { name: 'https', port: 443, protocol: 'TCP' };

/**
 * What the endpoints of the API are said to be. It is reached by name and path, behind addresses that are not the cluster's
 * to publish, and endpoints must be IP addresses; these are the two that mean "there is none": RFC 7600's dummy address, and
 * the discard-only prefix of RFC 6666. Nodes take what is sent to the Service to the API by themselves.
 */
const placeholders = { IPv4: '192.0.0.8', IPv6: '100::1' } as const;

/** The standard ServiceCIDR, and in it the Service by which pods reach the API, with its endpoints in both forms. */
export function serviceBootstrap(cidrs: readonly string[]): { resource: AnyResource; object: Draft<KubeObject> }[] {
  const family = parseCidr(cidrs[0]!)?.family ?? 'IPv4';
  const ip = placeholders[family];
  const range: Draft<ServiceCIDR> = {
    ...typeOf(serviceCidrs),
    metadata: { name: defaultServiceCidrName },
    spec: { cidrs: [...cidrs] },
  };
  const service: Draft<Service> = {
    ...typeOf(services),
    metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { type: 'ClusterIP', clusterIP: firstAddress(cidrs[0]!), ports: [{ ...port, targetPort: port.port }] },
  };
  const list: Draft<Endpoints> = {
    ...typeOf(endpoints),
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip }], ports: [port] }],
  };
  const slice: Draft<EndpointSlice> = {
    ...typeOf(endpointSlices),
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: family,
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [port],
  };
  return [
    { resource: serviceCidrs, object: range },
    { resource: services, object: service },
    { resource: endpoints, object: list },
    { resource: endpointSlices, object: slice },
  ];
}

const typeOf = ({ apiVersion, kind }: AnyResource) => ({ apiVersion, kind });
