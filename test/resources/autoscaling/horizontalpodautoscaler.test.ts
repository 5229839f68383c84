import { describe, expect, test } from 'vitest';
import { horizontalPodAutoscalers } from '../../../src/resources/autoscaling/horizontalpodautoscaler.ts';
import { row, stored, wrong, wrongChange, wrongStatus } from '../checks.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const base = { scaleTargetRef, maxReplicas: 5 };
const autoscaler = (more: object) => ({ spec: { ...base, ...more } });
const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const policies = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

describe('defaults', () => {
  test('one pod at least, and 80 % of the CPU', () => {
    expect(stored(horizontalPodAutoscalers, autoscaler({})).spec).toEqual({ ...base, minReplicas: 1, metrics: [cpu(80)] });
    expect(stored(horizontalPodAutoscalers, autoscaler({ minReplicas: 0, metrics: [cpu(1)] })).spec).toMatchObject({
      minReplicas: 0,
      metrics: [cpu(1)],
    });
    expect(stored(horizontalPodAutoscalers, { status: {} })).toMatchObject({ status: { desiredReplicas: 0 } });
  });

  test('a behavior is completed', () => {
    expect(stored(horizontalPodAutoscalers, autoscaler({ behavior: {} })).spec.behavior).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, ...policies],
      },
      scaleDown: { selectPolicy: 'Max', policies },
    });
    const scaleUp = { stabilizationWindowSeconds: 5, selectPolicy: 'Min', policies, tolerance: '0.1' };
    expect(stored(horizontalPodAutoscalers, autoscaler({ behavior: { scaleUp } })).spec.behavior?.scaleUp).toEqual(scaleUp);
  });
});

describe('what is scaled', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [{ minReplicas: 0 }, ['spec.minReplicas: Invalid value: 0: must be greater than or equal to 1', expect.any(String)]],
    [{ maxReplicas: undefined }, ['spec.maxReplicas: Required value: must be set and greater than 0', expect.any(String)]],
    [
      { maxReplicas: -1 },
      [
        'spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1',
        'spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`',
      ],
    ],
    [{ minReplicas: 6 }, ['spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`']],
    [
      { scaleTargetRef: undefined },
      [
        'spec.scaleTargetRef.kind: Required value',
        'spec.scaleTargetRef.name: Required value',
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      ],
    ],
    [
      { scaleTargetRef: { ...scaleTargetRef, name: 'a/b', apiVersion: 'a/b/c' } },
      [
        'spec.scaleTargetRef.name: Invalid value: "a/b": may not contain \'/\'',
        'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
      ],
    ],
    [
      { scaleTargetRef: { ...scaleTargetRef, apiVersion: 'v1' } },
      ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
    ],
    [{ scaleTargetRef: { apiVersion: 'v1', kind: 'ReplicationController', name: 'web' } }, []],
  ])('%j', (more, expected) => {
    expect(wrong(horizontalPodAutoscalers, autoscaler(more))).toEqual(expected);
  });

  test('what was accepted before may stay', () => {
    const target = { scaleTargetRef: { kind: 'Deployment', name: 'web' } };
    expect(wrongChange(horizontalPodAutoscalers, autoscaler(target), autoscaler(target))).toEqual([]);
    expect(wrongChange(horizontalPodAutoscalers, autoscaler({}), autoscaler(target))).toHaveLength(1);
    const zero = { minReplicas: 0, metrics: [{ type: 'External', external }] };
    expect(wrongChange(horizontalPodAutoscalers, autoscaler(zero), autoscaler(zero))).toEqual([]);
    expect(wrongChange(horizontalPodAutoscalers, autoscaler(zero), autoscaler({ minReplicas: 0 }))).toEqual([
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ]);
    expect(wrongChange(horizontalPodAutoscalers, autoscaler(zero), autoscaler({ minReplicas: -1 }))[0]).toContain(
      'or equal to 0',
    );
    const odd = {
      metrics: [
        { type: 'Object', object: { ...ofObject, describedObject: { apiVersion: 'a/b/c', kind: 'Service', name: 'x' } } },
      ],
    };
    expect(wrongChange(horizontalPodAutoscalers, autoscaler({}), autoscaler(odd))).toHaveLength(1);
    expect(wrongChange(horizontalPodAutoscalers, autoscaler(odd), autoscaler(odd))).toEqual([]);
  });
});

