import type { Reader } from '../machinery/reader.ts';
import type { UserInfo } from '../machinery/user.ts';
import type { PolicyRule } from '../resources/rbac/policy-rule.ts';
import { uncovered } from './covers.ts';
import { roleRulesOf } from './rbac.ts';

/** All of everything. */
export const fullAuthority: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

/**
 * Why a user may not give rules to anybody, in upstream's words: nobody gives what he does not have by roles himself.
 * `namespace` is where they are to hold. Undefined if the user may.
 */
export function escalationOf(user: UserInfo, namespace: string, rules: readonly PolicyRule[], reader: Reader): string | undefined {
  const held = roleRulesOf(user, namespace, reader);
  const missing = uncovered(held.rules, rules);
  if (missing.length === 0) return undefined;
  const described = [...new Set(compact(missing).map(describeRule))].sort();
  const resolution = held.errors.length > 0 ? `; resolution errors: [${held.errors.join(' ')}]` : '';
  const who = `user ${JSON.stringify(user.name)} (groups=${quoted(user.groups)})`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${described.join('\n')}${resolution}`;
}

/** Puts rules together that differ in the verb only. */
function compact(missing: readonly PolicyRule[]): PolicyRule[] {
  const rules = new Map<string, PolicyRule>();
  for (const rule of missing) {
    const { verbs, ...what } = rule;
    const key = JSON.stringify(rule.nonResourceURLs ? rule : what);
    const known = rules.get(key);
    if (known) known.verbs.push(...verbs);
    else rules.set(key, { ...what, verbs: [...verbs] });
  }
  return [...rules.values()];
}

/** A rule as upstream's `CompactString`. */
export function describeRule({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts = { APIGroups: apiGroups, Resources: resources, NonResourceURLs: nonResourceURLs, ResourceNames: resourceNames, Verbs: verbs };
  const told = Object.entries(parts).flatMap(([name, values]) => (values?.length ? [`${name}:${quoted(values)}`] : []));
  return `{${told.join(', ')}}`;
}

const quoted = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
