import { cronJobController } from '../../../src/controllers/cronjob/controller.ts';
import { rfc3339 } from '../../../src/lib/clock.ts';
import { cronJobs, type CronJob, type CronJobSpec } from '../../../src/resources/batch/cronjob.ts';
import { isFinished } from '../../../src/resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import { TestCluster } from '../support/cluster.ts';
import { template } from '../support/objects.ts';

/** A cluster with the CronJob controller and the CronJob `tick`. The clock starts at midnight of 1 January 2026. */
export class CronWorld extends TestCluster {
  constructor(seed = 1) {
    super({ controllers: [cronJobController], seed });
  }

  start(spec: Partial<CronJobSpec> = {}, name = 'tick'): void {
    this.create(cronJobs, {
      metadata: { name, namespace: 'default' },
      spec: {
        schedule: '*/10 * * * *',
        jobTemplate: { metadata: { labels: { of: 'tick' } }, spec: { template: template() } },
        ...spec,
      },
    });
    this.settle();
  }

  get cronJob(): CronJob {
    return this.get(cronJobs, 'default', 'tick')!;
  }

  changeCronJob(edit: (cronJob: CronJob) => void): void {
    this.change(cronJobs, 'default', 'tick', edit);
  }

  get jobs(): readonly Job[] {
    return this.list(jobs, 'default');
  }

  get unfinished(): Job[] {
    return this.jobs.filter((job) => !isFinished(job));
  }

  /** Moves the clock and lets the controller act. */
  pass(seconds: number): void {
    this.advance(seconds);
    this.settle();
  }

  finish(job: Job, type: 'Complete' | 'Failed' = 'Complete'): void {
    const time = rfc3339(this.now);
    this.change(jobs, 'default', job.metadata.name, (next) => {
      next.status = {
        ...next.status,
        startTime: job.metadata.creationTimestamp,
        conditions: [{ type, status: 'True', lastTransitionTime: time }],
        ...(type === 'Complete' && { completionTime: time }),
      };
    });
  }

  get reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }
}

/** The minute since the epoch that names of jobs end with. */
export const minute = (time: string): number => Date.parse(time) / 60_000;
