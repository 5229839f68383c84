/** What the type of a Service and a few of its fields imply (api/service, registry/core/service upstream). */
import type { Service, ServicePort } from './service.ts';

export const headless = 'None';

export const isExternalName = ({ spec }: Service): boolean => spec.type === 'ExternalName';
export const isLoadBalancer = ({ spec }: Service): boolean => spec.type === 'LoadBalancer';

/** No address of its own: its name stands for the addresses of the pods. */
export const isHeadless = ({ spec }: Service): boolean => spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === headless;

/** Reached from outside the cluster: then `externalTrafficPolicy` means something. */
export const isExternallyAccessible = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);

export const hasNodePorts = ({ spec }: Service): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** Whether ports that name no node port get one. */
export const allocatesNodePorts = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

/** A load balancer that keeps traffic on the node has to ask each node whether it has endpoints. */
export const needsHealthCheck = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

export const nodePortsOf = ({ spec }: Service): number[] =>
  (spec.ports ?? []).flatMap(({ nodePort }: ServicePort) => (nodePort ? [nodePort] : []));
