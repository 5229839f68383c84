/** What a load balancer reports. Facts: OpenAPI of Kubernetes 1.36. */
import { field, int32, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';

export const PortStatusSchema = object('io.k8s.api.core.v1.PortStatus', {
  error: field(string, { doc: 'Why the port does not work, in one CamelCase word.' }),
  port: required(int32, { doc: 'The port.' }),
  protocol: required(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP, UDP or SCTP.' }),
});
export type PortStatus = TypeOf<typeof PortStatusSchema>;

export const LoadBalancerIngressSchema = object('io.k8s.api.core.v1.LoadBalancerIngress', {
  hostname: field(string, { doc: 'Its DNS name, from providers that go by names.' }),
  ip: field(string, { doc: 'Its address, from providers that go by addresses.' }),
  ipMode: field(string, {
    doc: 'VIP (the default) if traffic keeps that address, Proxy if it arrives with that of a node or pod.',
  }),
  ports: field(list(PortStatusSchema), { doc: 'What is known about its ports.' }),
});
export type LoadBalancerIngress = TypeOf<typeof LoadBalancerIngressSchema>;

export const LoadBalancerStatusSchema = object('io.k8s.api.core.v1.LoadBalancerStatus', {
  ingress: field(list(LoadBalancerIngressSchema), { doc: 'The points where traffic comes in.' }),
});
export type LoadBalancerStatus = TypeOf<typeof LoadBalancerStatusSchema>;
