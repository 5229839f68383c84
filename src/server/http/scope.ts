import { StatusError } from '../../machinery/status.ts';
import type { User } from '../api.ts';
import { namespacesResource } from '../verbs/namespace-lifecycle.ts';
import type { ResourcePath } from './path.ts';

/** A verb as authorization names it. */
export type RequestVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/**
 * Holds a limited token to its namespaces. Returns the namespaces that a list or watch may show, undefined for no such
 * limit. Throws 403 in upstream's words. What lies outside namespaces is closed, except for reading one's own Namespace
 * objects.
 */
export function checkScope(
  user: User,
  verb: RequestVerb,
  path: ResourcePath,
  resource: { resource: string; namespaced: boolean },
): readonly string[] | undefined {
  const { namespaces } = user;
  if (!namespaces) return undefined;
  if (path.namespace !== '') {
    if (namespaces.includes(path.namespace)) return undefined;
    throw outOfScope(user, verb, path);
  }
  const reads = verb === 'get' || verb === 'list' || verb === 'watch';
  const many = verb === 'list' || verb === 'watch';
  if (resource.namespaced && many) return namespaces;
  if (resource.resource === namespacesResource && reads) {
    if (path.name === '' || namespaces.includes(path.name)) return namespaces;
  }
  throw outOfScope(user, verb, path);
}

function outOfScope(user: User, verb: RequestVerb, path: ResourcePath): StatusError {
  const { group, resource, subresource, namespace, name } = path;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  const why = `User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
  const qualified = group ? `${resource}.${group}` : resource;
  const message = name ? `${qualified} ${JSON.stringify(name)} is forbidden: ${why}` : `${qualified} is forbidden: ${why}`;
  return new StatusError('Forbidden', message, { ...(name && { name }), ...(group && { group }), kind: resource });
}
