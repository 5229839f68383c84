/** Pods whose job is gone or has ended must not be held by its finalizer. Their keys differ from those of jobs. */
import { controllerOf } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Plan } from '../../machinery/reconcile.ts';
import { isFinished } from '../../resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { refersTo, resolveController } from '../support/ownership.ts';
import { isTracked, untracked } from './pod-facts.ts';

const prefix = 'pod:';

/** The name of the controller in `spec.managedBy`. Jobs that name another are left to that one, with their pods. */
const ownManager = 'kubernetes.io/job-controller';
export const isManagedByOther = ({ spec }: Job): boolean => spec.managedBy !== undefined && spec.managedBy !== ownManager;

export const isOrphanKey = (key: string): boolean => key.startsWith(prefix);

/** The key of a pod that nobody counts any more. */
export const orphanKeysOf = (pod: Pod, snapshot: Snapshot): string[] => (isOrphaned(pod, snapshot) ? [prefix + keyOf(pod)] : []);

function isOrphaned(pod: Pod, snapshot: Snapshot): boolean {
  if (!isTracked(pod)) return false;
  const reference = controllerOf(pod);
  if (reference && !refersTo(reference, jobs)) return false;
  const job = resolveController(pod, jobs, snapshot);
  return !job || (isFinished(job) && !isManagedByOther(job));
}

export function releaseOrphan(key: string, snapshot: Snapshot): Plan {
  const { namespace, name } = splitKey(key.slice(prefix.length));
  const pod = snapshot.get(pods, namespace, name);
  if (!pod || !isOrphaned(pod, snapshot)) return emptyPlan();
  return { writes: [{ verb: 'update', resource: pods, object: untracked(pod) }], events: [] };
}