const value = { type: 'Value', value: '10' };
const average = { type: 'AverageValue', averageValue: '1' };
const external = { metric: { name: 'queue' }, target: value };
const ofObject = { describedObject: { kind: 'Service', name: 'web' }, metric: { name: 'hits' }, target: value };
const types = '"ContainerResource", "External", "Object", "Pods", "Resource"';

describe('metrics', () => {
  const usage = { type: 'Utilization', averageUtilization: 50 };
  const inContainer = { name: 'cpu', container: 'web', target: usage };
  test.each<[object, unknown[]]>([
    [{ type: 'External', external }, []],
    [{ type: 'Object', object: ofObject }, []],
    [{ type: 'Pods', pods: { metric: { name: 'rps' }, target: average } }, []],
    [{ type: 'ContainerResource', containerResource: inContainer }, []],
    [
      {},
      [
        'type: Required value: must specify a metric source type',
        `type: Unsupported value: "": supported values: ${types}`,
        `type: Unsupported value: "": supported values: ${types}`,
      ],
    ],
    [
      { type: 'Other' },
      [
        `type: Unsupported value: "Other": supported values: ${types}`,
        `type: Unsupported value: "Other": supported values: ${types}`,
      ],
    ],
    [{ type: 'Pods' }, ['pods: Required value: must populate information for the given metric source']],
    [{ type: 'Object', object: ofObject, external }, ['external: Forbidden: must populate the given metric source only']],
    [
      { type: 'External', external: {} },
      [
        'external.metric.name: Required value: must specify a metric name',
        'external.target.type: Required value: must specify a metric target type',
        'external.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        'external.target.averageValue: Required value: must set either a target value for metric or a per-pod target',
      ],
    ],
    [
      { type: 'External', external: { metric: { name: 'a/b' }, target: { ...value, averageValue: '0' } } },
      [
        'external.metric.name: Invalid value: "a/b": may not contain \'/\'',
        'external.target.averageValue: Invalid value: "0": must be positive',
        'external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      ],
    ],
    [
      { type: 'Object', object: {} },
      [
        'object.describedObject.kind: Required value',
        'object.describedObject.name: Required value',
        'object.metric.name: Required value: must specify a metric name',
        'object.target.type: Required value: must specify a metric target type',
        'object.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        'object.target.averageValue: Required value: must set either a target value or averageValue',
      ],
    ],
    [
      { type: 'Pods', pods: { metric: { name: 'a' }, target: value } },
      ['pods.target.averageValue: Required value: must specify a positive target averageValue'],
    ],
    [
      { type: 'Resource', resource: { target: { type: 'Utilization' } } },
      [
        'resource.name: Required value: must specify a resource name',
        'resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      ],
    ],
    [
      { type: 'Resource', resource: { name: 'cpu', target: { ...usage, averageUtilization: 0, averageValue: '1' } } },
      [
        'resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        'resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
      ],
    ],
    [
      { type: 'ContainerResource', containerResource: { target: usage } },
      [
        'containerResource.name: Required value: must specify a resource name',
        'containerResource.container: Required value: must specify a container',
      ],
    ],
    [
      { type: 'ContainerResource', containerResource: { ...inContainer, name: 'pods', container: 'A' } },
      [
        'containerResource.name: Invalid value: "pods": must be a standard resource for containers',
        expect.stringContaining('containerResource.container: Invalid value: "A": a lowercase RFC 1123 label'),
      ],
    ],
  ])('%j', (metric, expected) => {
    const lines = wrong(horizontalPodAutoscalers, autoscaler({ metrics: [metric] }));
    expect(lines.map((line) => line.replace('spec.metrics[0].', ''))).toEqual(expected);
  });
});

describe('behavior', () => {
  test.each<[object, string[]]>([
    [{ policies: [{ type: 'Pods', value: 1, periodSeconds: 1800 }], stabilizationWindowSeconds: 3600 }, []],
    [
      { stabilizationWindowSeconds: -1 },
      ['stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero'],
    ],
    [
      { stabilizationWindowSeconds: 3601 },
      ['stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600'],
    ],
    [{ selectPolicy: 'Any' }, ['selectPolicy: Unsupported value: "Any": supported values: "Disabled", "Max", "Min"']],
    [{ policies: [] }, ['policies: Required value: must specify at least one Policy']],
    [
      { policies: [{ type: 'Nodes', value: 0, periodSeconds: 0 }] },
      [
        'policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
        'policies[0].value: Invalid value: 0: must be greater than zero',
        'policies[0].periodSeconds: Invalid value: 0: must be greater than zero',
      ],
    ],
    [
      { policies: [{ type: 'Pods', value: 1, periodSeconds: 1801 }] },
      ['policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800'],
    ],
    [{ tolerance: '-1m' }, ['tolerance: Invalid value: "-1m": must be greater than or equal to 0']],
  ])('%j', (rules, expected) => {
    for (const direction of ['scaleUp', 'scaleDown'])
      expect(wrong(horizontalPodAutoscalers, autoscaler({ behavior: { [direction]: rules } }))).toEqual(
        expected.map((line) => `spec.behavior.${direction}.${line}`),
      );
  });
});

test('status', () => {
  expect(wrongStatus(horizontalPodAutoscalers, { currentReplicas: -1, desiredReplicas: -2 })).toEqual([
    'status.currentReplicas: Invalid value: -1: must be greater than or equal to 0',
    'status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0',
  ]);
});

describe('columns', () => {
  const shown = (metrics: object[], currentMetrics: object[] = []) =>
    row(horizontalPodAutoscalers, { spec: { ...base, metrics }, status: { currentMetrics, desiredReplicas: 0 } })[2]![1];

  test('all', () => {
    expect(row(horizontalPodAutoscalers, { spec: { ...base, minReplicas: 2 }, status: { currentReplicas: 3 } })).toEqual([
      ['Name', 'web'],
      ['Reference', 'Deployment/web'],
      ['Targets', '<none>'],
      ['MinPods', '2'],
      ['MaxPods', 5],
      ['Replicas', 3],
      ['Age', '60m'],
    ]);
    expect(row(horizontalPodAutoscalers, { spec: base }).slice(3, 6)).toEqual([
      ['MinPods', '<unset>'],
      ['MaxPods', 5],
      ['Replicas', 0],
    ]);
  });

  const memory = { name: 'memory', target: average };
  test.each<[object, object | undefined, string]>([
    [cpu(50), undefined, 'cpu: <unknown>/50%'],
    [cpu(50), { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 30 } } }, 'cpu: 30%/50%'],
    [{ type: 'Resource', resource: { name: 'cpu', target: {} } }, { type: 'Resource', resource: {} }, 'cpu: <unknown>/<auto>'],
    [{ type: 'Resource', resource: memory }, undefined, 'memory: <unknown>/1'],
    [{ type: 'Resource', resource: memory }, { resource: { current: { averageValue: '2' } } }, 'memory: 2/1'],
    [
      { type: 'ContainerResource', containerResource: { ...memory, container: 'a' } },
      { containerResource: { current: { averageValue: '3' } } },
      'memory: 3/1',
    ],
    [{ type: 'External', external }, undefined, '<unknown>/10'],
    [{ type: 'External', external }, { external: { current: { value: '7' } } }, '7/10'],
    [{ type: 'Object', object: { ...ofObject, target: average } }, { object: { current: { averageValue: '4' } } }, '4/1 (avg)'],
    [{ type: 'Object', object: { ...ofObject, target: average } }, { object: {} }, '<unknown>/1 (avg)'],
    [{ type: 'Pods', pods: { target: average } }, { pods: { current: { averageValue: '5' } } }, '5/1'],
    [{ type: 'Pods', pods: { target: average } }, { pods: {} }, '<nil>/1'],
    [{ type: 'Pods', pods: { target: average } }, { resource: {} }, '<unknown>/1'],
    [{ type: 'Other' }, undefined, '<unknown type>'],
  ])('the target %j with %j', (metric, current, expected) => {
    expect(shown([metric], current && [current])).toBe(expected);
  });

  test('the first two targets', () => {
    expect(shown([cpu(1), cpu(2), cpu(3), cpu(4)])).toBe('cpu: <unknown>/1%, cpu: <unknown>/2% + 2 more...');
  });
});
