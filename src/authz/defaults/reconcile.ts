import type { Draft, KubeObject } from '../../machinery/meta.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { Write } from '../../machinery/reconcile.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Binding } from '../../resources/rbac/binding.ts';
import { clusterRoleBindings } from '../../resources/rbac/clusterrolebinding.ts';
import { clusterRoles, type ClusterRole } from '../../resources/rbac/clusterrole.ts';
import { roleBindings } from '../../resources/rbac/rolebinding.ts';
import { roles, type Role } from '../../resources/rbac/role.ts';
import { uncovered } from '../covers.ts';
import {
  autoUpdateAnnotation,
  defaultClusterRoleBindings,
  defaultClusterRoles,
  defaultRoleBindings,
  defaultRoles,
} from './index.ts';

type AnyRole = Role & Pick<ClusterRole, 'aggregationRule'>;

/**
 * What is to be done so that a cluster has the default roles and bindings: what is not there is made, what is missing in one
 * of them is added, what somebody added to it stays. Those that are annotated with autoupdate `false` are left alone. As
 * upstream's component-helpers/auth/rbac/reconciliation.
 */
export function defaultRoleWrites(reader: Reader): Write[] {
  return [
    ...reconcile<AnyRole>(clusterRoles, defaultClusterRoles, reader, reconcileRole),
    ...reconcile<Binding>(clusterRoleBindings, defaultClusterRoleBindings, reader, reconcileBinding),
    ...reconcile<AnyRole>(roles, defaultRoles, reader, reconcileRole),
    ...reconcile<Binding>(roleBindings, defaultRoleBindings, reader, reconcileBinding),
  ];
}

function reconcile<T extends KubeObject>(
  resource: AnyResource,
  expected: readonly Draft<T>[],
  reader: Reader,
  reconciled: (existing: T, expected: Draft<T>) => T | 'recreate',
): Write[] {
  return expected.flatMap((object): Write[] => {
    const { name = '', namespace = '' } = object.metadata;
    const existing = reader.get(resource, namespace, name) as T | undefined;
    if (!existing) return [{ verb: 'create', resource, object }];
    if (existing.metadata.annotations?.[autoUpdateAnnotation] === 'false') return [];
    const wanted = reconciled(existing, object);
    if (wanted === 'recreate') {
      const { uid } = existing.metadata;
      return [
        { verb: 'delete', resource, namespace, name, uid },
        { verb: 'create', resource, object },
      ];
    }
    return samePlain(wanted, existing) ? [] : [{ verb: 'update', resource, object: wanted }];
  });
}

function reconcileRole(existing: AnyRole, expected: Draft<AnyRole>): AnyRole {
  const { aggregationRule: _, ...role } = withDefaultMetadata(existing, expected);
  const held = existing.rules ?? [];
  const rules = expected.rules ?? [];
  const missing = samePlain(held, rules) ? [] : uncovered(held, rules);
  const selectors = existing.aggregationRule?.clusterRoleSelectors ?? [];
  const wanted = expected.aggregationRule?.clusterRoleSelectors;
  const missingSelectors = wanted?.filter((each) => !selectors.some((selector) => samePlain(selector, each))) ?? [];
  return {
    ...role,
    ...(missing.length > 0 && { rules: [...held, ...missing] }),
    ...(wanted && { aggregationRule: { clusterRoleSelectors: [...selectors, ...missingSelectors] } }),
  };
}

/** The role of a binding cannot be changed: one with another role is made anew. */
function reconcileBinding(existing: Binding, expected: Draft<Binding>): Binding | 'recreate' {
  if (!samePlain(existing.roleRef, expected.roleRef)) return 'recreate';
  const { subjects = [] } = existing;
  const missing = (expected.subjects ?? []).filter((each) => !subjects.some((subject) => samePlain(subject, each)));
  const binding = withDefaultMetadata(existing, expected);
  return missing.length > 0 ? { ...binding, subjects: [...subjects, ...missing] } : binding;
}

function withDefaultMetadata<T extends KubeObject>(existing: T, { metadata }: Draft<T>): T {
  const labels = { ...metadata.labels, ...existing.metadata.labels };
  const annotations = { ...metadata.annotations, ...existing.metadata.annotations };
  return { ...existing, metadata: { ...existing.metadata, labels, annotations } };
}
