import { describe, expect, test } from 'vitest';
import { horizontalPodAutoscalerController } from '../../../src/controllers/horizontalpodautoscaler/controller.ts';
import { historyAnnotation } from '../../../src/controllers/horizontalpodautoscaler/history.ts';
import type { Measurement } from '../../../src/machinery/node-usage.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { conflict, forbidden } from '../../../src/machinery/status.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { statefulSets } from '../../../src/resources/apps/statefulset.ts';
import { horizontalPodAutoscalers } from '../../../src/resources/autoscaling/horizontalpodautoscaler.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { replicationControllers } from '../../../src/resources/core/replicationcontroller.ts';
import { template } from '../support/objects.ts';
import { cpu, key, scheme, World } from './world.ts';

test('grows, and says so', () => {
  const world = new World();
  world.usage = 800;
  world.look();
  expect(world.replicas).toBe(5);
  const time = world.cluster.now.toISOString().replace('.000', '');
  expect(world.hpa.status).toMatchObject({
    currentReplicas: 3,
    desiredReplicas: 5,
    lastScaleTime: time,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 80, averageValue: '800m' } } }],
  });
  expect(world.conditions).toEqual([
    'AbleToScale: True SucceededRescale',
    'ScalingActive: True ValidMetricFound',
    'ScalingLimited: False DesiredWithinRange',
  ]);
  expect(world.messages).toEqual([
    'the HPA controller was able to update the target scale to 5',
    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
    'the desired count is within the acceptable range',
  ]);
  expect(world.events).toEqual([
    'Normal SuccessfulRescale: New size: 5; reason: cpu resource utilization (percentage of request) above target',
  ]);
  // Its own writes bring nothing up.
  expect([world.cluster.due, world.cluster.nextMs]).toEqual([[], 15_000]);
});

test('writes nothing while nothing changes', () => {
  const world = new World().look();
  expect(world.conditions[0]).toBe('AbleToScale: True ReadyForNewScale');
  world.cluster.advance(15);
  expect(world.cluster.plan(key)).toEqual({ writes: [], events: [], requeueAfterMs: 15_000 });
});

test('shrinks when five minutes have been quiet, across restarts', () => {
  const world = new World({ replicas: 6 }).look();
  world.cluster.advance(15);
  world.usage = 100;
  world.look();
  expect([world.replicas, world.conditions[0]]).toEqual([6, 'AbleToScale: True ScaleDownStabilized']);
  expect(world.hpa.metadata.annotations?.[historyAnnotation]).toBeDefined();
  world.cluster.advance(299);
  expect(world.look().replicas).toBe(6);
  world.cluster.advance(1);
  expect(world.look().replicas).toBe(2);
  expect(world.events.at(-1)).toBe('Normal SuccessfulRescale: New size: 2; reason: All metrics below target');
});

test('a new autoscaler does not shrink its target at once', () => {
  const world = new World({ replicas: 6 });
  world.cluster.advance(-1000 + 299);
  world.usage = 100;
  expect(world.look().replicas).toBe(6);
  world.cluster.advance(2);
  expect(world.look().replicas).toBe(2);
});

test('stays within its bounds, whatever the metrics say', () => {
  const above = new World({ replicas: 12 });
  above.usage = undefined;
  expect(above.look().replicas).toBe(10);
  expect(above.events).toEqual([
    'Normal SuccessfulRescale: New size: 10; reason: Current number of replicas above Spec.MaxReplicas',
  ]);
  const below = new World({ replicas: 1 });
  below.usage = undefined;
  expect(below.look().replicas).toBe(2);
  expect(below.events).toEqual([
    'Normal SuccessfulRescale: New size: 2; reason: Current number of replicas below Spec.MinReplicas',
  ]);
});

test('is switched off by a target of no replicas', () => {
  const world = new World({ replicas: 0 }).look();
  expect([world.replicas, world.conditions]).toEqual([
    0,
    ['AbleToScale: True SucceededGetScale', 'ScalingActive: False ScalingDisabled'],
  ]);
  expect(world.hpa.status).toMatchObject({ currentReplicas: 0, desiredReplicas: 0 });
});

