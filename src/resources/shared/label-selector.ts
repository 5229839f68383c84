/** The label selector of API objects. Facts: OpenAPI of Kubernetes 1.36. */
import { field, list, map, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const LabelSelectorRequirementSchema = object('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement', {
  key: required(string, { doc: 'The label that is looked at.' }),
  operator: required(string, { doc: 'In, NotIn, Exists or DoesNotExist. NotIn also selects what lacks the label.' }),
  values: field(list(string), { doc: 'The values for In and NotIn; empty for Exists and DoesNotExist.' }),
});
export type LabelSelectorRequirement = TypeOf<typeof LabelSelectorRequirementSchema>;

export const LabelSelectorSchema = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  {
    matchExpressions: field(list(LabelSelectorRequirementSchema), {
      doc: 'Requirements on labels, all of which must be met, besides matchLabels.',
    }),
    matchLabels: field(map(string), { doc: 'Labels that must be there with just these values.' }),
  },
  { atomic: true },
);
export type LabelSelector = TypeOf<typeof LabelSelectorSchema>;
