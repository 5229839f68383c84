/** Rules of CronJobs (`ValidateCronJobCreate`, `ValidateCronJobUpdate` upstream). */
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateChoice, validateNotNegative } from '../shared/format-rules.ts';
import { nameWarnings } from '../shared/name-warnings.ts';
import { parseSchedule, ScheduleError } from './cron-schedule.ts';
import type { CronJob } from './cronjob.ts';
import type { JobTemplateSpec } from './job-spec.ts';
import { jobSpecWarnings, validateJobSpec } from './job-validation.ts';
import { isTimeZone, validateTimeZone } from './time-zone.ts';

const schedulePath = 'spec.schedule';
const zonePath = 'spec.timeZone';

export function validateCronJob({ spec }: CronJob): FieldError[] {
  return [
    ...validateSchedule(spec.schedule),
    ...validateNotNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...validateChoice(spec.concurrencyPolicy, 'spec.concurrencyPolicy', ['Allow', 'Forbid', 'Replace']),
    ...validateJobTemplate(spec.jobTemplate, 'spec.jobTemplate.spec'),
    ...validateNotNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...validateNotNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

function validateSchedule(schedule: string): FieldError[] {
  if (schedule === '') return [fieldRequired(schedulePath)];
  try {
    parseSchedule(schedule, isTimeZone);
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    return [fieldInvalid(schedulePath, schedule, error.message)];
  }
}

/** The selectors of jobs are always made by the server. */
function validateJobTemplate({ spec }: JobTemplateSpec, path: string): FieldError[] {
  const errors = validateJobSpec(spec, path);
  if (spec.selector) errors.push(fieldInvalid(`${path}.selector`, spec.selector, '`selector` will be auto-generated'));
  if (spec.manualSelector) errors.push(fieldNotSupported(`${path}.manualSelector`, spec.manualSelector, ['nil', 'false']));
  return errors;
}

/** Jobs are named after their CronJob and their minute, and pods after their job. */
const nameLengthMax = 52;

export function validateCronJobCreate({ metadata, spec }: CronJob): FieldError[] {
  const errors = spec.schedule.includes('TZ') ? [zoneInSchedule(spec.schedule)] : [];
  errors.push(...validateTimeZone(spec.timeZone, zonePath));
  if (metadata.name.length > nameLengthMax)
    errors.push(fieldInvalid('metadata.name', metadata.name, `must be no more than ${nameLengthMax} characters`));
  return errors;
}

const zoneInSchedule = (schedule: string): FieldError =>
  fieldInvalid(schedulePath, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');

/** A time zone in the schedule is only left to those who have one there. */
export function validateCronJobUpdate({ spec }: CronJob, { spec: old }: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.schedule.includes('TZ')) {
    if (!old.schedule.includes('TZ')) errors.push(zoneInSchedule(spec.schedule));
    else if (spec.timeZone !== undefined)
      errors.push(fieldInvalid(schedulePath, spec.schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
  return spec.timeZone === old.timeZone ? errors : [...errors, ...validateTimeZone(spec.timeZone, zonePath)];
}

export function warnings(cronJob: CronJob, old: CronJob | undefined): string[] {
  const { spec } = cronJob;
  const sentences = [
    ...nameWarnings(cronJob, old),
    ...jobSpecWarnings(spec.jobTemplate.spec, 'spec.jobTemplate.spec', cronJob, old),
  ];
  // The path is upstream's.
  if (old && spec.schedule.includes('TZ'))
    sentences.push(
      'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
    );
  return sentences;
}
