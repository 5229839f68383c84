import { describe, expect, test } from 'vitest';
import { balancedAllocation, createBalancedAllocation } from '../../../src/scheduler/plugins/balanced-allocation.ts';
import { functionThrough } from '../../../src/scheduler/plugins/function-shape.ts';
import { imageLocality } from '../../../src/scheduler/plugins/image-locality.ts';
import { createNodeAffinity, nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import {
  createNodeResourcesFit,
  nodeResourcesFit,
  type ScoringStrategy,
} from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { clusterOf, node, pod, scoreAll } from '../support.ts';
import { turnedDown } from './support.ts';

const placed = (name: string, nodeName: string, more: Parameters<typeof pod>[1] = {}) => {
  const each = pod(name, more);
  return { ...each, spec: { ...each.spec, nodeName } };
};

describe('NodeResourcesFit prefers nodes with more left', () => {
  // Figures by upstream's formula: the mean over CPU and memory of 100 × (capacity − requested) / capacity, each rounded down.
  test.each([
    ['an empty node', { cpu: '1', memory: '2Gi' }, [], 75],
    ['a node in use', { cpu: '1', memory: '2Gi' }, [{ cpu: '2', memory: '2Gi' }], Math.floor((25 + 50) / 2)],
    ['more than there is', { cpu: '5', memory: '4Gi' }, [], Math.floor((0 + 50) / 2)],
    ['nothing asked counts as 100m and 200Mi', {}, [], 97],
  ])('%s', (_name, requests, used, score) => {
    const cluster = clusterOf(
      [node('a')],
      used.map((each, i) => placed(`p${i}`, 'a', { requests: each })),
    );
    expect(scoreAll(nodeResourcesFit, pod('p', { requests }), cluster)).toEqual({ a: score });
  });

  test('a node that says nothing of its size gets 0', () => {
    const cluster = clusterOf([node('a', { allocatable: { cpu: '0', memory: '0' } })]);
    expect(scoreAll(nodeResourcesFit, pod('p'), cluster)).toEqual({ a: 0 });
  });
});

describe('NodeResourcesBalancedAllocation prefers nodes that become more even', () => {
  // Upstream: 50 + (50 + after − before) / 2, with a balance of 100 − 100 × half the difference of the shares.
  test.each([
    ['even stays even', { cpu: '1', memory: '2Gi' }, { cpu: '1', memory: '2Gi' }, 75],
    ['even becomes uneven', { cpu: '1', memory: '2Gi' }, { cpu: '2', memory: '0' }, 62],
    ['uneven becomes even', { cpu: '2', memory: '0' }, { cpu: '0', memory: '4Gi' }, 87],
    ['a share ends at the whole', { cpu: '4', memory: '8Gi' }, { cpu: '2', memory: '0' }, 75],
  ])('%s', (_name, used, requests, score) => {
    const cluster = clusterOf([node('a')], [placed('there', 'a', { requests: used })]);
    expect(scoreAll(balancedAllocation, pod('p', { requests }), cluster)).toEqual({ a: score });
  });

  test('has nothing to say about pods that ask for nothing', () => {
    expect(scoreAll(balancedAllocation, pod('p'), clusterOf([node('a')]))).toBeUndefined();
  });
});

test('NodeAffinity adds up the weights of the preferred terms that match', () => {
  const term = (weight: number, key: string) => ({ weight, preference: { matchExpressions: [{ key, operator: 'Exists' }] } });
  const preferred = [term(10, 'ssd'), term(30, 'gpu'), { weight: 50, preference: {} }];
  const spec = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } };
  const cluster = clusterOf([node('a', { labels: { ssd: '', gpu: '' } }), node('b', { labels: { ssd: '' } }), node('c')]);
  expect(scoreAll(nodeAffinity, pod('p', { spec }), cluster)).toEqual({ a: 100, b: 25, c: 0 });
  expect(scoreAll(nodeAffinity, pod('p'), cluster)).toBeUndefined();
});

test('TaintToleration prefers nodes with fewer PreferNoSchedule taints', () => {
  const soft = (key: string) => ({ key, effect: 'PreferNoSchedule' });
  const cluster = clusterOf([
    node('a', { spec: { taints: [soft('x'), soft('y')] } }),
    node('b', { spec: { taints: [soft('x'), { key: 'z', effect: 'NoSchedule' }] } }),
    node('c'),
  ]);
  expect(scoreAll(taintToleration, pod('p'), cluster)).toEqual({ a: 0, b: 50, c: 100 });
  expect(scoreAll(taintToleration, pod('p', { spec: { tolerations: [{ key: 'y', operator: 'Exists' }] } }), cluster)).toEqual({
    a: 0,
    b: 0,
    c: 100,
  });
});

