import type { StatefulSet } from '../../resources/apps/statefulset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { scaledValue } from '../support/int-or-percent.ts';
import { revisionOf } from './identity.ts';
import { isUnavailable } from './status.ts';

/**
 * The pods that are deleted now because they are of an old template: those with the highest ordinals first, none below the
 * partition. Whoever made them will make them anew.
 *
 * @param pods one for each wanted ordinal, lowest first
 * @param update the name of the revision that pods ought to be of
 */
export function outdatedPods(set: StatefulSet, pods: readonly (Pod | undefined)[], update: string, now: Date): Pod[] {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  if (type === 'OnDelete') return [];
  const { partition = 0, maxUnavailable } = rollingUpdate ?? {};
  const isOutdated = (pod: Pod | undefined): pod is Pod =>
    pod !== undefined && revisionOf(pod) !== update && pod.metadata.deletionTimestamp === undefined;
  if (maxUnavailable !== undefined) {
    const allowed = Math.max(1, scaledValue(maxUnavailable, pods.length, 'down') ?? 1);
    const unavailable = pods.filter((pod) => isUnavailable(pod, set, now)).length;
    return pods.slice(partition).reverse().filter(isOutdated).slice(0, Math.max(0, allowed - unavailable));
  }
  // One at a time: what comes next waits until all with higher ordinals are up to date and available.
  const next = pods.slice(partition).findLast((pod) => isOutdated(pod) || isUnavailable(pod, set, now));
  return isOutdated(next) ? [next] : [];
}
