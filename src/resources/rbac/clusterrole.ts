import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, object, type TypeOf } from '../../machinery/schema.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { plainColumns } from '../../machinery/table.ts';
import { PolicyRuleSchema, rbacGroup, validateRules } from './policy-rule.ts';

export const AggregationRuleSchema = object('io.k8s.api.rbac.v1.AggregationRule', {
  clusterRoleSelectors: field(list(LabelSelectorSchema), { doc: 'Roles that match any of these are put together.' }),
});
export type AggregationRule = TypeOf<typeof AggregationRuleSchema>;

const ClusterRoleSchema = kindSchema('io.k8s.api.rbac.v1.ClusterRole', {
  aggregationRule: field(AggregationRuleSchema, { doc: 'The rules of these roles are copied here by a controller.' }),
  rules: field(list(PolicyRuleSchema), { doc: 'What the role allows.' }),
});
export type ClusterRole = TypeOf<typeof ClusterRoleSchema>;

export const clusterRoles = defineResource<ClusterRole>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  nameRule: 'path-segment',
  description: 'A set of permissions in all namespaces and outside of them, given to somebody by a binding.',
  schema: ClusterRoleSchema,
  strategy: {
    validate: ({ rules, aggregationRule }) => [...validateRules(rules, false), ...validateAggregation(aggregationRule)],
    createsOnUpdate: true,
  },
  columns: plainColumns,
});

function validateAggregation(aggregation: AggregationRule | undefined): FieldError[] {
  if (!aggregation) return [];
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregation.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    return [fieldRequired(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, i) => {
    const errors = validateLabelSelector(selector, `${path}[${i}]`);
    if (errors.length > 0) errors.push(fieldInvalid(`${path}[${i}]`, undefined, 'invalid label selector.'));
    return errors;
  });
}
