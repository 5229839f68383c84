/** Whether a rule of a role allows something. As `VerbMatches`, `ResourceMatches`, … upstream (pkg/apis/rbac/v1). */
import type { OwnRule } from '../machinery/user.ts';
import { isResourceAttributes, type Attributes, type ResourceAttributes } from './authorizer.ts';

const all = '*';

export function ruleAllows(rule: OwnRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (!isResourceAttributes(attributes)) return rule.nonResourceURLs?.some((url) => urlMatches(url, attributes.path)) ?? false;
  return (
    hasOrAll(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources, attributes) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(attributes.name))
  );
}

export const rulesAllow = (rules: readonly OwnRule[], attributes: Attributes): boolean =>
  rules.some((rule) => ruleAllows(rule, attributes));

const hasOrAll = (values: readonly string[] | undefined, value: string): boolean =>
  values !== undefined && (values.includes(value) || values.includes(all));

// `pods` is not `pods/log`; `*` is both, and `*/log` the log of everything.
function resourceMatches(resources: readonly string[] | undefined, { resource, subresource }: ResourceAttributes): boolean {
  if (!resources) return false;
  if (subresource === '') return hasOrAll(resources, resource);
  return hasOrAll(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

/** A star at the end stands for whatever follows. */
export function urlMatches(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith(all) && path.startsWith(pattern.replace(/\*+$/, '')));
}
