import { rfc3339 } from '../../lib/clock.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { PodCondition } from '../../resources/shared/pod-status.ts';
import { disruptionTarget, withPodCondition } from '../support/pod-conditions.ts';
import { isPodTerminal, podsOnNode } from '../support/pods.ts';
import { isPodOutOfService, isOutOfService } from './out-of-service.ts';
import { planTerminated } from './terminated.ts';

/** For how long a node may be gone before its pods are given up. */
const quarantineMs = 40_000;

const orphanReason = 'DeletionByPodGC';

/** The one key that is about all pods that have ended. */
const terminatedKey = 'terminated';

/**
 * Deletes pods that no kubelet will ever end: those whose node is gone, those that are being deleted but never had one, and
 * those that are being deleted from a node that is out of service. Since when a node is missed is written on its pods, as
 * the condition DisruptionTarget. Its keys are those of pods; one more is for pods that have ended, of which only so many
 * are kept.
 */
export const podGcController: Controller = {
  name: 'podgc',
  component: 'pod-garbage-collector',
  triggers: [
    { resource: pods, keys: (pod: Pod, snapshot: Snapshot) => (needsLook(pod, snapshot) ? [keyOf(pod)] : []) },
    {
      resource: pods,
      concerns: (pod: Pod, previous: Pod) => isPodTerminal(pod) && !isPodTerminal(previous),
      keys: (pod: Pod) => (isPodTerminal(pod) ? [terminatedKey] : []),
    },
    { resource: nodes, keys: podKeysOfNode },
  ],
  reconcile(key, snapshot, { now }): Plan {
    if (key === terminatedKey) return planTerminated(snapshot);
    const { namespace, name } = splitKey(key);
    const pod = snapshot.get(pods, namespace, name);
    if (!pod) return emptyPlan();
    const mark = orphanMark(pod);
    if (!isOrphaned(pod, snapshot)) {
      if (pod.metadata.deletionTimestamp && (!pod.spec.nodeName || isPodOutOfService(pod, snapshot)))
        return giveUp(pod, undefined);
      if (!mark) return emptyPlan();
      // The node is back.
      return writeStatus(pod, {
        conditions: withPodCondition(pod, { ...mark, status: 'False', lastTransitionTime: rfc3339(now) }),
      });
    }
    const lastTransitionTime = mark?.lastTransitionTime ?? rfc3339(now);
    const condition: PodCondition = {
      type: disruptionTarget,
      status: 'True',
      reason: orphanReason,
      message: 'PodGC: node no longer exists',
      lastTransitionTime,
    };
    const leftMs = Date.parse(lastTransitionTime) + quarantineMs - now.getTime();
    if (!mark) return { ...writeStatus(pod, { conditions: withPodCondition(pod, condition) }), requeueAfterMs: quarantineMs };
    if (leftMs > 0) return { ...emptyPlan(), requeueAfterMs: leftMs };
    return giveUp(pod, condition);
  },
};

const isOrphaned = ({ spec }: Pod, snapshot: Snapshot): boolean => !!spec.nodeName && !snapshot.get(nodes, '', spec.nodeName);

function needsLook(pod: Pod, snapshot: Snapshot): boolean {
  if (!pod.spec.nodeName) return pod.metadata.deletionTimestamp !== undefined;
  return isOrphaned(pod, snapshot) || orphanMark(pod) !== undefined || isPodOutOfService(pod, snapshot);
}

/** A node that went, or that is out of service. That one came back is seen when its pods are looked at again. */
function podKeysOfNode({ metadata: { name } }: Node, snapshot: Snapshot): string[] {
  const node = snapshot.get(nodes, '', name);
  if (!node) return podsOnNode(snapshot, name).map(keyOf);
  if (!isOutOfService(node)) return [];
  return podsOnNode(snapshot, name)
    .filter(({ metadata }) => metadata.deletionTimestamp)
    .map(keyOf);
}

const orphanMark = (pod: Pod): PodCondition | undefined =>
  pod.status?.conditions?.find(
    ({ type, status, reason }) => type === disruptionTarget && status === 'True' && reason === orphanReason,
  );

function writeStatus(pod: Pod, changes: Partial<NonNullable<Pod['status']>>): Plan {
  const object: Pod = { ...pod, status: { ...pod.status, ...changes } };
  return { ...emptyPlan(), writes: [{ verb: 'update', resource: pods, object, subresource: 'status' }] };
}

/** Nobody else will say that the pod has ended: it is said first, and then the pod is deleted without waiting. */
function giveUp(pod: Pod, condition: PodCondition | undefined): Plan {
  if (!isPodTerminal(pod))
    return writeStatus(pod, { phase: 'Failed', ...(condition && { conditions: withPodCondition(pod, condition) }) });
  const { namespace = '', name, uid } = pod.metadata;
  return { ...emptyPlan(), writes: [{ verb: 'delete', resource: pods, namespace, name, uid, gracePeriodSeconds: 0 }] };
}
