import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { PodStatus } from '../../resources/shared/pod-status.ts';
import type { RuntimePod } from '../runtimes/runtime.ts';
import type { Rejection } from './admission.ts';
import { goSeconds, waitUntilMs, type Backoff } from './backoff.ts';
import { isInitDone, isSidecar, latest, shouldRestart, shouldRestartInit } from './containers.ts';
import { podStatus, type Waiting } from './pod-status.ts';

/** One thing to do for a pod. */
export type Step =
  | { do: 'run-sandbox' }
  /** Fetches the container's image in the background. */
  | { do: 'pull'; container: Container; attempt: number }
  /** `failedAtMs`: when the start before ended, for the back-off. */
  | { do: 'start'; container: Container; attempt: number; failedAtMs?: number }
  /** Ends a container in the background. */
  | { do: 'stop'; id: string; container: string; graceMs: number }
  | { do: 'stop-sandbox'; id: string }
  | { do: 'remove-container'; id: string };

/** What the last try to fetch a container's image came to, for which start of the container. */
export type Pull =
  | { state: 'pulling'; backoff?: Backoff }
  | { state: 'pulled'; attempt: number }
  | { state: 'failed'; error: string; failedAtMs: number; backoff: Backoff };

/** What the kubelet remembers of a pod and no one else knows. Lost with the agent, as upstream's. */
export interface PodMemory {
  /** By container. */
  readonly backoffs: ReadonlyMap<string, Backoff>;
  readonly pulls: ReadonlyMap<string, Pull>;
  /** The grace periods of containers that are being stopped, by id. */
  readonly stopping: ReadonlyMap<string, number>;
}

export interface DecideInput {
  pod: Pod;
  runtime: RuntimePod;
  memory: PodMemory;
  runtimeName: string;
  hostIP: string | undefined;
  /** Why the pod is not run here, if so. */
  rejection?: Rejection;
  now: Date;
}

export interface PodDecision {
  /** To be done in order; then decide again. */
  steps: Step[];
  /** What to report once there are no steps left. */
  status: PodStatus;
  /** Containers that wait out a back-off, for the event about it. */
  backingOff: { container: Container; reason: 'CrashLoopBackOff' | 'ImagePullBackOff' }[];
  /** Everything has ended and was cleaned up: a pod that is being deleted can be removed for good. */
  isFinished: boolean;
  /** When to decide again though nothing happens. */
  dueAtMs?: number;
}

/**
 * What to do next for a pod and what to say about it, from its object and what the runtime shows. Decides the same
 * whenever asked: the agent calls it after every change of either and after every round of steps.
 */
export function decide(input: DecideInput): PodDecision {
  const { pod, runtime, now } = input;
  const nowMs = now.getTime();
  const deadlineMs = deadlineOf(pod);
  const isDeleted = pod.metadata.deletionTimestamp !== undefined;
  const isOver = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' || isWorkDone(pod, runtime);
  const isPastDeadline = !isOver && deadlineMs !== undefined && nowMs >= deadlineMs;
  if (input.rejection && !isOver) {
    const { reason, message } = input.rejection;
    return terminate(input, { reason, message: `Pod was rejected: ${message}` });
  }
  if (isDeleted || isOver || isPastDeadline) return terminate(input, isPastDeadline ? deadlineExceeded : undefined);

  const plan: Plan = { steps: [], waiting: new Map(), backingOff: [], dueAtMs: deadlineMs };
  if (runtime.sandbox?.isReady) startContainers(input, plan);
  else plan.steps.push({ do: 'run-sandbox' });
  for (const container of runtime.containers) {
    const newest = latest(runtime, container.name);
    // One ended start is kept beside the newest: it is the container's last state.
    if (newest && container.attempt < newest.attempt - 1) plan.steps.push({ do: 'remove-container', id: container.id });
  }
  return {
    steps: plan.steps,
    status: podStatus({ ...input, waiting: plan.waiting, isTerminal: false }),
    backingOff: plan.backingOff,
    isFinished: false,
    dueAtMs: plan.dueAtMs,
  };
}

interface Plan {
  steps: Step[];
  waiting: Map<string, Waiting>;
  backingOff: PodDecision['backingOff'];
  dueAtMs?: number;
}

