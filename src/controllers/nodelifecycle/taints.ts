import type { Node, Taint } from '../../resources/core/node.ts';
import { readyCondition } from './health.ts';

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';
const unschedulable = 'node.kubernetes.io/unschedulable';

/** The taint that stands for a condition with a status. */
const conditionTaints: readonly (readonly [condition: string, status: string, key: string])[] = [
  ['Ready', 'False', notReady],
  ['Ready', 'Unknown', unreachable],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];

const noScheduleKeys = new Set([unschedulable, ...conditionTaints.map(([, , key]) => key)]);

/** A taint against pods that run, which comes and goes with the node's readiness. */
export const isEvictionTaint = ({ key, effect }: Taint): boolean =>
  effect === 'NoExecute' && (key === notReady || key === unreachable);

/** A taint that comes and goes with the node's state, rather than by somebody's wish. */
const isDerived = (taint: Taint): boolean =>
  (taint.effect === 'NoSchedule' && noScheduleKeys.has(taint.key)) || isEvictionTaint(taint);

/** The taint against running pods that a node earns by not being ready. `time` is a `metav1.Time`. */
export function wantedEvictionTaint(node: Node, time: string): Taint | undefined {
  const status = readyCondition(node)?.status;
  if (status !== 'False' && status !== 'Unknown') return undefined;
  return { key: status === 'False' ? notReady : unreachable, effect: 'NoExecute', timeAdded: time };
}

/**
 * The taints a node should have by its conditions and `unschedulable`, or `undefined` if it has them. Those against running
 * pods are only taken off here, or follow from one kind of not being ready to the other, since when they hold unchanged; when
 * a node gets its first is a matter of pace (`decideEvictions`). `time` is a `metav1.Time`.
 */
export function taintsOf(node: Node, time: string): Taint[] | undefined {
  const current = node.spec.taints ?? [];
  const wanted: Taint[] = [];
  for (const [type, status, key] of conditionTaints)
    if (node.status?.conditions?.some((condition) => condition.type === type && condition.status === status))
      wanted.push({ key, effect: 'NoSchedule', timeAdded: time });
  if (node.spec.unschedulable) wanted.push({ key: unschedulable, effect: 'NoSchedule', timeAdded: time });
  const evicting = current.find(isEvictionTaint);
  const eviction = evicting && wantedEvictionTaint(node, evicting.timeAdded ?? time);
  if (eviction) wanted.push(eviction);

  const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
  const kept = current.filter((taint) => !isDerived(taint) || wanted.some((other) => same(taint, other)));
  const added = wanted.filter((taint) => !current.some((other) => same(taint, other)));
  return kept.length === current.length && added.length === 0 ? undefined : [...kept, ...added];
}
