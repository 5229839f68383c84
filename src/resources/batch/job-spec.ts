/** What a job is, by itself or in the template of a CronJob. Facts: OpenAPI of Kubernetes 1.36. */
import { TemplateMetaSchema } from '../../machinery/meta.ts';
import {
  boolean,
  defaulted,
  field,
  int32,
  int64,
  list,
  listOf,
  object,
  oneOf,
  required,
  string,
  type TypeOf,
} from '../../machinery/schema.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { PodTemplateSpecSchema } from '../shared/pod-spec.ts';

const OnExitCodesSchema = object('io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement', {
  containerName: field(string, { doc: 'The container whose exit code counts; any of them if left out.' }),
  operator: required(oneOf('In', 'NotIn'), { doc: 'In or NotIn.' }),
  values: required(listOf(int32, { listType: 'set' }), { doc: 'The exit codes. 0 is not allowed with In.' }),
});
export type PodFailurePolicyOnExitCodesRequirement = TypeOf<typeof OnExitCodesSchema>;

const OnPodConditionsPatternSchema = object('io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern', {
  status: field(string, { doc: 'The status of the condition. True if left out.' }),
  type: required(string, { doc: 'The type of the condition.' }),
});
export type PodFailurePolicyOnPodConditionsPattern = TypeOf<typeof OnPodConditionsPatternSchema>;

const PodFailurePolicyRuleSchema = object('io.k8s.api.batch.v1.PodFailurePolicyRule', {
  action: required(oneOf('Count', 'FailIndex', 'FailJob', 'Ignore'), {
    doc: 'FailJob, FailIndex, Ignore (the failure does not count) or Count.',
  }),
  onExitCodes: field(OnExitCodesSchema, { doc: 'Exit codes of containers. Not together with onPodConditions.' }),
  onPodConditions: field(list(OnPodConditionsPatternSchema), { doc: 'Conditions of the pod, one of which must hold.' }),
});
export type PodFailurePolicyRule = TypeOf<typeof PodFailurePolicyRuleSchema>;

const PodFailurePolicySchema = object('io.k8s.api.batch.v1.PodFailurePolicy', {
  rules: required(list(PodFailurePolicyRuleSchema), {
    doc: 'What to do about failed pods, in order; the first rule that fits decides. Others count against backoffLimit.',
  }),
});

const SuccessPolicyRuleSchema = object('io.k8s.api.batch.v1.SuccessPolicyRule', {
  succeededCount: field(int32, { doc: 'How many indexes must succeed, of succeededIndexes if given.' }),
  succeededIndexes: field(string, { doc: 'The indexes that must succeed, as 1,3-5.' }),
});
export type SuccessPolicyRule = TypeOf<typeof SuccessPolicyRuleSchema>;

const SuccessPolicySchema = object('io.k8s.api.batch.v1.SuccessPolicy', {
  rules: required(list(SuccessPolicyRuleSchema), {
    doc: 'When the job has succeeded although not all indexes have; one rule is enough.',
  }),
});

export const JobSpecSchema = object('io.k8s.api.batch.v1.JobSpec', {
  activeDeadlineSeconds: field(int64, { doc: 'How many seconds the job may take before it has failed. No limit if left out.' }),
  backoffLimit: field(int32, { doc: 'How often pods may fail before the job has failed. 6 if left out.' }),
  backoffLimitPerIndex: field(int32, { doc: 'How often the pods of one index may fail before the index has failed.' }),
  completionMode: field(oneOf('Indexed', 'NonIndexed'), {
    doc: 'NonIndexed (the default) counts pods that succeed; Indexed wants one for each index from 0 to completions - 1.',
  }),
  completions: field(int32, { doc: 'How many pods have to succeed. Without it one success is enough.' }),
  managedBy: field(string, { doc: 'Who looks after the job, if not the job controller. Cannot be changed.' }),
  manualSelector: field(boolean, { doc: 'Whether the selector and its labels are those of the client. Usually left out.' }),
  maxFailedIndexes: field(int32, { doc: 'How many indexes may fail before the whole job has failed.' }),
  parallelism: field(int32, { doc: 'How many pods may run at once. 1 if left out.' }),
  podFailurePolicy: field(PodFailurePolicySchema, { doc: 'What the failure of a pod means for the job. Cannot be changed.' }),
  podReplacementPolicy: field(oneOf('Failed', 'TerminatingOrFailed'), {
    doc: 'When a pod is replaced: TerminatingOrFailed (the default) as soon as it is ending, Failed when it has ended.',
  }),
  selector: field(LabelSelectorSchema, { doc: 'Which pods belong to the job. Usually left to the server.' }),
  successPolicy: field(SuccessPolicySchema, {
    doc: 'When an indexed job has succeeded before all of it has. Cannot be changed.',
  }),
  suspend: field(boolean, { doc: 'A suspended job has no pods. false if left out.' }),
  template: required(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
  ttlSecondsAfterFinished: field(int32, { doc: 'How many seconds the job is kept after it has ended. For ever if left out.' }),
});
export type JobSpec = TypeOf<typeof JobSpecSchema>;

export const JobTemplateSpecSchema = object('io.k8s.api.batch.v1.JobTemplateSpec', {
  metadata: field(TemplateMetaSchema, { doc: 'Labels, annotations and so on of the jobs.' }),
  spec: defaulted(JobSpecSchema, { doc: 'What the jobs do.' }),
});
export type JobTemplateSpec = TypeOf<typeof JobTemplateSpecSchema>;
