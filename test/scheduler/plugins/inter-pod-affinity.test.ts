import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity/inter-pod-affinity.ts';
import { termIndexOf } from '../../../src/scheduler/plugins/inter-pod-affinity/term-index.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../support.ts';
import { affinity, filterFor, fitting, hinted, namespace, near, on, turnedDown } from './support.ts';

const rules = {
  affinity: "node(s) didn't match pod affinity rules",
  antiAffinity: "node(s) didn't match pod anti-affinity rules",
  existing: "node(s) didn't satisfy existing pods anti-affinity rules",
};

// Upstream's cases of filtering_test.go, on one node and on several.
describe('required affinity, on one node', () => {
  const labels = { service: 'securityscan' };
  const scan = 'service in (securityscan,value2)';
  const cases: [string, Partial<Pod['spec']>, Parameters<typeof on>[1][], string | undefined][] = [
    ['nothing asked', {}, [], undefined],
    ['with a pod that is there', affinity({ with: [near('region', [scan])] }), [{ labels }], undefined],
    ['by what its labels are not', affinity({ with: [near('region', ['service notin (other)'])] }), [{ labels }], undefined],
    [
      'with one of another namespace',
      affinity({ with: [near('region', [scan], { namespaces: ['other'] })] }),
      [{ labels }],
      rules.affinity,
    ],
    [
      'with a pod that is not there',
      affinity({ with: [near('region', ['service in (antivirus)'])] }),
      [{ labels }],
      rules.affinity,
    ],
    [
      'all terms are about one pod',
      affinity({ with: [near('region', ['service', '!wrong']), near('region', ['service notin (wrong)'])] }),
      [{ labels }],
      undefined,
    ],
    ['all expressions have to hold', affinity({ with: [near('region', ['service', 'wrong'])] }), [{ labels }], rules.affinity],
    [
      'with some in the region, without others on the node',
      affinity({ with: [near('region', [scan])], without: [near('node', ['service in (antivirus)'])] }),
      [{ labels }],
      undefined,
    ],
    [
      'with and without the same',
      affinity({ with: [near('region', [scan])], without: [near('zone', [scan])] }),
      [{ labels }],
      rules.antiAffinity,
    ],
    [
      'one that is there does not want it',
      {},
      [{ labels, spec: affinity({ without: [near('zone', ['service'])] }) }],
      rules.existing,
    ],
    [
      'one that is there does not mind',
      {},
      [{ labels, spec: affinity({ without: [near('zone', ['service in (x)'])] }) }],
      undefined,
    ],
    ['the node has no such place', affinity({ with: [near('rack', [scan])] }), [{ labels }], rules.affinity],
    ['no such place to keep out of', affinity({ without: [near('rack', [scan])] }), [{ labels }], undefined],
    [
      'a term without selector is about nobody',
      affinity({ with: [{ topologyKey: 'region' } as never] }),
      [{ labels }],
      rules.affinity,
    ],
  ];
  test.each(cases)('%s', (_name, spec, placed, reason) => {
    const machine = node('a', { labels: { region: 'r1', zone: 'z11', node: 'a' } });
    const cluster = clusterOf(
      [machine],
      placed.map((parts) => on('a', parts)),
    );
    expect(turnedDown(interPodAffinity, pod('p', { labels, spec }), cluster)).toEqual(reason ? { a: reason } : {});
  });
});

describe('by namespaces', () => {
  const namespaces = [namespace('one', { team: 'a' }), namespace('two', { team: 'b' }), namespace('default', {})];
  const team = (value: string) => ({ namespaceSelector: { matchLabels: { team: value } } });
  const cases: [string, object, boolean][] = [
    ['a selector that matches', team('a'), true],
    ['a selector that does not', team('b'), false],
    ['by name', { namespaces: ['one'] }, true],
    ['by name or selector', { namespaces: ['one'], ...team('b') }, true],
    ['every namespace', { namespaceSelector: {} }, true],
    ['only its own, if nothing is said', {}, false],
  ];
  test.each(cases)('%s', (_name, more, found) => {
    const machines = [node('a'), node('b')];
    const labels = { app: 'db' };
    const term = near('kubernetes.io/hostname', ['app in (db)'], more);
    const there = clusterOf(machines, [on('a', { namespace: 'one', labels })], namespaces);
    expect(fitting(interPodAffinity, pod('p', { spec: affinity({ with: [term] }) }), there)).toEqual(found ? ['a'] : []);
    expect(fitting(interPodAffinity, pod('p', { spec: affinity({ without: [term] }) }), there)).toEqual(
      found ? ['b'] : ['a', 'b'],
    );
    // And the other way round: a placed pod that keeps those of namespace one off.
    const against = clusterOf(machines, [on('a', { spec: affinity({ without: [term] }) })], namespaces);
    expect(fitting(interPodAffinity, pod('p', { namespace: 'one', labels }), against)).toEqual(found ? ['b'] : ['a', 'b']);
  });
});