test('without metrics nothing is scaled', () => {
  const world = new World();
  world.usage = undefined;
  world.look();
  const cause =
    'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';
  expect(world.events).toEqual([
    `Warning FailedGetResourceMetric: ${cause}`,
    `Warning FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${cause}`,
  ]);
  expect(world.conditions).toEqual(['AbleToScale: True SucceededGetScale', 'ScalingActive: False FailedGetResourceMetric']);
  expect(world.messages[1]).toBe(`the HPA was unable to compute the replica count: ${cause}`);
  expect(world.hpa.status).toMatchObject({ currentReplicas: 3, desiredReplicas: 0, currentMetrics: [{ type: '' }] });
});

test('of several metrics the one that asks for most counts, and one that fails keeps it from shrinking', () => {
  const queue = {
    type: 'External',
    external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '1' } },
  };
  const world = new World({ metrics: [cpu, queue] });
  world.custom = 3_000;
  world.look();
  expect(world.replicas).toBe(6);
  expect(world.hpa.status!.currentMetrics![1]).toEqual({
    type: 'External',
    external: { metric: { name: 'queue' }, current: { averageValue: '2' } },
  });
  expect(world.messages[1]).toContain('a replica count from external metric queue(nil)');

  const shrinking = new World({ metrics: [queue, cpu] });
  shrinking.usage = 100;
  shrinking.look();
  expect([shrinking.replicas, shrinking.conditions[1]]).toEqual([3, 'ScalingActive: False FailedGetExternalMetric']);
  shrinking.usage = 900;
  shrinking.look();
  expect([shrinking.replicas, shrinking.conditions[1]]).toEqual([6, 'ScalingActive: True ValidMetricFound']);
  expect(shrinking.hpa.status!.currentMetrics!.map(({ type }) => type)).toEqual(['', 'Resource']);
});

describe('a target that cannot be scaled', () => {
  test.each([
    ['apps/v1', 'Deployment', 'none', 'deployments.apps "none" not found'],
    ['apps/v1', 'DaemonSet', 'web', 'the server could not find the requested resource'],
    ['apps/v1', 'Nothing', 'web', 'no matches for kind "Nothing" in group "apps"'],
    ['a/b/c', 'Deployment', 'web', 'unexpected GroupVersion string: a/b/c'],
  ])('%s %s %s', (apiVersion, kind, name, problem) => {
    const world = new World({ spec: { scaleTargetRef: { apiVersion, kind, name } } }).look();
    expect(world.events).toEqual([`Warning FailedGetScale: ${problem}`]);
    expect(world.conditions).toEqual(['AbleToScale: False FailedGetScale']);
    expect(world.messages).toEqual([`the HPA controller was unable to get the target's current scale: ${problem}`]);
  });

  test('is one of another autoscaler too', () => {
    const world = new World();
    world.cluster.create(horizontalPodAutoscalers, {
      metadata: { name: 'api', namespace: 'default' },
      spec: { maxReplicas: 10, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    });
    world.look();
    const problem = 'pods by selector app=web are controlled by multiple HPAs: [{api default} {web default}]';
    expect(world.events).toEqual([`Warning AmbiguousSelector: ${problem}`, `Warning FailedComputeMetricsReplicas: ${problem}`]);
    expect(world.conditions[1]).toBe('ScalingActive: False AmbiguousSelector');
  });
});

test('everything with a scale is scaled', () => {
  const sets = new World({ target: statefulSets });
  sets.usage = 800;
  sets.look();
  expect(sets.cluster.get(statefulSets, 'default', 'web')!.spec.replicas).toBe(5);
  for (const [resource, apiVersion, selector] of [
    [replicaSets, 'apps/v1', { matchLabels: { app: 'web' } }],
    [replicationControllers, 'v1', { app: 'web' }],
  ] as const) {
    const world = new World({ spec: { scaleTargetRef: { apiVersion, kind: resource.kind, name: 'other' } } });
    const draft = {
      metadata: { name: 'other', namespace: 'default' },
      spec: { replicas: 3, selector, template: template() },
      status: { replicas: 3 },
    };
    world.cluster.create(resource as AnyResource, draft);
    world.usage = 800;
    world.look();
    expect(world.cluster.get(resource as AnyResource, 'default', 'other')).toMatchObject({ spec: { replicas: 5 } });
  }
});

describe('when the API does not let it', () => {
  const subject = { group: 'apps', resource: 'deployments', name: 'web' };
  const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }] } };

  test('says so, and tries again at its next look', () => {
    const world = new World({ spec: { behavior } });
    world.usage = 800;
    world.cluster.refuse = (write) =>
      write.verb === 'update' && write.resource === deployments ? forbidden(subject, 'no') : undefined;
    world.look().look();
    const { message } = forbidden(subject, 'no');
    expect(world.conditions[0]).toBe('AbleToScale: False FailedUpdateScale');
    expect(world.messages[0]).toBe(`the HPA controller was unable to update the target scale: ${message}`);
    const reason = 'cpu resource utilization (percentage of request) above target';
    expect(world.events).toEqual([`Warning FailedRescale: New size: 5; reason: ${reason}; error: ${message}`]);
    expect(world.cluster.nextMs).toBe(15_000);
    // What was not done does not count against the pace.
    expect(JSON.parse(world.hpa.metadata.annotations![historyAnnotation]!).changes).toEqual([]);
    world.cluster.refuse = () => undefined;
    expect(world.look().replicas).toBe(5);
  });

  test('tries again at once after a conflict', () => {
    const world = new World({ spec: { behavior } });
    world.usage = 800;
    world.cluster.refuse = (write) => (write.verb === 'update' && write.resource === deployments ? conflict(subject) : undefined);
    world.look();
    expect(world.replicas).toBe(3);
    world.cluster.refuse = () => undefined;
    expect(world.look().replicas).toBe(5);
    expect(JSON.parse(world.hpa.metadata.annotations![historyAnnotation]!).changes).toHaveLength(1);
  });
});

