import { describe, expect, test } from 'vitest';
import {
  historyAnnotation,
  historyOf,
  historyText,
  withChange,
  withRecommendation,
  type History,
} from '../../../src/controllers/horizontalpodautoscaler/history.ts';
import { normalize } from '../../../src/controllers/horizontalpodautoscaler/normalize.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import {
  horizontalPodAutoscalers,
  type HorizontalPodAutoscaler,
} from '../../../src/resources/autoscaling/horizontalpodautoscaler.ts';

const nowSeconds = 1_000_000;
const none: History = { recommendations: [], changes: [] };

const autoscaler = (behavior?: object, annotation?: string): HorizontalPodAutoscaler => {
  const object = {
    metadata: { name: 'web', ...(annotation !== undefined && { annotations: { [historyAnnotation]: annotation } }) },
    spec: {
      minReplicas: 2,
      maxReplicas: 100,
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      ...(behavior && { behavior }),
    },
  } as unknown as HorizontalPodAutoscaler;
  horizontalPodAutoscalers.strategy.defaults!(object);
  return object;
};
const policy = (type: string, value: number, periodSeconds = 60) => ({ type, value, periodSeconds });

interface Case {
  current: number;
  desired: number;
  expected: number;
  able?: string;
  limited: [boolean, string];
  behavior?: object;
  history?: Partial<History>;
}

const within: Case['limited'] = [false, 'DesiredWithinRange'];

describe('a recommendation becomes a size', () => {
  const cases: Record<string, Case> = {
    'as it is': { current: 3, desired: 5, expected: 5, limited: within },
    'no larger than twice the present one': { current: 10, desired: 50, expected: 20, limited: [true, 'ScaleUpLimit'] },
    'or four': { current: 1, desired: 50, expected: 4, limited: [true, 'ScaleUpLimit'] },
    'no larger than the most there may be': { current: 90, desired: 150, expected: 100, limited: [true, 'TooManyReplicas'] },
    'no smaller than the fewest': { current: 3, desired: 0, expected: 2, limited: [true, 'TooFewReplicas'] },
    'no smaller than the highest of five minutes': {
      current: 9,
      desired: 3,
      expected: 8,
      able: 'ScaleDownStabilized',
      limited: within,
      history: {
        current: 5,
        recommendations: [
          [9, nowSeconds - 301],
          [8, nowSeconds - 299],
        ],
      },
    },
    'no smaller than what was recommended until now': {
      current: 9,
      desired: 3,
      expected: 9,
      able: 'ScaleDownStabilized',
      limited: within,
      history: { current: 9 },
    },
    'with rules, as they say: so many pods': {
      current: 10,
      desired: 50,
      expected: 13,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { policies: [policy('Pods', 3)] } },
    },
    'so many percent, rounded up': {
      current: 5,
      desired: 50,
      expected: 6,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { policies: [policy('Percent', 10)] } },
    },
    'the largest change of several': {
      current: 10,
      desired: 50,
      expected: 20,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { policies: [policy('Pods', 3), policy('Percent', 100)] } },
    },
    'or the smallest': {
      current: 10,
      desired: 50,
      expected: 13,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { selectPolicy: 'Min', policies: [policy('Pods', 3), policy('Percent', 100)] } },
    },
    'or none': {
      current: 10,
      desired: 50,
      expected: 10,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { selectPolicy: 'Disabled', policies: [policy('Pods', 3)] } },
    },
    'counting what was added in the same period': {
      current: 12,
      desired: 50,
      expected: 13,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { policies: [policy('Pods', 3)] } },
      history: {
        changes: [
          [5, nowSeconds - 60],
          [2, nowSeconds - 59],
        ],
      },
    },
    'never less than now because much was added': {
      current: 20,
      desired: 50,
      expected: 20,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { policies: [policy('Pods', 3)] } },
      history: { changes: [[10, nowSeconds - 10]] },
    },
    'more again after it shrank': {
      current: 8,
      desired: 50,
      expected: 13,
      limited: [true, 'ScaleUpLimit'],
      behavior: { scaleUp: { policies: [policy('Pods', 3)] } },
      history: { changes: [[-2, nowSeconds - 10]] },
    },
    'with the defaults of rules, twice or four more': {
      current: 2,
      desired: 50,
      expected: 6,
      limited: [true, 'ScaleUpLimit'],
      behavior: {},
    },
    'smaller by so many pods': {
      current: 20,
      desired: 5,
      expected: 17,
      limited: [true, 'ScaleDownLimit'],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [policy('Pods', 3)] } },
    },
    'smaller by so many percent, the rest rounded down': {
      current: 15,
      desired: 5,
      expected: 13,
      limited: [true, 'ScaleDownLimit'],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [policy('Percent', 10)] } },
    },
    'smaller by the largest of several': {
      current: 20,
      desired: 5,
      expected: 10,
      limited: [true, 'ScaleDownLimit'],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies: [policy('Pods', 3), policy('Percent', 50)] } },
    },
    'smaller by the smallest of several': {
      current: 20,
      desired: 5,
      expected: 17,
      limited: [true, 'ScaleDownLimit'],
      behavior: {
        scaleDown: { selectPolicy: 'Min', stabilizationWindowSeconds: 0, policies: [policy('Pods', 3), policy('Percent', 50)] },
      },
    },
    'not smaller at all': {
      current: 20,
      desired: 5,
      expected: 20,
      limited: [true, 'ScaleDownLimit'],
      behavior: { scaleDown: { selectPolicy: 'Disabled', stabilizationWindowSeconds: 0 } },
    },
    'smaller as far as there are to be any': {
      current: 4,
      desired: 0,
      expected: 2,
      limited: [true, 'TooFewReplicas'],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
    },
    'smaller only as far as in the window, which is five minutes': {
      current: 20,
      desired: 5,
      expected: 12,
      able: 'ScaleDownStabilized',
      limited: within,
      behavior: { scaleDown: {} },
      history: { recommendations: [[12, nowSeconds - 299]] },
    },
    'larger only as far as in the window': {
      current: 5,
      desired: 20,
      expected: 8,
      able: 'ScaleUpStabilized',
      limited: within,
      behavior: { scaleUp: { stabilizationWindowSeconds: 60 } },
      history: {
        current: 9,
        recommendations: [
          [7, nowSeconds - 61],
          [8, nowSeconds - 59],
        ],
      },
    },
    'as it is while recommendations go up and down': {
      current: 5,
      desired: 8,
      expected: 5,
      able: 'ScaleUpStabilized',
      limited: within,
      behavior: { scaleUp: { stabilizationWindowSeconds: 60 } },
      history: { current: 3 },
    },
  };
  test.each(Object.entries(cases))('%s', (_name, { behavior, history, ...each }) => {
    const outcome = normalize(autoscaler(behavior), each.current, each.desired, { ...none, ...history }, nowSeconds);
    expect([outcome.replicas, outcome.ableToScale.reason]).toEqual([each.expected, each.able ?? 'ReadyForNewScale']);
    expect([outcome.isLimited, outcome.scalingLimited.reason]).toEqual(each.limited);
  });
});

