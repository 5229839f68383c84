import type { Snapshot } from '../../machinery/reader.ts';
import type { Plan, Write } from '../../machinery/reconcile.ts';
import type { Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { podsOnNode, readyCondition as podReadyCondition } from '../support/pods.ts';
import { readyCondition } from './health.ts';

/**
 * Adds to the plan that the pods of a node that is not heard of are not ready, so that Services leave them out. What became
 * ready after the node was lost was said by somebody who knows better.
 */
export function planPodsNotReady(plan: Plan, node: Node, snapshot: Snapshot, time: string): void {
  const ready = readyCondition(node);
  if (ready?.status !== 'Unknown') return;
  const lostAt = Date.parse(ready.lastTransitionTime ?? '');
  for (const pod of podsOnNode(snapshot, node.metadata.name)) {
    const condition = podReadyCondition(pod);
    if (condition?.status !== 'True' || Date.parse(condition.lastTransitionTime ?? '') > lostAt) continue;
    const after: Write = { verb: 'update', resource: pods, object: notReady(pod, time), subresource: 'status' };
    plan.writes.push(after);
    plan.events.push({ regarding: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', after });
  }
}

function notReady(pod: Pod, time: string): Pod {
  const conditions = (pod.status?.conditions ?? []).map((condition) =>
    condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime: time } : condition,
  );
  return { ...pod, status: { ...pod.status, conditions } };
}
