/** The condition that newer APIs share. Facts: OpenAPI of Kubernetes 1.36. */
import { field, int64, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';

export const ConditionSchema = object('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', {
  lastTransitionTime: required(time, { doc: 'When the status last changed.' }),
  message: required(string, { doc: 'What is behind the status, for people. May be empty.' }),
  observedGeneration: field(int64, {
    doc: 'The metadata.generation that the condition is about; out of date if that is higher now.',
  }),
  reason: required(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'What the condition is about, in CamelCase, at times with a prefix as example.com/.' }),
});
export type Condition = TypeOf<typeof ConditionSchema>;
