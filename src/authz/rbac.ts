import type { Reader } from '../machinery/reader.ts';
import type { UserInfo } from '../machinery/user.ts';
import type { RoleRef } from '../resources/rbac/binding.ts';
import { clusterRoleBindings } from '../resources/rbac/clusterrolebinding.ts';
import { clusterRoles } from '../resources/rbac/clusterrole.ts';
import type { PolicyRule } from '../resources/rbac/policy-rule.ts';
import { rbacGroup } from '../resources/rbac/policy-rule.ts';
import { roleBindings } from '../resources/rbac/rolebinding.ts';
import { roles } from '../resources/rbac/role.ts';
import { isResourceAttributes, type Authorizer } from './authorizer.ts';
import { describeGrant, indexOf, type Grant } from './bindings.ts';
import { ruleAllows } from './rules.ts';

/** What a role says, or in upstream's words that there is no such role. */
export type ResolvedRole = { rules: readonly PolicyRule[] } | { missing: string };

/** What a user may do by roles in a namespace ('' for outside of all), and what could not be found out. */
export interface UserRules {
  rules: readonly PolicyRule[];
  errors: readonly string[];
}

/** Allows what roles allow that somebody is bound to. Nothing is denied. */
export const rbac: Authorizer = {
  authorize(attributes, reader) {
    const namespace = isResourceAttributes(attributes) ? attributes.namespace : '';
    const errors: string[] = [];
    for (const grant of grantsOf(attributes.user, namespace, reader)) {
      const role = resolveRole(grant.binding.roleRef, grant.binding.metadata.namespace ?? '', reader);
      if ('missing' in role) errors.push(role.missing);
      else if (role.rules.some((rule) => ruleAllows(rule, attributes)))
        return { decision: 'allow', reason: `RBAC: allowed by ${describeGrant(grant)}` };
    }
    return { decision: 'no-opinion', reason: errors.length > 0 ? `RBAC: ${aggregate(errors)}` : '' };
  },
  rulesFor(user, namespace, reader) {
    const { rules, errors } = roleRulesOf(user, namespace, reader);
    return {
      resourceRules: rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames }) =>
        resources.length > 0 ? [{ verbs, apiGroups, resources, ...(resourceNames?.length && { resourceNames }) }] : [],
      ),
      nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs = [] }) =>
        nonResourceURLs.length > 0 ? [{ verbs, nonResourceURLs }] : [],
      ),
      incomplete: false,
      ...(errors.length > 0 && { evaluationError: aggregate(errors) }),
    };
  },
};

/** All rules of a user's roles. */
export function roleRulesOf(user: UserInfo, namespace: string, reader: Reader): UserRules {
  const rules: PolicyRule[] = [];
  const errors: string[] = [];
  for (const { binding } of grantsOf(user, namespace, reader)) {
    const role = resolveRole(binding.roleRef, binding.metadata.namespace ?? '', reader);
    if ('missing' in role) errors.push(role.missing);
    else rules.push(...role.rules);
  }
  return { rules, errors };
}

/** The rules of the role that a binding in `namespace` refers to. */
export function resolveRole({ kind, name }: RoleRef, namespace: string, reader: Reader): ResolvedRole {
  const role = kind === 'Role' ? reader.get(roles, namespace, name) : reader.get(clusterRoles, '', name);
  return role ? { rules: role.rules ?? [] } : { missing: `${kind.toLowerCase()}.${rbacGroup} ${JSON.stringify(name)} not found` };
}

/** What holds everywhere comes first. */
function* grantsOf(user: UserInfo, namespace: string, reader: Reader): Generator<Grant> {
  yield* indexOf(reader.list(clusterRoleBindings)).of(user);
  if (namespace !== '') yield* indexOf(reader.list(roleBindings, namespace)).of(user);
}

/** Several errors as Go's `NewAggregate` prints them: each once. */
function aggregate(errors: readonly string[]): string {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? unique[0]! : `[${unique.join(', ')}]`;
}
