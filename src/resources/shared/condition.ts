/** The condition that newer APIs share. Facts: OpenAPI of Kubernetes 1.36. */
import { int64, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';

export const ConditionSchema = object('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', {
  lastTransitionTime: required(time),
  message: required(string),
  observedGeneration: int64,
  reason: required(string),
  status: required(string),
  type: required(string),
});
export type Condition = TypeOf<typeof ConditionSchema>;
