import { describe, expect, test } from 'vitest';
import { daemonSets } from '../../../src/resources/apps/daemonset.ts';
import { context } from '../objects.ts';
import { accepted, cells, metadata, shown, template } from './workloads.ts';

const { strategy } = daemonSets;
const good = { selector: { matchLabels: { app: 'web' } }, template };
const make = (spec: object = {}, more: object = {}) => accepted(daemonSets, { ...good, ...spec }, more);
const rolling = (bounds: object) => ({ updateStrategy: { rollingUpdate: bounds } });
const generation = 'deprecated.daemonset.template.generation';
const annotated = (value: string) => ({ metadata: { ...metadata, annotations: { a: 'b', [generation]: value } } });

test('defaults', () => {
  const { spec, status } = make({}, { status: {} });
  expect(spec).toMatchObject({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
    template: { spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' } },
  });
  expect(status).toEqual({ currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 });
  expect(make({ updateStrategy: { type: 'OnDelete' } }).spec.updateStrategy).toEqual({ type: 'OnDelete' });
});

describe('the template generation', () => {
  const of = (set: ReturnType<typeof make>) => set.metadata.annotations;
  test.each<[object, string]>([
    [{}, '1'],
    [annotated('7'), '7'],
    [annotated('-1'), '1'],
    [annotated('x'), '1'],
  ])('of a new set with %j', (more, expected) => {
    const set = make({}, more);
    strategy.prepareForCreate!(set, context);
    expect(of(set)?.[generation]).toBe(expected);
  });

  test('counts the changes of the template', () => {
    const old = make({}, annotated('3'));
    const same = make({ minReadySeconds: 5 });
    strategy.prepareForUpdate!(same, old, context);
    expect(of(same)).toEqual({ [generation]: '3' });
    const changed = make({ template: { ...template, metadata: { labels: { app: 'web', tier: 'a' } } } }, annotated('9'));
    strategy.prepareForUpdate!(changed, old, context);
    expect(of(changed)).toEqual({ a: 'b', [generation]: '4' });
  });

  test('stays in a status write', () => {
    const set = make({}, annotated('9'));
    strategy.prepareForStatusUpdate!(set, make({}, annotated('3')), context);
    expect(of(set)).toEqual({ a: 'b', [generation]: '3' });
  });
});

describe('validation', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [{ updateStrategy: { type: 'OnDelete' } }, []],
    [
      { selector: undefined },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      { selector: { matchExpressions: [{ key: 'a', operator: 'Foo' }] } },
      ['spec.selector.matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator'],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
    [
      { minReadySeconds: -1, revisionHistoryLimit: -2 },
      [
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0',
      ],
    ],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } } },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
      ],
    ],
    [
      { updateStrategy: { type: 'Sudden' } },
      ['spec.updateStrategy: Unsupported value: {"type":"Sudden"}: supported values: "RollingUpdate", "OnDelete"'],
    ],
    [rolling({ maxUnavailable: '10%' }), []],
    [rolling({ maxUnavailable: 0, maxSurge: 1 }), []],
    [
      rolling({ maxUnavailable: 0, maxSurge: '0%' }),
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
    [
      rolling({ maxSurge: 1 }),
      ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero'],
    ],
    [
      rolling({ maxUnavailable: -1 }),
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      rolling({ maxUnavailable: '101%' }),
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      rolling({ maxUnavailable: 0, maxSurge: '200%' }),
      ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "200%": must not be greater than 100%'],
    ],
  ])('%j', (spec, errors) => expect(shown(strategy.validate!(make(spec)))).toEqual(errors));

  test('the selector cannot change', () =>
    expect(shown(strategy.validateUpdate!(make({ selector: { matchLabels: { app: 'x' } } }), make()))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    ]));

  test.each<[object, object, string[]]>([
    [{ numberReady: 2, collisionCount: 1 }, { collisionCount: 1 }, []],
    [{ numberUnavailable: -1 }, {}, ['status.numberUnavailable: Invalid value: -1: must be greater than or equal to 0']],
    [{}, { collisionCount: 0 }, ['status.collisionCount: Invalid value: 0: cannot be decremented']],
    [{ collisionCount: 1 }, { collisionCount: 2 }, ['status.collisionCount: Invalid value: 1: cannot be decremented']],
  ])('status %j after %j', (status, old, errors) =>
    expect(shown(strategy.validateStatusUpdate!(make({}, { status }), make({}, { status: old })))).toEqual(errors),
  );
});

test('as a row', () => {
  const status = {
    desiredNumberScheduled: 5,
    currentNumberScheduled: 4,
    numberReady: 3,
    updatedNumberScheduled: 2,
    numberAvailable: 1,
  };
  expect(cells(daemonSets, make({}, { status }))).toEqual({
    Name: 'web',
    Desired: 5,
    Current: 4,
    Ready: 3,
    'Up-to-date': 2,
    Available: 1,
    'Node Selector': '<none>',
    Age: '60m',
    Containers: 'web',
    Images: 'nginx:1.29',
    Selector: 'app=web',
  });
  const nodeSelector = { b: '2', a: '1' };
  const picky = make({ template: { ...template, spec: { ...template.spec, nodeSelector } } });
  expect(cells(daemonSets, picky)['Node Selector']).toBe('a=1,b=2');
});
