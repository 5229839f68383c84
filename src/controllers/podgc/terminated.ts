import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Plan } from '../../machinery/reconcile.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { isPodTerminal } from '../support/pods.ts';

/** How many pods that have ended are kept (`--terminated-pod-gc-threshold` of kube-controller-manager). */
export const terminatedPodsKept = 12_500;
/** Deletions that one plan asks for. The rest follows at once. */
const deletionsPerPlan = 500;

/**
 * Deletes the oldest of the pods that have ended, evicted ones first, until no more than `kept` are left. Those that are held
 * by finalizers count, and are not deleted twice.
 */
export function planTerminated(snapshot: Snapshot, kept = terminatedPodsKept): Plan {
  const terminated = terminatedPods(snapshot);
  const excess = terminated.length - kept;
  if (excess <= 0) return emptyPlan();
  const due = terminated
    .sort(byEvictionAndAge)
    .slice(0, excess)
    .filter(({ metadata }) => !metadata.deletionTimestamp);
  return {
    ...emptyPlan(),
    writes: due.slice(0, deletionsPerPlan).map(({ metadata: { namespace = '', name, uid } }) => {
      return { verb: 'delete', resource: pods, namespace, name, uid, gracePeriodSeconds: 0 };
    }),
    ...(due.length > deletionsPerPlan && { requeueAfterMs: 0 }),
  };
}

const terminatedPods = (snapshot: Snapshot): Pod[] =>
  snapshot.withField
    ? ['Succeeded', 'Failed'].flatMap((phase) => snapshot.withField!(pods, 'status.phase', phase))
    : snapshot.list(pods).filter(isPodTerminal);

const isEvicted = ({ status }: Pod): boolean => status?.phase === 'Failed' && status.reason === 'Evicted';

function byEvictionAndAge(a: Pod, b: Pod): number {
  if (isEvicted(a) !== isEvicted(b)) return isEvicted(a) ? -1 : 1;
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
