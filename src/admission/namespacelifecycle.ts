import type { KubeObject } from '../machinery/meta.ts';
import { notFound, StatusError } from '../machinery/status.ts';
import { localSubjectAccessReviews } from '../resources/authorization/access-reviews.ts';
import { namespaces } from '../resources/core/namespace.ts';
import { refuse, type AdmissionPlugin } from './plugin.ts';

/** Namespaces that the cluster cannot do without. */
const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is created in a namespace that is missing (404) or ends (403), and some namespaces stay. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  operations: ['CREATE', 'DELETE'],
  subresources: 'all',
  admit(attributes, { pending }) {
    const { operation, resource, namespace, name } = attributes;
    if (operation === 'DELETE') {
      if (resource.resource === namespaces.resource && immortal.has(name))
        throw refuse(attributes, 'this namespace may not be deleted');
      return;
    }
    // Whoever may do something in a namespace may be asked before there is one.
    if (!resource.namespaced || resource.resource === localSubjectAccessReviews.resource) return;
    const found: (KubeObject & { status?: { phase?: string } }) | undefined = pending.get(namespaces, '', namespace);
    if (!found) throw notFound({ group: '', resource: namespaces.plural, name: namespace });
    if (found.status?.phase !== 'Terminating') return;
    const error = refuse(
      attributes,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    };
    throw new StatusError(error.reason, error.message, { ...error.details, causes: [cause] });
  },
};
