/** Probes and lifecycle hooks of containers. Facts: OpenAPI of Kubernetes 1.36. */
import { field, int32, int64, intOrString, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { linuxSignals } from './stop-signals.ts';

export const ExecActionSchema = object('io.k8s.api.core.v1.ExecAction', {
  command: field(list(string), { doc: 'The command and its arguments, not run in a shell. Exit code 0 is success.' }),
});
export type ExecAction = TypeOf<typeof ExecActionSchema>;

export const HTTPHeaderSchema = object('io.k8s.api.core.v1.HTTPHeader', {
  name: required(string, { doc: 'The name of the header.' }),
  value: required(string, { doc: 'The value of the header.' }),
});
export type HTTPHeader = TypeOf<typeof HTTPHeaderSchema>;

export const HTTPGetActionSchema = object('io.k8s.api.core.v1.HTTPGetAction', {
  host: field(string, {
    doc: 'The host to connect to; the address of the pod if left out. For another Host header use httpHeaders.',
  }),
  httpHeaders: field(list(HTTPHeaderSchema), { doc: 'Headers of the request.' }),
  path: field(string, { doc: 'The path of the request. / if left out.' }),
  port: required(intOrString, { doc: 'A port by number, or by its name in the container.' }),
  scheme: field(oneOf('HTTP', 'HTTPS'), { doc: 'HTTP (the default) or HTTPS; certificates are not checked.' }),
});
export type HTTPGetAction = TypeOf<typeof HTTPGetActionSchema>;

export const SleepActionSchema = object('io.k8s.api.core.v1.SleepAction', {
  seconds: required(int64, { doc: 'How many seconds to wait.' }),
});
export type SleepAction = TypeOf<typeof SleepActionSchema>;

export const TCPSocketActionSchema = object('io.k8s.api.core.v1.TCPSocketAction', {
  host: field(string, { doc: 'The host to connect to; the address of the pod if left out.' }),
  port: required(intOrString, { doc: 'A port by number, or by its name in the container.' }),
});
export type TCPSocketAction = TypeOf<typeof TCPSocketActionSchema>;

export const GRPCActionSchema = object('io.k8s.api.core.v1.GRPCAction', {
  port: required(int32, { doc: 'The number of the port.' }),
  service: field(string, { doc: 'The service that the health check asks about. Empty, the server as a whole, if left out.' }),
});
export type GRPCAction = TypeOf<typeof GRPCActionSchema>;

export const LifecycleHandlerSchema = object('io.k8s.api.core.v1.LifecycleHandler', {
  exec: field(ExecActionSchema, { doc: 'Runs a command in the container.' }),
  httpGet: field(HTTPGetActionSchema, { doc: 'Sends an HTTP request. Answers from 200 to 399 are success.' }),
  sleep: field(SleepActionSchema, { doc: 'Waits.' }),
  tcpSocket: field(TCPSocketActionSchema, { doc: 'Not supported any more.' }),
});
export type LifecycleHandler = TypeOf<typeof LifecycleHandlerSchema>;

export const LifecycleSchema = object('io.k8s.api.core.v1.Lifecycle', {
  postStart: field(LifecycleHandlerSchema, {
    doc: 'Done right after the container has started. It is stopped and restarted if this fails.',
  }),
  preStop: field(LifecycleHandlerSchema, {
    doc: 'Done before the container is told to stop. The time counts against the grace period of the pod.',
  }),
  stopSignal: field(oneOf(...linuxSignals), {
    doc: 'The signal that asks the container to stop, as SIGUSR1; that of the image, or else SIGTERM, if left out. Needs spec.os.name.',
  }),
});
export type Lifecycle = TypeOf<typeof LifecycleSchema>;

export const ProbeSchema = object('io.k8s.api.core.v1.Probe', {
  exec: field(ExecActionSchema, { doc: 'Runs a command in the container.' }),
  failureThreshold: field(int32, { doc: 'How often in a row the probe must fail before it counts as failed. 3 if left out.' }),
  grpc: field(GRPCActionSchema, { doc: 'Asks a gRPC server by the standard health protocol.' }),
  httpGet: field(HTTPGetActionSchema, { doc: 'Sends an HTTP request. Answers from 200 to 399 are success.' }),
  initialDelaySeconds: field(int32, {
    doc: 'How many seconds after the start of the container the probe begins. 0 if left out.',
  }),
  periodSeconds: field(int32, { doc: 'How many seconds lie between two tries. 10 if left out.' }),
  successThreshold: field(int32, {
    doc: 'How often in a row the probe must succeed after a failure. 1 if left out, and always for liveness and startup.',
  }),
  tcpSocket: field(TCPSocketActionSchema, { doc: 'Opens a TCP connection.' }),
  terminationGracePeriodSeconds: field(int64, {
    doc: 'The grace period when this probe fails; that of the pod if left out. Not for readiness.',
  }),
  timeoutSeconds: field(int32, { doc: 'How many seconds a try may take. 1 if left out.' }),
});
export type Probe = TypeOf<typeof ProbeSchema>;
