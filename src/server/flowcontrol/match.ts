import { parseServiceAccountUser, type UserInfo } from '../../machinery/user.ts';
import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../../resources/flowcontrol/flowschema.ts';
import type { ResourcePath } from '../http/path.ts';

/** What of a request says which flow it belongs to. */
export interface RequestInfo {
  user: UserInfo;
  /** As authorization names it; the method in small letters for what is no resource. */
  verb: string;
  /** Absent for requests outside of the resource API. */
  resource?: Pick<ResourcePath, 'group' | 'resource' | 'subresource' | 'namespace'>;
  path: string;
}

/** The order in which FlowSchemas are asked: the first that matches counts. */
export function inOrderOfPrecedence(schemas: readonly FlowSchema[]): FlowSchema[] {
  const precedence = ({ spec }: FlowSchema) => spec.matchingPrecedence ?? 0;
  return [...schemas].sort((a, b) => precedence(a) - precedence(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Whether a FlowSchema is about a request: one of its rules is. Source: `flowcontrol/rule.go`. */
export const matchesSchema = (info: RequestInfo, { spec }: FlowSchema): boolean =>
  (spec.rules ?? []).some((rule) => matchesRule(info, rule));

function matchesRule(
  info: RequestInfo,
  { subjects, resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects,
): boolean {
  if (!subjects.some((subject) => matchesSubject(info.user, subject))) return false;
  const { resource } = info;
  return resource
    ? resourceRules.some((rule) => matchesResource(info.verb, resource, rule))
    : nonResourceRules.some((rule) => matchesPath(info, rule));
}

function matchesSubject({ name, groups }: UserInfo, { kind, user, group, serviceAccount }: Subject): boolean {
  switch (kind) {
    case 'User':
      return user?.name === '*' || user?.name === name;
    case 'Group':
      return group !== undefined && (group.name === '*' || groups.includes(group.name));
    case 'ServiceAccount': {
      const account = parseServiceAccountUser(name);
      if (!account || account.namespace !== serviceAccount?.namespace) return false;
      return serviceAccount.name === '*' || serviceAccount.name === account.name;
    }
    default:
      return false;
  }
}

function matchesResource(verb: string, asked: NonNullable<RequestInfo['resource']>, rule: ResourcePolicyRule): boolean {
  const { group, resource, subresource, namespace } = asked;
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return false;
  if (!has(rule.resources, subresource === '' ? resource : `${resource}/${subresource}`)) return false;
  return namespace === '' ? (rule.clusterScope ?? false) : has(rule.namespaces ?? [], namespace);
}

const matchesPath = ({ verb, path }: RequestInfo, { verbs, nonResourceURLs }: NonResourcePolicyRule): boolean =>
  has(verbs, verb) && nonResourceURLs.some((url) => url === '*' || url === path || path.startsWith(folderOf(url)));

/** A path stands for everything below it, with `/*` or without. */
const folderOf = (url: string): string => (url.endsWith('/*') ? url.slice(0, -1) : url.endsWith('/') ? url : `${url}/`);

/** What stands for everything is alone in its list. */
const has = (list: readonly string[], value: string): boolean => list[0] === '*' || list.includes(value);

/** What tells the flows of a FlowSchema apart. */
export function distinguisherOf({ user, resource }: RequestInfo, { spec }: FlowSchema): string {
  switch (spec.distinguisherMethod?.type) {
    case 'ByUser':
      return user.name;
    case 'ByNamespace':
      return resource?.namespace ?? '';
    default:
      return '';
  }
}
