import type { AnyResource } from '../../machinery/resource.ts';
import { StatusError } from '../../machinery/status.ts';
import { outOfReach } from '../aggregation.ts';
import type { ClusterApi, User } from '../api.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { ResourcePath } from './path.ts';
import { attributesOf, authorize, type RequestVerb } from './authorize.ts';

export interface Resolved {
  path: ResourcePath;
  resource: AnyResource;
  /** The only namespaces that a list or watch may show. */
  namespaces?: readonly string[];
}

/** What a path means in this cluster, for this user. Throws 403 for what is not allowed, then 404 for what is not served. */
export function resolveRequest(
  api: ClusterApi,
  path: ResourcePath,
  verb: RequestVerb,
  user: User,
  query: URLSearchParams,
  audit?: AuditTrail,
): Resolved {
  authorize(api, attributesOf(user, verb, path, query), audit);
  const resource = resourceOf(api, path);
  if (!resource) throw outOfReach(api.committed, path.group, path.version) ?? notServed();
  if (!placeFits(path, resource)) throw notServed();
  const namespaces = path.namespace === '' ? user.namespaces : undefined;
  return { path, resource, ...(namespaces && { namespaces }) };
}

/** The kind that a path is about. What is posted to `bindings`, which nobody can read, is about pods. */
const resourceOf = ({ scheme }: ClusterApi, { group, version, resource }: ResourcePath) =>
  scheme.byPlural(group, version, group === '' && resource === legacyBindings ? 'pods' : resource);

/** The collection that takes Bindings the old way. */
export const legacyBindings = 'bindings';

/** An object in a namespace is reached through it, any other is not. Only collections span namespaces. */
const placeFits = (path: ResourcePath, resource: AnyResource) =>
  resource.namespaced ? path.namespace !== '' || path.name === '' : path.namespace === '';

/** No such path. In the words that clients print for a bare 404. */
export const notServed = () => new StatusError('NotFound', 'the server could not find the requested resource', {});

/** The path is there, the method is not. */
export const methodNotAllowed = () =>
  new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
