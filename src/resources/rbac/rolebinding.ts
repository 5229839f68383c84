import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, required, type TypeOf } from '../../machinery/schema.ts';
import { bindingColumns, defaultBinding, RoleRefSchema, SubjectSchema, validateBinding, validateSameRole } from './binding.ts';
import { rbacGroup } from './policy-rule.ts';

const RoleBindingSchema = kindSchema('io.k8s.api.rbac.v1.RoleBinding', {
  roleRef: required(RoleRefSchema, { doc: 'The role that the subjects get. Cannot be changed.' }),
  subjects: field(list(SubjectSchema), { doc: 'Who gets the role.' }),
});
export type RoleBinding = TypeOf<typeof RoleBindingSchema>;

export const roleBindings = defineResource<RoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  nameRule: 'path-segment',
  description: 'Gives the permissions of a role, in one namespace, to users, groups and service accounts.',
  schema: RoleBindingSchema,
  strategy: {
    defaults: defaultBinding,
    validate: (binding) => validateBinding(binding, true),
    validateUpdate: validateSameRole,
    createsOnUpdate: true,
  },
  columns: bindingColumns,
});
