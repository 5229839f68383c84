/** Probes and lifecycle hooks of containers. Facts: OpenAPI of Kubernetes 1.36. */
import { int32, int64, intOrString, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const ExecActionSchema = object('io.k8s.api.core.v1.ExecAction', { command: list(string) });
export type ExecAction = TypeOf<typeof ExecActionSchema>;

export const HTTPHeaderSchema = object('io.k8s.api.core.v1.HTTPHeader', { name: required(string), value: required(string) });
export type HTTPHeader = TypeOf<typeof HTTPHeaderSchema>;

export const HTTPGetActionSchema = object('io.k8s.api.core.v1.HTTPGetAction', {
  host: string,
  httpHeaders: list(HTTPHeaderSchema),
  path: string,
  port: required(intOrString),
  scheme: string,
});
export type HTTPGetAction = TypeOf<typeof HTTPGetActionSchema>;

export const SleepActionSchema = object('io.k8s.api.core.v1.SleepAction', { seconds: required(int64) });
export type SleepAction = TypeOf<typeof SleepActionSchema>;

export const TCPSocketActionSchema = object('io.k8s.api.core.v1.TCPSocketAction', { host: string, port: required(intOrString) });
export type TCPSocketAction = TypeOf<typeof TCPSocketActionSchema>;

export const GRPCActionSchema = object('io.k8s.api.core.v1.GRPCAction', { port: required(int32), service: string });
export type GRPCAction = TypeOf<typeof GRPCActionSchema>;

export const LifecycleHandlerSchema = object('io.k8s.api.core.v1.LifecycleHandler', {
  exec: ExecActionSchema,
  httpGet: HTTPGetActionSchema,
  sleep: SleepActionSchema,
  tcpSocket: TCPSocketActionSchema,
});
export type LifecycleHandler = TypeOf<typeof LifecycleHandlerSchema>;

export const LifecycleSchema = object('io.k8s.api.core.v1.Lifecycle', {
  postStart: LifecycleHandlerSchema,
  preStop: LifecycleHandlerSchema,
  stopSignal: string,
});
export type Lifecycle = TypeOf<typeof LifecycleSchema>;

export const ProbeSchema = object('io.k8s.api.core.v1.Probe', {
  exec: ExecActionSchema,
  failureThreshold: int32,
  grpc: GRPCActionSchema,
  httpGet: HTTPGetActionSchema,
  initialDelaySeconds: int32,
  periodSeconds: int32,
  successThreshold: int32,
  tcpSocket: TCPSocketActionSchema,
  terminationGracePeriodSeconds: int64,
  timeoutSeconds: int32,
});
export type Probe = TypeOf<typeof ProbeSchema>;
