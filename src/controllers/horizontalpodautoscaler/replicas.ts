/** How many replicas a metric asks for. All amounts are thousandths, all numbers those of upstream's replica calculator. */
import type { Pod } from '../../resources/core/pod.ts';
import { isPodReady } from '../support/pods.ts';
import { MetricsError, type PodMetrics } from './metrics-source.ts';
import { groupPods, type PodGroups } from './pod-groups.ts';
import { requestsOf } from './requests.ts';

/** How far usage may be off its target, as shares of it, before anything is done. */
export interface Tolerances {
  scaleUp: number;
  scaleDown: number;
}

/** What is scaled, and what it is scaled by. */
export interface Scaled {
  /** The replicas that are wanted now. */
  current: number;
  pods: readonly Pod[];
  tolerances: Tolerances;
  now: Date;
}

const replicasMax = 2 ** 31 - 1;

const isWithin = ({ scaleUp, scaleDown }: Tolerances, ratio: number): boolean => 1 - scaleDown <= ratio && ratio <= 1 + scaleUp;

/** By the share of their requests that pods use, or one container of each does. Throws `MetricsError`. */
export function utilizationReplicas(
  scaled: Scaled,
  metrics: PodMetrics,
  target: { resource: string; container?: string; percent: number },
): { replicas: number; percent: number; average: number } {
  const { resource, container, percent } = target;
  const groups = countedPods(scaled, metrics, resource);
  const requests = requestsOf(scaled.pods, resource, container);
  const utilization = () => utilizationOf(metrics, requests);
  const measured = utilization();
  const fill = (name: string) => Math.trunc(((requests.get(name) ?? 0) * Math.max(100, percent)) / 100);
  const replicas = replicasFor(scaled, metrics, groups, () => utilization().percent / percent, fill);
  return { replicas, ...measured };
}

/** By what pods use on average. Throws `MetricsError`. */
export function averageReplicas(
  scaled: Scaled,
  metrics: PodMetrics,
  target: { resource?: string; value: number },
): { replicas: number; average: number } {
  const groups = countedPods(scaled, metrics, target.resource);
  const average = averageOf(metrics);
  const replicas = replicasFor(
    scaled,
    metrics,
    groups,
    () => averageOf(metrics) / target.value,
    () => target.value,
  );
  return { replicas, average };
}

/** By a value that the ready pods bring about together. Throws `MetricsError`. */
export function valueReplicas({ current, pods, tolerances }: Scaled, usage: number, target: number): number {
  const ratio = usage / target;
  if (current === 0) return Math.ceil(ratio);
  if (isWithin(tolerances, ratio)) return current;
  if (pods.length === 0) throw new MetricsError(`unable to calculate ready pods: ${noPods}`);
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod)).length;
  return Math.min(replicasMax, Math.ceil(ratio * ready));
}

/** By a value of which each of the replicas that there are has its part. `average` is that part. */
export function perPodReplicas(
  statusReplicas: number,
  tolerances: Tolerances,
  usage: number,
  target: number,
): { replicas: number; average: number } {
  const average = Math.ceil(usage / Math.max(1, statusReplicas));
  const isNear = isWithin(tolerances, usage / (target * statusReplicas));
  return { replicas: isNear ? statusReplicas : Math.min(replicasMax, Math.ceil(usage / target)), average };
}

const noPods = 'no pods returned by selector while calculating replica count';

function countedPods({ pods, now }: Scaled, metrics: PodMetrics, resource: string | undefined): PodGroups {
  if (pods.length === 0) throw new MetricsError(noPods);
  const groups = groupPods(pods, metrics, resource, now);
  if (metrics.size === 0) throw new MetricsError('did not receive metrics for targeted pods (pods might be unready)');
  return groups;
}

/**
 * The common rule. Pods of which nothing is known count against the change: as using what is aimed at (`fill`) when there
 * seems to be too little to do, and nothing when there seems to be too much; so do those that are not ready yet. If that
 * turns the decision, there is none.
 */
function replicasFor(
  { current, tolerances }: Scaled,
  metrics: PodMetrics,
  { readyCount, unready, missing }: PodGroups,
  ratioOf: () => number,
  fill: (pod: string) => number,
): number {
  const ratio = ratioOf();
  const growsWithUnready = unready.size > 0 && ratio > 1;
  if (!growsWithUnready && missing.size === 0) return isWithin(tolerances, ratio) ? current : Math.ceil(ratio * readyCount);

  const assume = (name: string, value: number) => metrics.set(name, { value, timestampMs: 0, windowMs: 0 });
  if (ratio < 1) for (const name of missing) assume(name, fill(name));
  if (ratio > 1) for (const name of missing) assume(name, 0);
  if (growsWithUnready) for (const name of unready) assume(name, 0);

  const corrected = ratioOf();
  if (isWithin(tolerances, corrected) || (ratio < 1 && corrected > 1) || (ratio > 1 && corrected < 1)) return current;
  const replicas = Math.ceil(corrected * metrics.size);
  const turns = (corrected < 1 && replicas > current) || (corrected > 1 && replicas < current);
  return turns ? current : replicas;
}

function utilizationOf(metrics: PodMetrics, requests: ReadonlyMap<string, number>): { percent: number; average: number } {
  let used = 0;
  let requested = 0;
  let count = 0;
  for (const [name, { value }] of metrics) {
    const request = requests.get(name);
    if (request === undefined) continue;
    used += value;
    requested += request;
    count++;
  }
  if (requested === 0) throw new MetricsError('no metrics returned matched known pods');
  return { percent: Math.trunc((used * 100) / requested), average: Math.trunc(used / count) };
}

function averageOf(metrics: PodMetrics): number {
  let used = 0;
  for (const { value } of metrics.values()) used += value;
  return Math.trunc(used / metrics.size);
}
