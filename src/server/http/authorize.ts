import { isResourceAttributes, type Attributes, type ResourceAttributes } from '../../authz/authorizer.ts';
import { parseFieldTerms } from '../../machinery/field-selectors.ts';
import { isPathSegmentName } from '../../machinery/names.ts';
import { StatusError } from '../../machinery/status.ts';
import type { UserInfo } from '../../machinery/user.ts';
import type { ClusterApi } from '../api.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { namespacesResource } from '../verbs/namespace-lifecycle.ts';
import type { ResourcePath } from './path.ts';

/** A verb as authorization names it. */
export type RequestVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** Asks the authorizer, and notes what it says if somebody audits. Throws 403 in upstream's words. */
export function authorize({ authorizer, committed }: ClusterApi, attributes: Attributes, audit?: AuditTrail): void {
  const decided = authorizer.authorize(attributes, committed);
  if (audit) audit.authorization = decided;
  const { decision, reason } = decided;
  if (decision !== 'allow') throw forbiddenBy(attributes, reason);
}

/** The 403 for something that is not allowed; undefined if it is. */
export function refusalOf({ authorizer, committed }: ClusterApi, attributes: Attributes): StatusError | undefined {
  const { decision, reason } = authorizer.authorize(attributes, committed);
  return decision === 'allow' ? undefined : forbiddenBy(attributes, reason);
}

/** Subresources that open a connection into a pod: who opens one with GET, as WebSockets do, creates it all the same. */
const streams: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward']);

/** A request about a resource as the authorizer sees it. */
export function attributesOf(user: UserInfo, verb: RequestVerb, path: ResourcePath, query: URLSearchParams): ResourceAttributes {
  const { group, version, resource, subresource, namespace, name } = path;
  const fields = selectingVerbs.has(verb) ? selectedFields(query.get('fieldSelector')) : undefined;
  const isStream = group === '' && resource === 'pods' && streams.has(subresource);
  return {
    user,
    verb: isStream && verb === 'get' ? 'create' : verb,
    group,
    version,
    resource,
    subresource,
    // A Namespace is in itself.
    namespace: group === '' && resource === namespacesResource ? name : namespace,
    name: name || nameOf(verb, fields),
    ...(fields && { fields }),
  };
}

const selectingVerbs: ReadonlySet<RequestVerb> = new Set(['list', 'watch', 'deletecollection']);

/** The fields that must have a value. What cannot be read selects nothing here; whoever lists will say what is wrong with it. */
export function selectedFields(selector: string | null): Record<string, string> | undefined {
  if (!selector) return undefined;
  try {
    return Object.fromEntries(parseFieldTerms(selector).flatMap(({ field, equal, value }) => (equal ? [[field, value]] : [])));
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

/** A list of one object by its name is about that object. */
function nameOf(verb: RequestVerb, fields: Record<string, string> | undefined): string {
  const name = (verb !== 'deletecollection' && fields?.['metadata.name']) || '';
  return isPathSegmentName(name).length === 0 ? name : '';
}

/** A 403 in upstream's words. */
export function forbiddenBy(attributes: Attributes, reason: string): StatusError {
  const { user, verb } = attributes;
  const because = reason ? `: ${reason}` : '';
  const who = `User ${quote(user.name)} cannot ${verb}`;
  if (!isResourceAttributes(attributes))
    return new StatusError('Forbidden', `forbidden: ${who} path ${quote(attributes.path)}${because}`, {});
  const { group, resource, subresource, namespace, name } = attributes;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${quote(namespace)}` : 'at the cluster scope';
  const why = `${who} resource ${quote(what)} in API group ${quote(group)} ${where}${because}`;
  const qualified = group ? `${resource}.${group}` : resource;
  const message = name ? `${qualified} ${quote(name)} is forbidden: ${why}` : `${qualified} is forbidden: ${why}`;
  return new StatusError('Forbidden', message, { ...(name && { name }), ...(group && { group }), kind: resource });
}

const quote = (text: string) => JSON.stringify(text);
