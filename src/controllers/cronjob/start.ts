import type { Snapshot } from '../../machinery/reader.ts';
import type { Plan, Write } from '../../machinery/reconcile.ts';
import type { StatusError } from '../../machinery/status.ts';
import type { CronJob } from '../../resources/batch/cronjob.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { removeJob } from './history.ts';
import { jobFor, jobName } from './new-job.ts';

/** Starts the job of a time that is due, if the jobs that still run allow it. */
export function startJob(
  plan: Plan,
  cronJob: CronJob,
  children: readonly Job[],
  dueMs: number,
  snapshot: Snapshot,
  failures: readonly StatusError[],
): void {
  const { metadata, spec, status } = cronJob;
  const namespace = metadata.namespace ?? '';
  const name = jobName(cronJob, dueMs);
  const active = status?.active ?? [];
  // Whoever made a job of that name has started what is due.
  if (snapshot.get(jobs, namespace, name) || active.some((reference) => reference.name === name)) return;
  if (isNamespaceTerminating(snapshot, namespace)) return;
  if (spec.concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    plan.events.push({ regarding: cronJob, type: 'Normal', reason: 'JobAlreadyActive', message });
    return;
  }
  if (spec.concurrencyPolicy === 'Replace') {
    const running = children.filter(
      (job) => job.metadata.deletionTimestamp === undefined && active.some(({ uid }) => uid === job.metadata.uid),
    );
    for (const job of running) removeJob(plan, cronJob, job);
    // The new one follows when these are gone.
    if (running.length > 0) return;
  }
  for (const failure of failures.filter(isJobFailure))
    plan.events.push({
      regarding: cronJob,
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating job: ${failure.message}`,
    });
  const write: Write = { verb: 'create', resource: jobs, object: jobFor(cronJob, dueMs) };
  plan.writes.push(write);
  plan.events.push({
    regarding: cronJob,
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created job ${name}`,
    after: write,
  });
}

/** Whether the API refused the job, and not merely a write that came too late. */
const isJobFailure = ({ reason, details }: StatusError): boolean =>
  reason !== 'AlreadyExists' &&
  reason !== 'Conflict' &&
  reason !== 'NotFound' &&
  !details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating');
