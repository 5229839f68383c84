import { rfc3339 } from '../../lib/clock.ts';
import type { Draft } from '../../machinery/meta.ts';
import { cronJobs, type CronJob } from '../../resources/batch/cronjob.ts';
import { jobs, type Job } from '../../resources/batch/job.ts';
import { offsetMs } from '../../resources/batch/time-zone.ts';
import { controllerRef } from '../support/ownership.ts';

/** Says for which of its times a CronJob made a job. */
export const scheduledTimeAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** The name of the job for a time. It is what keeps a job from being started twice, so it follows from nothing else. */
export const jobName = ({ metadata }: CronJob, atMs: number): string => `${metadata.name}-${Math.floor(atMs / 60_000)}`;

/** The job of a CronJob's template for a time (ms since the epoch). */
export function jobFor(cronJob: CronJob, atMs: number): Draft<Job> {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: jobs.apiVersion,
    kind: jobs.kind,
    metadata: {
      name: jobName(cronJob, atMs),
      namespace: cronJob.metadata.namespace,
      ...(metadata.labels && { labels: metadata.labels }),
      annotations: { ...metadata.annotations, [scheduledTimeAnnotation]: localTime(atMs, cronJob.spec.timeZone ?? 'UTC') },
      ownerReferences: [controllerRef(cronJob, cronJobs)],
    },
    spec,
  };
}

/**
 * The time that a job of the CronJob was made for, in ms since the epoch; `undefined` for jobs that were made by hand, as
 * by `kubectl create job --from`.
 */
export function scheduledTimeOf(cronJob: CronJob, job: Job): number | undefined {
  const atMs = Date.parse(job.metadata.annotations?.[scheduledTimeAnnotation] ?? '');
  return Number.isNaN(atMs) || job.metadata.name !== jobName(cronJob, atMs) ? undefined : atMs;
}

/** RFC 3339 with the zone's offset: `2026-01-01T09:00:00+01:00`. */
function localTime(ms: number, timeZone: string): string {
  const offset = offsetMs(timeZone, ms);
  const text = rfc3339(new Date(ms + offset));
  if (offset === 0) return text;
  const minutes = Math.abs(offset) / 60_000;
  const two = (number: number) => String(number).padStart(2, '0');
  return `${text.slice(0, -1)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
