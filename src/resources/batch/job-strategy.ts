/** Defaults of jobs, and the selector that the server makes for them. */
import { maxInt32 } from '../shared/format-rules.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import type { JobSpec } from './job-spec.ts';
import type { Job } from './job.ts';

/** Pods of a job carry the name and the uid of the job, under old names and new ones. */
export const jobNameLabel = 'batch.kubernetes.io/job-name';
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
export const legacyJobNameLabel = 'job-name';
export const legacyControllerUidLabel = 'controller-uid';

export function defaultJob(job: Job): void {
  const spec = (job.spec ??= {} as JobSpec);
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : maxInt32;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  defaultJobTemplate(spec);
  mirrorLabels(job);
}

/** The part of the defaults that the template in a CronJob gets too. */
export function defaultJobTemplate(spec: JobSpec): void {
  defaultPodTemplate((spec.template ??= { spec: { containers: [] } }));
  for (const { onPodConditions = [] } of spec.podFailurePolicy?.rules ?? [])
    for (const pattern of onPodConditions) pattern.status ||= 'True';
}

/** A job without labels has those of its template: the very same, so that it gets the generated ones too. */
function mirrorLabels({ metadata, spec }: Job): void {
  const labels = spec.template.metadata?.labels;
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = labels;
}

/** Labels that only this job has are put on its pods, and selected; what a client set in their place is for validation. */
export function prepareForCreate(job: Job): void {
  const { metadata, spec } = job;
  if (spec.manualSelector) return;
  const template = (spec.template.metadata ??= {});
  const mirrored = metadata.labels !== undefined && metadata.labels === template.labels;
  template.labels = {
    [legacyJobNameLabel]: metadata.name,
    [jobNameLabel]: metadata.name,
    [legacyControllerUidLabel]: metadata.uid,
    [controllerUidLabel]: metadata.uid,
    ...template.labels,
  };
  if (mirrored || Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...template.labels };
  spec.selector = {
    ...spec.selector,
    matchLabels: { [controllerUidLabel]: metadata.uid, ...spec.selector?.matchLabels },
  };
}
