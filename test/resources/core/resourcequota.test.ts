import { describe, expect, test } from 'vitest';
import { resourceQuotas } from '../../../src/resources/core/resourcequota.ts';
import { accepted, cells, shown } from '../apps/workloads.ts';

const { strategy } = resourceQuotas;
const make = (spec: object = {}, more: object = {}) => accepted(resourceQuotas, spec, more);
const wrong = (spec: object) => shown(strategy.validate!(make(spec)));

test('amounts are rounded to thousandths', () => {
  const { spec, status } = make({ hard: { cpu: '1500u' } }, { status: { hard: { cpu: '1n' }, used: { cpu: '2500u' } } });
  expect([spec.hard, status]).toEqual([{ cpu: '2m' }, { hard: { cpu: '1m' }, used: { cpu: '3m' } }]);
});

describe('validation', () => {
  const standard = 'must be a standard resource for quota';
  test.each<[object, string[]]>([
    [{}, []],
    [{ hard: { pods: '10', 'limits.cpu': '500m', 'hugepages-2Mi': '2Mi' } }, []],
    [{ hard: { 'requests.acme.io/gpu': '1', 'count/jobs.batch': '5' } }, []],
    [{ hard: { storage: '1' } }, [`spec.hard[storage]: Invalid value: "storage": ${standard}`]],
    [
      { hard: { things: '1' } },
      [
        'spec.hard[things]: Invalid value: "things": must be a standard resource type or fully qualified',
        `spec.hard[things]: Invalid value: "things": ${standard}`,
      ],
    ],
    [
      { hard: { pods: '-1500m' } },
      [
        'spec.hard[pods]: Invalid value: "-1500m": must be greater than or equal to 0',
        'spec.hard[pods]: Invalid value: "-1500m": must be an integer',
      ],
    ],
    [{ hard: { pods: '1' }, scopes: ['BestEffort'] }, []],
    [{ hard: { persistentvolumeclaims: '1' }, scopes: ['VolumeAttributesClass'] }, []],
    [{ scopes: ['Odd'] }, ['spec.scopes: Invalid value: ["Odd"]: unsupported scope']],
    [
      { hard: { cpu: '1', secrets: '1', 'acme.io/x': '1' }, scopes: ['BestEffort'] },
      Array.from({ length: 2 }, () => 'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'),
    ],
    [
      { scopes: ['Terminating', 'NotTerminating'] },
      ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
    ],
  ])('%j', (spec, errors) => expect(wrong(spec)).toEqual(errors));

  const at = 'spec.scopeSelector.matchExpressions';
  const exists =
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
  test.each<[object[], string[]]>([
    [[{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }], []],
    [
      [
        { scopeName: 'PriorityClass', operator: 'Exists' },
        { scopeName: 'BestEffort', operator: 'Exists' },
      ],
      [],
    ],
    [[{ scopeName: 'Odd', operator: 'Exists' }], [`${at}.scopeName: Invalid value: "Odd": unsupported scope`]],
    [[{ scopeName: 'BestEffort', operator: 'In', values: ['a'] }], [`${at}.operator: Invalid value: "In": ${exists}`]],
    [
      [{ scopeName: 'PriorityClass', operator: 'NotIn' }],
      [`${at}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`],
    ],
    [
      [{ scopeName: 'PriorityClass', operator: 'DoesNotExist', values: ['a'] }],
      [`${at}.values: Invalid value: ["a"]: must be no value when \`operator\` is 'Exist' or 'DoesNotExist' for scope selector`],
    ],
    [[{ scopeName: 'PriorityClass', operator: 'Gt' }], [`${at}.operator: Invalid value: "Gt": not a valid selector operator`]],
    [
      [
        { scopeName: 'BestEffort', operator: 'Exists' },
        { scopeName: 'NotBestEffort', operator: 'Exists' },
      ],
      ['spec.scopes: Invalid value: []: conflicting scopes'],
    ],
  ])('selector %j', (matchExpressions, errors) => expect(wrong({ scopeSelector: { matchExpressions } })).toEqual(errors));

  test('resources within the scopes of a selector', () => {
    const scopeSelector = { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] };
    expect(wrong({ scopeSelector, hard: { cpu: '1', pods: '1' } })).toEqual([]);
    expect(wrong({ scopeSelector, hard: { secrets: '1' } })).toEqual([
      `${at}: Invalid value: ${JSON.stringify(scopeSelector)}: unsupported scope applied to resource`,
    ]);
  });

  test('scopes cannot change', () => {
    const update = (to: string[] | undefined, from: string[]) =>
      shown(strategy.validateUpdate!(make({ scopes: to }), make({ scopes: from })));
    expect(update(['A', 'B'], ['B', 'A', 'A'])).toEqual([]);
    expect(update(['A'], ['B'])).toEqual(['spec.scopes: Invalid value: ["A"]: field is immutable']);
    expect(update(undefined, ['B'])).toEqual(['spec.scopes: Invalid value: []: field is immutable']);
  });

  test('status', () =>
    expect(
      shown(strategy.validateStatusUpdate!(make({}, { status: { hard: { things: '1' }, used: { pods: '-1' } } }), make())),
    ).toEqual([
      'status.hard[things]: Invalid value: "things": must be a standard resource type or fully qualified',
      `status.hard[things]: Invalid value: "things": ${standard}`,
      'status.used[pods]: Invalid value: "-1": must be greater than or equal to 0',
    ]));
});

test('warnings', () => {
  const memory = { 'requests.memory': '2Gi', 'limits.memory': '1Gi' };
  const hard = { cpu: '2', 'limits.cpu': '1', ...memory, storage: '5', 'limits.storage': '1' };
  expect(strategy.warnings!(make({ hard }), undefined)).toEqual([
    'ResourceQuota cpu (2) should be less than limits.cpu (1)',
    'ResourceQuota requests.memory (2Gi) should be less than limits.memory (1Gi)',
  ]);
  expect(strategy.warnings!(make({ hard }), make({ hard }))).toEqual([]);
  expect(strategy.warnings!(make({ hard: { cpu: '1', 'limits.cpu': '1' } }), undefined)).toEqual([]);
});

test('as a row', () => {
  const hard = { pods: '10', 'limits.memory': '2Gi', 'limits.cpu': '1', 'requests.cpu': '1' };
  const used = { pods: '3', 'limits.cpu': '500m' };
  expect(cells(resourceQuotas, make({}, { status: { hard, used } }))).toEqual({
    Name: 'web',
    Request: 'pods: 3/10, requests.cpu: 0/1',
    Limit: 'limits.cpu: 500m/1, limits.memory: 0/2Gi',
    Age: '60m',
  });
  expect(resourceQuotas.hasSpec).toBe(false);
});
