import { rfc3339 } from '../../lib/clock.ts';
import { limits } from '../../lib/limits.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Plan, type ReconcileContext, type Write } from '../../machinery/reconcile.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { parseSelector } from '../../machinery/selectors.ts';
import type { StatusError } from '../../machinery/status.ts';
import {
  horizontalPodAutoscalers,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerStatus,
} from '../../resources/autoscaling/horizontalpodautoscaler.ts';
import type { MetricStatus } from '../../resources/autoscaling/metrics.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { tolerancesOf, behaviorOf } from './behavior.ts';
import { computeMetric } from './compute.ts';
import { ConditionList } from './conditions.ts';
import { historyAnnotation, historyOf, historyText, withChange, withFirstRecommendation, type History } from './history.ts';
import { longestPeriodSeconds } from './limits.ts';
import type { MetricsSource } from './metrics-source.ts';
import { normalize } from './normalize.ts';
import { autoscalersOf, rescaled, targetOf, type Target } from './target.ts';

export interface PassOptions {
  scheme: Scheme;
  snapshot: Snapshot;
  context: ReconcileContext;
  source: MetricsSource;
}

/** What the metrics together ask for. `replicas` is undefined if they do not say. */
interface Recommendation {
  replicas?: number;
  /** Which of them asks for most. */
  metric: string;
  statuses: MetricStatus[];
}

/** One look at an autoscaler and its target, which ends in a plan: the events and conditions are collected on the way. */
export class Pass {
  readonly #autoscaler: HorizontalPodAutoscaler;
  readonly #options: PassOptions;
  readonly #plan: Plan = emptyPlan();
  readonly #conditions: ConditionList;
  #history: History;

  constructor(autoscaler: HorizontalPodAutoscaler, options: PassOptions) {
    this.#autoscaler = autoscaler;
    this.#options = options;
    this.#conditions = new ConditionList(autoscaler.status?.conditions, rfc3339(options.context.now));
    this.#history = historyOf(autoscaler);
  }

