import type { Controller } from '../../machinery/reconcile.ts';
import { emptyPlan, keyOf, splitKey } from '../../machinery/reconcile.ts';
import { events, type Event } from '../../resources/core/event.ts';

/** How long an Event is kept after it was last written: `--event-ttl` of kube-apiserver. */
export const eventTtlMs = 60 * 60 * 1000;
/** Events that end within the same ten minutes end together, so that old ones wake a sleeping cluster seldom. */
const batchMs = 10 * 60 * 1000;

/** Removes Events when their time is over. Upstream lets etcd's leases do it. */
export const eventTtlController: Controller = {
  name: 'eventttl',
  component: 'eventttl-controller',
  triggers: [{ resource: events, keys: (event: Event) => [keyOf(event)] }],
  reconcile(key, snapshot, { now }) {
    const { namespace, name } = splitKey(key);
    const event = snapshot.get(events, namespace, name);
    if (!event) return emptyPlan();
    const remainingMs = endOf(event, now) - now.getTime();
    if (remainingMs > 0) return { ...emptyPlan(), requeueAfterMs: remainingMs };
    return { writes: [{ verb: 'delete', resource: events, namespace, name, uid: event.metadata.uid }], events: [] };
  },
};

/** When the event ends, in ms since the epoch: its time to live after the last write, rounded up to a batch. */
function endOf({ metadata }: Event, now: Date): number {
  // Not the event's own times: those are the client's, and may tell of another year. Times of managers may be sent, too.
  const managedMs = (metadata.managedFields ?? []).map(({ time }) => Date.parse(time ?? '')).filter((ms) => ms <= now.getTime());
  const writtenMs = Math.max(Date.parse(metadata.creationTimestamp), ...managedMs);
  return Math.ceil((writtenMs + eventTtlMs) / batchMs) * batchMs;
}
