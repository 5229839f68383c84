import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  boolean,
  field,
  int32,
  int64,
  list,
  object,
  oneOf,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { age, ageColumn, nameColumn } from '../../machinery/table.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';
import { containerColumns, formatLabelSelector, selectorColumn } from '../shared/template-columns.ts';
import { validateCronJob, validateCronJobCreate, validateCronJobUpdate, warnings } from './cronjob-validation.ts';
import { JobTemplateSpecSchema, type JobSpec, type JobTemplateSpec } from './job-spec.ts';
import { defaultJobTemplate } from './job-strategy.ts';

const CronJobSpecSchema = object('io.k8s.api.batch.v1.CronJobSpec', {
  concurrencyPolicy: field(oneOf('Allow', 'Forbid', 'Replace'), {
    doc: 'What happens when the job before still runs: Allow (the default), Forbid (skip a turn) or Replace (end it).',
  }),
  failedJobsHistoryLimit: field(int32, { doc: 'How many failed jobs are kept. 1 if left out.' }),
  jobTemplate: required(JobTemplateSpecSchema, { doc: 'What the jobs look like.' }),
  schedule: required(string, { doc: 'When jobs start: minute, hour, day of month, month, day of week.' }),
  startingDeadlineSeconds: field(int64, {
    doc: 'How many seconds late a job may start; after that its turn is missed. No limit if left out.',
  }),
  successfulJobsHistoryLimit: field(int32, { doc: 'How many successful jobs are kept. 3 if left out.' }),
  suspend: field(boolean, { doc: 'While suspended no jobs are started. Those that run are left alone.' }),
  timeZone: field(string, { doc: 'The time zone of the schedule, as Europe/Berlin. That of the control plane if left out.' }),
});
export type CronJobSpec = TypeOf<typeof CronJobSpecSchema>;

const CronJobStatusSchema = object('io.k8s.api.batch.v1.CronJobStatus', {
  active: field(list(ObjectReferenceSchema), { doc: 'The jobs that run.' }),
  lastScheduleTime: field(time, { doc: 'When a job was last due.' }),
  lastSuccessfulTime: field(time, { doc: 'When a job last succeeded.' }),
});
export type CronJobStatus = TypeOf<typeof CronJobStatusSchema>;

const CronJobSchema = kindSchema('io.k8s.api.batch.v1.CronJob', {
  spec: required(CronJobSpecSchema),
  status: CronJobStatusSchema,
});
export type CronJob = TypeOf<typeof CronJobSchema>;

export const cronJobs = defineResource<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  description: 'Starts a job again and again, at the times of a schedule.',
  schema: CronJobSchema,
  strategy: {
    defaults,
    validate: validateCronJob,
    validateCreate: validateCronJobCreate,
    validateUpdate: validateCronJobUpdate,
    warnings,
  },
  columns: [
    nameColumn,
    { name: 'Schedule', type: 'string', description: 'When jobs start.', cell: ({ spec }) => spec.schedule },
    {
      name: 'Timezone',
      type: 'string',
      description: 'The time zone of the schedule.',
      cell: ({ spec }) => spec.timeZone ?? '<none>',
    },
    {
      name: 'Suspend',
      type: 'boolean',
      description: 'Whether no jobs are started for now.',
      cell: ({ spec }) => (spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'),
    },
    {
      name: 'Active',
      type: 'integer',
      description: 'The number of jobs that run.',
      cell: ({ status }) => status?.active?.length ?? 0,
    },
    {
      name: 'Last Schedule',
      type: 'string',
      description: 'The time since a job was last due.',
      cell: ({ status }, now) => (status?.lastScheduleTime === undefined ? '<none>' : age(status.lastScheduleTime, now)),
    },
    ageColumn,
    ...containerColumns<CronJob>(({ spec }) => spec.jobTemplate.spec.template, 1),
    selectorColumn<CronJob>(({ spec }) => formatLabelSelector(spec.jobTemplate.spec.selector)),
  ],
});

function defaults(cronJob: CronJob): void {
  const spec = (cronJob.spec ??= {} as CronJobSpec);
  spec.schedule ??= '';
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  const template = (spec.jobTemplate ??= {} as JobTemplateSpec);
  template.metadata ??= {};
  defaultJobTemplate((template.spec ??= {} as JobSpec));
}
