/** The label selector of API objects. Facts: OpenAPI of Kubernetes 1.36. */
import { list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const LabelSelectorRequirementSchema = object('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement', {
  key: required(string),
  operator: required(string),
  values: list(string),
});
export type LabelSelectorRequirement = TypeOf<typeof LabelSelectorRequirementSchema>;

export const LabelSelectorSchema = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  {
    matchExpressions: list(LabelSelectorRequirementSchema),
    matchLabels: map(string),
  },
  { atomic: true },
);
export type LabelSelector = TypeOf<typeof LabelSelectorSchema>;
