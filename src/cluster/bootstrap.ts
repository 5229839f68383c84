import type { Draft, KubeObject } from '../machinery/meta.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { leases, nodeLeaseNamespace } from '../resources/coordination/lease.ts';
import { namespaces } from '../resources/core/namespace.ts';
import { services } from '../resources/core/service.ts';

/** The Lease that shows who holds the cluster's lock. */
export const lockLease = { namespace: 'kube-system', name: 'hibernetes-cluster' } as const;

/**
 * What every cluster has before anyone asks: the four namespaces, the `kubernetes` Service and the Lease of the lock.
 * In order: later ones live in earlier ones.
 */
export function bootstrapObjects(): { resource: AnyResource; object: Draft<KubeObject> }[] {
  const namespace = (name: string) => ({
    resource: namespaces,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  });
  return [
    namespace('default'),
    namespace('kube-system'),
    namespace('kube-public'),
    namespace(nodeLeaseNamespace),
    {
      resource: services,
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.96.0.1',
          ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
        },
      } as Draft<KubeObject>,
    },
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
