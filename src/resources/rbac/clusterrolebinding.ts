import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, required, type TypeOf } from '../../machinery/schema.ts';
import { bindingColumns, defaultBinding, RoleRefSchema, SubjectSchema, validateBinding, validateSameRole } from './binding.ts';
import { rbacGroup } from './policy-rule.ts';

const ClusterRoleBindingSchema = kindSchema('io.k8s.api.rbac.v1.ClusterRoleBinding', {
  roleRef: required(RoleRefSchema, { doc: 'The role that the subjects get. Cannot be changed.' }),
  subjects: field(list(SubjectSchema), { doc: 'Who gets the role.' }),
});
export type ClusterRoleBinding = TypeOf<typeof ClusterRoleBindingSchema>;

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  nameRule: 'path-segment',
  description: 'Gives the permissions of a ClusterRole, everywhere, to users, groups and service accounts.',
  schema: ClusterRoleBindingSchema,
  strategy: {
    defaults: defaultBinding,
    validate: (binding) => validateBinding(binding, false),
    validateUpdate: validateSameRole,
    createsOnUpdate: true,
  },
  columns: bindingColumns,
});