  plan(): Plan {
    const { scheme, snapshot } = this.#options;
    const target = targetOf(this.#autoscaler, scheme, snapshot);
    if (typeof target === 'string') {
      this.#warn('FailedGetScale', target);
      const message = `the HPA controller was unable to get the target's current scale: ${target}`;
      this.#conditions.set('AbleToScale', false, { reason: 'FailedGetScale', message });
      return this.#finish({});
    }
    this.#conditions.set('AbleToScale', true, {
      reason: 'SucceededGetScale',
      message: "the HPA controller was able to get the target's current scale",
    });
    return this.#scale(target);
  }

  #scale(target: Target): Plan {
    const { minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    const current = target.replicas;
    const refusal = this.#refusalOf(target);
    if (current === 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      this.#conditions.set('ScalingActive', false, { reason: 'ScalingDisabled', message });
      return this.#finish({ current, desired: current, statuses: [] });
    }
    if (current > maxReplicas)
      return this.#rescale(target, maxReplicas, 'Current number of replicas above Spec.MaxReplicas', [], refusal);
    if (current < minReplicas)
      return this.#rescale(target, minReplicas, 'Current number of replicas below Spec.MinReplicas', [], refusal);

    const selected = this.#podsOf(target);
    const measure = this.#nodesToAsk(selected);
    if (measure.length > 0) return { ...emptyPlan(), measure };
    const { replicas, metric, statuses } = this.#recommend(target, selected);
    if (replicas === undefined) return this.#finish({ current, statuses });
    const above = replicas > current ? `${metric} above target` : '';
    const reason = replicas < current ? 'All metrics below target' : above;
    this.#history = withFirstRecommendation(this.#history, current, this.#autoscaler);
    const normalized = normalize(this.#autoscaler, current, replicas, this.#history, this.#nowSeconds);
    this.#history = normalized.history;
    this.#conditions.set('AbleToScale', true, normalized.ableToScale);
    this.#conditions.set('ScalingLimited', normalized.isLimited, normalized.scalingLimited);
    if (normalized.replicas === current) return this.#finish({ current, desired: current, statuses });
    return this.#rescale(target, normalized.replicas, reason, statuses, refusal);
  }

  /** The pods of the target; none if it cannot be said which they are, which `#recommend` finds out. */
  #podsOf({ selector }: Target): Pod[] {
    if (selector === '') return [];
    const parsed = parseSelector(selector);
    return this.#options.snapshot
      .list(pods, this.#autoscaler.metadata.namespace)
      .filter(({ metadata }) => parsed.matches(metadata.labels));
  }

  /** The nodes that have to say what they use before anything can be decided. */
  #nodesToAsk(selected: readonly Pod[]): string[] {
    const { measurements, now } = this.#options.context;
    const isAsked = (this.#autoscaler.spec.metrics ?? []).some(({ type }) => type === 'Resource' || type === 'ContainerResource');
    if (!measurements || !isAsked) return [];
    const names = new Set(selected.map(({ spec }) => spec.nodeName ?? '').filter((name) => name !== ''));
    return [...names].filter((name) => (measurements.of(name)?.askedAtMs ?? -Infinity) + limits.measuredFreshMs <= now.getTime());
  }

  /** The most that any of the metrics asks for; nothing if some of them fail and the others would have fewer replicas. */
  #recommend(target: Target, selected: readonly Pod[]): Recommendation {
    const { source, context } = this.#options;
    const { metadata, spec } = this.#autoscaler;
    const { metrics = [] } = spec;
    const problem = this.#selectorProblem(target, selected);
    if (problem !== undefined) {
      this.#warn('FailedComputeMetricsReplicas', problem);
      return { metric: '', statuses: [] };
    }
    const basis = {
      namespace: metadata.namespace ?? '',
      current: target.replicas,
      statusReplicas: target.statusReplicas,
      pods: selected,
      tolerances: tolerancesOf(spec.behavior),
      now: context.now,
      source,
    };
    const outcomes = metrics.map((metric) => computeMetric(metric, basis));
    const failures = outcomes.filter((outcome) => 'cause' in outcome);
    const proposals = outcomes.filter((outcome) => 'replicas' in outcome);
    for (const { reason, cause } of failures) this.#warn(reason, cause);
    const highest = proposals.reduce((most, each) => (each.replicas > most.replicas ? each : most), proposals[0] ?? noProposal);
    // One that fails has no status but its place.
    const statuses = outcomes.map((outcome): MetricStatus => ('status' in outcome ? outcome.status : { type: '' }));
    const [first] = failures;
    if (first && (proposals.length === 0 || highest.replicas < target.replicas)) {
      const message = `the HPA was unable to compute the replica count: ${first.cause}`;
      this.#conditions.set('ScalingActive', false, { reason: first.reason, message });
      const error = `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.error}`;
      this.#warn('FailedComputeMetricsReplicas', error);
      return { metric: '', statuses };
    }
    const message = `the HPA was able to successfully calculate a replica count from ${highest.metric}`;
    this.#conditions.set('ScalingActive', true, { reason: 'ValidMetricFound', message });
    return { replicas: highest.replicas, metric: highest.metric, statuses };
  }

  /** What is wrong with the selector of the target. Its pods must be those of no other autoscaler. */
  #selectorProblem({ selector }: Target, selected: readonly Pod[]): string | undefined {
    const fail = (reason: string, event: string, error: string, message = error) => {
      this.#warn(event, error);
      this.#conditions.set('ScalingActive', false, { reason, message });
      return error;
    };
    if (selector === '')
      return fail('InvalidSelector', 'SelectorRequired', 'selector is required', "the HPA target's scale is missing a selector");
    const { scheme, snapshot } = this.#options;
    const others = autoscalersOf(selected, this.#autoscaler.metadata.namespace ?? '', scheme, snapshot);
    if (others.length <= 1) return undefined;
    const error = `pods by selector ${selector} are controlled by multiple HPAs: [${others.join(' ')}]`;
    return fail('AmbiguousSelector', 'AmbiguousSelector', error);
  }

  /**
   * Changes the target, and says so as if it had been done. If the API refuses, that is told at the next look, which comes
   * at once; after a mere conflict it is tried again.
   */
  #rescale(target: Target, desired: number, why: string, statuses: MetricStatus[], refusal: StatusError | undefined): Plan {
    const current = target.replicas;
    if (refusal) {
      this.#warn('FailedRescale', `New size: ${desired}; reason: ${why}; error: ${refusal.message}`);
      const message = `the HPA controller was unable to update the target scale: ${refusal.message}`;
      this.#conditions.set('AbleToScale', false, { reason: 'FailedUpdateScale', message });
      return this.#finish({ current, statuses });
    }
    const after: Write = { verb: 'update', resource: target.resource, object: rescaled(target, desired), managedAs: 'scale' };
    this.#plan.writes.push(after);
    const message = `New size: ${desired}; reason: ${why}`;
    this.#plan.events.push({ regarding: this.#autoscaler, type: 'Normal', reason: 'SuccessfulRescale', message, after });
    this.#conditions.set('AbleToScale', true, {
      reason: 'SucceededRescale',
      message: `the HPA controller was able to update the target scale to ${desired}`,
    });
    const behavior = behaviorOf(this.#autoscaler.spec.behavior);
    if (behavior) this.#history = withChange(this.#history, desired - current, this.#nowSeconds, longestPeriodSeconds(behavior));
    return this.#finish({ current, desired, statuses, lastScaleTime: rfc3339(this.#options.context.now) });
  }

  /**
   * Why the API did not let the last plan change the target, unless trying again is all it takes. The change that was noted
   * for it did not happen.
   */
  #refusalOf({ resource }: Target): StatusError | undefined {
    const about = new Set([resource.plural, resource.kind]);
    const failure = this.#options.context.failures.find(({ details }) => about.has(details?.kind ?? ''));
    if (!failure) return undefined;
    const scaledAt = Date.parse(this.#autoscaler.status?.lastScaleTime ?? '') / 1000;
    const changes = this.#history.changes.filter(([, at]) => at !== scaledAt);
    this.#history = { ...this.#history, changes };
    return failure.reason === 'Conflict' ? undefined : failure;
  }

  /** Writes the status down where it changed. Without `desired` that stays as it was; without `current` all numbers do. */
  #finish(next: { current?: number; desired?: number; statuses?: MetricStatus[]; lastScaleTime?: string }): Plan {
    const { metadata, status } = this.#autoscaler;
    const lastScaleTime = next.lastScaleTime ?? status?.lastScaleTime;
    const currentMetrics = next.statuses ?? status?.currentMetrics;
    const object: HorizontalPodAutoscaler = {
      ...this.#autoscaler,
      metadata: { ...metadata, ...this.#annotations() },
      status: {
        ...(status?.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
        currentReplicas: next.current ?? status?.currentReplicas ?? 0,
        desiredReplicas: next.desired ?? status?.desiredReplicas ?? 0,
        ...(currentMetrics?.length && { currentMetrics }),
        conditions: this.#conditions.all,
        ...(lastScaleTime !== undefined && { lastScaleTime }),
      },
    };
    if (!isSameStatus(object.status!, status) || !samePlain(object.metadata.annotations, metadata.annotations))
      this.#plan.writes.push({ verb: 'update', resource: horizontalPodAutoscalers, object, subresource: 'status' });
    return this.#plan;
  }

  #annotations(): { annotations?: Record<string, string> } {
    const { annotations } = this.#autoscaler.metadata;
    const text = historyText(this.#history);
    return text === undefined || text === annotations?.[historyAnnotation]
      ? { ...(annotations && { annotations }) }
      : { annotations: { ...annotations, [historyAnnotation]: text } };
  }

  #warn(reason: string, message: string): void {
    this.#plan.events.push({ regarding: this.#autoscaler, type: 'Warning', reason, message });
  }

  get #nowSeconds(): number {
    return Math.floor(this.#options.context.now.getTime() / 1000);
  }
}

const noProposal = { replicas: 0, metric: '' };

/** Whether two statuses say the same. A number that is missing is none. */
const isSameStatus = (a: HorizontalPodAutoscalerStatus, b: HorizontalPodAutoscalerStatus | undefined): boolean =>
  b !== undefined && samePlain({ ...a }, { ...b, currentReplicas: b.currentReplicas ?? 0 });
