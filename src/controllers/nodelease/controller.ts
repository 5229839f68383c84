import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { leases, nodeLeaseNamespace, sessionAnnotation, type Lease } from '../../resources/coordination/lease.ts';

/** Upstream's kubelets renew a Lease this often: a quarter of its forty seconds. */
const renewEveryMs = 10_000;

/**
 * Writes down, every ten seconds, the heartbeats of nodes whose session is open. Otherwise they are only filled in when a
 * Lease is read, so that a cluster can sleep; but who watches Leases, as a kube-controller-manager does to find lost nodes,
 * would never hear of them. For clusters whose own `nodelifecycle` controller is switched off.
 */
export const nodeLeaseController: Controller = {
  name: 'nodelease',
  component: 'node-controller',
  triggers: [
    { resource: leases, keys: (lease: Lease) => (lease.metadata.namespace === nodeLeaseNamespace ? [keyOf(lease)] : []) },
  ],
  reconcile(key, snapshot, { now }) {
    const { namespace, name } = splitKey(key);
    const lease = snapshot.get(leases, namespace, name);
    // The annotation and the time are live; without a session there is nothing to write down.
    if (lease?.metadata.annotations?.[sessionAnnotation] === undefined) return emptyPlan();
    const { [writtenAnnotation]: written, ...annotations } = lease.metadata.annotations;
    const renewTime = lease.spec?.renewTime;
    const dueInMs = written === undefined ? 0 : Date.parse(written) + renewEveryMs - now.getTime();
    if (dueInMs > 0 || renewTime === undefined) return { ...emptyPlan(), requeueAfterMs: Math.max(dueInMs, 1) };
    const object: Lease = {
      ...lease,
      metadata: { ...lease.metadata, annotations: { ...annotations, [writtenAnnotation]: now.toISOString() } },
    };
    return { writes: [{ verb: 'update', resource: leases, object }], events: [], requeueAfterMs: renewEveryMs };
  },
};

/** When the Lease was last written, since its own time is filled in when it is read. */
const writtenAnnotation = 'hibernetes.dev/lease-written';
