import type { Snapshot } from '../machinery/reader.ts';
import type { Controller, Trigger } from '../machinery/reconcile.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { nodes } from '../resources/core/node.ts';
import { pods, type Pod } from '../resources/core/pod.ts';
import { createProfiles, type SchedulerSettings } from './profile.ts';
import { isPending } from './queue/pending.ts';
import { Scheduler } from './scheduler.ts';
import { takesRoom } from './snapshot/node-info.ts';

const key = 'scheduler';

export const schedulerControllerName = 'scheduler';

/**
 * The scheduler of one cluster, as a controller with one key: every reconcile is a pass over pending pods. It keeps what it
 * has worked out from one pass to the next, as a cache.
 */
export function createScheduler(settings: SchedulerSettings = {}): Controller {
  const scheduler = new Scheduler(createProfiles(settings));
  const keysOf = ({ resource }: AnyResource): Trigger['keys'] => {
    // What happens to other kinds matters to pods that wait for it; for others it is read when they are looked at.
    if (resource === pods.resource) return (pod, snapshot) => keysIf(scheduler.awaitsEvents || concerns(pod as Pod, snapshot));
    if (resource === nodes.resource) return () => [key];
    return () => keysIf(scheduler.awaitsEvents);
  };
  return {
    name: schedulerControllerName,
    component: 'default-scheduler',
    triggers: scheduler.resources.map((resource) => ({ resource, keys: keysOf(resource) })),
    reconcile: (_key, snapshot, context) => scheduler.pass(snapshot, context),
  };
}

const keysIf = (isWanted: boolean): readonly string[] => (isWanted ? [key] : []);

/** A pod that waits for a node, or one that made room by leaving its node. What else happens to a placed pod is of no interest. */
function concerns(pod: Pod, snapshot: Snapshot): boolean {
  const current = snapshot.get(pods, pod.metadata.namespace ?? '', pod.metadata.name);
  if (current?.metadata.uid !== pod.metadata.uid) return !!pod.spec.nodeName;
  return isPending(current) || (!!pod.spec.nodeName && !takesRoom(current));
}
