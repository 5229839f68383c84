import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, type TypeOf } from '../../machinery/schema.ts';
import { plainColumns } from '../../machinery/table.ts';
import { PolicyRuleSchema, rbacGroup, validateRules } from './policy-rule.ts';

const RoleSchema = kindSchema('io.k8s.api.rbac.v1.Role', {
  rules: field(list(PolicyRuleSchema), { doc: 'What the role allows.' }),
});
export type Role = TypeOf<typeof RoleSchema>;

export const roles = defineResource<Role>({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  nameRule: 'path-segment',
  description: 'A set of permissions in one namespace, given to somebody by a RoleBinding.',
  schema: RoleSchema,
  strategy: { validate: ({ rules }) => validateRules(rules, true), createsOnUpdate: true },
  columns: plainColumns,
});