/** Stops what runs: sidecars after everything else. Then the sandbox. */
function terminate(input: DecideInput, failure: { reason: string; message: string } | undefined): PodDecision {
  const { pod, runtime, memory } = input;
  const graceMs = 1000 * (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
  const isSidecarName = (name: string) => pod.spec.initContainers?.some((init) => init.name === name && isSidecar(init));
  const running = runtime.containers.filter((container) => !container.exit);
  const first = running.filter((container) => !isSidecarName(container.name));
  const steps: Step[] = (first.length > 0 ? first : running)
    // A deletion may be repeated with less patience.
    .filter(({ id }) => graceMs < (memory.stopping.get(id) ?? Infinity))
    .map(({ id, name }) => ({ do: 'stop', id, container: name, graceMs }));
  const hasEnded = running.length === 0;
  if (hasEnded && runtime.sandbox?.isReady) steps.push({ do: 'stop-sandbox', id: runtime.sandbox.id });
  return {
    steps,
    status: podStatus({ ...input, waiting: new Map(), isTerminal: hasEnded, failure }),
    backingOff: [],
    isFinished: hasEnded && !runtime.sandbox?.isReady,
  };
}

function startContainers(input: DecideInput, plan: Plan): void {
  const { pod, runtime } = input;
  const haveStarted = pod.spec.containers.some(({ name }) => latest(runtime, name));
  for (const container of pod.spec.initContainers ?? []) {
    const newest = latest(runtime, container.name);
    if (newest) wakeAt(plan, newest.exit ? undefined : newest.health.changesAtMs);
    const isRunning = newest && !newest.exit;
    const mayStart = !newest || (newest.exit && (isSidecar(container) || shouldRestartInit(pod, container, newest.exit.code)));
    // Init containers that have run are not run again beside the containers they prepared.
    if (!isRunning && mayStart && (isSidecar(container) || !haveStarted)) start(input, plan, container);
    if (!haveStarted && !isInitDone(container, newest)) return;
  }
  for (const container of pod.spec.containers) {
    const newest = latest(runtime, container.name);
    if (!newest || (newest.exit && shouldRestart(pod, container, newest.exit.code))) start(input, plan, container);
    else if (!newest.exit) wakeAt(plan, newest.health.changesAtMs);
  }
}

/** Starts a container, or says what it waits for. */
function start(input: DecideInput, plan: Plan, container: Container): void {
  const { pod, runtime, memory, now } = input;
  const nowMs = now.getTime();
  const ended = latest(runtime, container.name);
  const attempt = ended ? ended.attempt + 1 : 0;
  const backoff = memory.backoffs.get(container.name);
  const failedAtMs = ended?.exit?.finishedAtMs;
  const until = failedAtMs === undefined ? undefined : waitUntilMs(backoff, failedAtMs);
  if (until !== undefined && nowMs < until) {
    const message = `back-off ${goSeconds(backoff!.delayMs)} restarting failed container=${container.name} pod=${podTitle(pod)}`;
    plan.waiting.set(container.name, { reason: 'CrashLoopBackOff', message });
    plan.backingOff.push({ container, reason: 'CrashLoopBackOff' });
    return wakeAt(plan, until);
  }
  const pull = memory.pulls.get(container.name);
  if (pull?.state === 'pulling') return;
  if (pull?.state === 'failed') {
    const retryAtMs = pull.failedAtMs + pull.backoff.delayMs;
    if (nowMs < retryAtMs) {
      // The error itself is shown for a moment, then the wait for the next try.
      const backsOffAtMs = pull.failedAtMs + pullErrorShownMs;
      const isBackingOff = nowMs >= backsOffAtMs;
      const message = isBackingOff ? `Back-off pulling image "${container.image}": ErrImagePull: ${pull.error}` : pull.error;
      plan.waiting.set(container.name, { reason: isBackingOff ? 'ImagePullBackOff' : 'ErrImagePull', message });
      if (isBackingOff) plan.backingOff.push({ container, reason: 'ImagePullBackOff' });
      return wakeAt(plan, isBackingOff ? retryAtMs : backsOffAtMs);
    }
  }
  if (pull?.state === 'pulled' && pull.attempt === attempt) plan.steps.push({ do: 'start', container, attempt, failedAtMs });
  else plan.steps.push({ do: 'pull', container, attempt });
}

const pullErrorShownMs = 2_000;

function wakeAt(plan: Plan, atMs: number | undefined): void {
  if (atMs !== undefined) plan.dueAtMs = Math.min(plan.dueAtMs ?? Infinity, atMs);
}

/** A pod as upstream's messages name it. */
export const podTitle = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** Whether nothing of the pod will ever start again: all its containers have ended for good, or an init container has failed for good. */
function isWorkDone(pod: Pod, runtime: RuntimePod): boolean {
  const exitCode = (container: Container) => latest(runtime, container.name)?.exit?.code;
  const hasFailedInit = (pod.spec.initContainers ?? []).some((container) => {
    const code = exitCode(container);
    return !isSidecar(container) && code !== undefined && code !== 0 && !shouldRestartInit(pod, container, code);
  });
  return (
    hasFailedInit ||
    pod.spec.containers.every((container) => {
      const code = exitCode(container);
      return code !== undefined && !shouldRestart(pod, container, code);
    })
  );
}

const deadlineExceeded = {
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

function deadlineOf(pod: Pod): number | undefined {
  const { activeDeadlineSeconds } = pod.spec;
  const startedAtMs = Date.parse(pod.status?.startTime ?? '');
  return activeDeadlineSeconds === undefined || Number.isNaN(startedAtMs)
    ? undefined
    : startedAtMs + activeDeadlineSeconds * 1000;
}
