import type { Node, Taint } from '../../resources/core/node.ts';
import { readyCondition } from './health.ts';
import { isEvictionTaint, wantedEvictionTaint } from './taints.ts';
import { evictionIntervalMs, zonesOf, type Zone } from './zones.ts';

/** How often upstream looks at the health of nodes (`--node-monitor-period`). */
const monitorPeriodMs = 5_000;

/** Nodes whose taints against running pods come or go now, and when to look again. */
export interface Evictions {
  /** The nodes that lose their pods next, at most one a zone, with the taint that says so. */
  taint: { node: Node; taint: Taint }[];
  /** Nodes that keep their pods after all. */
  release: Node[];
  /** In how many ms the next node's turn comes, if nothing changes. */
  nextMs?: number;
}

/**
 * Decides which of the nodes that are not ready get their NoExecute taint now. When the last one got it is read from the
 * taints themselves, so that the pace outlives a restart. If no node of any zone is ready, it is rather the control plane
 * that is cut off: then nobody is evicted.
 *
 * @param time `now` as a `metav1.Time`
 */
export function decideEvictions(nodes: readonly Node[], now: Date, time: string): Evictions {
  const zones = zonesOf(nodes);
  const counted = zones.filter(({ size }) => size > 0);
  if (counted.length > 0 && counted.every(({ state }) => state === 'FullDisruption'))
    return { taint: [], release: nodes.filter(({ spec }) => spec.taints?.some(isEvictionTaint)) };
  const evictions: Evictions = { taint: [], release: [] };
  for (const zone of zones) {
    const interval = evictionIntervalMs(zone.state, zone.size);
    const waiting = zone.nodes.filter(isWaiting).sort(byTransition);
    const [first, ...others] = waiting;
    if (!first || interval === undefined) continue;
    const dueInMs = Math.max(lastEvictionMs(zone) + interval, believedFromMs(first)) - now.getTime();
    if (dueInMs <= 0) evictions.taint.push({ node: first, taint: wantedEvictionTaint(first, time)! });
    const nextMs = dueInMs > 0 ? dueInMs : others.length > 0 ? interval : undefined;
    if (nextMs !== undefined) evictions.nextMs = Math.min(nextMs, evictions.nextMs ?? Infinity);
  }
  return evictions;
}

const isWaiting = (node: Node): boolean =>
  !node.metadata.deletionTimestamp &&
  wantedEvictionTaint(node, '') !== undefined &&
  !(node.spec.taints ?? []).some(isEvictionTaint);

const lastEvictionMs = ({ nodes }: Zone): number =>
  Math.max(
    ...nodes.flatMap(({ spec }) =>
      (spec.taints ?? []).filter(isEvictionTaint).map(({ timeAdded }) => Date.parse(timeAdded ?? '') || 0),
    ),
    -Infinity,
  );

/** From when a node's word that it is not ready counts: one that just came says so for a moment. */
function believedFromMs(node: Node): number {
  const ready = readyCondition(node);
  return ready?.status === 'False' ? (Date.parse(ready.lastTransitionTime ?? '') || 0) + monitorPeriodMs : -Infinity;
}

/** Those first that have not been ready for longest. */
function byTransition(a: Node, b: Node): number {
  const [left = '', right = ''] = [a, b].map((node) => readyCondition(node)?.lastTransitionTime);
  return left < right ? -1 : left > right ? 1 : a.metadata.name < b.metadata.name ? -1 : 1;
}
