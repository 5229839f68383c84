import { rfc3339 } from '../../lib/clock.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { Plan, ReconcileContext, Write } from '../../machinery/reconcile.ts';
import { isConditionTrue } from '../../resources/batch/job-conditions.ts';
import { jobs, type Job, type JobCondition, type JobStatus } from '../../resources/batch/job.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { isPodFailure, planPodCreation, planPodDeletion, podFailureEvent } from '../support/pod-control.ts';
import { isPodReady } from '../support/pods.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { account } from './accounting.ts';
import { jobCondition, withJobCondition } from './conditions.ts';
import { podChanges, podsPerPlanMax } from './manage.ts';
import { newPod } from './new-pod.ts';
import { isTracked, untracked } from './pod-facts.ts';
import { completionsReached, deadlineMs, judge, type Verdict } from './verdict.ts';
import { viewOf, type JobView } from './view.ts';

/**
 * The next step of a job that has claimed its pods. What is decided goes into the status first and is acted upon when it is
 * there, so nothing is counted twice or forgotten, wherever it is interrupted.
 */
export function syncJob(job: Job, claimed: readonly Pod[], snapshot: Snapshot, context: ReconcileContext): Plan {
  const { now } = context;
  const view = viewOf(job, claimed, !isNamespaceTerminating(snapshot, job.metadata.namespace ?? ''));
  const startTime = job.status?.startTime ?? (job.spec.suspend ? undefined : rfc3339(now));
  const startedMs = startTime === undefined ? undefined : Date.parse(startTime);
  const plan: Plan = { writes: [], events: [] };

  let verdict = judge(view, startedMs, now);
  const left = verdict ? endPods(plan, view, verdict) : managePods(plan, view, snapshot, context);
  const { completions } = job.spec;
  const isEnough = completions === undefined ? view.succeeded > 0 : view.succeeded >= completions;
  if (!verdict && isEnough && left.active === 0) verdict = completionsReached;

  const { counters, release } = account(view, verdict);
  const times =
    verdict || job.metadata.deletionTimestamp
      ? { startTime: startTime ?? startOfEnding(verdict, now), conditions: job.status?.conditions }
      : suspension(job, left, startTime, now);
  const base: JobStatus = {
    ...counters,
    ...(left.active > 0 && { active: left.active }),
    ready: left.ready,
    terminating: left.terminating,
    ...(times.startTime && { startTime: times.startTime }),
    ...(times.conditions?.length && { conditions: times.conditions }),
  };
  const status = verdict ? withVerdict(base, view, verdict, now) : base;
  for (const pod of release.filter((candidate) => !left.deleted.has(candidate)))
    plan.writes.push({ verb: 'update', resource: pods, object: untracked(pod) });
  if (!sameStatus(job.status, status)) planStatus(plan, job, status);

  const deadline = verdict ? undefined : deadlineMs(job, startedMs);
  if (deadline !== undefined) wakeIn(plan, deadline - now.getTime());
  return plan;
}

/** The pods that are left after a step. */
interface Left {
  active: number;
  ready: number;
  terminating: number;
  /** What the step deletes. */
  deleted: ReadonlySet<Pod>;
}

function leftAfter({ active, terminating }: JobView, deleted: readonly Pod[], created = 0): Left {
  const gone = new Set(deleted);
  const staying = active.filter((pod) => !gone.has(pod));
  return {
    active: staying.length + created,
    ready: staying.filter(isPodReady).length,
    terminating: terminating.length + gone.size,
    deleted: gone,
  };
}

/** Ends what still runs of a job whose end is decided. Of one that has failed, it has failed too, and is counted. */
function endPods(plan: Plan, view: JobView, verdict: Verdict): Left {
  if (!verdict.isNoted) return leftAfter(view, []);
  if (verdict.type === 'SuccessCriteriaMet') return giveUp(plan, view, view.active);
  for (const pod of view.active) planPodDeletion(plan, view.job, pod);
  return leftAfter(view, view.active);
}

/** Removes pods that count for nothing: first their finalizer, so that their end is not taken for a failure, then they. */
function giveUp(plan: Plan, view: JobView, unwanted: readonly Pod[]): Left {
  const held = unwanted.filter(isTracked);
  if (held.length > 0) {
    for (const pod of held) plan.writes.push({ verb: 'update', resource: pods, object: untracked(pod) });
    return { ...leftAfter(view, []), deleted: new Set(held) };
  }
  for (const pod of unwanted) planPodDeletion(plan, view.job, pod);
  return leftAfter(view, unwanted);
}

