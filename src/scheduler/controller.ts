import { limits } from '../lib/limits.ts';
import { rfc3339 } from '../lib/clock.ts';
import type { Controller, Plan, Write } from '../machinery/reconcile.ts';
import type { Snapshot } from '../machinery/reader.ts';
import { nodes } from '../resources/core/node.ts';
import { pods, type Pod } from '../resources/core/pod.ts';
import { defaultProfile } from './profile.ts';
import { isPending } from './queue.ts';
import { schedulePods } from './schedule.ts';
import { takesRoom } from './snapshot/node-info.ts';

const key = 'scheduler';

/** Pods that nothing has happened to are looked at again after this time, should there be more than a pass can look at. */
const leftOverMs = 30_000;

/** The scheduler as a controller with one key: every reconcile is a pass over the pending pods. */
export const schedulerController: Controller = {
  name: 'scheduler',
  component: 'default-scheduler',
  triggers: [
    { resource: pods, keys: (pod: Pod, snapshot: Snapshot) => (concerns(pod, snapshot) ? [key] : []) },
    { resource: nodes, keys: () => [key] },
  ],
  reconcile(_key, snapshot, { now, random }): Plan {
    const { bindings, unschedulable, left } = schedulePods(snapshot, { random, limit: limits.podsPerSchedulingPass });
    const plan: Plan = { writes: [], events: [] };
    for (const { pod, nodeName } of bindings) {
      const { namespace = '', name, uid } = pod.metadata;
      const write: Write = { verb: 'bind', namespace, name, uid, nodeName };
      plan.writes.push(write);
      plan.events.push({
        regarding: pod,
        type: 'Normal',
        reason: 'Scheduled',
        message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
        after: write,
      });
    }
    for (const { pod, message } of unschedulable) {
      const write: Write = {
        verb: 'update',
        resource: pods,
        object: markUnschedulable(pod, message, now),
        subresource: 'status',
      };
      plan.writes.push(write);
      plan.events.push({
        regarding: pod,
        type: 'Warning',
        reason: 'FailedScheduling',
        message: shortened(message),
        after: write,
      });
    }
    if (left > 0) plan.requeueAfterMs = plan.writes.length > 0 ? 0 : leftOverMs;
    return plan;
  },
};

/** A pod that waits for a node, or one that made room by leaving its node. What else happens to a placed pod is of no interest. */
function concerns(pod: Pod, snapshot: Snapshot): boolean {
  const current = snapshot.get(pods, pod.metadata.namespace ?? '', pod.metadata.name);
  if (current?.metadata.uid !== pod.metadata.uid) return !!pod.spec.nodeName;
  return isPending(current, defaultProfile.schedulerName) || (!!pod.spec.nodeName && !takesRoom(current));
}

function markUnschedulable(pod: Pod, message: string, now: Date): Pod {
  const conditions = pod.status?.conditions ?? [];
  const current = conditions.find(({ type }) => type === 'PodScheduled');
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: current?.status === 'False' ? current.lastTransitionTime : rfc3339(now),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  const next = current ? conditions.map((other) => (other === current ? condition : other)) : [...conditions, condition];
  return { ...pod, status: { ...pod.status, conditions: next } };
}

/** Events hold this many characters of a message (upstream's NoteLengthLimit). */
const noteLengthMax = 1024;
const shortened = (message: string): string =>
  message.length <= noteLengthMax ? message : `${message.slice(0, noteLengthMax - 4)} ...`;
