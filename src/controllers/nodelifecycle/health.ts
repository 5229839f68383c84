import type { NodeCondition } from '../../resources/core/node-status.ts';
import type { Node } from '../../resources/core/node.ts';
import { sessionAnnotation, type Lease } from '../../resources/coordination/lease.ts';

/** A node that is not heard of for this long is taken to be unreachable (as long as a kubelet's Lease lasts). */
export const graceMs = 40_000;

/** A new node has this long to say how it is. */
const startupGraceMs = 60_000;

/**
 * Who comes later than this after the end of a Lease was not there when it ended: the cluster slept, was restarted, or the
 * node's session is what kept the Lease alive. Then the node gets the grace from now on.
 */
const punctualMs = 10_000;

/** Kubelets renew their Lease by writes this often. */
const renewEveryMs = 10_000;

/** On a node: since when it is missed. */
export const missedSinceAnnotation = 'hibernetes.dev/missed-since';

/** What is known of a node's health. */
export type Health =
  /** `checkAgainMs`: in how many milliseconds it would be missed; absent while its session is open. */
  | { state: 'alive'; checkAgainMs?: number }
  /** It should have been heard of. `noted`: this was written down. */
  | { state: 'missed'; noted: boolean; checkAgainMs: number }
  | { state: 'unreachable' };

export function healthOf(node: Node, lease: Lease | undefined, now: Date): Health {
  const grace = readyCondition(node) ? graceMs : startupGraceMs;
  const overdue = now.getTime() - (lastHeardMs(node, lease) + grace);
  if (overdue < 0)
    return { state: 'alive', ...(lease?.metadata.annotations?.[sessionAnnotation] !== 'open' && { checkAgainMs: -overdue }) };
  const missedSince = Date.parse(node.metadata.annotations?.[missedSinceAnnotation] ?? '');
  if (Number.isNaN(missedSince))
    return (overdue <= punctualMs && !isKeptBySession(lease)) || isUnknown(node)
      ? { state: 'unreachable' }
      : { state: 'missed', noted: false, checkAgainMs: graceMs };
  const left = missedSince + graceMs - now.getTime();
  return left > 0 ? { state: 'missed', noted: true, checkAgainMs: left } : { state: 'unreachable' };
}

/** Whether a Lease was never renewed by writes: then the end of a session is news, however soon after the node came it is. */
const isKeptBySession = (lease: Lease | undefined): boolean =>
  lease !== undefined && Date.parse(lease.spec?.renewTime ?? '') - Date.parse(lease.metadata.creationTimestamp) < renewEveryMs;

/** The node's last sign of life: its Lease, or what it reported itself, or that it was created; in ms since the epoch. */
function lastHeardMs(node: Node, lease: Lease | undefined): number {
  const ready = readyCondition(node);
  const signs = [lease?.spec?.renewTime, ready ? ready.lastHeartbeatTime : node.metadata.creationTimestamp];
  return Math.max(-Infinity, ...signs.map((time) => Date.parse(time ?? '')).filter((ms) => !Number.isNaN(ms)));
}

export const readyCondition = (node: Node): NodeCondition | undefined =>
  node.status?.conditions?.find((condition) => condition.type === 'Ready');

const isUnknown = (node: Node) => readyCondition(node)?.status === 'Unknown';

/** The conditions that only the node itself can know. */
const reportedConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The conditions of a node that cannot be reached, or `undefined` if they say so already. `time` is a `metav1.Time`. */
export function unknownConditions(node: Node, time: string): NodeCondition[] | undefined {
  const conditions = [...(node.status?.conditions ?? [])];
  let changed = false;
  for (const type of reportedConditions) {
    const at = conditions.findIndex((condition) => condition.type === type);
    const current = conditions[at];
    if (!current)
      conditions.push({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: time,
      });
    else if (current.status !== 'Unknown')
      conditions[at] = {
        ...current,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: time,
      };
    else continue;
    changed = true;
  }
  return changed ? conditions : undefined;
}
