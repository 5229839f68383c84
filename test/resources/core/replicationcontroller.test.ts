import { describe, expect, test } from 'vitest';
import { replicationControllers } from '../../../src/resources/core/replicationcontroller.ts';
import { accepted, cells, metadata, shown, template } from '../apps/workloads.ts';

const { strategy } = replicationControllers;
const make = (spec: object = {}, more: object = {}) => accepted(replicationControllers, { template, ...spec }, more);

test('defaults', () => {
  const { spec, metadata: own, status } = make({}, { status: {} });
  expect(spec).toMatchObject({ replicas: 1, selector: { app: 'web' }, template: { spec: { dnsPolicy: 'ClusterFirst' } } });
  expect(own.labels).toEqual({ app: 'web' });
  expect(status).toEqual({ replicas: 0 });
  const said = make({ replicas: 0, selector: { a: 'b' } }, { metadata: { ...metadata, labels: { c: 'd' } } });
  expect([said.spec.replicas, said.spec.selector, said.metadata.labels]).toEqual([0, { a: 'b' }, { c: 'd' }]);
  expect(make({ template: undefined }).spec).toEqual({ replicas: 1 });
});

describe('validation', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [
      { minReadySeconds: -1, replicas: -2 },
      [
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.replicas: Invalid value: -2: must be greater than or equal to 0',
      ],
    ],
    [{ template: undefined }, ['spec.selector: Required value', 'spec.template: Required value']],
    [{ template: { spec: template.spec } }, ['spec.selector: Required value']],
    [
      { selector: { app: 'x' } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } } },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
      ],
    ],
  ])('%j', (spec, errors) => expect(shown(strategy.validate!(make(spec)))).toEqual(errors));

  test.each<[object, string[]]>([
    [{ replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2 }, []],
    [{ observedGeneration: -1 }, ['status.observedGeneration: Invalid value: -1: must be greater than or equal to 0']],
    [{ fullyLabeledReplicas: 1 }, ['status.fullyLabeledReplicas: Invalid value: 1: cannot be greater than status.replicas']],
    [{ replicas: 1, availableReplicas: 1 }, ['status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas']],
  ])('status %j', (status, errors) =>
    expect(shown(strategy.validateStatusUpdate!(make({}, { status }), make()))).toEqual(errors),
  );
});

test('as a row, as a scale, and selectable', () => {
  const object = make({ replicas: 3 }, { status: { replicas: 2, readyReplicas: 1 } });
  expect(cells(replicationControllers, object)).toEqual({
    Name: 'web',
    Desired: 3,
    Current: 2,
    Ready: 1,
    Age: '60m',
    Containers: 'web',
    Images: 'nginx:1.29',
    Selector: 'app=web',
  });
  const bare = cells(replicationControllers, make({ template: undefined }));
  expect([bare.Containers, bare.Selector]).toEqual(['', '<none>']);
  const scale = replicationControllers.scale!;
  expect([scale.specReplicas(object), scale.statusReplicas(object), scale.selector(object)]).toEqual([3, 2, 'app=web']);
  scale.setSpecReplicas(object, 0);
  expect(object.spec.replicas).toBe(0);
  const { 'status.replicas': replicas } = replicationControllers.selectableFields;
  expect([replicas!(object), replicas!(make())]).toEqual(['2', '0']);
  expect(strategy.defaultPropagation).toBe('Orphan');
});
