import { expect, test } from 'vitest';
import { tolerancesOf } from '../../../src/controllers/horizontalpodautoscaler/behavior.ts';
import { computeMetric, type Basis } from '../../../src/controllers/horizontalpodautoscaler/compute.ts';
import type { MetricsSource } from '../../../src/controllers/horizontalpodautoscaler/metrics-source.ts';
import type { MetricSpec, MetricTarget } from '../../../src/resources/autoscaling/metrics.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';

const now = new Date('2026-01-01T00:00:00Z');
const metric = { name: 'queue' };
const describedObject = { apiVersion: 'v1', kind: 'Service', name: 'web' };
const names = ['a', 'b'];
const podNamed = (name: string): Pod =>
  ({
    metadata: { name },
    spec: { containers: [] },
    status: {
      phase: 'Running',
      startTime: '2025-12-31T00:00:00Z',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2025-12-31T00:00:00Z' }],
    },
  }) as unknown as Pod;

/** Two pods, and an API of metrics that has this value for each of them, for the object, and for each of two series. */
const basis = (value: number): Basis => {
  const source: MetricsSource = {
    resource: () => new Map(),
    pods: () => new Map(names.map((name) => [name, { value: value * 1000, timestampMs: now.getTime(), windowMs: 60_000 }])),
    object: () => value * 1000,
    external: () => [value * 500, value * 500],
  };
  const tolerances = { scaleUp: 0.1, scaleDown: 0.1 };
  return { namespace: 'default', statusReplicas: 2, source, tolerances, current: 2, pods: names.map(podNamed), now };
};
const target = (type: MetricTarget['type'], amount: string): MetricTarget =>
  type === 'Value' ? { type, value: amount } : { type, averageValue: amount };
const pods = (amount: string): MetricSpec => ({ type: 'Pods', pods: { metric, target: target('AverageValue', amount) } });
const object = (type: MetricTarget['type'], amount: string): MetricSpec => ({
  type: 'Object',
  object: { metric, describedObject, target: target(type, amount) },
});
const external = (type: MetricTarget['type'], amount: string): MetricSpec => ({
  type: 'External',
  external: { metric, target: target(type, amount) },
});

test.each<[string, MetricSpec, number, number, string, object]>([
  ['pods: twice the target', pods('10'), 20, 4, 'pods metric queue', { pods: { metric, current: { averageValue: '20' } } }],
  ['pods: near the target', pods('10'), 10.9, 2, 'pods metric queue', { pods: { metric, current: { averageValue: '10900m' } } }],
  ['pods: half the target', pods('10'), 5, 1, 'pods metric queue', { pods: { metric, current: { averageValue: '5' } } }],
  [
    'object: its value',
    object('Value', '10'),
    25,
    5,
    'Service metric queue',
    { object: { metric, describedObject, current: { value: '25' } } },
  ],
  [
    'object: its value for each pod',
    object('AverageValue', '10'),
    60,
    6,
    'external metric queue(nil)',
    { object: { metric, describedObject, current: { averageValue: '30' } } },
  ],
  [
    'external: the sum of the series',
    external('Value', '10'),
    30,
    6,
    'external metric queue(nil)',
    { external: { metric, current: { value: '30' } } },
  ],
  [
    'external: for each pod',
    external('AverageValue', '10'),
    15,
    2,
    'external metric queue(nil)',
    { external: { metric, current: { averageValue: '7500m' } } },
  ],
])('%s', (_, spec, value, replicas, name, status) => {
  expect(computeMetric(spec, basis(value))).toEqual({ replicas, metric: name, status: { type: spec.type, ...status } });
});

test.each([
  ['without rules', undefined, 0.1, 0.1],
  ['one way', { scaleUp: { tolerance: '0.5' } }, 0.5, 0.1],
  ['the other', { scaleDown: { tolerance: '25m' } }, 0.1, 0.025],
  ['none at all', { scaleUp: { tolerance: '0' }, scaleDown: { tolerance: '0' } }, 0, 0],
])('tolerances of behaviours: %s', (_, behavior, scaleUp, scaleDown) => {
  expect(tolerancesOf(behavior)).toEqual({ scaleUp, scaleDown });
});