describe('the history', () => {
  const windows = { up: 0, down: 300 };

  test('says nothing new while the recommendation stays', () => {
    const first = withRecommendation(none, 3, nowSeconds, windows);
    expect(withRecommendation(first, 3, nowSeconds + 1000, windows)).toEqual(first);
    const second = withRecommendation(first, 2, nowSeconds + 1000, windows);
    expect(second).toEqual({ ...none, current: 2, recommendations: [[3, nowSeconds + 1000]] });
    expect(withRecommendation(second, 2, nowSeconds + 1300, windows).recommendations).toEqual([]);
  });

  test('keeps what may hold back growing or shrinking, each as long as its window', () => {
    const history: History = {
      ...none,
      current: 5,
      recommendations: [
        [9, 880],
        [7, 890],
        [2, 900],
        [3, 940],
        [8, 960],
      ],
    };
    const kept = (up: number, down: number) =>
      withRecommendation(history, 6, 1000, { up, down }).recommendations.map(([replicas]) => replicas);
    expect(kept(0, 300)).toEqual([9, 8]);
    expect(kept(0, 100)).toEqual([8]);
    expect(kept(100, 0)).toEqual([3, 5]);
    expect(kept(101, 0)).toEqual([2, 3, 5]);
    expect(kept(0, 0)).toEqual([]);
  });

  test('keeps no changes that no period reaches', () => {
    const first = withChange(none, 4, nowSeconds, 60);
    expect(withChange(first, -1, nowSeconds + 59, 60).changes).toEqual([
      [4, nowSeconds],
      [-1, nowSeconds + 59],
    ]);
    expect(withChange(first, -1, nowSeconds + 60, 60).changes).toEqual([[-1, nowSeconds + 60]]);
  });

  test('survives in an annotation, and is nothing where somebody else wrote that', () => {
    const history: History = { current: 3, recommendations: [[5, nowSeconds]], changes: [[-2, nowSeconds]] };
    expect(historyOf(autoscaler(undefined, historyText(history)))).toEqual(history);
    expect(historyText(none)).toBeUndefined();
    const many = JSON.stringify({ recommendations: Array.from({ length: 241 }, () => [1, 1]), changes: [] });
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"recommendations":[[1]],"changes":[]}',
      '{"current":"x","recommendations":[],"changes":[]}',
      many,
    ])
      expect(historyOf(autoscaler(undefined, text))).toEqual(none);
  });

  // What is dropped from the history must never have mattered.
  test.each([1, 2, 3, 4, 5])('decides as if everything were remembered (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const below = (max: number) => Math.floor(random.next() * max);
    for (const behavior of [
      undefined,
      { scaleUp: { stabilizationWindowSeconds: below(120) }, scaleDown: { stabilizationWindowSeconds: below(600) } },
    ]) {
      const object = autoscaler(behavior);
      const up = object.spec.behavior?.scaleUp?.stabilizationWindowSeconds ?? 0;
      const down = object.spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? 300;
      // Every recommendation, and until when it held.
      const all: [number, number][] = [];
      let history: History = none;
      for (let second = nowSeconds; second < nowSeconds + 3000; second += 15) {
        const desired = 2 + below(20);
        const current = 2 + below(20);
        const recent = (window: number) =>
          all.filter(([, until]) => window > 0 && until > second - window).map(([replicas]) => replicas);
        if (all.length > 0) all.at(-1)![1] = second;
        const highest = Math.max(desired, ...recent(down));
        const stable = behavior ? Math.min(Math.max(current, Math.min(desired, ...recent(up))), highest) : highest;
        const outcome = normalize(object, current, desired, history, second);
        const limited = outcome.isLimited ? undefined : outcome.replicas;
        expect([seed, second, limited ?? stable]).toEqual([seed, second, stable]);
        expect(outcome.ableToScale.reason === 'ReadyForNewScale').toBe(stable === desired);
        history = outcome.history;
        all.push([desired, second]);
      }
      expect(history.recommendations.length).toBeLessThan(40);
    }
  });
});
