import type { Service } from '../../resources/core/service.ts';
import type { Endpoint, EndpointHints } from '../../resources/discovery/endpointslice.ts';

const nearby: readonly string[] = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

/** Annotations by which a Service asks for the older form of hints; the first one that is there counts. */
const topologyAnnotations = ['service.kubernetes.io/topology-aware-hints', 'service.kubernetes.io/topology-mode'];

/** Whether a Service asks for endpoints in proportion to the zones' CPU (`topology/`). */
export function wantsTopologyHints({ metadata }: Pick<Service, 'metadata'>): boolean {
  const mode = topologyAnnotations.map((name) => metadata.annotations?.[name]).find((value) => value !== undefined);
  return mode === 'Auto' || mode === 'auto';
}

/** Whether it asks for endpoints near their clients instead. */
export const wantsNearbyHints = ({ spec }: Pick<Service, 'spec'>): boolean => nearby.includes(spec.trafficDistribution ?? '');

/**
 * For whom an endpoint is meant, as `trafficDistribution` has it: clients in its zone, or on its node. Only what is ready has
 * hints. A Service that asks for the older topology-aware hints has none of these, as upstream.
 */
export function hintsOf(endpoint: Endpoint, { metadata, spec }: Service): EndpointHints | undefined {
  if (!wantsNearbyHints({ spec }) || !endpoint.conditions?.ready) return undefined;
  if (wantsTopologyHints({ metadata })) return undefined;
  const { zone, nodeName } = endpoint;
  const isForNode = spec.trafficDistribution === 'PreferSameNode' && nodeName !== undefined;
  if (!zone && !isForNode) return undefined;
  return { ...(zone && { forZones: [{ name: zone }] }), ...(isForNode && { forNodes: [{ name: nodeName }] }) };
}
