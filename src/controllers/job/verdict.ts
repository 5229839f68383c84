/** Whether a job has come to its end, and to which. */
import { isConditionTrue } from '../../resources/batch/job-conditions.ts';
import type { Job } from '../../resources/batch/job.ts';
import { judgeFailure } from './failure-policy.ts';
import { countOf } from './indexes.ts';
import { isPodFailed } from './pod-facts.ts';
import { successPolicyMessage } from './success-policy.ts';
import type { JobView } from './view.ts';

/** The end that was decided on. The job has it only when its last pod is gone. */
export interface Verdict {
  type: 'SuccessCriteriaMet' | 'FailureTarget';
  reason: string;
  message: string;
  /** It is in the status already, so that it may be acted upon. */
  isNoted: boolean;
}

const failure = (reason: string, message: string): Verdict => ({ type: 'FailureTarget', reason, message, isNoted: false });

/** All that was asked for has succeeded. */
export const completionsReached: Verdict = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
  isNoted: false,
};

/**
 * The end of a job, if anything but plain success has decided it: what is in the status stands, then failure comes before the
 * successPolicy. `startedMs` is when the job was started.
 */
export function judge(view: JobView, startedMs: number | undefined, now: Date): Verdict | undefined {
  const { job, isIndexed, completed, failedIndexes } = view;
  const { spec } = job;
  const noted = notedVerdict(job);
  if (noted) return noted;
  const message = failJobMessage(view);
  if (message !== undefined) return failure('PodFailurePolicy', message);
  if (view.failed > (spec.backoffLimit ?? 0) || isPastRestarts(view))
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const deadline = deadlineMs(job, startedMs);
  if (deadline !== undefined && now.getTime() >= deadline)
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  if (!isIndexed) return undefined;
  const failedCount = countOf(failedIndexes ?? []);
  if (spec.maxFailedIndexes !== undefined && failedCount > spec.maxFailedIndexes)
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  if (failedCount > 0 && failedCount + countOf(completed) >= (spec.completions ?? 0))
    return failure('FailedIndexes', 'Job has failed indexes');
  const rule = successPolicyMessage(spec, completed);
  return rule === undefined ? undefined : { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: rule, isNoted: false };
}

function notedVerdict(job: Job): Verdict | undefined {
  const type = (['SuccessCriteriaMet', 'FailureTarget'] as const).find((candidate) => isConditionTrue(job, candidate));
  const condition = type && job.status?.conditions?.find((candidate) => candidate.type === type);
  return condition && { type, reason: condition.reason ?? '', message: condition.message ?? '', isNoted: true };
}

function failJobMessage({ job: { spec }, pods }: JobView): string | undefined {
  if (!spec.podFailurePolicy) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, spec) ? judgeFailure(spec, pod).message : undefined;
    if (message !== undefined) return message;
  }
  return undefined;
}

/** Where containers are restarted in their pods, their restarts count towards the limit. */
function isPastRestarts({ job: { spec }, pods }: JobView): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
      restarts += container.restartCount;
  }
  const { backoffLimit = 0 } = spec;
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

/** When the job has taken too long, in ms since the epoch. While it is suspended its time does not run. */
export const deadlineMs = ({ spec }: Job, startedMs: number | undefined): number | undefined =>
  spec.activeDeadlineSeconds === undefined || startedMs === undefined || spec.suspend
    ? undefined
    : startedMs + spec.activeDeadlineSeconds * 1000;
