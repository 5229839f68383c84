import { horizontalPodAutoscalerController } from '../../../src/controllers/horizontalpodautoscaler/controller.ts';
import { MetricsError, nodeMetricsSource, type MetricsSource } from '../../../src/controllers/horizontalpodautoscaler/metrics-source.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { createScheme } from '../../../src/machinery/scheme.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { horizontalPodAutoscalers } from '../../../src/resources/autoscaling/horizontalpodautoscaler.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import { TestCluster } from '../support/cluster.ts';
import { template } from '../support/objects.ts';

export const scheme = createScheme(builtinResources);
export const key = 'horizontalpodautoscaling default/web';
export const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };

/** A Deployment of ready pods that ask for a CPU each, and its autoscaler; `usage` is what each uses, in thousandths. */
export class World {
  usage: number | undefined = 500;
  custom: number | undefined;
  readonly cluster: TestCluster;

  constructor({ replicas = 3, metrics = [cpu] as object[], spec = {}, target = deployments as AnyResource } = {}) {
    const source = (): MetricsSource => ({
      resource: (_resource, selected) => {
        if (this.usage === undefined) throw new MetricsError('no metrics returned from resource metrics API');
        const now = this.cluster.now.getTime();
        return new Map(
          selected.map(({ metadata }) => [metadata.name, { value: this.usage!, timestampMs: now, windowMs: 15_000 }]),
        );
      },
      pods: (_metric, selected) => {
        if (this.custom === undefined) return nodeMetricsSource(undefined).pods(_metric, selected);
        return new Map(selected.map(({ metadata }) => [metadata.name, { value: this.custom!, timestampMs: 0, windowMs: 0 }]));
      },
      object: (metric, namespace, object) => this.custom ?? nodeMetricsSource(undefined).object(metric, namespace, object),
      external: (metric, namespace) =>
        this.custom === undefined ? nodeMetricsSource(undefined).external(metric, namespace) : [this.custom, this.custom],
    });
    this.cluster = new TestCluster({ controllers: [horizontalPodAutoscalerController(scheme, source)] });
    // A cluster that was there before, so that nothing is new.
    this.cluster.create(target, {
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template() },
      status: { replicas },
    });
    for (let i = 0; i < replicas; i++) this.addPod(`web-${i}`);
    this.cluster.create(horizontalPodAutoscalers, {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        minReplicas: 2,
        maxReplicas: 10,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: target.kind, name: 'web' },
        metrics,
        ...spec,
      },
    });
    this.cluster.advance(1000);
  }

  addPod(name: string): void {
    const since = '2025-01-01T00:00:00Z';
    this.cluster.create(pods, {
      metadata: { name, namespace: 'default', labels: { app: 'web' } },
      spec: { nodeName: 'n', containers: [{ name: 'web', image: 'web', resources: { requests: { cpu: '1' } } }] },
      status: { phase: 'Running', startTime: since, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] },
    });
  }

  /** Looks at the autoscaler now. */
  look(): this {
    this.cluster.reconcile(key);
    return this;
  }

  get hpa() {
    return this.cluster.get(horizontalPodAutoscalers, 'default', 'web')!;
  }

  get replicas() {
    return this.cluster.get(deployments, 'default', 'web')!.spec.replicas;
  }

  /** `type: status reason`, in order. */
  get conditions() {
    return this.hpa.status!.conditions!.map(({ type, status, reason }) => `${type}: ${status} ${reason}`);
  }

  get messages() {
    return this.hpa.status!.conditions!.map(({ message }) => message);
  }

  get events() {
    return this.cluster.events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  }
}
