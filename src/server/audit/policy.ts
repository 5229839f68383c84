import { isResourceAttributes, type Attributes, type NonResourceAttributes, type ResourceAttributes } from '../../authz/authorizer.ts';

/** How much of a request is written down, from nothing to everything. */
export const auditLevels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof auditLevels)[number];

/** The moments in the life of a request at which an event can be made. */
export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

/** Kinds of one API group. No resources: all of them. `pods/log`, `pods/*`, `*` and `*` + `/scale` are understood. */
interface GroupResources {
  readonly group?: string;
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Every list that is not empty must match. Rules are about resources or about other paths, or about both if they name neither. */
interface AuditRule {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  /** '' for what is in no namespace. */
  readonly namespaces?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
  /** Instead of what the policy says. */
  readonly omitManagedFields?: boolean;
}

/** What of audit.k8s.io/v1 Policy counts. The first rule that matches decides; without one nothing is written. */
export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
}

/** What a policy wants of one request. */
export interface AuditConfig {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<AuditStage>;
  readonly omitManagedFields: boolean;
}

/** Whether a level is at least another. */
export const reaches = (level: AuditLevel, wanted: AuditLevel): boolean => auditLevels.indexOf(level) >= auditLevels.indexOf(wanted);

/** Says what a policy wants of a request, by its attributes (audit/policy/checker.go). Pure. */
export function auditEvaluator(policy: AuditPolicy): (attributes: Attributes) => AuditConfig {
  const { omitStages = [], omitManagedFields = false } = policy;
  const unmatched: AuditConfig = { level: 'None', omitStages: new Set(omitStages), omitManagedFields };
  const rules = policy.rules.map((rule) => ({
    rule,
    config: {
      level: rule.level,
      omitStages: new Set([...omitStages, ...(rule.omitStages ?? [])]),
      omitManagedFields: rule.omitManagedFields ?? omitManagedFields,
    },
  }));
  return (attributes) => rules.find(({ rule }) => matches(rule, attributes))?.config ?? unmatched;
}

const isEmpty = (list: readonly unknown[] | undefined): boolean => list === undefined || list.length === 0;
const allows = (list: readonly string[] | undefined, value: string): boolean => isEmpty(list) || list!.includes(value);

function matches(rule: AuditRule, attributes: Attributes): boolean {
  const { user, verb } = attributes;
  if (!allows(rule.users, user.name) || !allows(rule.verbs, verb)) return false;
  if (!isEmpty(rule.userGroups) && !user.groups.some((group) => rule.userGroups!.includes(group))) return false;
  if (!isEmpty(rule.namespaces) || !isEmpty(rule.resources))
    return isResourceAttributes(attributes) && matchesResource(rule, attributes);
  if (!isEmpty(rule.nonResourceURLs)) return !isResourceAttributes(attributes) && matchesPath(rule, attributes);
  return true;
}

function matchesResource({ namespaces, resources }: AuditRule, attributes: ResourceAttributes): boolean {
  if (!allows(namespaces, attributes.namespace)) return false;
  return isEmpty(resources) || resources!.some((kinds) => matchesKinds(kinds, attributes));
}

function matchesKinds({ group = '', resources, resourceNames }: GroupResources, attributes: ResourceAttributes): boolean {
  if (group !== '*' && group !== attributes.group) return false;
  if (isEmpty(resources)) return true;
  if (!allows(resourceNames, attributes.name)) return false;
  const { resource, subresource } = attributes;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources!.some(
    (pattern) =>
      pattern === '*' ||
      pattern === combined ||
      (subresource !== '' && pattern === `*/${subresource}`) ||
      // Upstream takes this for the kind itself, too.
      pattern === `${resource}/*`,
  );
}

/** `*` at the end stands for whatever follows. */
const matchesPath = ({ nonResourceURLs }: AuditRule, { path }: NonResourceAttributes): boolean =>
  nonResourceURLs!.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, ''))));
