/** Whether some rules allow all that others do. As `Covers` upstream (component-helpers/auth/rbac/validation). */
import type { PolicyRule } from '../resources/rbac/policy-rule.ts';
import { urlMatches } from './rules.ts';

/** What of `wanted` no rule of `held` covers, in pieces of one verb on one resource, object or path. */
export const uncovered = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] =>
  wanted.flatMap((rule) => [...pieces(rule)]).filter((piece) => !held.some((rule) => covers(rule, piece)));

/** Rules with one of everything that come to the same. */
function* pieces({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs }: PolicyRule): Generator<PolicyRule> {
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        const piece = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) yield piece;
        for (const name of resourceNames) yield { ...piece, resourceNames: [name] };
      }
  for (const url of nonResourceURLs) for (const verb of verbs) yield { nonResourceURLs: [url], verbs: [verb] };
}

function covers(rule: PolicyRule, { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs }: PolicyRule): boolean {
  return (
    hasAll(rule.verbs, verbs) &&
    hasAll(rule.apiGroups, apiGroups) &&
    resources.every((resource) => coversResource(rule.resources ?? [], resource)) &&
    (!rule.resourceNames?.length || (resourceNames.length > 0 && resourceNames.every((name) => rule.resourceNames!.includes(name)))) &&
    nonResourceURLs.every((url) => rule.nonResourceURLs?.some((pattern) => urlMatches(pattern, url)) ?? false)
  );
}

const hasAll = (held: readonly string[] = [], wanted: readonly string[]): boolean =>
  wanted.every((value) => held.includes(value)) || held.includes('*');

function coversResource(held: readonly string[], resource: string): boolean {
  if (held.includes('*') || held.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && held.includes(`*${resource.slice(slash)}`);
}
