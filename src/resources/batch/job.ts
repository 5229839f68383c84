import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, int32, listOf, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn, shortDuration } from '../../machinery/table.ts';
import { containerColumns, formatLabelSelector, selectorColumn } from '../shared/template-columns.ts';
import { isConditionTrue } from './job-conditions.ts';
import { JobSpecSchema } from './job-spec.ts';
import { validateJobStatus } from './job-status-validation.ts';
import { defaultJob, prepareForCreate } from './job-strategy.ts';
import { validateJobUpdate } from './job-update-validation.ts';
import { validateJob, warnings } from './job-validation.ts';

const JobConditionSchema = object('io.k8s.api.batch.v1.JobCondition', {
  lastProbeTime: field(time, { doc: 'When the condition was last checked.' }),
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Complete, Failed, Suspended, SuccessCriteriaMet or FailureTarget.' }),
});
export type JobCondition = TypeOf<typeof JobConditionSchema>;

const UncountedTerminatedPodsSchema = object('io.k8s.api.batch.v1.UncountedTerminatedPods', {
  failed: field(listOf(string, { listType: 'set' }), { doc: 'The uids of failed pods.' }),
  succeeded: field(listOf(string, { listType: 'set' }), { doc: 'The uids of pods that have succeeded.' }),
});

const JobStatusSchema = object('io.k8s.api.batch.v1.JobStatus', {
  active: field(int32, { doc: 'Pods that run or wait to run.' }),
  completedIndexes: field(string, { doc: 'The indexes that succeeded, as `1,3-5,7`.' }),
  completionTime: field(time, { doc: 'When the job succeeded.' }),
  conditions: field(listOf(JobConditionSchema, { patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the job: Complete, Failed, Suspended, SuccessCriteriaMet and FailureTarget.',
  }),
  failed: field(int32, { doc: 'Pods that failed.' }),
  failedIndexes: field(string, { doc: 'The indexes that failed, as `1,3-5,7`.' }),
  ready: field(int32, { doc: 'Active pods that are ready.' }),
  startTime: field(time, { doc: 'When the job was started, or resumed.' }),
  succeeded: field(int32, { doc: 'Pods that succeeded.' }),
  terminating: field(int32, { doc: 'Pods that are being deleted.' }),
  uncountedTerminatedPods: field(UncountedTerminatedPodsSchema, { doc: 'Pods that have ended and are in no count yet.' }),
});
export type JobStatus = TypeOf<typeof JobStatusSchema>;

const JobSchema = kindSchema('io.k8s.api.batch.v1.Job', {
  spec: defaulted(JobSpecSchema),
  status: JobStatusSchema,
});
export type Job = TypeOf<typeof JobSchema>;

export const jobs = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  description: 'Runs pods until enough of them have succeeded.',
  schema: JobSchema,
  strategy: {
    defaults: defaultJob,
    prepareForCreate,
    validate: validateJob,
    validateUpdate: validateJobUpdate,
    validateStatusUpdate: validateJobStatus,
    warnings,
    defaultPropagation: 'Orphan',
  },
  columns: [
    nameColumn,
    { name: 'Status', type: 'string', description: 'How the job is getting on.', cell: phase },
    {
      name: 'Completions',
      type: 'string',
      description: 'The number of pods that succeeded, of the number wanted.',
      cell: completions,
    },
    { name: 'Duration', type: 'string', description: 'How long the job took, or has taken so far.', cell: duration },
    ageColumn,
    ...containerColumns<Job>(({ spec }) => spec.template, 1),
    selectorColumn<Job>(({ spec }) => formatLabelSelector(spec.selector)),
  ],
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
});

function phase(job: Job): string {
  if (isConditionTrue(job, 'Complete')) return 'Complete';
  if (isConditionTrue(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return (['Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const).find((type) => isConditionTrue(job, type)) ?? 'Running';
}

function completions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const { parallelism = 0 } = spec;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function duration({ status = {} }: Job, now: Date): string {
  if (status.startTime === undefined) return '';
  const end = status.completionTime === undefined ? now.getTime() : Date.parse(status.completionTime);
  return shortDuration(end - Date.parse(status.startTime));
}
