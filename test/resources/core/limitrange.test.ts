import { describe, expect, test } from 'vitest';
import { limitRanges } from '../../../src/resources/core/limitrange.ts';
import { accepted, cells, shown } from '../apps/workloads.ts';

const make = (...limits: object[]) => accepted(limitRanges, { limits });
const wrong = (...limits: object[]) => shown(limitRanges.strategy.validate!(make(...limits)));
const container = (more: object) => ({ type: 'Container', ...more });

describe('defaults', () => {
  test.each<[object, object]>([
    [{ max: { cpu: '2' } }, { default: { cpu: '2' }, defaultRequest: { cpu: '2' }, max: { cpu: '2' } }],
    [{ min: { cpu: '1' } }, { defaultRequest: { cpu: '1' }, min: { cpu: '1' } }],
    [
      { default: { cpu: '1' }, max: { cpu: '2', memory: '1Gi' }, min: { cpu: '100m' } },
      {
        default: { cpu: '1', memory: '1Gi' },
        defaultRequest: { cpu: '1', memory: '1Gi' },
        max: { cpu: '2', memory: '1Gi' },
        min: { cpu: '100m' },
      },
    ],
    [
      { defaultRequest: { cpu: '1' }, default: { cpu: '2' } },
      { defaultRequest: { cpu: '1' }, default: { cpu: '2' } },
    ],
    [{ maxLimitRequestRatio: { cpu: '1500u' } }, { maxLimitRequestRatio: { cpu: '2m' } }],
    [{}, {}],
  ])('%j', (item, expected) => expect(make(container(item)).spec.limits).toEqual([{ type: 'Container', ...expected }]));

  test('only of containers', () => {
    const pod = { type: 'Pod', max: { cpu: '2' } };
    expect(make(pod).spec.limits).toEqual([pod]);
  });
  test('without a spec', () => expect(accepted(limitRanges, undefined as never).spec).toEqual({ limits: [] }));
});

describe('validation', () => {
  const at = 'spec.limits[0]';
  test.each<[object, string[]]>([
    [container({ max: { cpu: '2' }, min: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } }), []],
    [{ type: 'acme.io/thing', max: { storage: '1' } }, []],
    [{ type: 'Node' }, [`${at}.type: Invalid value: "Node": must be a standard limit type or fully qualified`]],
    [
      container({ max: { storage: '1' } }),
      ['max', 'default', 'defaultRequest'].map(
        (part) => `${at}.${part}[storage]: Invalid value: "storage": must be a standard resource for containers`,
      ),
    ],
    [
      { type: 'PersistentVolumeClaim', max: { things: '1' }, min: { storage: '1' } },
      [`${at}.max[things]: Invalid value: "things": must be a standard resource type or fully qualified`],
    ],
    [
      { type: 'PersistentVolumeClaim' },
      [`${at}.limits: Required value: either minimum or maximum storage value is required, but neither was provided`],
    ],
    [
      { type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '2' } },
      [
        `${at}.default: Forbidden: may not be specified when \`type\` is 'Pod'`,
        `${at}.defaultRequest: Forbidden: may not be specified when \`type\` is 'Pod'`,
      ],
    ],
    [
      { type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } },
      [`${at}.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`],
    ],
    [
      container({ min: { cpu: '2' }, defaultRequest: { cpu: '1' } }),
      [`${at}.defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1`],
    ],
    [
      container({ max: { cpu: '1' }, defaultRequest: { cpu: '2' }, default: { cpu: '1' } }),
      [
        `${at}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than max value 1`,
        `${at}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1`,
      ],
    ],
    [
      container({ min: { cpu: '2' }, defaultRequest: { cpu: '2' }, default: { cpu: '1' } }),
      [
        `${at}.defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1`,
        `${at}.default[cpu]: Invalid value: "2": min value 2 is greater than default value 1`,
      ],
    ],
    [
      container({ max: { cpu: '1' }, default: { cpu: '2' }, defaultRequest: { cpu: '1' } }),
      [`${at}.default[cpu]: Invalid value: "1": default value 2 is greater than max value 1`],
    ],
    [
      { type: 'Pod', maxLimitRequestRatio: { cpu: '500m' } },
      [`${at}.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1`],
    ],
    [
      { type: 'Pod', min: { cpu: '2' }, max: { cpu: '3' }, maxLimitRequestRatio: { cpu: '2' } },
      [`${at}.maxLimitRequestRatio[cpu]: Invalid value: "2": ratio 2 is greater than max/min = 1.500000`],
    ],
    [
      container({ default: { 'acme.io/gpu': '2' }, defaultRequest: { 'acme.io/gpu': '1' } }),
      [
        `${at}.defaultRequest[acme.io/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in acme.io/gpu`,
      ],
    ],
  ])('%j', (item, errors) => expect(wrong(item)).toEqual(errors));

  test('a resource that is called like something every object has', () =>
    expect(() =>
      limitRanges.strategy.validate!({ spec: { limits: [{ type: 'Container', max: { toString: '1' }, min: { cpu: '1' } }] } } as never),
    ).not.toThrow());
  test('each type once', () =>
    expect(wrong({ type: 'Pod' }, { type: 'Container' }, { type: 'Pod' })).toEqual([
      'spec.limits[2].type: Duplicate value: "Pod"',
    ]));
});

test('as a row', () => {
  expect(cells(limitRanges, make())).toEqual({ Name: 'web', 'Created At': '2026-05-01T12:00:00Z' });
  expect([limitRanges.hasSpec, limitRanges.strategy.createsOnUpdate]).toEqual([false, true]);
});
