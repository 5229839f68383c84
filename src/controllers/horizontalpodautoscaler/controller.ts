import type { Measurements } from '../../machinery/node-usage.ts';
import { samePlain } from '../../machinery/plain.ts';
import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { horizontalPodAutoscalers, type HorizontalPodAutoscaler } from '../../resources/autoscaling/horizontalpodautoscaler.ts';
import { nodeMetricsSource, type MetricsSource } from './metrics-source.ts';
import { Pass } from './pass.ts';

/** How often each autoscaler looks at its metrics (`--horizontal-pod-autoscaler-sync-period`). */
const syncPeriodMs = 15_000;

/**
 * Changes the number of replicas of whatever has a scale so that metrics stay near their targets. Its keys are those of
 * autoscalers, each of which is looked at every 15 seconds. What pods use is asked of their nodes just before.
 *
 * @param scheme the kinds that may be scaled
 * @param sourceOf where metrics come from
 */
export function horizontalPodAutoscalerController(
  scheme: Scheme,
  sourceOf: (measurements: Measurements | undefined) => MetricsSource = nodeMetricsSource,
): Controller {
  return {
    name: 'horizontalpodautoscaling',
    component: 'horizontal-pod-autoscaler',
    triggers: [
      {
        resource: horizontalPodAutoscalers,
        concerns: ({ spec }: HorizontalPodAutoscaler, previous: HorizontalPodAutoscaler) => !samePlain(spec, previous.spec),
        keys: (autoscaler: HorizontalPodAutoscaler) => [keyOf(autoscaler)],
      },
    ],
    reconcile(key, snapshot, context) {
      const { namespace, name } = splitKey(key);
      const autoscaler = snapshot.get(horizontalPodAutoscalers, namespace, name);
      if (!autoscaler) return emptyPlan();
      const source = sourceOf(context.measurements);
      const plan = new Pass(autoscaler, { scheme, snapshot, context, source }).plan();
      return plan.measure ? plan : { ...plan, requeueAfterMs: syncPeriodMs };
    },
  };
}