function managePods(plan: Plan, view: JobView, snapshot: Snapshot, { now, random, failures }: ReconcileContext): Left {
  const { job } = view;
  const { metadata } = job;
  if (metadata.deletionTimestamp) return leftAfter(view, []);
  const { create, remove, waitMs } = podChanges(view, now);
  if (waitMs !== undefined) wakeIn(plan, waitMs);
  if (remove.length > 0) return giveUp(plan, view, remove);
  const namespace = metadata.namespace ?? '';
  if (create.length === 0 || isNamespaceTerminating(snapshot, namespace)) return leftAfter(view, []);

  // After a failure one pod finds out whether it has passed: a quota would refuse all the others as well.
  const failure = failures.find((error) => isPodFailure(error, jobs));
  if (failure) plan.events.push(podFailureEvent(job, 'FailedCreate', failure.message));
  const names = new Set<string>();
  const isTaken = (name: string) => names.has(name) || snapshot.get(pods, namespace, name) !== undefined;
  for (const index of failure ? create.slice(0, 1) : create) {
    const pod = newPod(job, index, index === undefined ? undefined : view.awaitingReplacement.get(index), random, isTaken);
    names.add(pod.metadata.name!);
    planPodCreation(plan, job, pod);
  }
  if (create.length === podsPerPlanMax) wakeIn(plan, 0);
  // Pods that may be refused again do not count before they are there.
  return leftAfter(view, [], failure ? 0 : create.length);
}

type Times = Pick<JobStatus, 'startTime' | 'conditions'>;

/** The condition Suspended. The time of a job begins anew when it is resumed. */
function suspension(job: Job, left: Left, startTime: string | undefined, now: Date): Times {
  const { conditions } = job.status ?? {};
  if (job.spec.suspend) {
    if (left.active > 0 || isConditionTrue(job, 'Suspended')) return { startTime, conditions };
    return { conditions: withJobCondition(conditions, jobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', now)) };
  }
  const resumed = withJobCondition(conditions, jobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', now));
  return { conditions: resumed, startTime: isConditionTrue(job, 'Suspended') ? rfc3339(now) : startTime };
}

/** Notes the verdict, and the end itself once every pod is counted and gone. */
function withVerdict(status: JobStatus, view: JobView, verdict: Verdict, now: Date): JobStatus {
  const { type, reason, message, isNoted } = verdict;
  let conditions: JobCondition[] = status.conditions ?? [];
  if (!isNoted) conditions = withJobCondition(conditions, jobCondition(type, 'True', reason, message, now));
  const isOver = !status.active && !status.terminating && !view.pods.some(isTracked);
  if (!isOver) return { ...status, conditions };
  const end = jobCondition(type === 'FailureTarget' ? 'Failed' : 'Complete', 'True', reason, message, now);
  return {
    ...status,
    conditions: withJobCondition(conditions, end),
    ...(end.type === 'Complete' && { completionTime: notBefore(status.startTime, rfc3339(now)) }),
  };
}

/** A suspended job has no start, but what its last pods come to may end it, and a job that has ended must have one. */
const startOfEnding = (verdict: Verdict | undefined, now: Date): string | undefined => (verdict ? rfc3339(now) : undefined);

/** The clock may have been set back since the start; a job that ends before it begins would be invalid. */
const notBefore = (start: string | undefined, time: string): string => (start !== undefined && start > time ? start : time);

const statusSchema = jobs.schema.fields['status']!.schema;
const sameStatus = (a: JobStatus | undefined, b: JobStatus) => semanticEqual(statusSchema, a ?? {}, b);

/** Writes the status, with the events that tell of its changes. */
function planStatus(plan: Plan, job: Job, status: JobStatus): void {
  const object: Job = { ...job, status };
  const after: Write = { verb: 'update', subresource: 'status', resource: jobs, object };
  plan.writes.push(after);
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    plan.events.push({ regarding: job, type, reason, message, after });
  const before = job.status?.conditions ?? [];
  for (const { type, status: value, reason = '', message = '' } of status.conditions ?? []) {
    if (before.some((condition) => condition.type === type && condition.status === value)) continue;
    if (type === 'Suspended') tell('Normal', value === 'True' ? 'Suspended' : 'Resumed', message);
    else if (type === 'Failed') tell('Warning', reason, message);
    else if (type === 'Complete') {
      const { completions } = job.spec;
      if (completions !== undefined && (status.succeeded ?? 0) > completions)
        tell('Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
      tell('Normal', 'Completed', 'Job completed');
    }
  }
}

function wakeIn(plan: Plan, delayMs: number): void {
  plan.requeueAfterMs = Math.min(plan.requeueAfterMs ?? Infinity, Math.max(0, delayMs));
}
