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
const noExecuteKeys = new Set([notReady, unreachable]);

/** A taint that comes and goes with the node's state, rather than by somebody's wish. */
const isDerived = ({ key, effect }: Taint): boolean =>
  (effect === 'NoSchedule' && noScheduleKeys.has(key)) || (effect === 'NoExecute' && noExecuteKeys.has(key));

/**
 * The taints a node should have: by its conditions and `unschedulable` against new pods, by readiness against those that
 * run. `undefined` if it has them. `time` is a `metav1.Time`.
 */
export function taintsOf(node: Node, time: string): Taint[] | undefined {
  const wanted: Taint[] = [];
  for (const [type, status, key] of conditionTaints)
    if (node.status?.conditions?.some((condition) => condition.type === type && condition.status === status))
      wanted.push({ key, effect: 'NoSchedule', timeAdded: time });
  if (node.spec.unschedulable) wanted.push({ key: unschedulable, effect: 'NoSchedule', timeAdded: time });
  const ready = readyCondition(node)?.status;
  if (ready === 'False' || ready === 'Unknown')
    wanted.push({ key: ready === 'False' ? notReady : unreachable, effect: 'NoExecute', timeAdded: time });

  const current = node.spec.taints ?? [];
  const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
  const kept = current.filter((taint) => !isDerived(taint) || wanted.some((other) => same(taint, other)));
  const added = wanted.filter((taint) => !current.some((other) => same(taint, other)));
  return kept.length === current.length && added.length === 0 ? undefined : [...kept, ...added];
}
