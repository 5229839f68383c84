import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { isFinished } from '../../resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';

/** Deletes jobs, and all that depends on them, some time after they have ended: `spec.ttlSecondsAfterFinished`. */
export const ttlAfterFinishedController: Controller = {
  name: 'ttl-after-finished',
  component: 'ttl-after-finished-controller',
  triggers: [{ resource: jobs, keys: (job: Job) => (expiryMs(job) === undefined ? [] : [keyOf(job)]) }],
  reconcile(key, snapshot, { now }) {
    const { namespace, name } = splitKey(key);
    const job = snapshot.get(jobs, namespace, name);
    const expiry = job && expiryMs(job);
    if (!job || expiry === undefined) return emptyPlan();
    const remainingMs = expiry - now.getTime();
    if (remainingMs > 0) return { ...emptyPlan(), requeueAfterMs: remainingMs };
    // The time to live may have been changed until this very moment, so what was read is what is deleted.
    const { uid, resourceVersion } = job.metadata;
    const propagationPolicy = 'Foreground';
    return {
      writes: [{ verb: 'delete', resource: jobs, namespace, name, uid, resourceVersion, propagationPolicy }],
      events: [],
    };
  },
};

/** When the job is to be deleted, in ms since the epoch; `undefined` if it is not. */
function expiryMs(job: Job): number | undefined {
  const { ttlSecondsAfterFinished: ttl } = job.spec;
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined || !isFinished(job)) return undefined;
  const end = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )?.lastTransitionTime;
  return end === undefined ? undefined : Date.parse(end) + ttl * 1000;
}
