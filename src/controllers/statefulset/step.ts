/**
 * One step of a StatefulSet: upstream's `updateStatefulSet`. OrderedReady does one thing after the other and waits for its
 * outcome; Parallel does all at once. Claims are written before the pods that need them: the next step does the pods.
 */
import type { Snapshot } from '../../machinery/reader.ts';
import type { StatefulSet } from '../../resources/apps/statefulset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { isPodTerminal } from '../support/pods.ts';
import { writesPerPlanMax, type Actions } from './actions.ts';
import { existingClaims, missingClaims } from './claims.ts';
import { newPod, ordinalOf, replicasOf, startOf, withIdentity } from './identity.ts';
import { templateOf } from '../history/revision.ts';
import { hasConflictingController, isStale, withRetention } from './retention.ts';
import { outdatedPods } from './rolling-update.ts';
import { isRunningAndReady, isUnavailable, type Revisions } from './status.ts';

/** The pods of a set, by whether it wants them. */
export interface Members {
  /**
   * One for each wanted ordinal, lowest first; `undefined` where there is none yet. Of those there are not, no more than a
   * plan can deal with: a set may want two billion pods.
   */
  wanted: readonly (Pod | undefined)[];
  /** Those with other ordinals, highest first. */
  condemned: readonly Pod[];
}

export function membersOf(set: StatefulSet, pods: readonly Pod[]): Members {
  const start = startOf(set);
  const replicas = replicasOf(set);
  const indexOf = (pod: Pod) => ordinalOf(set, pod)! - start;
  const isWanted = (pod: Pod) => indexOf(pod) >= 0 && indexOf(pod) < replicas;
  const count = Math.min(replicas, pods.length + writesPerPlanMax + 1);
  const wanted = Array<Pod | undefined>(count).fill(undefined);
  for (const pod of pods) if (isWanted(pod) && indexOf(pod) < count) wanted[indexOf(pod)] = pod;
  const condemned = pods.filter((pod) => !isWanted(pod));
  condemned.sort((a, b) => ordinalOf(set, b)! - ordinalOf(set, a)!);
  return { wanted, condemned };
}

export interface Step {
  set: StatefulSet;
  members: Members;
  revisions: Revisions;
  snapshot: Snapshot;
  now: Date;
  actions: Actions;
}

/** Adds what is to be done now to the actions. Returns how many pods of an old template go for an update. */
export function planStep(step: Step): number {
  const { set, members, actions } = step;
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  for (const [index, pod] of members.wanted.entries()) {
    if (actions.isFull) return 0;
    const isSettled = settleWanted(step, startOf(set) + index, pod, ordered);
    if (!isSettled && ordered) return 0;
  }
  const claimsBefore = actions.plan.writes.length;
  for (const pod of members.condemned) updateRetention(step, pod, true);
  // The claims that go with a pod have to be its own before it goes.
  if (actions.plan.writes.length > claimsBefore) return 0;
  if (ordered && members.condemned.length > 0) {
    condemnHighest(step);
    return 0;
  }
  for (const pod of members.condemned) if (!pod.metadata.deletionTimestamp && !actions.isFull) actions.deletePod(pod);
  if (actions.isFull) return 0;
  const outdated = outdatedPods(set, members.wanted, step.revisions.update.metadata.name, step.now);
  for (const pod of outdated) actions.deletePod(pod);
  return outdated.length;
}

/** Brings one wanted pod closer to what it ought to be. Says whether the next one may be looked at when order matters. */
function settleWanted(step: Step, ordinal: number, pod: Pod | undefined, ordered: boolean): boolean {
  const { set, snapshot, now, actions } = step;
  if (!pod) {
    createWanted(step, ordinal);
    return false;
  }
  const isGoing = pod.metadata.deletionTimestamp !== undefined;
  if (isPodTerminal(pod)) {
    // However it ended (an eviction, a node's restart), a pod of this ordinal has to run.
    if (!isGoing) actions.deletePod(pod);
    return false;
  }
  if (pod.status?.phase === 'Pending')
    for (const claim of missingClaims(set, ordinal, snapshot)) actions.createClaim(claim, pod.metadata.name);
  if (ordered && (isGoing || !isRunningAndReady(pod) || isUnavailable(pod, set, now))) return false;
  const identified = withIdentity(pod, ordinal);
  if (identified) actions.updatePod(identified);
  updateRetention(step, pod, false);
  return true;
}

function createWanted({ set, revisions, snapshot, actions }: Step, ordinal: number): void {
  const isCurrent = ordinal < startOf(set) + keptReplicas(set);
  const template = isCurrent ? templateOf(revisions.current) : set.spec.template;
  const draft = newPod(set, template, (isCurrent ? revisions.current : revisions.update).metadata.name, ordinal);
  const podName = draft.metadata.name!;
  const claims = existingClaims(set, ordinal, snapshot);
  if (claims.some((claim) => isStale(claim, set, podName))) return;
  const missing = missingClaims(set, ordinal, snapshot);
  for (const claim of missing) actions.createClaim(claim, podName);
  const going = claims.find((claim) => claim.metadata.deletionTimestamp !== undefined);
  if (going) actions.warnBlocked(podName, `pvc ${going.metadata.name} is being deleted`);
  else if (missing.length === 0) actions.createPod(draft);
}

/** How many pods, from the first, are made from the current revision even if there is a newer one. */
function keptReplicas({ spec, status }: StatefulSet): number {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (rollingUpdate) return rollingUpdate.partition ?? 0;
  return type === 'RollingUpdate' ? (status?.currentReplicas ?? 0) : 0;
}

/** The highest ordinal goes first, and only while no lower one needs the others' help; a lower one may be what is broken. */
function condemnHighest({ set, members: { condemned }, now, actions }: Step): void {
  const highest = condemned[0]!;
  const firstUnavailable = condemned.findLast((pod) => isUnavailable(pod, set, now));
  if (highest.metadata.deletionTimestamp) return;
  const isAvailable = isRunningAndReady(highest) && !isUnavailable(highest, set, now);
  if (isAvailable || highest === firstUnavailable) actions.deletePod(highest);
}

/** Has the claims of a pod owned by whom the retention policy says. */
function updateRetention({ set, snapshot, actions }: Step, pod: Pod, scaledAway: boolean): void {
  for (const claim of existingClaims(set, ordinalOf(set, pod)!, snapshot)) {
    const owned = withRetention(claim, set, pod, scaledAway);
    if (!owned) continue;
    if (hasConflictingController(claim, set, pod))
      actions.warn(
        'ConflictingController',
        `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a manging controller, ` +
          'the retention policy is ignored for this claim',
      );
    actions.updateClaim(owned);
  }
}

