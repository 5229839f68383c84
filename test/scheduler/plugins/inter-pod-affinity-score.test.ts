import { describe, expect, test } from 'vitest';
import {
  createInterPodAffinity,
  interPodAffinity,
} from '../../../src/scheduler/plugins/inter-pod-affinity/inter-pod-affinity.ts';
import { clusterOf, node, pod, scoreAll } from '../support.ts';
import { affinity, namespace, near, on } from './support.ts';

// Upstream's cases of scoring_test.go.
describe('score', () => {
  const [china, india, az1, az2] = [{ region: 'China' }, { region: 'India' }, { az: 'az1' }, { az: 'az2' }];
  const [s1, s2] = [{ labels: { security: 'S1' } }, { labels: { security: 'S2' } }];
  const withS1 = { prefer: [[5, near('region', ['security in (S1)'])]] as [number, ReturnType<typeof near>][] };
  const withS2 = { prefer: [[6, near('region', ['security in (S2)'])]] as [number, ReturnType<typeof near>][] };
  const awayFromS1 = { avoid: [[5, near('az', ['security in (S1)'])]] as [number, ReturnType<typeof near>][] };
  const awayFromS2 = { avoid: [[5, near('az', ['security in (S2)'])]] as [number, ReturnType<typeof near>][] };
  const both = { spec: affinity({ prefer: [[8, near('region', ['security in (S1)'])]], ...awayFromS2 }) };
  const selected = near('region', ['security in (S1)'], {
    namespaces: ['subteam2.team2'],
    namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['team1'] }] },
  });
  const team1 = namespace('subteam1.team1', { team: 'team1' });
  const hard = {
    spec: affinity({ with: [near('region', ['security in (S1,value2)']), near('region', ['security', '!wrong'])] }),
  };
  type Parts = Parameters<typeof pod>[1] & {};
  const cases: [string, Parts, [number, Parts][], Record<string, string>[], number[] | undefined][] = [
    ['nobody prefers anything', s1, [], [china, india, az1], undefined],
    [
      'by topology key and labels',
      { ...s1, spec: affinity(withS1) },
      [
        [1, s1],
        [2, s2],
        [3, s1],
      ],
      [china, india, az1],
      [100, 0, 0],
    ],
    ['a whole domain alike', { spec: affinity(withS1) }, [[1, s1]], [china, { ...china, ...az1 }, india], [100, 100, 0]],
    [
      'the more pods in the domain, the better',
      { ...s1, spec: affinity(withS2) },
      [
        [1, s2],
        [1, s2],
        [2, s2],
        [3, s2],
        [4, s2],
        [5, s2],
      ],
      [china, india, china, china, india],
      [100, 0, 100, 100, 0],
    ],
    [
      'by weight',
      {
        ...s1,
        spec: affinity({
          prefer: [
            [2, near('region', ['security notin (S1)', 'security'])],
            [8, near('region', ['security', '!wrong'])],
          ],
        }),
      },
      [
        [1, s1],
        [2, s2],
        [3, s1],
      ],
      [china, india, az1],
      [80, 100, 0],
    ],
    [
      'placed pods prefer it',
      s2,
      [
        [1, { ...s1, spec: affinity(withS1) }],
        [2, { ...s2, spec: affinity(withS2) }],
      ],
      [china, india, az1],
      [0, 100, 0],
    ],
    [
      'placed pods prefer its namespace',
      { ...s1, namespace: 'subteam1.team1' },
      [
        [1, { ...s1, spec: affinity({ prefer: [[5, selected]] }) }],
        [2, { ...s2, spec: affinity(withS2) }],
      ],
      [china, india, az1],
      [100, 0, 0],
    ],
    [
      'placed pods avoid its namespace',
      { ...s1, namespace: 'subteam1.team1' },
      [
        [1, { ...s1, spec: affinity({ avoid: [[5, selected]] }) }],
        [2, { ...s2, spec: affinity(withS2) }],
      ],
      [china, india, az1],
      [0, 100, 100],
    ],
    [
      'placed pods require it',
      s1,
      [
        [1, { ...s1, ...hard }],
        [2, { ...s2, ...hard }],
      ],
      [china, india, az1],
      [100, 100, 0],
    ],
    [
      'away from its like',
      { ...s1, spec: affinity(awayFromS1) },
      [
        [1, s1],
        [2, s2],
      ],
      [az1, china],
      [0, 100],
    ],
    [
      'away where the key is',
      { ...s1, spec: affinity(awayFromS1) },
      [
        [1, s1],
        [2, s1],
      ],
      [az1, china],
      [0, 100],
    ],
    [
      'placed pods avoid it',
      s2,
      [
        [1, { ...s1, spec: affinity(awayFromS2) }],
        [2, { ...s2, spec: affinity(awayFromS1) }],
      ],
      [az1, az2],
      [0, 100],
    ],
    [
      'near some, away from others',
      { ...s1, ...both },
      [
        [1, s1],
        [2, s1],
      ],
      [china, az1],
      [100, 0],
    ],
    [
      'all at once, from both sides',
      { ...s1, ...both },
      [
        [1, s1],
        [2, s2],
        [3, both],
        [4, { spec: affinity(awayFromS1) }],
      ],
      [china, az1, india, az2],
      [100, 0, 100, 0],
    ],
    [
      'a domain of which some nodes have no such pods',
      s1,
      [
        [1, s1],
        [2, both],
      ],
      [china, china],
      [0, 0],
    ],
  ];
  test.each(cases)('%s', (_name, parts, placed, labels, scores) => {
    const machines = labels.map((each, i) => node(`node${i + 1}`, { labels: each }));
    const cluster = clusterOf(
      machines,
      placed.map(([i, more]) => on(`node${i}`, more)),
      [team1],
    );
    const expected = scores && Object.fromEntries(scores.map((score, i) => [`node${i + 1}`, score]));
    expect(scoreAll(interPodAffinity, pod('p', parts), cluster)).toEqual(expected);
  });

  test('a required affinity of placed pods counts as much as is set', () => {
    const cluster = clusterOf([node('a', { labels: china }), node('b', { labels: india })], [on('a', { ...s1, ...hard })]);
    expect(scoreAll(interPodAffinity, pod('p', s1), cluster)).toEqual({ a: 100, b: 0 });
    expect(scoreAll(createInterPodAffinity({ hardPodAffinityWeight: 0 }), pod('p', s1), cluster)).toBeUndefined();
  });

  test('what placed pods prefer can be ignored for pods that prefer nothing', () => {
    const plugin = createInterPodAffinity({ ignorePreferredTermsOfExistingPods: true });
    const machines = [node('a', { labels: china }), node('b', { labels: india })];
    const cluster = clusterOf(machines, [on('a', { spec: affinity(withS1) }), on('b', s2)]);
    expect(scoreAll(plugin, pod('p', s1), cluster)).toBeUndefined();
    expect(scoreAll(plugin, pod('p', { ...s1, spec: affinity(withS2) }), cluster)).toEqual({ a: 0, b: 100 });
  });
});