describe('what nodes say', () => {
  const at = (seconds: number) => Date.parse('2026-01-01T00:00:00Z') + seconds * 1000;
  const cluster = () => {
    const controller = horizontalPodAutoscalerController(scheme);
    const world = new World();
    const context = (measured: Record<string, Measurement>) => ({
      now: world.cluster.now,
      random: world.cluster.random,
      failures: [],
      measurements: { of: (node: string) => measured[node] },
    });
    return {
      world,
      plan: (measured: Record<string, Measurement>) => controller.reconcile('default/web', world.cluster, context(measured)),
    };
  };
  const usage = (world: World, containers: { name: string; usage: Record<string, string> }[]) => ({
    node: {},
    windowSeconds: 15,
    pods: world.cluster.list(pods).map(({ metadata }) => ({ uid: metadata.uid, containers })),
  });

  test('is asked for first', () => {
    const { plan } = cluster();
    expect(plan({})).toEqual({ writes: [], events: [], measure: ['n'] });
    expect(plan({ n: { askedAtMs: at(990) } })).toEqual({ writes: [], events: [], measure: ['n'] });
    expect(plan({ n: { askedAtMs: at(991) } }).events[0]).toMatchObject({
      reason: 'FailedGetResourceMetric',
      message:
        'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    });
  });

  test('is what is decided by', () => {
    const { world, plan } = cluster();
    const measured = { askedAtMs: at(999), measuredAtMs: at(999) };
    const [scaling] = plan({
      n: { ...measured, usage: usage(world, [{ name: 'web', usage: { cpu: '800m', memory: '1Mi' } }]) },
    }).writes;
    expect(scaling).toMatchObject({ resource: deployments, managedAs: 'scale', object: { spec: { replicas: 5 } } });
    const unknown = plan({ n: { ...measured, usage: usage(world, [{ name: 'web', usage: { memory: '1Mi' } }]) } });
    expect(unknown.events[0]!.message).toContain('did not receive metrics for targeted pods');
  });
});
