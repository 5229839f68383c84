import type { PodInfo } from '../../snapshot/pod-info.ts';
import type { Candidate } from './candidates.ts';
import { startOf } from './importance.ts';

/** Brings all priorities above zero, so that among pods below it fewer are better too. */
const priorityOffset = 2 ** 31;

/**
 * The candidate whose victims are missed the least. What decides, in this order: the fewest budgets violated, the lowest
 * priority of the most important victim, the lowest sum of priorities, the fewest victims, the latest start of the most
 * important ones; and then the first.
 */
export function pickCandidate(candidates: readonly Candidate[], now: Date): Candidate | undefined {
  const earliestStart = (victims: readonly PodInfo[]) => Math.min(...victims.map((victim) => startOf(victim, now.getTime())));
  const costs: ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]!.priority,
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + priorityOffset, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStart(victims.filter(({ priority }) => priority === victims[0]!.priority)),
  ];
  let left = candidates;
  for (const cost of costs) {
    if (left.length <= 1) break;
    const values = left.map(cost);
    const least = values.reduce((a, b) => Math.min(a, b));
    left = left.filter((_, i) => values[i] === least);
  }
  return left[0];
}
