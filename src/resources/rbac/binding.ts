/** What RoleBinding and ClusterRoleBinding have in common (`ValidateRoleBinding` and `SetDefaults_…` upstream). */
import type { KubeObject } from '../../machinery/meta.ts';
import { isPathSegmentName } from '../../machinery/names.ts';
import type { Column } from '../../machinery/resource.ts';
import { field, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { invalidEach, validateSubdomain } from '../shared/format-rules.ts';
import { rbacGroup } from './policy-rule.ts';

export const RoleRefSchema = object(
  'io.k8s.api.rbac.v1.RoleRef',
  {
    apiGroup: field(string, { doc: 'rbac.authorization.k8s.io.' }),
    kind: required(string, { doc: 'Role or ClusterRole.' }),
    name: required(string, { doc: 'The name of the role.' }),
  },
  { atomic: true },
);
export type RoleRef = TypeOf<typeof RoleRefSchema>;

export const SubjectSchema = object(
  'io.k8s.api.rbac.v1.Subject',
  {
    apiGroup: field(string, { doc: 'rbac.authorization.k8s.io for users and groups, empty for ServiceAccounts.' }),
    kind: required(string, { doc: 'User, Group or ServiceAccount.' }),
    name: required(string, { doc: 'The name of the subject.' }),
    namespace: field(string, { doc: 'The namespace of a ServiceAccount; none for users and groups.' }),
  },
  { atomic: true },
);
export type Subject = TypeOf<typeof SubjectSchema>;

/** Either kind of binding. */
export type Binding = KubeObject & { roleRef: RoleRef; subjects?: Subject[] };

export function defaultBinding(binding: Binding): void {
  const role = (binding.roleRef ??= { kind: '', name: '' });
  role.apiGroup ||= rbacGroup;
  for (const subject of binding.subjects ?? [])
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= rbacGroup;
}

/** Everything wrong with a binding to a role of one of `roleKinds`. */
export function validateBinding({ roleRef, subjects = [] }: Binding, namespaced: boolean): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = roleRef;
  const roleKinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  const errors: FieldError[] = [];
  if (apiGroup !== rbacGroup) errors.push(fieldNotSupported('roleRef.apiGroup', apiGroup, [rbacGroup]));
  if (!roleKinds.includes(kind)) errors.push(fieldNotSupported('roleRef.kind', kind, roleKinds));
  errors.push(
    ...(name ? invalidEach('roleRef.name', name, isPathSegmentName(name)) : [fieldRequired('roleRef.name')]),
    ...subjects.flatMap((subject, i) => validateSubject(subject, namespaced, `subjects[${i}]`)),
  );
  return errors;
}

function validateSubject(subject: Subject, namespaced: boolean, path: string): FieldError[] {
  const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
  const errors = name ? [] : [fieldRequired(`${path}.name`)];
  switch (kind) {
    case 'ServiceAccount':
      if (name) errors.push(...validateSubdomain(name, `${path}.name`));
      if (apiGroup) errors.push(fieldNotSupported(`${path}.apiGroup`, apiGroup, ['']));
      if (!namespaced && !namespace) errors.push(fieldRequired(`${path}.namespace`));
      return errors;
    case 'User':
    case 'Group':
      if (apiGroup !== rbacGroup) errors.push(fieldNotSupported(`${path}.apiGroup`, apiGroup, [rbacGroup]));
      return errors;
    default:
      return [...errors, fieldNotSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
}

/** Who may bind one role is not therefore allowed to bind another: the role stays. */
export function validateSameRole({ roleRef }: Binding, { roleRef: old }: Binding): FieldError[] {
  const same = roleRef.apiGroup === old.apiGroup && roleRef.kind === old.kind && roleRef.name === old.name;
  if (same) return [];
  const { apiGroup = '', kind, name } = roleRef;
  // Upstream shows its own form of it, in which fields are called so.
  return [fieldInvalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
}

const subjectNames = ({ subjects = [] }: Binding, kind: string) =>
  subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace = '' }) => (kind === 'ServiceAccount' ? `${namespace}/${name}` : name))
    .join(', ');

const subjectColumn = (name: string, kind: string): Column<Binding> => ({
  name,
  type: 'string',
  priority: 1,
  description: `The subjects of kind ${kind}.`,
  cell: (binding) => subjectNames(binding, kind),
});

export const bindingColumns: readonly Column<Binding>[] = [
  nameColumn,
  {
    name: 'Role',
    type: 'string',
    description: 'The role that the subjects get.',
    cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
  },
  ageColumn,
  subjectColumn('Users', 'User'),
  subjectColumn('Groups', 'Group'),
  subjectColumn('ServiceAccounts', 'ServiceAccount'),
];
