import { beforeEach, describe, expect, it } from 'vitest';
import { forbidden } from '../../../src/machinery/status.ts';
import { jobs } from '../../../src/resources/batch/job.ts';
import { template } from '../support/objects.ts';
import { CronWorld, minute } from './world.ts';

let world: CronWorld;
beforeEach(() => {
  world = new CronWorld();
});
const expectRest = () => expect(world.plan('cronjob default/tick')).toMatchObject({ writes: [], events: [] });
const names = () => world.jobs.map(({ metadata }) => metadata.name);
const at = (time: string) => `tick-${minute(`2026-01-01T${time}Z`)}`;

describe('a time that has come', () => {
  it('starts a job, named by its minute, and is noted', () => {
    world.start();
    expect(world.jobs).toEqual([]);
    expect(world.nextMs).toBe(600_000);
    world.pass(600);
    const [job] = world.jobs;
    expect(job!.metadata).toMatchObject({
      name: at('00:10'),
      labels: { of: 'tick' },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:10:00Z' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', controller: true, blockOwnerDeletion: true }],
    });
    expect(world.cronJob.status).toEqual({
      active: [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          namespace: 'default',
          name: at('00:10'),
          uid: job!.metadata.uid,
          resourceVersion: job!.metadata.resourceVersion,
        },
      ],
      lastScheduleTime: '2026-01-01T00:10:00Z',
    });
    expect(world.events).toEqual([
      { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${at('00:10')}`, regarding: 'CronJob/tick' },
    ]);
    expect(world.nextMs).toBe(600_000);
    expectRest();
  });

  it('is told in the time zone', () => {
    world.start({ schedule: '0 9 * * *', timeZone: 'Europe/Berlin' });
    expect(world.nextMs).toBe(8 * 3_600_000);
    world.pass(8 * 3_600);
    expect(world.jobs[0]!.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T09:00:00+01:00',
    });
    world.start({ schedule: '30 3 * * *', timeZone: 'America/St_Johns' }, 'west');
    world.pass(23 * 3_600);
    expect(world.get(jobs, 'default', `west-${minute('2026-01-02T07:00:00Z')}`)!.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-02T03:30:00-03:30',
    });
  });

  it('is acted on late, but only the last of several', () => {
    world.start();
    world.pass(35 * 60);
    expect(names()).toEqual([at('00:30')]);
    expect(world.reasons).not.toContain('TooManyMissedTimes');
    expect(world.nextMs).toBe(5 * 60_000);
  });

  it('is not acted on after its deadline', () => {
    world.start({ startingDeadlineSeconds: 120 });
    world.pass(10 * 60 + 121);
    expect(names()).toEqual([]);
    world.pass(9 * 60);
    expect(names()).toEqual([at('00:20')]);
  });

  it('is told of when more than a hundred were missed', () => {
    world.start({ schedule: '* * * * *' });
    world.pass(101 * 60);
    expect(names()).toEqual([at('01:41')]);
    expect(world.events.filter(({ reason }) => reason === 'TooManyMissedTimes')).toHaveLength(1);
    expect(world.events[0]!.message).toBe(
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    );
  });

  it('of an irregular schedule is found, however many there were', () => {
    world.start({ schedule: '* 8 1 1-11 *' });
    world.pass(300 * 86_400);
    expect(names()).toEqual([`tick-${minute('2026-10-01T08:59:00Z')}`]);
  });

  it('goes on after years', () => {
    world.start({ schedule: '@every 7m' });
    world.pass(3 * 365 * 86_400);
    const started = world.jobs[0]!.metadata.annotations!['batch.kubernetes.io/cronjob-scheduled-timestamp']!;
    expect((Date.parse(started) - Date.parse('2026-01-01T00:00:00Z')) % (7 * 60_000)).toBe(0);
    expect(world.now.getTime() - Date.parse(started)).toBeLessThan(7 * 60_000);
    expect(world.nextMs).toBe(Date.parse(started) + 7 * 60_000 - world.now.getTime());
  });
});

describe('nothing is started', () => {
  it('while suspended; a missed time is made up for afterwards', () => {
    world.start({ suspend: true });
    world.pass(700);
    expect(world.jobs).toEqual([]);
    expect(world.nextMs).toBeUndefined();
    world.changeCronJob((cronJob) => void (cronJob.spec.suspend = false));
    world.settle();
    expect(names()).toEqual([at('00:10')]);
  });

  it('once the CronJob is being deleted', () => {
    world.start();
    world.changeCronJob((cronJob) => void (cronJob.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
    world.pass(700);
    expect(world.jobs).toEqual([]);
  });

  it.each([
    [
      { schedule: '59 23 31 2 *' },
      'InvalidSchedule',
      'invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second',
    ],
    [{ schedule: 'x' }, 'UnparseableSchedule', 'unparseable schedule: "x" : expected exactly 5 fields, found 1: [x]'],
    [{ timeZone: 'Mars/Base' }, 'UnknownTimeZone', 'invalid timeZone: "Mars/Base": unknown time zone Mars/Base'],
  ])('with %j', (spec, reason, message) => {
    world.start(spec);
    world.pass(3600);
    expect(world.jobs).toEqual([]);
    expect(world.events[0]).toEqual({ type: 'Warning', reason, message, regarding: 'CronJob/tick' });
    expect(world.nextMs).toBeUndefined();
  });

  it('twice, when somebody has taken the name', () => {
    world.start();
    world.create(jobs, { metadata: { name: at('00:10'), namespace: 'default' }, spec: { template: template() } });
    world.pass(600);
    expect(world.cronJob.status?.active).toBeUndefined();
    expect(world.nextMs).toBe(600_000);
  });

  it('that the API refuses, and it says why', () => {
    world.refuse = (write) =>
      write.verb === 'create' ? forbidden({ group: 'batch', resource: 'jobs', name: '' }, 'exceeded quota') : undefined;
    world.start();
    world.pass(600);
    world.pass(1);
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'Warning',
        reason: 'FailedCreate',
        message: expect.stringContaining('Error creating job: '),
      }),
    );
    world.refuse = () => undefined;
    world.pass(1);
    expect(names()).toEqual([at('00:10')]);
  });
});

describe('while a job still runs', () => {
  it('Allow starts the next beside it', () => {
    world.start();
    world.pass(600);
    world.pass(600);
    expect(world.cronJob.status!.active!.map(({ name }) => name)).toEqual([at('00:10'), at('00:20')]);
  });

  it('Forbid waits for its end', () => {
    world.start({ concurrencyPolicy: 'Forbid' });
    world.pass(600);
    world.pass(600);
    expect(names()).toEqual([at('00:10')]);
    expect(world.events.at(-1)).toMatchObject({
      type: 'Normal',
      reason: 'JobAlreadyActive',
      message: 'Not starting job because prior execution is running and concurrency policy is Forbid',
    });
    world.advance(60);
    world.finish(world.jobs[0]!);
    world.settle();
    expect(names()).toEqual([at('00:10'), at('00:20')]);
  });

  it('Replace removes it first', () => {
    world.start({ concurrencyPolicy: 'Replace' });
    world.pass(600);
    let most = 0;
    world.onStep = () => void (most = Math.max(most, world.jobs.length));
    world.pass(600);
    expect(most).toBe(1);
    expect(names()).toEqual([at('00:20')]);
    expect(world.cronJob.status!.active).toHaveLength(1);
    expect(world.reasons).toEqual(['SuccessfulCreate', 'SuccessfulDelete', 'SuccessfulCreate']);
  });
});

describe('jobs', () => {
  it('that end are taken off the list', () => {
    world.start();
    world.pass(600);
    world.advance(30);
    world.finish(world.jobs[0]!);
    world.settle();
    expect(world.cronJob.status).toEqual({
      lastScheduleTime: '2026-01-01T00:10:00Z',
      lastSuccessfulTime: '2026-01-01T00:10:30Z',
    });
    expect(world.events.at(-1)).toMatchObject({ message: `Saw completed job: ${at('00:10')}, condition: Complete` });
    world.pass(570);
    world.finish(world.unfinished[0]!, 'Failed');
    world.settle();
    expect(world.cronJob.status).toMatchObject({ lastSuccessfulTime: '2026-01-01T00:10:30Z' });
    expect(world.events.at(-1)).toMatchObject({ message: `Saw completed job: ${at('00:20')}, condition: Failed` });
  });

  it('that vanish are missed', () => {
    world.start();
    world.pass(600);
    world.remove(jobs, 'default', at('00:10'));
    world.settle();
    expect(world.cronJob.status).not.toHaveProperty('active');
    expect(world.events.at(-1)).toMatchObject({ reason: 'MissingJob', message: `Active job went missing: ${at('00:10')}` });
    expect(world.jobs).toEqual([]);
  });

  it('that were made by hand are wondered at', () => {
    world.start();
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', uid: world.cronJob.metadata.uid, controller: true };
    world.create(jobs, {
      metadata: { name: 'by-hand', namespace: 'default', ownerReferences: [owner] },
      spec: { template: template() },
    });
    world.settle();
    expect(world.cronJob.status?.active).toBeUndefined();
    expect(world.events[0]).toMatchObject({
      reason: 'UnexpectedJob',
      message: 'Saw a job that the controller did not create or forgot: by-hand',
    });
  });

  it.each([
    ['Complete', { successfulJobsHistoryLimit: 2 }],
    ['Failed', { failedJobsHistoryLimit: 2 }],
  ] as const)('that are %s are kept up to the limit, the oldest go', (type, spec) => {
    world.start(spec);
    for (let i = 0; i < 4; i++) {
      world.pass(600);
      world.finish(world.unfinished[0]!, type);
      world.settle();
    }
    expect(names()).toEqual([at('00:30'), at('00:40')]);
    expect(world.events.filter(({ reason }) => reason === 'SuccessfulDelete').map(({ message }) => message)).toEqual([
      `Deleted job ${at('00:10')}`,
      `Deleted job ${at('00:20')}`,
    ]);
    expectRest();
  });

  it('that ended before they were noted are not started again, even if none are kept', () => {
    world.start({ successfulJobsHistoryLimit: 0 });
    world.advance(600);
    // The controller creates the job, and is interrupted there.
    world.reconcile('cronjob default/tick');
    world.finish(world.jobs[0]!);
    world.settle();
    world.pass(60);
    expect(names()).toEqual([]);
    expect(world.cronJob.status).toMatchObject({ lastScheduleTime: '2026-01-01T00:10:00Z' });
    expect(world.reasons.filter((reason) => reason === 'SuccessfulCreate')).toHaveLength(1);
  });
});

it('a zone in the schedule is followed, with a warning', () => {
  world.start({ schedule: 'TZ=Asia/Tokyo 0 10 * * *' });
  expect(world.nextMs).toBe(3_600_000);
  expect(world.events[0]).toMatchObject({ type: 'Warning', reason: 'UnsupportedSchedule' });
});
