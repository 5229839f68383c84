import { describe, expect, test } from 'vitest';
import { World } from './world.ts';

describe('metrics of all kinds', () => {
  const target = (type: string, value: string) => ({ type, [type === 'Value' ? 'value' : 'averageValue']: value });
  const describedObject = { apiVersion: 'v1', kind: 'Service', name: 'web' };
  const selector = { matchLabels: { b: '2', a: '1' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['x', 'y'] }] };
  const text =
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:c,Operator:In,Values:[x y],},},}';
  const noCustom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  const noExternal =
    'unable to fetch metrics from external metrics API: the server could not find the requested resource (get m.external.metrics.k8s.io)';
  const cases: [string, object, number, string, string][] = [
    [
      'a resource on average',
      { type: 'Resource', resource: { name: 'cpu', target: target('AverageValue', '250m') } },
      6,
      'cpu resource',
      '',
    ],
    [
      'one container',
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'web', target: { type: 'Utilization', averageUtilization: 25 } },
      },
      6,
      'cpu container resource utilization (percentage of request)',
      '',
    ],
    [
      'pods',
      { type: 'Pods', pods: { metric: { name: 'm' }, target: target('AverageValue', '2') } },
      6,
      'pods metric m',
      `FailedGetPodsMetric: unable to get metric m: ${noCustom}`,
    ],
    [
      'an object',
      { type: 'Object', object: { metric: { name: 'm' }, describedObject, target: target('Value', '2') } },
      6,
      'Service metric m',
      `FailedGetObjectMetric: unable to get metric m: ${noCustom} on Service default/web`,
    ],
    [
      'an object, a part for each',
      { type: 'Object', object: { metric: { name: 'm', selector }, describedObject, target: target('AverageValue', '800m') } },
      5,
      `external metric m(${text})`,
      `FailedGetObjectMetric: unable to get metric m: ${noCustom} on Service default/web`,
    ],
    [
      'something else',
      { type: 'External', external: { metric: { name: 'm' }, target: target('Value', '4') } },
      6,
      'external metric m(nil)',
      `FailedGetExternalMetric: unable to get external metric default/m/nil: ${noExternal}`,
    ],
    [
      'something else, a part for each',
      { type: 'External', external: { metric: { name: 'm', selector }, target: target('AverageValue', '2') } },
      4,
      `external metric m(${text})`,
      `FailedGetExternalMetric: unable to get external metric default/m/${text}: ${noExternal}`,
    ],
  ];
  test.each(cases)('%s', (_name, metric, expected, name, failure) => {
    const world = new World({ metrics: [metric] });
    world.custom = 4_000;
    world.look();
    expect([world.replicas, world.events]).toEqual([
      expected,
      [`Normal SuccessfulRescale: New size: ${expected}; reason: ${name} above target`],
    ]);
    if (failure === '') return;
    const failing = new World({ metrics: [metric] }).look();
    expect([failing.replicas, failing.events[0]]).toEqual([3, `Warning ${failure}`]);
  });
});
