import type { Plan, Write } from '../../machinery/reconcile.ts';
import type { CronJob } from '../../resources/batch/cronjob.ts';
import { isConditionTrue } from '../../resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';

/** The ended jobs that are more than the CronJob keeps: the oldest, of those that succeeded and of those that failed. */
export function surplusJobs({ spec }: CronJob, children: readonly Job[]): Job[] {
  const ended = (type: 'Complete' | 'Failed') =>
    children.filter((job) => isConditionTrue(job, type) && job.metadata.deletionTimestamp === undefined);
  return [...oldest(ended('Complete'), spec.successfulJobsHistoryLimit), ...oldest(ended('Failed'), spec.failedJobsHistoryLimit)];
}

const oldest = (ended: readonly Job[], limit: number | undefined): Job[] =>
  limit === undefined || ended.length <= limit ? [] : [...ended].sort(byStart).slice(0, ended.length - limit);

/** By when they started, then by name. Those that never did are last. */
function byStart(a: Job, b: Job): number {
  const [startA, startB] = [a, b].map(({ status }) => (status?.startTime ? Date.parse(status.startTime) : Infinity));
  return startA === startB ? (a.metadata.name < b.metadata.name ? -1 : 1) : startA! - startB!;
}

/** Deletes a job with its pods, and says so. */
export function removeJob(plan: Plan, cronJob: CronJob, job: Job): void {
  const { namespace = '', name, uid } = job.metadata;
  const propagationPolicy = 'Background';
  const write: Write = { verb: 'delete', resource: jobs, namespace, name, uid, propagationPolicy };
  plan.writes.push(write);
  const message = `Deleted job ${name}`;
  plan.events.push({ regarding: cronJob, type: 'Normal', reason: 'SuccessfulDelete', message, after: write });
}
