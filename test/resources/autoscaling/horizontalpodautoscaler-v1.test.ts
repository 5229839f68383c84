/** Conversion between autoscaling/v1 and v2. */
import { describe, expect, test } from 'vitest';
import { fromStored, toStored } from '../../../src/machinery/versions.ts';
import { horizontalPodAutoscalersV1 as v1 } from '../../../src/resources/autoscaling/horizontalpodautoscaler-v1.ts';
import { horizontalPodAutoscalers as v2 } from '../../../src/resources/autoscaling/horizontalpodautoscaler.ts';
import { make, stored, wrong } from '../checks.ts';

const annotation = (name: string) => `autoscaling.alpha.kubernetes.io/${name}`;
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 5 };
const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const selector = { matchLabels: { a: 'b' } };
const metric = { name: 'hits', selector };
const target = { apiVersion: 'v1', kind: 'Service', name: 'web' };

/** A metric of each type: in v2, and as the annotation of v1 has it. */
const specs: [string, object, object][] = [
  [
    'a resource by its value',
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '100m' } } },
    { type: 'Resource', resource: { name: 'cpu', targetAverageValue: '100m' } },
  ],
  [
    'the share of another resource',
    { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } } },
    { type: 'Resource', resource: { name: 'memory', targetAverageUtilization: 50 } },
  ],
  [
    'the resource of a container',
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'web', target: { type: 'Utilization', averageUtilization: 60 } },
    },
    { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'web', targetAverageUtilization: 60 } },
  ],
  [
    'an external value',
    { type: 'External', external: { metric, target: { type: 'Value', value: '10' } } },
    { type: 'External', external: { metricName: 'hits', metricSelector: selector, targetValue: '10' } },
  ],
  [
    'an external average',
    { type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '10' } } },
    { type: 'External', external: { metricName: 'hits', metricSelector: selector, targetAverageValue: '10' } },
  ],
  [
    'the value of an object',
    { type: 'Object', object: { describedObject: target, metric, target: { type: 'Value', value: '10' } } },
    { type: 'Object', object: { target, metricName: 'hits', targetValue: '10', selector } },
  ],
  [
    'the average of an object',
    { type: 'Object', object: { describedObject: target, metric, target: { type: 'AverageValue', averageValue: '2' } } },
    { type: 'Object', object: { target, metricName: 'hits', targetValue: '0', selector, averageValue: '2' } },
  ],
  [
    'the pods',
    { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '10' } } },
    { type: 'Pods', pods: { metricName: 'hits', targetAverageValue: '10', selector } },
  ],
];

describe('metrics', () => {
  test.each(specs)('%s', (_, inV2, inV1) => {
    const object = make(v2, { spec: { ...spec, metrics: [inV2, cpu(50)] } });
    const shown: any = fromStored(v1, object);
    expect(shown).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { ...spec, targetCPUUtilizationPercentage: 50 } });
    expect(shown.spec).not.toHaveProperty('metrics');
    expect(JSON.parse(shown.metadata.annotations[annotation('metrics')])).toEqual([inV1]);
    expect(toStored(v1, shown)).toEqual(object);
  });

  test('the share of CPU alone needs no annotation', () => {
    const object = make(v2, { spec: { ...spec, metrics: [cpu(50)] } });
    expect(fromStored(v1, object).metadata).toEqual(object.metadata);
  });

  test('of a status', () => {
    const usage = { averageUtilization: 40, averageValue: '1' };
    const currentMetrics = [
      { type: 'Resource', resource: { name: 'cpu', current: usage } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'web', current: { averageValue: '2' } } },
      { type: 'External', external: { metric, current: { value: '3', averageValue: '4' } } },
      { type: 'Object', object: { describedObject: target, metric, current: { value: '5' } } },
      { type: 'Pods', pods: { metric: { name: 'x' }, current: { averageValue: '6' } } },
    ];
    const conditions = [{ type: 'AbleToScale', status: 'True' }];
    const status = { currentReplicas: 1, desiredReplicas: 2, currentMetrics, conditions };
    const object = make(v2, { spec: { ...spec, metrics: [cpu(50)] }, status });
    const shown: any = fromStored(v1, object);
    expect(shown.status).toEqual({ currentReplicas: 1, desiredReplicas: 2, currentCPUUtilizationPercentage: 40 });
    expect(JSON.parse(shown.metadata.annotations[annotation('current-metrics')])).toEqual([
      { type: 'Resource', resource: { name: 'cpu', currentAverageUtilization: 40, currentAverageValue: '1' } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'web', currentAverageValue: '2' } },
      {
        type: 'External',
        external: { metricName: 'hits', metricSelector: selector, currentValue: '3', currentAverageValue: '4' },
      },
      { type: 'Object', object: { target, metricName: 'hits', currentValue: '5', selector } },
      { type: 'Pods', pods: { metricName: 'x', currentAverageValue: '6' } },
    ]);
    expect(toStored(v1, shown)).toEqual(object);
  });
});

