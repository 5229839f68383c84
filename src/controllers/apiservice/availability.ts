import { rfc3339 } from '../../lib/clock.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { apiServices, type APIService } from '../../resources/apiregistration/apiservice.ts';
import { services, type Service } from '../../resources/core/service.ts';
import { endpointSlices, type EndpointSlice } from '../../resources/discovery/endpointslice.ts';
import { Lookup } from '../support/lookup.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

/** APIServices by the Service that they name. */
const byService = new Lookup<APIService>(apiServices, ({ spec: { service } }) =>
  service ? [`${service.namespace ?? ''}/${service.name ?? ''}`] : [],
);

/**
 * Says of every APIService whether it is available. The server itself always is; behind a Service nobody is reached, because
 * the nodes carry no traffic yet: the condition says how far one would come. Its keys are `/NAME`.
 */
export const apiServiceAvailabilityController: Controller = {
  name: 'apiservice-availability',
  component: 'apiservice-availability-controller',
  triggers: [
    { resource: apiServices, keys: (service: APIService) => [keyOf(service)] },
    { resource: services, keys: (service: Service, snapshot) => byService.get(keyOf(service), snapshot).map(keyOf) },
    {
      resource: endpointSlices,
      keys: ({ metadata: { namespace = '', labels } }: EndpointSlice, snapshot) =>
        byService.get(`${namespace}/${labels?.[serviceNameLabel] ?? ''}`, snapshot).map(keyOf),
    },
  ],
  reconcile(key, snapshot, { now }): Plan {
    const current = snapshot.get(apiServices, '', splitKey(key).name);
    if (!current) return emptyPlan();
    const conditions = current.status?.conditions ?? [];
    const old = conditions.find(({ type }) => type === 'Available');
    const found = availabilityOf(current, snapshot);
    const lastTransitionTime = old?.status === found.status ? old.lastTransitionTime : rfc3339(now);
    const next = { type: 'Available', ...found, ...(lastTransitionTime && { lastTransitionTime }) };
    if (samePlain(old, next)) return emptyPlan();
    const object = { ...current, status: { conditions: [...conditions.filter((each) => each !== old), next] } };
    return { ...emptyPlan(), writes: [{ verb: 'update', resource: apiServices, object, subresource: 'status' }] };
  },
};

interface Availability {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

const missing = (reason: string, message: string): Availability => ({ status: 'False', reason, message });

/** The checks of upstream, in their order and words. */
function availabilityOf({ spec }: APIService, snapshot: Snapshot): Availability {
  if (!spec.service) return { status: 'True', reason: 'Local', message: 'Local APIServices are always available' };
  const { namespace = '', name = '', port = 443 } = spec.service;
  const place = `service/${name} in ${JSON.stringify(namespace)}`;
  const service = snapshot.get(services, namespace, name);
  if (!service) return missing('ServiceNotFound', `${place} is not present`);
  if (service.spec.type === 'ClusterIP') {
    const found = service.spec.ports?.find((each) => each.port === port);
    if (!found) return missing('ServicePortError', `${place} is not listening on port ${port}`);
    const slices = snapshot.list(endpointSlices, namespace).filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === name);
    if (slices.length === 0) return missing('EndpointsNotFound', `cannot find endpointslices for ${place}`);
    const portName = found.name ?? '';
    if (!slices.some((slice) => isReady(slice, portName)))
      return missing('MissingEndpoints', `endpointslices for ${place} have no addresses with port name ${JSON.stringify(portName)}`);
  }
  const url = `https://${name}.${namespace}.svc:${port}${spec.group ? `/apis/${spec.group}` : '/api'}/${spec.version ?? ''}`;
  return missing(
    'FailedDiscoveryCheck',
    `failing or missing response from ${url}: the nodes of this cluster carry no traffic to services yet`,
  );
}

const isReady = ({ endpoints, ports }: EndpointSlice, portName: string): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.ready ?? true) &&
  (ports ?? []).some(({ name, port }) => (name ?? '') === portName && port !== undefined);
