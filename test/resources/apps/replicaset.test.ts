import { describe, expect, test } from 'vitest';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { accepted, cells, shown, template } from './workloads.ts';

const { strategy } = replicaSets;
const good = { selector: { matchLabels: { app: 'web' } }, template };
const make = (spec: object = {}, more: object = {}) => accepted(replicaSets, { ...good, ...spec }, more);

test('defaults', () => {
  expect(make().spec.replicas).toBe(1);
  expect(make({ replicas: 0 }).spec.replicas).toBe(0);
  expect(make({}, { status: {} }).status).toEqual({ replicas: 0 });
  expect(make().spec.template.spec.dnsPolicy).toBe('ClusterFirst');
});

describe('validation', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [
      { replicas: -1, minReadySeconds: -2 },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0',
      ],
    ],
    [
      { selector: undefined },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      { selector: { matchLabels: { app: 'x' } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      { template: undefined, selector: { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] } },
      ['spec.template.spec.containers: Required value'],
    ],
  ])('%j', (spec, errors) => expect(shown(strategy.validate!(make(spec)))).toEqual(errors));

  test('the selector cannot change', () =>
    expect(shown(strategy.validateUpdate!(make({ selector: { matchLabels: { app: 'x' } } }), make()))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    ]));

  test.each<[object, string[]]>([
    [{ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2 }, []],
    [
      { replicas: 0, observedGeneration: -1 },
      ['status.observedGeneration: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      { replicas: 1, fullyLabeledReplicas: 2 },
      ['status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas'],
    ],
    [
      { replicas: 2, readyReplicas: 1, availableReplicas: 2 },
      ['status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas'],
    ],
    [
      { replicas: 0, terminatingReplicas: -1 },
      ['status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ])('status %j', (status, errors) =>
    expect(shown(strategy.validateStatusUpdate!(make({}, { status }), make()))).toEqual(errors),
  );
});

test('as a row and as a scale', () => {
  const object = make({ replicas: 3 }, { status: { replicas: 2, readyReplicas: 1 } });
  expect(cells(replicaSets, object)).toEqual({
    Name: 'web',
    Desired: 3,
    Current: 2,
    Ready: 1,
    Age: '60m',
    Containers: 'web',
    Images: 'nginx:1.29',
    Selector: 'app=web',
  });
  const scale = replicaSets.scale!;
  expect([scale.specReplicas(object), scale.statusReplicas(object), scale.selector(object)]).toEqual([3, 2, 'app=web']);
  scale.setSpecReplicas(object, 0);
  expect(object.spec.replicas).toBe(0);
});
