import { controllerOf } from '../../../src/machinery/meta.ts';
import { splitKey } from '../../../src/machinery/reconcile.ts';
import { isPodActive } from '../../../src/controllers/support/pods.ts';
import { cronJobs } from '../../../src/resources/batch/cronjob.ts';
import { isFinished } from '../../../src/resources/batch/job-conditions.ts';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import type { SimChange } from '../state.ts';
import { titleOf, type Decision, type Invariant } from './invariant.ts';
import { createdBy } from './replicas.ts';

const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
const indexOf = ({ metadata }: Pod): string | undefined => metadata.annotations?.['batch.kubernetes.io/job-completion-index'];

/** Every end of a pod is counted once, limits are kept, and a CronJob starts a job once for each of its times. */
export function jobInvariants(): Invariant {
  /** By uid of the job: the pods that ended while they were its own. */
  const ended = { Succeeded: new Map<string, Set<string>>(), Failed: new Map<string, Set<string>>() };
  /** By CronJob and name. */
  const started = new Map<string, string>();

  const note = ({ after }: SimChange) => {
    const pod = after as Pod;
    const phase = pod.status?.phase;
    const owner = controllerOf(pod);
    if (
      (phase !== 'Succeeded' && phase !== 'Failed') ||
      owner?.kind !== 'Job' ||
      !pod.metadata.finalizers?.includes(trackingFinalizer)
    )
      return;
    const known = ended[phase].get(owner.uid) ?? new Set();
    ended[phase].set(owner.uid, known.add(pod.metadata.uid));
  };
  const count = (phase: 'Succeeded' | 'Failed', { metadata }: Job) => ended[phase].get(metadata.uid)?.size ?? 0;

  return {
    commit({ changes }) {
      const problems: string[] = [];
      for (const change of changes) {
        if (change.resource === pods.resource && change.after) note(change);
        if (change.resource !== jobs.resource) continue;
        const job = change.written as Job;
        if (change.type === 'ADDED') problems.push(...startedTwice(job, started));
        if (change.after)
          problems.push(...miscounted(job, count('Succeeded', job)).map((problem) => `${titleOf(job)} ${problem}`));
      }
      return problems;
    },
    decision: (decision) =>
      decision.controller === 'job' ? ofJob(decision) : decision.controller === 'cronjob' ? ofCronJob(decision) : [],
    rest(state) {
      return state.list(jobs).flatMap((job) => {
        const { succeeded = 0, failed = 0, active = 0, uncountedTerminatedPods: uncounted } = job.status ?? {};
        const all = state.ownedBy(pods, job.metadata.uid);
        const problems: string[] = [];
        if ((uncounted?.succeeded?.length ?? 0) + (uncounted?.failed?.length ?? 0) > 0)
          problems.push('has pods that are not counted');
        if (active !== all.filter(isPodActive).length)
          problems.push(`says ${active} active, and has ${all.filter(isPodActive).length}`);
        // The last failure of an index is held until the index is tried again.
        if (
          job.spec.backoffLimitPerIndex === undefined &&
          all.some((pod) => !isPodActive(pod) && pod.metadata.finalizers?.includes(trackingFinalizer))
        )
          problems.push('still holds pods that ended');
        // One that is deleted counts as failed, however it ends then.
        const endedPods = count('Succeeded', job) + count('Failed', job);
        if (job.spec.completionMode !== 'Indexed' && succeeded + failed < endedPods)
          problems.push(`says ${succeeded} succeeded and ${failed} failed, ${endedPods} ended`);
        if (!isFinished(job) && !job.spec.suspend && active === 0 && job.spec.parallelism !== 0)
          problems.push('is not finished, and has nothing running');
        if (isFinished(job) && active > 0) problems.push('is finished, and has pods running');
        return problems.map((problem) => `at rest, ${titleOf(job)} ${problem}`);
      });
    },
  };
}

function startedTwice(job: Job, started: Map<string, string>): string[] {
  const owner = controllerOf(job);
  if (owner?.kind !== 'CronJob') return [];
  const at = `${owner.uid} ${job.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']}`;
  const before = started.get(at);
  started.set(at, job.metadata.name);
  return before === undefined ? [] : [`${titleOf(job)} is started for a time for which ${before} was`];
}

function miscounted({ spec, status = {} }: Job, succeededPods: number): string[] {
  const problems: string[] = [];
  const succeeded = status.succeeded ?? 0;
  if (spec.completionMode === 'Indexed') {
    const indexes = indexesIn(status.completedIndexes ?? '');
    if (new Set(indexes).size !== indexes.length) problems.push(`has completed an index twice: ${status.completedIndexes}`);
    if (indexes.some((index) => index >= (spec.completions ?? 0)))
      problems.push(`has completed an index too many: ${status.completedIndexes}`);
    if (succeeded !== indexes.length) problems.push(`says ${succeeded} succeeded, and completed ${status.completedIndexes}`);
  } else if (succeeded > succeededPods) problems.push(`says ${succeeded} succeeded, ${succeededPods} did`);
  return problems;
}

const indexesIn = (text: string): number[] =>
  text === ''
    ? []
    : text.split(',').flatMap((part) => {
        const [first, last = first] = part.split('-').map(Number) as [number, number?];
        return Array.from({ length: last - first + 1 }, (_, i) => first + i);
      });

function ofJob(decision: Decision): string[] {
  const created = createdBy(decision);
  if (created.length === 0) return [];
  const { snapshot, key } = decision;
  const { namespace, name } = splitKey(key);
  const job = snapshot.get(jobs, namespace, name)!;
  const { parallelism = 1, completions, backoffLimit = 6, backoffLimitPerIndex } = job.spec;
  const active = snapshot
    .ownedBy(pods, job.metadata.uid)
    .filter((pod) => isPodActive(pod) && controllerOf(pod)?.uid === job.metadata.uid);
  const problems: string[] = [];
  if (active.length + created.length > parallelism)
    problems.push(`plans ${created.length} pods beside ${active.length}, for a parallelism of ${parallelism}`);
  if (isFinished(job) || job.spec.suspend) problems.push('plans pods though it is finished or suspended');
  if (backoffLimitPerIndex === undefined && (job.status?.failed ?? 0) > backoffLimit)
    problems.push('plans pods past its backoffLimit');
  if (
    completions !== undefined &&
    job.spec.completionMode !== 'Indexed' &&
    active.length + created.length + (job.status?.succeeded ?? 0) > completions
  )
    problems.push('plans more pods than it has completions');
  for (const pod of created) {
    const index = indexOf(pod);
    if (index !== undefined && [...active, ...created].filter((other) => indexOf(other) === index).length > 1)
      problems.push(`plans a second pod of index ${index}`);
  }
  return problems.map((problem) => `job ${key} ${problem}`);
}

function ofCronJob({ snapshot, key, plan }: Decision): string[] {
  const { namespace, name } = splitKey(key);
  const cronJob = snapshot.get(cronJobs, namespace, name);
  if (!cronJob || !plan.writes.some(({ verb }) => verb === 'create')) return [];
  const running = snapshot.ownedBy(jobs, cronJob.metadata.uid).filter((job) => !isFinished(job));
  if (cronJob.spec.concurrencyPolicy === 'Forbid' && running.length > 0)
    return [`cronjob ${key} forbids what it plans: ${running[0]!.metadata.name} runs`];
  return cronJob.spec.suspend ? [`cronjob ${key} is suspended, and plans a job`] : [];
}
