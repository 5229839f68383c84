import type { KubeObject } from '../machinery/meta.ts';

/**
 * Kinds that tell of the present of one cluster, by their storage keys: nobody brings them back, takes them elsewhere, or takes
 * them away. Nodes report themselves, leases and events are about moments, and the rest is written by the cluster itself.
 */
export const livingResources: ReadonlySet<string> = new Set([
  'nodes',
  'events',
  'leases.coordination.k8s.io',
  'csinodes.storage.k8s.io',
  'csistoragecapacities.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'resourceslices.resource.k8s.io',
  'certificatesigningrequests.certificates.k8s.io',
  'apiservices.apiregistration.k8s.io',
  'ipaddresses.networking.k8s.io',
  'servicecidrs.networking.k8s.io',
  'componentstatuses',
]);

/** What a controller makes anew by itself, and must not find twice, where it is the owner. */
const remade: ReadonlySet<string> = new Set(['pods', 'jobs.batch', 'endpointslices.discovery.k8s.io', 'endpoints', 'resourceclaims.resource.k8s.io']);

/** What its controllers see to: an object of which nobody but the cluster says how it should be. */
export function isLeftAlone(resource: string, object: KubeObject): boolean {
  const { metadata } = object;
  if (livingResources.has(resource)) return true;
  if (remade.has(resource) && controllerOf(object)) return true;
  switch (resource) {
    case 'configmaps':
      return metadata.name === 'kube-root-ca.crt';
    case 'endpoints':
      // Of a Service with a selector; those that somebody made by hand have no such mark.
      return metadata.labels?.['endpoints.kubernetes.io/managed-by'] !== undefined || metadata.name === 'kubernetes';
    case 'endpointslices.discovery.k8s.io': {
      const by = metadata.labels?.['endpointslice.kubernetes.io/managed-by'];
      return by === 'endpointslice-controller.k8s.io' || by === 'endpointslicemirroring-controller.k8s.io' || metadata.name === 'kubernetes';
    }
    case 'services':
      return metadata.namespace === 'default' && metadata.name === 'kubernetes';
    case 'secrets':
      return isTokenSecret(object);
    default:
      return metadata.labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults';
  }
}

/** A token of a ServiceAccount, which is good for one uid in one cluster. */
export const isTokenSecret = (object: KubeObject): boolean =>
  (object as KubeObject & { type?: string }).type === 'kubernetes.io/service-account-token';

/** The owner that says how the object should be. */
export const controllerOf = ({ metadata }: KubeObject) => metadata.ownerReferences?.find(({ controller }) => controller === true);
