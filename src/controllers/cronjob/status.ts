import { rfc3339 } from '../../lib/clock.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { EventDraft } from '../../machinery/reconcile.ts';
import type { CronJob, CronJobStatus } from '../../resources/batch/cronjob.ts';
import { isConditionTrue, isFinished } from '../../resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import { scheduledTimeOf } from './new-job.ts';

type Reference = NonNullable<CronJobStatus['active']>[number];

export interface Observed {
  status: CronJobStatus;
  /** What the change of the status tells. */
  changes: EventDraft[];
  /** What is told whenever it is seen. */
  sightings: EventDraft[];
}

/**
 * The status that follows from the jobs there are. That a job was started is read from the job itself, so whether the
 * status was written after that does not matter. `isReplacing`: jobs are being removed for the next one, and not missed.
 */
export function observe(cronJob: CronJob, children: readonly Job[], snapshot: Snapshot, isReplacing: boolean): Observed {
  const before = cronJob.status ?? {};
  const changes: EventDraft[] = [];
  const sightings: EventDraft[] = [];
  const event = (type: EventDraft['type'], reason: string, message: string): EventDraft => ({
    regarding: cronJob,
    type,
    reason,
    message,
  });
  const byUid = new Map(children.map((job) => [job.metadata.uid, job]));

  const active = (before.active ?? []).filter((reference) => {
    const job = byUid.get(reference.uid!);
    if (job && isFinished(job)) {
      const condition = isConditionTrue(job, 'Complete') ? 'Complete' : 'Failed';
      changes.push(event('Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${condition}`));
      return false;
    }
    if (job || exists(reference, snapshot)) return true;
    if (!isReplacing) changes.push(event('Normal', 'MissingJob', `Active job went missing: ${reference.name}`));
    return false;
  });

  const known = new Set(active.map(({ uid }) => uid));
  const lastMs = Date.parse(before.lastScheduleTime ?? '') || -Infinity;
  let scheduledMs = lastMs;
  for (const job of children) {
    const atMs = scheduledTimeOf(cronJob, job);
    const isNew = atMs !== undefined && atMs > lastMs;
    if (isNew) scheduledMs = Math.max(scheduledMs, atMs);
    if (isFinished(job) || known.has(job.metadata.uid)) continue;
    if (isNew) active.push(referenceTo(job));
    else
      sightings.push(
        event('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${job.metadata.name}`),
      );
  }

  const succeeded = latest([
    before.lastSuccessfulTime,
    ...children.filter((job) => isConditionTrue(job, 'Complete')).map(({ status }) => status?.completionTime),
  ]);
  return {
    status: {
      ...(active.length > 0 && { active }),
      ...(scheduledMs > -Infinity && { lastScheduleTime: rfc3339(new Date(scheduledMs)) }),
      ...(succeeded && { lastSuccessfulTime: succeeded }),
    },
    changes,
    sightings,
  };
}

/** Whether the very job is still there, though it may belong to nobody any more. */
const exists = ({ namespace, name, uid }: Reference, snapshot: Snapshot): boolean =>
  snapshot.get(jobs, namespace ?? '', name ?? '')?.metadata.uid === uid;

const referenceTo = ({ metadata }: Job): Reference => ({
  apiVersion: jobs.apiVersion,
  kind: jobs.kind,
  name: metadata.name,
  namespace: metadata.namespace,
  resourceVersion: metadata.resourceVersion,
  uid: metadata.uid,
});

const latest = (times: readonly (string | undefined)[]): string | undefined =>
  times.reduce((a, b) => (a === undefined || (b !== undefined && Date.parse(b) > Date.parse(a)) ? b : a), undefined);