// Upstream's figures of most_allocated_test.go and requested_to_capacity_ratio_test.go.
describe('NodeResourcesFit by strategy', () => {
  const sized = (name: string, cpu: string, memory: string, more: Record<string, string> = {}) =>
    node(name, { allocatable: { cpu, memory, ...more } });
  const ratio = (resources?: { name: string; weight: number }[], shape = [0, 0, 100, 1]): ScoringStrategy => ({
    type: 'RequestedToCapacityRatio',
    ...(resources && { resources }),
    requestedToCapacityRatio: {
      shape: [
        { utilization: shape[0]!, score: shape[1]! },
        { utilization: shape[2]!, score: shape[3]! },
      ],
    },
  });
  // The less is taken, the better.
  const least = ratio(undefined, [0, 10, 100, 0]);
  const foo = [{ name: 'intel.com/foo', weight: 1 }];
  const nodes = (cpuB: string) => [sized('a', '4000', '10000'), sized('b', cpuB, '10000')];
  const devices = [sized('a', '4', '10Gi', { 'intel.com/foo': '8' }), sized('b', '4', '10Gi', { 'intel.com/foo': '4' })];
  const asks = { cpu: '3000', memory: '5000' };
  type Case = [string, ScoringStrategy, ReturnType<typeof node>[], Record<string, string>, Record<string, string>, number[]];
  const cases: Case[] = [
    ['most: as much on both', { type: 'MostAllocated' }, nodes('4000'), asks, {}, [62, 62]],
    ['most: the smaller', { type: 'MostAllocated' }, nodes('6000'), asks, {}, [62, 50]],
    [
      'most: the fuller',
      { type: 'MostAllocated' },
      nodes('4000'),
      { cpu: '1000', memory: '1000' },
      { cpu: '3000', memory: '5000' },
      [17, 80],
    ],
    [
      'most: weighted',
      {
        type: 'MostAllocated',
        resources: [
          { name: 'memory', weight: 2 },
          { name: 'cpu', weight: 1 },
        ],
      },
      nodes('6000'),
      asks,
      {},
      [58, 50],
    ],
    [
      'least: weighted',
      {
        type: 'LeastAllocated',
        resources: [
          { name: 'memory', weight: 2 },
          { name: 'cpu', weight: 1 },
        ],
      },
      nodes('6000'),
      asks,
      {},
      [41, 50],
    ],
    ['most: no more than all', { type: 'MostAllocated' }, nodes('4000'), { cpu: '5000', memory: '5000' }, {}, [75, 75]],
    ['ratio: less is better', least, nodes('6000'), asks, {}, [38, 50]],
    ['ratio: of devices', ratio(foo), devices, { 'intel.com/foo': '2' }, {}, [2, 5]],
    ['ratio: of devices in use', ratio(foo), devices, { 'intel.com/foo': '2' }, { 'intel.com/foo': '2' }, [2, 10]],
    ['ratio: of devices not asked for', ratio(foo), devices, { cpu: '1' }, { 'intel.com/foo': '2' }, [0, 0]],
    ['ratio: more than there is', ratio(foo), devices, { 'intel.com/foo': '9' }, {}, [10, 10]],
  ];
  test.each(cases)('%s', (_name, scoringStrategy, machines, requests, used, [a, b]) => {
    // A pod that asks for nothing would count with a default.
    const pods = Object.keys(used).length > 0 ? [placed('there', 'b', { requests: used })] : [];
    expect(scoreAll(createNodeResourcesFit({ scoringStrategy }), pod('p', { requests }), clusterOf(machines, pods))).toEqual({
      a,
      b,
    });
  });

  test.each([
    [
      [10, 1, 90, 9],
      [
        [0, 10],
        [10, 10],
        [19, 19],
        [20, 20],
        [89, 89],
        [90, 90],
        [110, 90],
      ],
    ],
    [
      [0, 10, 100, 0],
      [
        [0, 100],
        [25, 75],
        [100, 0],
        [110, 0],
      ],
    ],
    [
      [0, 2, 100, 2],
      [
        [0, 20],
        [50, 20],
        [100, 20],
      ],
    ],
  ])('the function through %j', ([u0, s0, u1, s1], points) => {
    const value = functionThrough([
      { utilization: u0!, score: s0! },
      { utilization: u1!, score: s1! },
    ]);
    for (const [at, score] of points) expect(value(at!)).toBe(score);
  });

  test('resources that somebody else looks after keep nobody off', () => {
    const cluster = clusterOf([node('a')]);
    const asked = pod('p', { requests: { 'example.com/gpu': '1', 'other.com/gpu': '1' } });
    const reasons = (args: Parameters<typeof createNodeResourcesFit>[0]) =>
      turnedDown(createNodeResourcesFit(args), asked, cluster);
    expect(reasons({})).toEqual({ a: 'Insufficient example.com/gpu; Insufficient other.com/gpu' });
    expect(reasons({ ignoredResources: ['example.com/gpu'] })).toEqual({ a: 'Insufficient other.com/gpu' });
    expect(reasons({ ignoredResourceGroups: ['example.com', 'other.com'] })).toEqual({});
  });
});

