import { rfc3339Micro } from '../../lib/clock.ts';
import { leases, lockLease, type Lease } from '../../resources/coordination/lease.ts';
import type { ClusterApi } from '../api.ts';
import { keyFor } from './entry.ts';

/** Writes down that the cluster's lock is held, which takes a revision. Usually the Lease is only filled in when it is read. */
export async function renewLock(api: ClusterApi): Promise<void> {
  await api.store.write(keyFor(leases, lockLease.namespace, lockLease.name), (current) => {
    if (!current) return { type: 'keep' };
    const lease = current.object as unknown as Lease;
    return { type: 'put', object: { ...lease, spec: { ...lease.spec, renewTime: rfc3339Micro(api.clock.now()) } } };
  });
}
