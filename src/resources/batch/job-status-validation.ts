/**
 * What the status of a job may say (`ValidateJobUpdateStatus` upstream). Jobs can be looked after by controllers of others,
 * so that transitions are checked too. Most rules only hold for what changes: a status that was wrong before can be mended.
 */
import { fieldDuplicate, fieldInvalid, fieldRequired, fieldWrong, type FieldError } from '../../machinery/status.ts';
import { validateNotNegative } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';
import { isConditionFalse, isConditionTrue, isFinished, type JobConditionType } from './job-conditions.ts';
import { overlapOf } from './job-indexes.ts';
import { countOrError } from './job-policies-validation.ts';
import { isIndexed } from './job-validation.ts';
import type { Job, JobStatus } from './job.ts';

export function validateJobStatus(job: Job, old: Job): FieldError[] {
  const status = job.status ?? {};
  return [
    ...(['active', 'succeeded', 'failed', 'ready', 'terminating'] as const).flatMap((name) =>
      validateNotNegative(status[name], `status.${name}`),
    ),
    ...validateUncounted(status),
    ...validateConditions(job, old),
    ...validateTimes(job, old),
    ...validateEnd(job, old),
    ...validateIndexes(job, old),
    ...validateCounters(job, old),
  ];
}

function validateUncounted({ uncountedTerminatedPods: pods = {} }: JobStatus): FieldError[] {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((part) =>
    (pods[part] ?? []).flatMap((uid, i) => {
      const at = `status.uncountedTerminatedPods.${part}[${i}]`;
      if (uid === '') return [fieldInvalid(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [fieldDuplicate(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

const conditionsPath = 'status.conditions';

function validateConditions(job: Job, old: Job): FieldError[] {
  const is = (type: JobConditionType) => isConditionTrue(job, type);
  const was = (type: JobConditionType) => isConditionTrue(old, type);
  const changed = (...types: JobConditionType[]) => types.some((type) => is(type) !== was(type));
  const [complete, failed, target, met] = [is('Complete'), is('Failed'), is('FailureTarget'), is('SuccessCriteriaMet')];
  const errors: FieldError[] = [];
  const reject = (wrong: boolean, message: string) => {
    if (wrong) errors.push(fieldWrong(conditionsPath, message));
  };
  reject(complete && failed && changed('Complete', 'Failed'), 'cannot set Complete=True and Failed=true conditions');
  reject(
    complete && target && changed('Complete', 'FailureTarget'),
    'cannot set Complete=True and FailureTarget=true conditions',
  );
  reject(
    failed && !target && (changed('Failed') || job.status?.failedIndexes !== old.status?.failedIndexes),
    'cannot set Failed=True condition without the FailureTarget=true condition',
  );
  reject(
    complete && !met && changed('Complete', 'SuccessCriteriaMet'),
    'cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
  );
  reject(met && failed, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  reject(met && target, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  reject(
    job.spec.successPolicy !== undefined && !met && complete,
    'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
  );
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const)
    reject(was(type) && !is(type), `cannot disable the terminal ${type}=True condition`);
  reject(was('SuccessCriteriaMet') && !met, 'cannot disable the SuccessCriteriaMet=True condition');
  reject(
    was('Complete') && !was('SuccessCriteriaMet') && met,
    'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
  );
  return errors;
}

function validateTimes(job: Job, old: Job): FieldError[] {
  const { startTime: start, completionTime: end } = job.status ?? {};
  const { startTime: startBefore, completionTime: endBefore } = old.status ?? {};
  const at = { start: 'status.startTime', end: 'status.completionTime' };
  const complete = isConditionTrue(job, 'Complete');
  const errors: FieldError[] = [];
  if (complete !== isConditionTrue(old, 'Complete') || end !== endBefore) {
    if (end !== undefined && !complete)
      errors.push(fieldInvalid(at.end, end, 'cannot set completionTime when there is no Complete=True condition'));
    if (end === undefined && complete) errors.push(fieldRequired(at.end, 'completionTime is required for Complete jobs'));
  }
  if (start !== undefined && end !== undefined && (start !== startBefore || end !== endBefore))
    if (Date.parse(end) < Date.parse(start)) errors.push(fieldInvalid(at.end, end, 'must be equal to or after `startTime`'));
  if (end !== undefined && endBefore !== undefined && end !== endBefore)
    errors.push(fieldInvalid(at.end, end, 'field is immutable'));
  // The controller starts a resumed job anew, after the client has taken suspend away.
  const resuming = isConditionTrue(old, 'Suspended') && isConditionFalse(job, 'Suspended');
  if (startBefore !== undefined && start !== startBefore && !resuming && !job.spec.suspend)
    errors.push(fieldInvalid(at.start, start, 'field is immutable for unsuspended job once set'));
  return errors;
}

/** A job that has ended has no pods left. */
function validateEnd(job: Job, old: Job): FieldError[] {
  if (!isFinished(job)) return [];
  const [status, before] = [job.status ?? {}, old.status ?? {}];
  const { active = 0, terminating = 0, startTime, uncountedTerminatedPods: pods } = status;
  const ended = !isFinished(old);
  const errors: FieldError[] = [];
  if (active > 0 && (ended || active !== before.active))
    errors.push(fieldInvalid('status.active', active, 'active>0 is invalid for finished job'));
  const neverStarted = job.spec.suspend === true && job.spec.completions === 0;
  if (startTime === undefined && (ended || before.startTime !== undefined) && !neverStarted)
    errors.push(fieldRequired('status.startTime', 'startTime is required for finished job'));
  const uncounted = (pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0);
  if (uncounted > 0 && (ended || !sameValue(pods, before.uncountedTerminatedPods)))
    errors.push(fieldInvalid('status.uncountedTerminatedPods', pods, 'must be empty for finished job'));
  if (terminating > 0 && (ended || terminating !== before.terminating))
    errors.push(fieldInvalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  return errors;
}

function validateIndexes({ spec, status = {} }: Job, { status: before = {} }: Job): FieldError[] {
  const { completions, backoffLimitPerIndex } = spec;
  const { completedIndexes: completed = '', failedIndexes: failed } = status;
  const completedChanged = completed !== (before.completedIndexes ?? '');
  const failedChanged = failed !== before.failedIndexes;
  const at = { completed: 'status.completedIndexes', failed: 'status.failedIndexes' };
  const errors: FieldError[] = [];
  const check = (text: string, path: string, name: string) => {
    const counted = completions === undefined ? 0 : countOrError(text, completions, path, name);
    if (typeof counted !== 'number') errors.push(counted);
  };
  if (completedChanged) {
    check(completed, at.completed, 'completedIndexes');
    if (completed !== '' && !isIndexed(spec))
      errors.push(
        fieldInvalid(at.completed, completed, 'cannot set non-empty completedIndexes when non-indexed completion mode'),
      );
  }
  if (failed === undefined) return errors;
  if (failedChanged) {
    if (backoffLimitPerIndex !== undefined) check(failed, at.failed, 'failedIndexes');
    else errors.push(fieldInvalid(at.failed, failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'));
  }
  const overlap = completions === undefined ? undefined : overlapOf(completed, failed, completions);
  if ((completedChanged || failedChanged) && overlap !== undefined)
    errors.push(fieldInvalid(at.failed, failed, `failedIndexes and completedIndexes overlap at index: ${overlap}`));
  return errors;
}

/** What was counted stays counted, except for indexes that a job lost by becoming smaller. */
function validateCounters({ spec, status = {} }: Job, { status: before = {} }: Job): FieldError[] {
  const { active = 0, ready = 0, failed = 0, succeeded = 0 } = status;
  const errors: FieldError[] = [];
  if (ready > active && (ready !== before.ready || active !== (before.active ?? 0)))
    errors.push(fieldInvalid('status.ready', ready, 'cannot set more ready pods than active'));
  if (failed < (before.failed ?? 0)) errors.push(fieldInvalid('status.failed', failed, 'cannot decrease the failed counter'));
  const resizable = isIndexed(spec) && spec.completions === spec.parallelism;
  if (succeeded < (before.succeeded ?? 0) && !resizable)
    errors.push(fieldInvalid('status.succeeded', succeeded, 'cannot decrease the succeeded counter'));
  return errors;
}