describe('on several nodes', () => {
  const china = { region: 'China' };
  const machines = [
    node('a', { labels: { ...china, az: 'az1' } }),
    node('b', { labels: { ...china, az: 'az2' } }),
    node('c', { labels: { region: 'India', az: 'az3' } }),
    node('d'),
  ];
  const labels = { app: 'web' };
  const web = ['app in (web)'];
  const cases: [string, Parameters<typeof pod>[1], [string, Parameters<typeof on>[1]][], string[]][] = [
    ['a whole domain is near', { spec: affinity({ with: [near('region', web)] }) }, [['a', { labels }]], ['a', 'b']],
    ['a whole domain is away', { spec: affinity({ without: [near('region', web)] }) }, [['a', { labels }]], ['c', 'd']],
    [
      'the first of its like goes to any domain',
      { labels, spec: affinity({ with: [near('region', web)] }) },
      [],
      ['a', 'b', 'c'],
    ],
    ['the next follows it', { labels, spec: affinity({ with: [near('region', web)] }) }, [['c', { labels }]], ['c']],
    ['one unlike what it wants has to wait', { spec: affinity({ with: [near('region', web)] }) }, [], []],
    [
      'one of its like where there is no such domain does not count',
      { labels, spec: affinity({ with: [near('region', web)] }) },
      [['d', { labels }]],
      ['a', 'b', 'c'],
    ],
    [
      'all terms are about the same pod',
      { spec: affinity({ with: [near('region', ['x']), near('az', ['y'])] }) },
      [
        ['a', { labels: { x: '1' } }],
        ['a', { labels: { y: '1' } }],
        ['b', { labels: { x: '1', y: '1' } }],
      ],
      ['b'],
    ],
    [
      'any term of an anti-affinity keeps off',
      { spec: affinity({ without: [near('region', ['x']), near('az', ['y'])] }) },
      [
        ['a', { labels: { x: '1' } }],
        ['c', { labels: { y: '1' } }],
      ],
      ['d'],
    ],
    [
      'placed pods keep others off their domains',
      { labels: { app: 'web', tier: 'front' } },
      [
        ['a', { spec: affinity({ without: [near('az', ['app in (web)'])] }) }],
        ['c', { spec: affinity({ without: [near('rack', web), near('region', ['tier'])] }) }],
      ],
      ['b', 'd'],
    ],
    [
      'a pod that is being deleted still counts',
      { spec: affinity({ without: [near('az', web)] }) },
      [['a', { labels, metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }]],
      ['b', 'c', 'd'],
    ],
  ];
  test.each(cases)('%s', (_name, parts, placed, names) => {
    const cluster = clusterOf(
      machines,
      placed.map(([name, more]) => on(name, more)),
    );
    expect(fitting(interPodAffinity, pod('p', parts), cluster)).toEqual(names);
  });
});

test('room can be made for anti-affinity, not for affinity', () => {
  const cluster = clusterOf(
    [node('a')],
    [on('a', { labels: { app: 'web' }, spec: affinity({ without: [near('kubernetes.io/hostname', ['bad'])] }) })],
  );
  const ask = (parts: Parameters<typeof pod>[1]) =>
    filterFor(interPodAffinity, pod('p', parts), cluster)(cluster.nodes[0]!)?.resolvable;
  const web = near('kubernetes.io/hostname', ['app']);
  expect(ask({ spec: affinity({ with: [near('kubernetes.io/hostname', ['other'])] }) })).toBe(false);
  expect(ask({ spec: affinity({ without: [web] }) })).toBe(true);
  expect(ask({ labels: { bad: '1' } })).toBe(true);
});

