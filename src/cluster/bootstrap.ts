import type { Draft, KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { apiServices } from '../resources/apiregistration/apiservice.ts';
import { builtinAPIServices } from '../resources/apiregistration/local.ts';
import { leases, lockLease, nodeLeaseNamespace } from '../resources/coordination/lease.ts';
import { namespaces } from '../resources/core/namespace.ts';
import { builtinResources } from '../resources/index.ts';
import { priorityClasses } from '../resources/scheduling/priorityclass.ts';
import { serviceBootstrap } from './service-bootstrap.ts';
import { storageBootstrap } from './storage-bootstrap.ts';

interface BootstrapObject {
  resource: AnyResource;
  object: Draft<KubeObject>;
}

/** What is still to be made: all that a cluster starts with in a new one, what every cluster has in an old one. */
export function missingObjects(reader: Reader, serviceCIDRs: readonly string[]): BootstrapObject[] {
  const isNew = !reader.get(namespaces, '', 'default');
  const wanted = [...bootstrapObjects(serviceCIDRs), ...(isNew ? storageBootstrap() : [])];
  return wanted.filter(({ resource, object: { metadata } }) => !reader.get(resource, metadata.namespace ?? '', metadata.name ?? ''));
}

/**
 * What every cluster has before anyone asks: the four namespaces, the priority classes of the system, the standard
 * ServiceCIDR, the `kubernetes` Service with its endpoints, the APIServices of the built-in kinds, and the Lease of the
 * lock. In order: later ones live in earlier ones. `serviceCIDRs` are those of the ServiceCIDR `kubernetes`, where it is
 * there, or those that it is to have.
 */
function bootstrapObjects(serviceCIDRs: readonly string[]): BootstrapObject[] {
  const namespace = (name: string) => ({
    resource: namespaces,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  });
  const priorityClass = (name: string, value: number, description: string) => ({
    resource: priorityClasses,
    object: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description } as Draft<KubeObject>,
  });
  return [
    namespace('default'),
    namespace('kube-system'),
    namespace('kube-public'),
    namespace(nodeLeaseNamespace),
    priorityClass(
      'system-node-critical',
      2_000_001_000,
      'Used for system critical pods that must not be moved from their current node.',
    ),
    priorityClass(
      'system-cluster-critical',
      2_000_000_000,
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    ),
    ...serviceBootstrap(serviceCIDRs),
    ...builtinAPIServices(builtinResources).map((object) => ({ resource: apiServices, object })),
    {
      resource: leases,
      object: {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { ...lockLease },
        spec: { leaseDurationSeconds: 15 },
      } as Draft<KubeObject>,
    },
  ];
}
