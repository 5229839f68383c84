import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/lib/random.ts';
import { deployments, type Deployment } from '../../../src/resources/apps/deployment.ts';
import { accepted, cells, metadata, shown, template } from './workloads.ts';

const { strategy } = deployments;
const good = { selector: { matchLabels: { app: 'web' } }, template };
const make = (spec: object = {}, more: object = {}) => accepted(deployments, { ...good, ...spec }, more);
const context = { now: new Date(0), random: seededRandom(1) };

describe('defaults', () => {
  test('of a minimal deployment', () => {
    const { spec } = make();
    expect(spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    });
    expect(spec.minReadySeconds).toBeUndefined();
    expect(spec.template.spec).toMatchObject({ restartPolicy: 'Always', terminationGracePeriodSeconds: 30 });
  });

  test('keep what was said', () => {
    const said = {
      replicas: 0,
      revisionHistoryLimit: 0,
      progressDeadlineSeconds: 5,
      strategy: { rollingUpdate: { maxSurge: 0 } },
    };
    expect(make(said).spec).toMatchObject({
      ...said,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } },
    });
    expect(make({ strategy: { type: 'Recreate' } }).spec.strategy).toEqual({ type: 'Recreate' });
  });

  test('are idempotent', () => {
    const object = make();
    const before = structuredClone(object);
    strategy.defaults!(object);
    expect(object).toEqual(before);
  });
});

describe('validation', () => {
  test('a good one', () => expect(shown(strategy.validate!(make()))).toEqual([]));

  test.each<[object, string[]]>([
    [{ replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [{ minReadySeconds: -1 }, ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0']],
    [{ revisionHistoryLimit: -1 }, ['spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0']],
    [
      { progressDeadlineSeconds: 10, minReadySeconds: 10 },
      ['spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds'],
    ],
    [
      { progressDeadlineSeconds: -1 },
      [
        'spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.progressDeadlineSeconds: Invalid value: -1: must be greater than minReadySeconds',
      ],
    ],
    [
      { selector: undefined },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      { selector: { matchExpressions: [{ key: 'a', operator: 'Foo' }] }, template: {} },
      [
        'spec.selector.matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Foo"}]}: invalid label selector',
      ],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      { selector: { matchLabels: { app: 'api' } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      { template: { ...template, metadata: { labels: { b: '2', a: '1' } } } },
      ['spec.template.metadata.labels: Invalid value: {"a":"1","b":"2"}: `selector` does not match template `labels`'],
    ],
    [
      { template: { spec: template.spec } },
      ['spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`'],
    ],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      { template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 1 } } },
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported'],
    ],
    [{ template: { ...template, spec: {} } }, ['spec.template.spec.containers: Required value']],
    [
      { strategy: { type: 'Sudden' } },
      ['spec.strategy: Unsupported value: {"type":"Sudden"}: supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ],
    [
      { strategy: { rollingUpdate: { maxSurge: -1, maxUnavailable: '101%' } } },
      [
        'spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0',
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      ],
    ],
    [
      { strategy: { rollingUpdate: { maxUnavailable: 'half' } } },
      [
        `spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "half": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
      ],
    ],
  ])('%j', (spec, errors) => expect(shown(strategy.validate!(make(spec)))).toEqual(errors));

  test('an object without a spec', () => {
    const object = accepted(deployments, undefined as never);
    expect(shown(strategy.validate!(object))).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
  });

  test('the selector cannot change', () => {
    const changed = make({ selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] } });
    expect(shown(strategy.validateUpdate!(changed, make()))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web"},"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable',
    ]);
    const both = { matchLabels: { app: 'web', tier: 'a' } };
    const turned = { matchLabels: { tier: 'a', app: 'web' } };
    expect(strategy.validateUpdate!(make({ selector: both }), make({ selector: turned }))).toEqual([]);
  });

  test.each<[object, object, string[]]>([
    [{ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 }, {}, []],
    [
      { replicas: 1, updatedReplicas: 2 },
      {},
      ['status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas'],
    ],
    [
      { replicas: 1, readyReplicas: 0, availableReplicas: 2 },
      {},
      [
        'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
        'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
      ],
    ],
    [{ observedGeneration: -1 }, {}, ['status.observedGeneration: Invalid value: -1: must be greater than or equal to 0']],
    [{ collisionCount: 1 }, { collisionCount: 2 }, ['status.collisionCount: Invalid value: 1: cannot be decremented']],
    [{}, { collisionCount: 2 }, ['status.collisionCount: Invalid value: 0: cannot be decremented']],
  ])('status %j after %j', (status, old, errors) =>
    expect(shown(strategy.validateStatusUpdate!(make({}, { status }), make({}, { status: old })))).toEqual(errors),
  );

  test('a name that is no DNS label is warned about', () => {
    expect(strategy.warnings!(make(), undefined)).toEqual([]);
    expect(strategy.warnings!(make({}, { metadata: { ...metadata, name: 'a.b' } }), undefined)).toEqual([
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
    ]);
  });
});

describe('update', () => {
  const generationAfter = (annotations: Record<string, string> | undefined, before: Record<string, string> | undefined) => {
    const [next, old] = [before, annotations].map((each) =>
      make({}, { metadata: { ...metadata, generation: 4, annotations: each } }),
    ) as [Deployment, Deployment];
    strategy.prepareForUpdate!(next, old, context);
    return next.metadata.generation;
  };
  test('a change of annotations is one of the generation', () => {
    expect(generationAfter({ a: 'b' }, { a: 'b' })).toBe(4);
    expect(generationAfter(undefined, undefined)).toBe(4);
    expect(generationAfter({ a: 'c' }, { a: 'b' })).toBe(5);
    expect(generationAfter(undefined, { a: 'b' })).toBe(5);
    expect(generationAfter({ a: 'b' }, undefined)).toBe(5);
  });
});

describe('how it is shown', () => {
  const status = { replicas: 4, updatedReplicas: 2, readyReplicas: 3, availableReplicas: 1 };
  test('as a row', () => {
    expect(cells(deployments, make({ replicas: 5 }, { status }))).toEqual({
      Name: 'web',
      Ready: '3/5',
      'Up-to-date': 2,
      Available: 1,
      Age: '60m',
      Containers: 'web',
      Images: 'nginx:1.29',
      Selector: 'app=web',
    });
    expect(cells(deployments, make())).toMatchObject({ Ready: '0/1', 'Up-to-date': 0, Available: 0 });
    expect(deployments.columns.filter((column) => column.priority === 1).map((column) => column.name)).toEqual([
      'Containers',
      'Images',
      'Selector',
    ]);
  });

  test('as a scale', () => {
    const object = make({ replicas: 5 }, { status });
    const scale = deployments.scale!;
    expect([scale.specReplicas(object), scale.statusReplicas(object), scale.selector(object)]).toEqual([5, 4, 'app=web']);
    scale.setSpecReplicas(object, 2);
    expect(object.spec.replicas).toBe(2);
  });
});
