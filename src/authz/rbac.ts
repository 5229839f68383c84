import type { Reader } from '../machinery/reader.ts';
import type { UserInfo } from '../machinery/user.ts';
import type { Binding, RoleRef } from '../resources/rbac/binding.ts';
import { clusterRoleBindings } from '../resources/rbac/clusterrolebinding.ts';
import { clusterRoles } from '../resources/rbac/clusterrole.ts';
import type { PolicyRule } from '../resources/rbac/policy-rule.ts';
import { rbacGroup } from '../resources/rbac/policy-rule.ts';
import { roleBindings } from '../resources/rbac/rolebinding.ts';
import { roles } from '../resources/rbac/role.ts';
import { isResourceAttributes, type AuthorizationDecision, type Authorizer } from './authorizer.ts';
import { indexOf, type Grant } from './bindings.ts';
import { rulesAllow } from './rules.ts';

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
    const allowed = findGrant(attributes.user, namespace, reader, (grant): AuthorizationDecision | undefined => {
      const role = roleOf(grant.binding, reader);
      if ('missing' in role) errors.push(role.missing);
      else if (rulesAllow(role.rules, attributes)) return { decision: 'allow', reason: `RBAC: allowed by ${grant.description}` };
      return undefined;
    });
    return allowed ?? { decision: 'no-opinion', reason: errors.length > 0 ? `RBAC: ${aggregate(errors)}` : '' };
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
  const bindings = new Set<Binding>();
  findGrant(user, namespace, reader, ({ binding }) => void bindings.add(binding));
  for (const binding of bindings) {
    const role = roleOf(binding, reader);
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

const roleOf = ({ roleRef, metadata }: Binding, reader: Reader) => resolveRole(roleRef, metadata.namespace ?? '', reader);

/** What holds everywhere comes first. */
function findGrant<T>(user: UserInfo, namespace: string, reader: Reader, find: (grant: Grant) => T | undefined): T | undefined {
  const everywhere = indexOf(reader.list(clusterRoleBindings)).find(user, find);
  if (everywhere !== undefined || namespace === '') return everywhere;
  return indexOf(reader.list(roleBindings, namespace)).find(user, find);
}

/** Several errors as Go's `NewAggregate` prints them: each once. */
function aggregate(errors: readonly string[]): string {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? unique[0]! : `[${unique.join(', ')}]`;
}