test('terms that no pod has any more are forgotten', () => {
  const cluster = clusterOf([node('a')]);
  const index = termIndexOf(cluster);
  const hostile = podInfoOf(on('a', { spec: affinity({ without: [near('kubernetes.io/hostname', ['app'])] }) }));
  const versions = [index.version];
  for (const change of ['add', 'add', 'remove', 'remove'] as const) {
    cluster[change](hostile, cluster.nodes[0]!);
    versions.push(index.version);
  }
  // Only the first pod with a term and the last one change what terms there are.
  expect(versions).toEqual([0, 1, 1, 1, 2]);
});

test('a filter stays right while pods come and go', () => {
  const host = 'kubernetes.io/hostname';
  const cluster = clusterOf([node('a'), node('b')]);
  const [a, b] = [cluster.node('a')!, cluster.node('b')!];
  const waiting = pod('p', {
    labels: { app: 'web' },
    spec: affinity({ with: [near(host, ['db'])], without: [near(host, ['web'])] }),
  });
  const filter = filterFor(interPodAffinity, waiting, cluster);
  const reasons = () => [a, b].map((each) => filter(each)?.reasons[0]);
  expect(reasons()).toEqual([rules.affinity, rules.affinity]);
  const db = podInfoOf(on('a', { labels: { db: '1' } }));
  cluster.add(db, a);
  expect(reasons()).toEqual([undefined, rules.affinity]);
  const web = podInfoOf(on('a', { labels: { web: '1' } }));
  cluster.add(web, a);
  expect(reasons()).toEqual([rules.antiAffinity, rules.affinity]);
  cluster.remove(web, a);
  const hostile = podInfoOf(on('a', { spec: affinity({ without: [near(host, ['app in (web)'])] }) }));
  cluster.add(hostile, a);
  expect(reasons()).toEqual([rules.existing, rules.affinity]);
  cluster.remove(hostile, a);
  expect(reasons()).toEqual([undefined, rules.affinity]);
  cluster.remove(db, a);
  expect(reasons()).toEqual([rules.affinity, rules.affinity]);
});

describe('another look', () => {
  const web = { app: 'web' };
  const wants = pod('p', { labels: { app: 'p' }, spec: affinity({ with: [near('zone', ['app in (web)'])] }) });
  const avoids = pod('p', { labels: { app: 'p' }, spec: affinity({ without: [near('zone', ['app in (web)'])] }) });
  const plain = pod('p', { labels: { app: 'p' } });
  const [there, other] = [on('a', { labels: web }), on('a')];
  const relabelled = { ...there, metadata: { ...there.metadata, labels: {} } };
  const hostile = on('a', { spec: affinity({ without: [near('zone', ['app in (p)'])] }) });
  const [z1, z2, none] = [node('a', { labels: { zone: '1' } }), node('a', { labels: { zone: '2' } }), node('a')];
  const cases: [string, Pod, KubeObject | undefined, KubeObject | undefined, boolean][] = [
    ['a pod comes that it wants', wants, undefined, there, true],
    ['another pod comes', wants, undefined, other, false],
    ['a pod becomes what it wants', wants, relabelled, there, true],
    ['a pod that it wants goes', wants, there, undefined, false],
    ['a pod goes that it avoids', avoids, there, undefined, true],
    ['a pod is no longer what it avoids', avoids, there, relabelled, true],
    ['a pod comes that it avoids', avoids, undefined, there, false],
    ['a pod goes that keeps it off', plain, hostile, undefined, true],
    ['another goes', plain, other, undefined, false],
    ['a node comes with the key', wants, undefined, z1, true],
    ['a node comes without the key', wants, undefined, none, false],
    ['a node moves', wants, z1, z2, true],
    ['a node gets the key', wants, none, z1, true],
    ['a node loses the key', wants, z1, none, false],
    ['a node comes', avoids, undefined, none, true],
    ['a node leaves its domain', avoids, z1, none, true],
    ['a node joins a domain', avoids, none, z1, false],
    ['a node is as before', plain, z1, z1, false],
    ['a node moves away from others', plain, z1, z2, true],
  ];
  test.each(cases)('%s', (_name, waiting, before, after, worth) => {
    expect(hinted(interPodAffinity, waiting, before, after)).toBe(worth);
  });
});
