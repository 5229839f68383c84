import { controllerOf } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import {
  emptyPlan,
  keyOf,
  splitKey,
  type Controller,
  type Plan,
  type ReconcileContext,
  type Write,
} from '../../machinery/reconcile.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { isFinished } from '../../resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { adopted, candidatesFor, claim, controllerRef, refersTo, released, type Claims } from '../support/ownership.ts';
import { isManagedByOther, isOrphanKey, orphanKeysOf, releaseOrphan } from './orphans.ts';
import { isTracked, trackingFinalizer, untracked } from './pod-facts.ts';
import { syncJob } from './sync.ts';

/** Runs pods until enough of them have succeeded, or too many have failed. */
export const jobController: Controller = {
  name: 'job',
  component: 'job-controller',
  triggers: [
    { resource: jobs, keys: keysOfJob },
    { resource: pods, keys: (pod: Pod, snapshot) => [...jobKeysOf(pod, snapshot), ...orphanKeysOf(pod, snapshot)] },
  ],
  reconcile,
};

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  if (isOrphanKey(key)) return releaseOrphan(key, snapshot);
  const { namespace, name } = splitKey(key);
  const job = snapshot.get(jobs, namespace, name);
  if (!job || isManagedByOther(job) || isFinished(job)) return emptyPlan();
  const claims = claim(job, selectorFromLabelSelector(job.spec.selector), candidatesFor(snapshot, pods, job));
  const writes = claimWrites(job, claims);
  // Whose the pods are comes first: each of these writes brings the key up again.
  if (writes.length > 0) return { writes, events: [] };
  return syncJob(job, claims.claimed, snapshot, context);
}

/** Pods are counted from their adoption on, and no longer when they are released. */
const claimWrites = (job: Job, { adopt, release }: Claims<Pod>): Write[] => [
  ...release.map((pod): Write => ({ verb: 'update', resource: pods, object: untracked(released(pod, job)) })),
  ...adopt.map((pod): Write => ({ verb: 'update', resource: pods, object: tracked(adopted(pod, controllerRef(job, jobs))) })),
];

const tracked = (pod: Pod): Pod =>
  isTracked(pod)
    ? pod
    : { ...pod, metadata: { ...pod.metadata, finalizers: [...(pod.metadata.finalizers ?? []), trackingFinalizer] } };

/** When a job is gone or has ended, pods that it still holds are looked at too. */
function keysOfJob(job: Job, snapshot: Snapshot): string[] {
  const current = snapshot.get(jobs, job.metadata.namespace ?? '', job.metadata.name);
  const isOver = current?.metadata.uid !== job.metadata.uid || isFinished(current);
  const held = isOver ? snapshot.ownedBy(pods, job.metadata.uid) : [];
  return [keyOf(job), ...held.flatMap((pod) => orphanKeysOf(pod, snapshot))];
}

/** A pod concerns its job; one without a controller all jobs that select it. */
function jobKeysOf(pod: Pod, snapshot: Snapshot): string[] {
  const reference = controllerOf(pod);
  if (reference) return refersTo(reference, jobs) ? [`${pod.metadata.namespace}/${reference.name}`] : [];
  return snapshot
    .list(jobs, pod.metadata.namespace)
    .filter((job) => !isFinished(job) && selectorFromLabelSelector(job.spec.selector).matches(pod.metadata.labels))
    .map(keyOf);
}
