/** The writes of a cluster's own controllers, as the requests that they are upstream. */
import type { ResourceAttributes } from '../../authz/authorizer.ts';
import type { Write } from '../../machinery/reconcile.ts';
import type { UserInfo } from '../../machinery/user.ts';
import { pods } from '../../resources/core/pod.ts';

/** What a write is to the policy. */
export function writeAttributes(write: Write, user: UserInfo): ResourceAttributes {
  const { group, version, plural, namespaced } = write.verb === 'bind' ? pods : write.resource;
  const { namespace = '', name = '' } = 'object' in write ? write.object.metadata : write;
  return {
    user,
    verb: write.verb === 'bind' ? 'create' : write.verb,
    group,
    version,
    resource: plural,
    subresource: write.verb === 'bind' ? 'binding' : write.verb === 'update' ? (write.subresource ?? '') : '',
    // A Namespace is in itself.
    namespace: namespaced ? namespace : plural === 'namespaces' ? name : '',
    name: write.verb === 'create' ? '' : name,
  };
}

/** Where a client would have sent it. */
export function writeUri({ group, version, resource, subresource, namespace, name }: ResourceAttributes): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === '' || resource === 'namespaces' ? '' : `/namespaces/${namespace}`;
  const object = name === '' ? '' : `/${name}`;
  return `${root}${place}/${resource}${object}${subresource === '' ? '' : `/${subresource}`}`;
}

/** What a client would have sent. */
export function writeObject(write: Write): unknown {
  switch (write.verb) {
    case 'create':
    case 'update': {
      const { apiVersion, kind } = write.resource;
      return { ...write.object, apiVersion, kind };
    }
    case 'bind': {
      const { namespace, name, uid, nodeName } = write;
      return { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target: { kind: 'Node', name: nodeName } };
    }
    case 'delete': {
      const { uid, resourceVersion, gracePeriodSeconds, propagationPolicy } = write;
      return {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
        ...((uid || resourceVersion) && { preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) } }),
        ...(propagationPolicy && { propagationPolicy }),
      };
    }
  }
}