test('NodeResourcesBalancedAllocation looks at devices that the pod asks for', () => {
  const plugin = createBalancedAllocation({
    resources: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
      { name: 'nvidia.com/gpu', weight: 1 },
    ],
  });
  const machine = (name: string) => node(name, { allocatable: { cpu: '3500m', memory: '40000', 'nvidia.com/gpu': '8' } });
  const cluster = clusterOf(
    [machine('a'), machine('b')],
    [
      placed('a1', 'a', { requests: { cpu: '3', memory: '5000', 'nvidia.com/gpu': '3' } }),
      placed('b1', 'b', { requests: { cpu: '3', memory: '5000' } }),
    ],
  );
  expect(scoreAll(plugin, pod('p', { requests: { 'nvidia.com/gpu': '1' } }), cluster)).toEqual({ a: 75, b: 76 });
  expect(scoreAll(plugin, pod('p', { requests: { 'example.com/fpga': '1' } }), cluster)).toBeUndefined();
});

test('NodeAffinity adds what the profile requires and prefers', () => {
  const term = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });
  const plugin = createNodeAffinity({
    addedAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term('ours')] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, preference: term('ssd') }],
    },
  });
  const cluster = clusterOf([
    node('a', { labels: { ours: '', ssd: '' } }),
    node('b', { labels: { ours: '', gpu: '' } }),
    node('c'),
  ]);
  expect(turnedDown(plugin, pod('p'), cluster)).toEqual({ c: "node(s) didn't match scheduler-enforced node affinity" });
  expect(turnedDown(plugin, pod('p', { spec: { nodeSelector: { gpu: '' } } }), cluster)).toEqual({
    a: "node(s) didn't match Pod's node affinity/selector",
    c: "node(s) didn't match scheduler-enforced node affinity",
  });
  expect(scoreAll(plugin, pod('p'), cluster)).toEqual({ a: 100, b: 0, c: 0 });
  const gpu = {
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 20, preference: term('gpu') }] } },
  };
  expect(scoreAll(plugin, pod('p', { spec: gpu }), cluster)).toEqual({ a: 50, b: 100, c: 0 });
});

// Upstream's figures of image_locality_test.go.
describe('ImageLocality prefers nodes that have the images', () => {
  const mb = 1024 * 1024;
  const withImages = (name: string, ...sizes: number[]) => {
    const machine = node(name);
    const images = sizes.map((size) => ({ names: [`gcr.io/${size}:latest`, `gcr.io/${size}:v1`], sizeBytes: size * mb }));
    return { ...machine, status: { ...machine.status, images } };
  };
  const containers = (...sizes: number[]) => sizes.map((size) => ({ name: `c${size}`, image: `gcr.io/${size}` }));
  const cases: [string, object, number[][], number[] | undefined][] = [
    [
      'the larger',
      { containers: containers(40, 250) },
      [
        [40, 300, 2000],
        [250, 10],
      ],
      [0, 5],
    ],
    [
      'both',
      { containers: containers(40, 300) },
      [
        [40, 300, 2000],
        [250, 10],
      ],
      [7, 0],
    ],
    [
      'no more than the most',
      { containers: containers(10, 4000) },
      [
        [4000, 30],
        [250, 10],
      ],
      [100, 0],
    ],
    ['the rarer the less', { containers: containers(10, 4000) }, [[4000, 30], [250, 10], []], [66, 0, 0]],
    ['several', { containers: containers(300, 600, 900) }, [[600, 40, 900], [300, 600, 900], []], [32, 36, 0]],
    [
      'small ones',
      { containers: containers(30, 40) },
      [
        [20, 30, 40],
        [4000, 30],
      ],
      [1, 0],
    ],
    [
      'init containers',
      { containers: containers(30), initContainers: containers(300) },
      [
        [40, 300, 2000],
        [20, 30, 40],
      ],
      [6, 0],
    ],
    [
      'volumes',
      { containers: containers(30), volumes: [{ name: 'v', image: { reference: 'gcr.io/300' } }] },
      [
        [300, 600, 900],
        [4000, 30],
      ],
      [12, 0],
    ],
    ['another tag', { containers: [{ name: 'c', image: 'gcr.io/4000:v2' }] }, [[4000], []], undefined],
    ['a port is no tag', { containers: [{ name: 'c', image: 'localhost:5000/x' }] }, [[4000], []], undefined],
  ];
  test.each(cases)('%s', (_name, spec, sizes, scores) => {
    const machines = sizes.map((each, i) => withImages(`n${i}`, ...each));
    const found = scoreAll(imageLocality, pod('p', { spec }), clusterOf(machines));
    expect(found && Object.values(found)).toEqual(scores);
  });
});
