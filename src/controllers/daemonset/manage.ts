/** Which pods there have to be, whatever update is under way: upstream's `manage`. */
import type { EventDraft } from '../../machinery/reconcile.ts';
import type { DaemonSet } from '../../resources/apps/daemonset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { revisionLabel } from '../history/revision.ts';
import { isPodAvailable, isPodReady } from '../support/pods.ts';
import { backOffMs, failuresAfter } from './back-off.ts';
import { byPlaceAndAge } from './daemon-pods.ts';
import type { DaemonActions, DaemonState } from './nodes.ts';
import { surgeOf } from './rolling-update.ts';

export interface Managed extends DaemonActions {
  events: EventDraft[];
  /** When a failed pod may be replaced that had to be left for now. */
  retryAfterMs?: number;
}

/** Pods that are missing on a node, and pods that ought not to be there. */
export function manage(state: DaemonState): Managed {
  const managed: Managed = { create: [], delete: [], events: [] };
  for (const [nodeName, placement] of state.nodes) {
    const pods = state.pods.get(nodeName);
    if (placement.shouldContinue) manageNode(state, nodeName, placement.shouldRun, pods ?? [], managed);
    else managed.delete.push(...(pods ?? []).filter(isStaying));
  }
  // The scheduler can never bring these to their node, and nobody else looks after them.
  for (const [nodeName, pods] of state.pods)
    if (!state.nodes.has(nodeName)) managed.delete.push(...pods.filter((pod) => !pod.spec.nodeName && isStaying(pod)));
  return managed;
}

const isStaying = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined;

function manageNode(
  state: DaemonState,
  nodeName: string,
  shouldRun: boolean,
  pods: readonly Pod[],
  managed: Managed,
): void {
  const { set, hash, now } = state;
  let failures = 0;
  const ended: Pod[] = [];
  const left: Pod[] = [];
  const running: Pod[] = [];
  for (const pod of pods.filter(isStaying)) {
    const { phase } = pod.status ?? {};
    if (phase === 'Failed') {
      const waitMs = backOffMs(pod, hash, now);
      if (waitMs > 0) {
        managed.retryAfterMs = Math.min(managed.retryAfterMs ?? waitMs, waitMs);
        left.push(pod);
        continue;
      }
      failures = Math.max(failures, failuresAfter(pod, hash, now));
      managed.events.push(endedEvent(set, pod, nodeName, 'failed'));
      ended.push(pod);
    } else if (phase === 'Succeeded') {
      managed.events.push(endedEvent(set, pod, nodeName, 'succeeded'));
      ended.push(pod);
    } else running.push(pod);
  }
  managed.delete.push(...ended);
  const surges = surgeOf(set, 1) > 0;
  // One that is on its way out still runs: only a surge lets another one start beside it.
  const isFree = ended.length === pods.length || (surges && running.length + left.length === 0);
  if (shouldRun && isFree) managed.create.push({ nodeName, failures });
  if (running.length > 1) managed.delete.push(...(surges ? beyondSurge(state, running) : running.sort(byPlaceAndAge).slice(1)));
}

/**
 * With a surge there may be two pods on a node: the oldest of the current template, while that is not available yet, and one of
 * another, while that is ready. That is the oldest ready one: one that never served may be older by a clock that was set back.
 */
function beyondSurge({ set, hash, now }: DaemonState, running: Pod[]): Pod[] {
  running.sort(byPlaceAndAge);
  const newest = running.find(({ metadata }) => metadata.labels?.[revisionLabel] === hash);
  const others = running.filter(({ metadata }) => metadata.labels?.[revisionLabel] !== hash);
  const old = others.find(isPodReady) ?? others[0];
  const surplus = running.filter((pod) => pod !== newest && pod !== old);
  if (!newest || !old) return surplus;
  const isReplaced = !isPodReady(old) || isPodAvailable(newest, set.spec.minReadySeconds ?? 0, now);
  return isReplaced ? [...surplus, old] : surplus;
}

function endedEvent(set: DaemonSet, { metadata }: Pod, nodeName: string, how: 'failed' | 'succeeded'): EventDraft {
  const what = `Found ${how} daemon pod ${metadata.namespace}/${metadata.name} on node ${nodeName}, will try to`;
  return how === 'failed'
    ? { regarding: set, type: 'Warning', reason: 'FailedDaemonPod', message: `${what} kill it` }
    : { regarding: set, type: 'Normal', reason: 'SucceededDaemonPod', message: `${what} delete it` };
}
