import type { Measurements } from '../../machinery/node-usage.ts';
import { parseQuantity, quantityMilliValue } from '../../machinery/quantity.ts';
import type { CrossVersionObjectReference, MetricIdentifier } from '../../resources/autoscaling/metrics.ts';
import type { Pod } from '../../resources/core/pod.ts';

/** What was measured of one pod, in thousandths. */
export interface PodMetric {
  value: number;
  timestampMs: number;
  windowMs: number;
}

/** By name of the pod; without those of which nothing is known. */
export type PodMetrics = Map<string, PodMetric>;

/** A metric is not to be had. The message is for users. */
export class MetricsError extends Error {}

/** Where an autoscaler reads metrics. Every method throws `MetricsError` for what is not known; values are thousandths. */
export interface MetricsSource {
  /** What these pods use of a resource, or one container of each does. */
  resource(resource: string, pods: readonly Pod[], container?: string): PodMetrics;
  /** A metric of each of these pods. */
  pods(metric: MetricIdentifier, pods: readonly Pod[]): PodMetrics;
  object(metric: MetricIdentifier, namespace: string, object: CrossVersionObjectReference): number;
  /** All series of a metric from outside. */
  external(metric: MetricIdentifier, namespace: string): number[];
}

/** What there is in a cluster without further APIs: what nodes say that their pods use. */
export const nodeMetricsSource = (measurements: Measurements | undefined): MetricsSource => ({
  resource(resource, pods, container) {
    const metrics: PodMetrics = new Map();
    let measuredAny = false;
    for (const pod of pods) {
      const { usage, measuredAtMs = 0 } = (pod.spec.nodeName && measurements?.of(pod.spec.nodeName)) || {};
      const own = pod.status?.phase === 'Running' ? usage?.pods.find(({ uid }) => uid === pod.metadata.uid) : undefined;
      if (!usage || !own) continue;
      measuredAny = true;
      const counted = own.containers.filter(({ name }) => container === undefined || name === container);
      const amounts = counted.map((each) => each.usage[resource]).filter((amount) => amount !== undefined);
      if (counted.length === 0 || amounts.length < counted.length) continue;
      const value = amounts.reduce((sum, amount) => sum + quantityMilliValue(parseQuantity(amount)), 0);
      metrics.set(pod.metadata.name, { value, timestampMs: measuredAtMs, windowMs: usage.windowSeconds * 1000 });
    }
    if (!measuredAny) throw new MetricsError('no metrics returned from resource metrics API');
    return metrics;
  },
  pods: () => noCustomMetrics(),
  object: () => noCustomMetrics(),
  external({ name }) {
    const problem = `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
    throw new MetricsError(`unable to fetch metrics from external metrics API: ${problem}`);
  },
});

function noCustomMetrics(): never {
  const problem = 'no custom metrics API (custom.metrics.k8s.io) registered';
  throw new MetricsError(`unable to fetch metrics from custom metrics API: ${problem}`);
}
