/** What a role allows. Facts: OpenAPI of Kubernetes 1.36; `ValidatePolicyRule` upstream. */
import { field, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

export const PolicyRuleSchema = object('io.k8s.api.rbac.v1.PolicyRule', {
  apiGroups: field(list(string), { doc: 'The groups of the resources; the empty one is the core group, `*` is all.' }),
  nonResourceURLs: field(list(string), { doc: 'Paths outside of the resource API, as /healthz. Only in a ClusterRole.' }),
  resourceNames: field(list(string), { doc: 'The only objects that the rule is about; all if left out.' }),
  resources: field(list(string), { doc: 'Plural names of resources, as pods or pods/log; `*` is all.' }),
  verbs: required(list(string), { doc: 'What may be done, as get or create; `*` is all.' }),
});
export type PolicyRule = TypeOf<typeof PolicyRuleSchema>;

/** Everything wrong with the rules of a role. Only rules that hold everywhere may name paths outside of the resources. */
export const validateRules = (rules: readonly PolicyRule[] = [], namespaced: boolean): FieldError[] =>
  rules.flatMap((rule, i) => validateRule(rule, namespaced, `rules[${i}]`));

function validateRule(rule: PolicyRule, namespaced: boolean, path: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors: FieldError[] = [];
  if (verbs.length === 0) errors.push(fieldRequired(`${path}.verbs`, 'verbs must contain at least one value'));
  if (nonResourceURLs.length > 0) {
    const at = `${path}.nonResourceURLs`;
    if (namespaced) errors.push(fieldInvalid(at, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      errors.push(fieldInvalid(at, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(fieldRequired(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0) errors.push(fieldRequired(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}
