import { describe, expect, test } from 'vitest';
import type { PodMetrics } from '../../../src/controllers/horizontalpodautoscaler/metrics-source.ts';
import {
  averageReplicas,
  perPodReplicas,
  utilizationReplicas,
  valueReplicas,
  type Scaled,
} from '../../../src/controllers/horizontalpodautoscaler/replicas.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { pod } from '../support/objects.ts';

const now = new Date('2026-01-01T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();

/** How a pod is: long ready unless said otherwise. */
interface State {
  ready?: 'True' | 'False' | 'none';
  /** Seconds ago. */
  started?: number;
  changed?: number;
  phase?: string;
  deleted?: boolean;
}

const tolerances = { scaleUp: 0.1, scaleDown: 0.1 };

function podsOf(states: readonly State[], requests: readonly (string | undefined)[] = []): Pod[] {
  return states.map(({ ready = 'True', started = 3600, changed = 3590, phase = 'Running', deleted }, i) => {
    const request = i < requests.length ? requests[i] : '1';
    return pod(`p${i}`, {
      metadata: deleted ? { deletionTimestamp: ago(1) } : {},
      spec: { containers: [{ name: 'c', image: 'c', resources: request === undefined ? {} : { requests: { cpu: request } } }] },
      status: {
        phase,
        startTime: ago(started),
        conditions: ready === 'none' ? [] : [{ type: 'Ready', status: ready, lastTransitionTime: ago(changed) }],
      },
    });
  });
}

/** Metrics in thousandths, measured over the last minute; `undefined` where there are none. */
const metricsOf = (values: readonly (number | undefined)[]): PodMetrics =>
  new Map(
    values.flatMap((value, i) =>
      value === undefined ? [] : [[`p${i}`, { value, timestampMs: now.getTime(), windowMs: 60_000 }]],
    ),
  );

interface Case {
  /** The replicas that are wanted now; as many as pods if left out. */
  current?: number;
  pods: State[];
  requests?: (string | undefined)[];
  metrics: (number | undefined)[];
  target: number;
  expected: number;
  percent?: number;
}

const scaledOf = ({ current, pods, requests }: Case): Scaled => ({
  current: current ?? pods.length,
  pods: podsOf(pods, requests),
  tolerances,
  now,
});

const three: State[] = [{}, {}, {}];
const pending: State = { phase: 'Pending', ready: 'False' };
const starting: State = { ready: 'False', started: 60, changed: 60 };

describe('the share of what is asked for', () => {
  const cases: [string, Case][] = [
    ['grows', { pods: three, metrics: [300, 500, 700], target: 30, expected: 5, percent: 50 }],
    ['shrinks', { pods: [{}, {}, {}, {}, {}], metrics: [100, 300, 500, 250, 250], target: 50, expected: 3, percent: 28 }],
    ['stays within 10 %', { pods: three, metrics: [1010, 1030, 1020], target: 100, expected: 3, percent: 102 }],
    ['stays at the upper bound', { pods: [{}, {}], metrics: [1100, 1100], target: 100, expected: 2, percent: 110 }],
    ['grows just beyond it', { pods: [{}, {}], metrics: [1110, 1110], target: 100, expected: 3, percent: 111 }],
    [
      'shrinks just beyond the other',
      {
        pods: Array.from({ length: 10 }, () => ({})),
        metrics: Array.from({ length: 10 }, () => 890),
        target: 100,
        expected: 9,
        percent: 89,
      },
    ],
    [
      'grows less with pods that are starting',
      { pods: [starting, {}, {}], metrics: [300, 500, 700], target: 30, expected: 4, percent: 60 },
    ],
    [
      'does not grow when those that start may do',
      { pods: [{}, starting, starting], metrics: [400, 500, 700], target: 30, expected: 3, percent: 40 },
    ],
    [
      'grows less with pods that are pending',
      { pods: [{}, pending, {}], metrics: [400, undefined, 800], target: 30, expected: 4, percent: 60 },
    ],
    [
      'shrinks without regard to those',
      { pods: [{}, {}, {}, pending], current: 4, metrics: [100, 200, 300, 50], target: 50, expected: 2, percent: 20 },
    ],
    [
      'leaves out pods that failed',
      { current: 2, pods: [{}, {}, { phase: 'Failed' }], metrics: [500, 700, 0], target: 50, expected: 3, percent: 60 },
    ],
    [
      'leaves out pods that are deleted',
      { current: 2, pods: [{}, {}, { deleted: true }], metrics: [500, 700, 0], target: 50, expected: 3, percent: 60 },
    ],
    [
      'shrinks less for want of metrics',
      { pods: [{}, {}, {}, {}], metrics: [undefined, 100, 200, 300], target: 50, expected: 4, percent: 20 },
    ],
    [
      'does not shrink when those may use all',
      { pods: three, metrics: [undefined, 400, 400], target: 50, expected: 3, percent: 40 },
    ],
    ['grows less for want of metrics', { pods: three, metrics: [undefined, 500, 700], target: 30, expected: 4, percent: 60 }],
    [
      'does not grow when those may use nothing',
      { pods: three, metrics: [1000, undefined, undefined], target: 50, expected: 3, percent: 100 },
    ],
    [
      'does not grow into less than there is to be',
      { current: 5, pods: three, metrics: [600, 600, undefined], target: 30, expected: 5, percent: 60 },
    ],
    [
      'is of the sum, not of each',
      { pods: [{}, {}], requests: ['100m', '900m'], metrics: [100, 0], target: 10, expected: 2, percent: 10 },
    ],
  ];
  test.each(cases)('%s', (_name, each) => {
    const outcome = utilizationReplicas(scaledOf(each), metricsOf(each.metrics), { resource: 'cpu', percent: each.target });
    expect(outcome).toMatchObject({ replicas: each.expected, percent: each.percent });
  });

  const failures: [string, Case, string][] = [
    [
      'no pods',
      { pods: [], metrics: [], target: 50, expected: 0 },
      'no pods returned by selector while calculating replica count',
    ],
    [
      'no metrics',
      { pods: three, metrics: [], target: 50, expected: 0 },
      'did not receive metrics for targeted pods (pods might be unready)',
    ],
    [
      'none of ready pods',
      { pods: [pending, starting], metrics: [100, 100], target: 50, expected: 0 },
      'did not receive metrics for targeted pods (pods might be unready)',
    ],
    [
      'a container that asks for nothing',
      { pods: three, requests: ['1', undefined, '1'], metrics: [1, 1, 1], target: 50, expected: 0 },
      'missing request for cpu in container c of Pod p1',
    ],
    [
      'requests of nothing',
      { pods: [{}], requests: ['0'], metrics: [1], target: 50, expected: 0 },
      'no metrics returned matched known pods',
    ],
  ];
  test.each(failures)('%s', (_name, each, message) => {
    const target = { resource: 'cpu', percent: each.target };
    expect(() => utilizationReplicas(scaledOf(each), metricsOf(each.metrics), target)).toThrow(message);
  });

  test('of one container, of sidecars, of the pod as a whole', () => {
    const cpu = (name: string, request: string, more: object = {}) => ({
      name,
      image: 'c',
      resources: { requests: { cpu: request } },
      ...more,
    });
    const [plain] = podsOf([{}]) as [Pod];
    const spec = {
      containers: [cpu('a', '1'), cpu('b', '3')],
      initContainers: [cpu('once', '9'), cpu('sidecar', '4', { restartPolicy: 'Always' })],
    };
    const scaled = (more: object = {}): Scaled => ({
      current: 1,
      pods: [{ ...plain, spec: { ...spec, ...more } }],
      tolerances,
      now,
    });
    const percent = (container?: string, more: object = {}) =>
      utilizationReplicas(scaled(more), metricsOf([400]), { resource: 'cpu', percent: 50, ...(container && { container }) })
        .percent;
    expect([percent(), percent('a'), percent('b'), percent('sidecar')]).toEqual([5, 40, 13, 10]);
    expect(percent(undefined, { resources: { requests: { cpu: '2' } } })).toBe(20);
    expect(percent('a', { resources: { requests: { cpu: '2' } } })).toBe(40);
    expect(() => percent('none')).toThrow('container none not found in Pod p0');
  });
});

describe('which pods use more CPU than they will', () => {
  const counted = (state: State): boolean => {
    const scaled = scaledOf({ pods: [{}, state], metrics: [], target: 0, expected: 0 });
    return utilizationReplicas(scaled, metricsOf([1000, 0]), { resource: 'cpu', percent: 100 }).percent === 50;
  };
  test.each<[string, State, boolean]>([
    ['one that never said whether it is ready', { ready: 'none' }, false],
    ['a young one that is not ready', { ready: 'False', started: 60, changed: 30 }, false],
    ['a young one that became ready while it was measured', { started: 120, changed: 30 }, false],
    ['not a young one that was ready before', { started: 120, changed: 60 }, true],
    ['one that was never ready', { ready: 'False', started: 600, changed: 595 }, false],
    ['not one that was ready and is not any more', { ready: 'False', started: 600, changed: 100 }, true],
    ['not an old one that became ready of late', { started: 600, changed: 10 }, true],
  ])('%s', (_name, state, expected) => expect(counted(state)).toBe(expected));
});

describe('an average', () => {
  const cases: [string, Case][] = [
    ['grows', { pods: three, metrics: [20_000, 10_000, 30_000], target: 15_000, expected: 4 }],
    ['shrinks', { pods: [{}, {}, {}, {}, {}], metrics: [12_000, 12_000, 12_000, 12_000, 12_000], target: 20_000, expected: 3 }],
    ['stays', { pods: three, metrics: [20_000, 21_000, 21_000], target: 20_000, expected: 3 }],
    ['counts pods that start', { pods: [starting, {}, {}], metrics: [50_000, 15_000, 30_000], target: 15_000, expected: 7 }],
    [
      'counts pods that are pending as using nothing',
      { pods: [{}, {}, pending], metrics: [50_000, 15_000, 30_000], target: 15_000, expected: 5 },
    ],
    [
      'takes those without metrics to use what is aimed at',
      { pods: [{}, {}, {}], metrics: [10_000, undefined, 10_000], target: 15_000, expected: 3 },
    ],
  ];
  test.each(cases)('%s', (_name, each) => {
    expect(averageReplicas(scaledOf(each), metricsOf(each.metrics), { value: each.target }).replicas).toBe(each.expected);
  });
});

describe('a value of all pods together', () => {
  test.each<[string, State[], number, number, number, number]>([
    ['grows with the ready ones', three, 3, 20_000, 15_000, 4],
    ['grows with fewer of them', [{}, {}, starting], 3, 20_000, 15_000, 3],
    ['shrinks', [{}, {}, {}, {}, {}], 5, 12_000, 20_000, 3],
    ['stays', three, 3, 15_500, 15_000, 3],
    ['starts from nothing', [], 0, 12_000, 5_000, 3],
  ])('%s', (_name, states, current, usage, target, expected) => {
    expect(valueReplicas({ current, pods: podsOf(states), tolerances, now }, usage, target)).toBe(expected);
  });

  test('needs pods', () =>
    expect(() => valueReplicas({ current: 2, pods: [], tolerances, now }, 5, 1)).toThrow(
      'unable to calculate ready pods: no pods',
    ));

  test.each([
    ['grows', 3, 8_600, 2_150, 4, 2_867],
    ['shrinks', 5, 6_000, 2_000, 3, 1_200],
    ['stays', 3, 6_100, 2_000, 3, 2_034],
    ['has no part in pods that are not there', 0, 6_000, 2_000, 3, 6_000],
  ])('by its parts %s', (_name, replicas, usage, target, expected, average) => {
    expect(perPodReplicas(replicas, tolerances, usage, target)).toEqual({ replicas: expected, average });
  });
});
