import { controllerOf } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import {
  emptyPlan,
  keyOf,
  splitKey,
  type Controller,
  type EventDraft,
  type Plan,
  type ReconcileContext,
  type Write,
} from '../../machinery/reconcile.ts';
import { cronJobs, type CronJob, type CronJobStatus } from '../../resources/batch/cronjob.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import { isControlledBy, refersTo } from '../support/ownership.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { removeJob, surplusJobs } from './history.ts';
import { readSchedule } from './schedule.ts';
import { startJob } from './start.ts';
import { observe } from './status.ts';

/**
 * Starts jobs at the times of a schedule. Nothing but the next time wakes it, so a cluster sleeps in between. A job is first
 * created and then, when it is seen, noted in the status: its name is made from its time, so it is not started twice.
 */
export const cronJobController: Controller = {
  name: 'cronjob',
  component: 'cronjob-controller',
  triggers: [
    { resource: cronJobs, keys: (cronJob) => [keyOf(cronJob)] },
    { resource: jobs, keys: keysOfJob },
  ],
  reconcile,
};

function keysOfJob(job: Job): string[] {
  const reference = controllerOf(job);
  return reference && refersTo(reference, cronJobs) ? [`${job.metadata.namespace}/${reference.name}`] : [];
}

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const cronJob = snapshot.get(cronJobs, namespace, name);
  if (!cronJob) return emptyPlan();
  const children = snapshot.ownedBy(jobs, cronJob.metadata.uid).filter((job) => isControlledBy(job, cronJob));
  const read = readSchedule(cronJob, context.now);
  const isReplacing = read.due !== undefined && cronJob.spec.concurrencyPolicy === 'Replace';
  const { status, changes, sightings } = observe(cronJob, children, snapshot, isReplacing);

  const plan: Plan = { writes: [], events: [...sightings], requeueAfterMs: read.nextInMs };
  if (!sameStatus(cronJob.status, status)) {
    const object: CronJob = { ...cronJob, status };
    const write: Write = { verb: 'update', subresource: 'status', resource: cronJobs, object };
    plan.writes.push(write);
    plan.events.push(...changes.map((event): EventDraft => ({ ...event, after: write })));
    // What the status is to remember of jobs has to be written before they are removed, and brings the key up again.
    return plan;
  }
  plan.events.push(...read.events);
  for (const job of surplusJobs(cronJob, children)) removeJob(plan, cronJob, job);
  if (read.due !== undefined) startJob(plan, cronJob, children, read.due, snapshot, context.failures);
  return plan;
}

const statusSchema = cronJobs.schema.fields['status']!.schema;
const sameStatus = (a: CronJobStatus | undefined, b: CronJobStatus) => semanticEqual(statusSchema, a ?? {}, b);