test('a behavior is written down as upstream does', () => {
  const rules = { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 2 }], tolerance: '100m' };
  const object = make(v2, {
    spec: { ...spec, metrics: [cpu(50)], behavior: { scaleUp: rules } },
    metadata: { annotations: { a: 'b' } },
  });
  const shown = fromStored(v1, object);
  expect(shown.metadata.annotations?.a).toBe('b');
  expect(JSON.parse(shown.metadata.annotations![annotation('behavior')]!)).toEqual({
    ScaleUp: { SelectPolicy: 'Max', Policies: [{ Type: 'Pods', Value: 1, PeriodSeconds: 2 }], Tolerance: '100m' },
  });
  expect(toStored(v1, shown)).toEqual(object);
});

test('what is stored is left alone', () => {
  const object = make(v2, {
    spec: { ...spec, metrics: specs.map(([, each]) => each), behavior: {} },
    metadata: { annotations: { a: 'b' } },
  });
  const before = structuredClone(object);
  fromStored(v1, object);
  expect(object).toEqual(before);
});

describe('a part of an object', () => {
  const type = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
  test.each<[object, object]>([
    [{}, {}],
    [{ metadata: { name: 'a' } }, { metadata: { name: 'a' } }],
    [{ metadata: { annotations: {} } }, { metadata: { annotations: {} } }],
    [{ metadata: { annotations: { [annotation('metrics')]: '[]' } } }, { metadata: {} }],
    [{ spec: { maxReplicas: 2 } }, { spec: { maxReplicas: 2 } }],
    [{ spec: { targetCPUUtilizationPercentage: null } }, { spec: {} }],
    [{ spec: { targetCPUUtilizationPercentage: 5 } }, { spec: { metrics: [cpu(5)] } }],
    [{ status: { desiredReplicas: 1 } }, { status: { desiredReplicas: 1 } }],
  ])('%j', (given, expected) => {
    expect(toStored(v1, given)).toEqual({ ...expected, ...type });
  });
});

describe('annotations that clients made up', () => {
  const broken = [
    '',
    'x',
    'null',
    '5',
    '{}',
    '[]',
    '[5]',
    '[[]]',
    '[{"type":5}]',
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  ];
  const half = [
    '[null]',
    '[{"type":"External","external":{}},{"type":"Object","object":{}},{"type":"Pods","pods":{}},{"type":"Resource","resource":{}}]',
    '[{"type":"Object","object":{"target":null}}]',
    '[{"type":"Resource","resource":{"name":"cpu","targetAverageValue":"x"}}]',
    '{"ScaleUp":5}',
    '{"ScaleUp":{"Policies":[null]},"Other":{}}',
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  ];
  test.each([...broken, ...half].map((text) => [text.slice(0, 60), text]))('%s', (_, text) => {
    const names = ['metrics', 'behavior', 'current-metrics', 'conditions'].map(annotation);
    const annotations = Object.fromEntries(names.map((name) => [name, text]));
    const given = make(v1, { spec, status: {}, metadata: { annotations } });
    const object = toStored(v1, given) as never;
    // Valid or not, it can be told, and shown.
    expect(wrong(v2, object)).toBeInstanceOf(Array);
    const complete = stored(v2, object);
    for (const column of v2.columns) column.cell(complete, new Date(0));
    expect(fromStored(v1, complete).metadata.name).toBe('web');
  });

  test.each(broken)('%.20s says nothing', (text) => {
    const annotations = { [annotation('metrics')]: text, [annotation('behavior')]: text };
    const given = make(v1, { spec: { ...spec, targetCPUUtilizationPercentage: 5 }, metadata: { annotations } });
    expect(toStored(v1, given)).toMatchObject({ spec: { ...spec, metrics: [cpu(5)] } });
  });
});

test('a status that was never checked can be shown', () => {
  for (const source of ['external', 'object', 'pods', 'resource', 'containerResource']) {
    const currentMetrics = [
      { type: 'X', [source]: {} },
      { type: 'Resource', resource: { name: 'cpu' } },
    ];
    const object = make(v2, { spec: { ...spec, metrics: [cpu(1)] }, status: { currentMetrics, desiredReplicas: 0 } });
    expect(fromStored(v1, object)).toMatchObject({ status: { currentReplicas: 0 } });
  }
});
