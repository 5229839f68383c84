/** What a load balancer reports. Facts: OpenAPI of Kubernetes 1.36. */
import { int32, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const PortStatusSchema = object('io.k8s.api.core.v1.PortStatus', {
  error: string,
  port: required(int32),
  protocol: required(string),
});
export type PortStatus = TypeOf<typeof PortStatusSchema>;

export const LoadBalancerIngressSchema = object('io.k8s.api.core.v1.LoadBalancerIngress', {
  hostname: string,
  ip: string,
  ipMode: string,
  ports: list(PortStatusSchema),
});
export type LoadBalancerIngress = TypeOf<typeof LoadBalancerIngressSchema>;

export const LoadBalancerStatusSchema = object('io.k8s.api.core.v1.LoadBalancerStatus', {
  ingress: list(LoadBalancerIngressSchema),
});
export type LoadBalancerStatus = TypeOf<typeof LoadBalancerStatusSchema>;
