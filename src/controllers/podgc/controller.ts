import { rfc3339 } from '../../lib/clock.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { PodCondition } from '../../resources/shared/pod-status.ts';
import { isPodTerminal } from '../support/pods.ts';

/** For how long a node may be gone before its pods are given up. */
const quarantineMs = 40_000;

const disruptionTarget = 'DisruptionTarget';
const orphanReason = 'DeletionByPodGC';

/**
 * Deletes pods that no kubelet will ever end: those whose node is gone, and those that are being deleted but never had
 * one. Since when a node is missed is written on its pods, as the condition DisruptionTarget. Its keys are those of pods.
 */
export const podGcController: Controller = {
  name: 'podgc',
  component: 'pod-garbage-collector',
  triggers: [
    { resource: pods, keys: (pod: Pod, snapshot: Snapshot) => (needsLook(pod, snapshot) ? [keyOf(pod)] : []) },
    { resource: nodes, keys: podKeysOfNode },
  ],
  reconcile(key, snapshot, { now }): Plan {
    const { namespace, name } = splitKey(key);
    const pod = snapshot.get(pods, namespace, name);
    if (!pod) return emptyPlan();
    const mark = orphanMark(pod);
    if (!isOrphaned(pod, snapshot)) {
      if (pod.metadata.deletionTimestamp && !pod.spec.nodeName) return giveUp(pod, undefined);
      if (!mark) return emptyPlan();
      // The node is back.
      return writeStatus(pod, { conditions: withCondition(pod, { ...mark, status: 'False', lastTransitionTime: rfc3339(now) }) });
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
    if (!mark) return { ...writeStatus(pod, { conditions: withCondition(pod, condition) }), requeueAfterMs: quarantineMs };
    if (leftMs > 0) return { ...emptyPlan(), requeueAfterMs: leftMs };
    return giveUp(pod, condition);
  },
};

const isOrphaned = ({ spec }: Pod, snapshot: Snapshot): boolean => !!spec.nodeName && !snapshot.get(nodes, '', spec.nodeName);

function needsLook(pod: Pod, snapshot: Snapshot): boolean {
  if (!pod.spec.nodeName) return pod.metadata.deletionTimestamp !== undefined;
  return isOrphaned(pod, snapshot) || orphanMark(pod) !== undefined;
}

/** Only a node that went is of interest. That one came back is seen when its pods are looked at again. */
function podKeysOfNode({ metadata: { name } }: Node, snapshot: Snapshot): string[] {
  if (snapshot.get(nodes, '', name)) return [];
  const orphaned = snapshot.list(pods).filter(({ spec }) => spec.nodeName === name);
  return orphaned.map(keyOf);
}

const orphanMark = (pod: Pod): PodCondition | undefined =>
  pod.status?.conditions?.find(
    ({ type, status, reason }) => type === disruptionTarget && status === 'True' && reason === orphanReason,
  );

function withCondition(pod: Pod, condition: PodCondition): PodCondition[] {
  const conditions = pod.status?.conditions ?? [];
  const { generation } = pod.metadata;
  const next = { ...condition, ...(generation !== undefined && { observedGeneration: generation }) };
  return conditions.some(({ type }) => type === condition.type)
    ? conditions.map((other) => (other.type === condition.type ? next : other))
    : [...conditions, next];
}

function writeStatus(pod: Pod, changes: Partial<NonNullable<Pod['status']>>): Plan {
  const object: Pod = { ...pod, status: { ...pod.status, ...changes } };
  return { ...emptyPlan(), writes: [{ verb: 'update', resource: pods, object, subresource: 'status' }] };
}

/** Nobody else will say that the pod has ended: it is said first, and then the pod is deleted without waiting. */
function giveUp(pod: Pod, condition: PodCondition | undefined): Plan {
  if (!isPodTerminal(pod))
    return writeStatus(pod, { phase: 'Failed', ...(condition && { conditions: withCondition(pod, condition) }) });
  const { namespace = '', name, uid } = pod.metadata;
  return { ...emptyPlan(), writes: [{ verb: 'delete', resource: pods, namespace, name, uid, gracePeriodSeconds: 0 }] };
}
