import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { forbidden, notFound, StatusError } from '../../machinery/status.ts';
import type { DecisionContext } from './context.ts';
import { subjectOf } from './entry.ts';

/** Namespaces that the cluster cannot do without. Upstream's list, of its NamespaceLifecycle admission plugin. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** The storage key of namespaces. */
export const namespacesResource = 'namespaces';

/** The phase of a namespace that is on its way out. */
export const terminating = 'Terminating';

/** Refuses to create in a namespace that is missing (404) or ends (403). As upstream's NamespaceLifecycle admission. */
export function checkNamespaceForCreate(resource: AnyResource, namespace: string, name: string, context: DecisionContext): void {
  const namespaces = context.scheme.byResource(namespacesResource);
  if (!resource.namespaced || !namespaces) return;
  const found = context.pending.get(namespaces, '', namespace) as (KubeObject & { status?: { phase?: string } }) | undefined;
  if (!found) throw notFound({ group: '', resource: 'namespaces', name: namespace });
  if (found.status?.phase !== terminating) return;
  const error = forbidden(
    subjectOf(resource, name),
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  throw new StatusError(error.reason, error.message, {
    ...error.details,
    causes: [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ],
  });
}

/** Refuses to delete the namespaces that hold the cluster together. */
export function checkNamespaceForDelete(resource: AnyResource, name: string): void {
  if (resource.resource === namespacesResource && immortal.has(name))
    throw forbidden(subjectOf(resource, name), 'this namespace may not be deleted');
}
