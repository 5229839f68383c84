import type { Draft } from '../../machinery/meta.ts';
import type { Binding } from '../../resources/rbac/binding.ts';
import { clusterRoleBindings, type ClusterRoleBinding } from '../../resources/rbac/clusterrolebinding.ts';
import { clusterRoles, type ClusterRole } from '../../resources/rbac/clusterrole.ts';
import { rbacGroup, type PolicyRule } from '../../resources/rbac/policy-rule.ts';
import { roleBindings, type RoleBinding } from '../../resources/rbac/rolebinding.ts';
import { roles, type Role } from '../../resources/rbac/role.ts';
import { clusterBindings, namespaceBindings, type DefaultBinding } from './bindings.ts';
import { controllerRoles } from './controller-roles.ts';
import { namespaceRoles } from './namespace-roles.ts';
import { allow, read, urls } from './rule.ts';
import { systemRoles } from './system-roles.ts';
import { aggregatedRoles } from './user-roles.ts';

/** `false` on a default role or binding: what was changed in it stays. */
export const autoUpdateAnnotation = 'rbac.authorization.kubernetes.io/autoupdate';

const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const annotations = { [autoUpdateAnnotation]: 'true' };
const aggregatesTo = (role: string) => `rbac.authorization.k8s.io/aggregate-to-${role}`;

type Labels = Readonly<Record<string, string>>;

const metadata = (name: string, namespace?: string, more: Labels = {}) => ({
  name,
  ...(namespace && { namespace }),
  labels: { ...labels, ...more },
  annotations: { ...annotations },
});
const typeOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }) => ({ apiVersion, kind });

const clusterRole = (name: string, rules: readonly PolicyRule[], more?: Labels): Draft<ClusterRole> => ({
  ...typeOf(clusterRoles),
  metadata: metadata(name, undefined, more),
  rules: [...rules],
});

/** A role that a controller puts together from those that have a label; it may itself be a part of another. */
const aggregated = (name: string, partOf?: string): Draft<ClusterRole> => ({
  ...typeOf(clusterRoles),
  metadata: metadata(name, undefined, partOf === undefined ? {} : { [aggregatesTo(partOf)]: 'true' }),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregatesTo(name)]: 'true' } }] },
});

/** Upstream this one comes with metrics-server, which is a part of the cluster here. */
export const metricsReader = 'system:aggregated-metrics-reader';

/** The ClusterRoles that every cluster has. */
export const defaultClusterRoles: readonly Draft<ClusterRole>[] = [
  clusterRole('cluster-admin', [allow('*', '*', '*'), urls('*', '*')]),
  aggregated('admin'),
  aggregated('edit', 'admin'),
  aggregated('view', 'edit'),
  ...Object.entries(aggregatedRoles).map(([name, rules]) =>
    clusterRole(name, rules, { [aggregatesTo(name.replace('system:aggregate-to-', ''))]: 'true' }),
  ),
  clusterRole(metricsReader, [allow(read, 'metrics.k8s.io', 'nodes pods')], {
    [aggregatesTo('admin')]: 'true',
    [aggregatesTo('edit')]: 'true',
    [aggregatesTo('view')]: 'true',
  }),
  ...Object.entries(systemRoles).map(([name, rules]) => clusterRole(name, rules)),
  ...Object.entries(controllerRoles).map(([name, rules]) => clusterRole(`system:controller:${name}`, rules)),
];

/** The Roles that the namespaces of the system have. */
export const defaultRoles: readonly Draft<Role>[] = Object.entries(namespaceRoles).flatMap(([namespace, ofNamespace]) =>
  Object.entries(ofNamespace).map(([name, rules]) => ({
    ...typeOf(roles),
    metadata: metadata(name, namespace),
    rules: [...rules],
  })),
);

const bound = ({ role, subjects }: DefaultBinding): Pick<Binding, 'roleRef' | 'subjects'> => ({
  roleRef: { apiGroup: rbacGroup, ...role },
  ...(subjects.length > 0 && { subjects: [...subjects] }),
});

export const defaultClusterRoleBindings: readonly Draft<ClusterRoleBinding>[] = clusterBindings(Object.keys(controllerRoles)).map(
  (binding) => ({ ...typeOf(clusterRoleBindings), metadata: metadata(binding.name), ...bound(binding) }),
);

export const defaultRoleBindings: readonly Draft<RoleBinding>[] = Object.entries(namespaceBindings).flatMap(
  ([namespace, bindings]) =>
    bindings.map((binding) => ({ ...typeOf(roleBindings), metadata: metadata(binding.name, namespace), ...bound(binding) })),
);

/** What a node may do, as far as its own authorizer does not look closer. */
export const nodeRules: readonly PolicyRule[] = systemRoles['system:node']!;
