import { rfc3339 } from '../../lib/clock.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type EventDraft, type Plan } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { disruptionTarget, withPodCondition } from '../support/pod-conditions.ts';
import { podsOnNode } from '../support/pods.ts';
import { evictingTaints, evictionTimeMs } from './deadline.ts';

/** Before the key of a pod: it need not leave any more, which is told once. */
const cancelled = 'cancelled ';

/**
 * Deletes pods from nodes with NoExecute taints that they do not tolerate, or not any longer. Its keys are those of pods; one
 * whose time has not come is looked at again when it has. When the taint goes before, nothing has to be taken back.
 */
export const taintEvictionController: Controller = {
  name: 'taint-eviction-controller',
  component: 'taint-eviction-controller',
  triggers: [
    {
      resource: pods,
      concerns: (pod: Pod, previous: Pod) =>
        pod.spec.nodeName !== previous.spec.nodeName || !samePlain(pod.spec.tolerations, previous.spec.tolerations),
      keys: (pod: Pod, snapshot: Snapshot) => (isConcerned(pod, snapshot) ? [keyOf(pod)] : []),
    },
    {
      resource: nodes,
      concerns: (node: Node, previous: Node) => !samePlain(evictingTaints(node), evictingTaints(previous)),
      keys: keysOfNode,
    },
  ],
  reconcile(key, snapshot, { now }): Plan {
    if (key.startsWith(cancelled)) return planCancellation(key.slice(cancelled.length), snapshot);
    const { namespace, name } = splitKey(key);
    const pod = snapshot.get(pods, namespace, name);
    const node = pod?.spec.nodeName ? snapshot.get(nodes, '', pod.spec.nodeName) : undefined;
    if (!pod || !node || pod.metadata.deletionTimestamp) return emptyPlan();
    const leavesAtMs = evictionTimeMs(pod, node);
    if (leavesAtMs === undefined) return emptyPlan();
    const leftMs = leavesAtMs - now.getTime();
    return leftMs > 0 ? { ...emptyPlan(), requeueAfterMs: leftMs } : planEviction(pod, rfc3339(now));
  },
};

function isConcerned({ spec }: Pod, snapshot: Snapshot): boolean {
  const node = spec.nodeName ? snapshot.get(nodes, '', spec.nodeName) : undefined;
  return node !== undefined && evictingTaints(node).length > 0;
}

/** Called with the node as it is and as it was. Of its pods, those that have to leave, or had to. */
function keysOfNode(node: Node, snapshot: Snapshot): string[] {
  if (evictingTaints(node).length === 0) return [];
  const { name, resourceVersion } = node.metadata;
  const current = snapshot.get(nodes, '', name);
  const onNode = podsOnNode(snapshot, name);
  if (!current || current.metadata.resourceVersion === resourceVersion) return onNode.map(keyOf);
  return onNode.filter((pod) => isWaiting(pod, node) && !isWaiting(pod, current)).map((pod) => cancelled + keyOf(pod));
}

/** Whether a pod has to leave a node, but may stay for a while. */
const isWaiting = (pod: Pod, node: Node): boolean => Number.isFinite(evictionTimeMs(pod, node));

function planCancellation(key: string, snapshot: Snapshot): Plan {
  const { namespace, name } = splitKey(key);
  const pod = snapshot.get(pods, namespace, name);
  const node = pod?.spec.nodeName ? snapshot.get(nodes, '', pod.spec.nodeName) : undefined;
  const stays = pod && node && !pod.metadata.deletionTimestamp && evictionTimeMs(pod, node) === undefined;
  return { ...emptyPlan(), events: stays ? [evictionEvent(pod, `Cancelling deletion of Pod ${key}`)] : [] };
}

/** Why it goes is said on the pod first; with that written, the key comes again at once. */
function planEviction(pod: Pod, time: string): Plan {
  const { namespace = '', name, uid } = pod.metadata;
  const condition = {
    type: disruptionTarget,
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: time,
  };
  const told = pod.status?.conditions?.some(
    ({ type, status, reason }) => type === condition.type && status === 'True' && reason === condition.reason,
  );
  if (!told) {
    const object: Pod = { ...pod, status: { ...pod.status, conditions: withPodCondition(pod, condition) } };
    const writes = [{ verb: 'update', resource: pods, object, subresource: 'status' } as const];
    return { writes, events: [evictionEvent(pod, `Marking for deletion Pod ${namespace}/${name}`)], requeueAfterMs: 0 };
  }
  return { ...emptyPlan(), writes: [{ verb: 'delete', resource: pods, namespace, name, uid }] };
}

const evictionEvent = (regarding: Pod, message: string): EventDraft => ({
  regarding,
  type: 'Normal',
  reason: 'TaintManagerEviction',
  message,
});
