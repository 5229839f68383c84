import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import { nodeName } from '../../../src/scheduler/plugins/node-name.ts';
import { nodePorts } from '../../../src/scheduler/plugins/node-ports.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { nodeUnschedulable } from '../../../src/scheduler/plugins/node-unschedulable.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { podInfoOf } from '../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, filterAll, node, pod } from '../support.ts';

const onNode = (name: string, nodeNameOf: string, more: Parameters<typeof pod>[1] = {}) =>
  pod(name, { ...more, spec: { ...pod(name, more).spec, ...more.spec, nodeName: nodeNameOf } });

test('NodeName lets a pod run on the node it names only', () => {
  const cluster = clusterOf([node('a'), node('b')]);
  expect(filterAll(nodeName, pod('p'), cluster)).toEqual([[], []]);
  expect(filterAll(nodeName, pod('p', { spec: { nodeName: 'b' } }), cluster)).toEqual([
    ["node(s) didn't match the requested node name"],
    [],
  ]);
});

test('NodeUnschedulable keeps pods off cordoned nodes unless they tolerate it', () => {
  const cluster = clusterOf([node('a', { spec: { unschedulable: true } }), node('b')]);
  expect(filterAll(nodeUnschedulable, pod('p'), cluster)).toEqual([['node(s) were unschedulable'], []]);
  const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }];
  expect(filterAll(nodeUnschedulable, pod('p', { spec: { tolerations } }), cluster)).toEqual([[], []]);
});

describe('TaintToleration', () => {
  const untolerated = ['node(s) had untolerated taint(s)'];
  const taint = { key: 'team', value: 'a', effect: 'NoSchedule' };
  const cases: [string, object, NonNullable<Pod['spec']['tolerations']>, string[]][] = [
    ['no toleration', taint, [], untolerated],
    ['the same value', taint, [{ key: 'team', value: 'a', effect: 'NoSchedule' }], []],
    ['another value', taint, [{ key: 'team', operator: 'Equal', value: 'b' }], untolerated],
    ['another key', taint, [{ key: 'other', operator: 'Exists' }], untolerated],
    ['any value', taint, [{ key: 'team', operator: 'Exists' }], []],
    ['everything', taint, [{ operator: 'Exists' }], []],
    ['another effect', taint, [{ key: 'team', operator: 'Exists', effect: 'NoExecute' }], untolerated],
    ['NoExecute', { ...taint, effect: 'NoExecute' }, [], untolerated],
    ['PreferNoSchedule is a wish', { ...taint, effect: 'PreferNoSchedule' }, [], []],
    ['numeric operators are off', { ...taint, value: '5' }, [{ key: 'team', operator: 'Gt', value: '1' }], untolerated],
    ['a taint without value', { key: 'team', effect: 'NoSchedule' }, [{ key: 'team' }], []],
  ];
  test.each(cases)('%s', (_name, given, tolerations, reasons) => {
    const cluster = clusterOf([node('a', { spec: { taints: [given as never] } })]);
    expect(filterAll(taintToleration, pod('p', { spec: { tolerations } }), cluster)).toEqual([reasons]);
  });
});

describe('NodeAffinity', () => {
  const mismatch = ["node(s) didn't match Pod's node affinity/selector"];
  const required = (...nodeSelectorTerms: object[]) => ({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: nodeSelectorTerms as never } },
    },
  });
  const expression = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }],
  });
  const cases: [string, Partial<Pod['spec']>, string[]][] = [
    ['nothing asked', {}, []],
    ['nodeSelector', { nodeSelector: { disk: 'ssd' } }, []],
    ['nodeSelector, another value', { nodeSelector: { disk: 'hdd' } }, mismatch],
    ['nodeSelector, a name that every object has', { nodeSelector: { constructor: 'x' } }, mismatch],
    ['In', required(expression('disk', 'In', 'ssd', 'nvme')), []],
    ['In, another', required(expression('disk', 'In', 'hdd')), mismatch],
    ['NotIn', required(expression('disk', 'NotIn', 'ssd')), mismatch],
    ['NotIn, no such label', required(expression('rack', 'NotIn', 'r1')), []],
    ['Exists', required(expression('disk', 'Exists')), []],
    ['Exists, a name that every object has', required(expression('constructor', 'Exists')), mismatch],
    ['DoesNotExist', required(expression('disk', 'DoesNotExist')), mismatch],
    ['Gt', required(expression('cores', 'Gt', '8')), []],
    ['Gt, equal', required(expression('cores', 'Gt', '16')), mismatch],
    ['Lt', required(expression('cores', 'Lt', '17')), []],
    ['Lt, not a number', required(expression('disk', 'Lt', '17')), mismatch],
    ['terms are alternatives', required(expression('disk', 'In', 'hdd'), expression('cores', 'Exists')), []],
    ['an empty term selects nothing', required({}), mismatch],
    ['no terms select nothing', required(), mismatch],
    [
      'requirements of a term all hold',
      required({
        matchExpressions: [
          { key: 'disk', operator: 'Exists' },
          { key: 'rack', operator: 'Exists' },
        ],
      }),
      mismatch,
    ],
    ['by name', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }), []],
    ['by name, another', required({ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['a'] }] }), mismatch],
    ['selector and affinity', { nodeSelector: { disk: 'hdd' }, ...required(expression('disk', 'Exists')) }, mismatch],
  ];
  test.each(cases)('%s', (_name, spec, reasons) => {
    const cluster = clusterOf([node('a', { labels: { disk: 'ssd', cores: '16' } })]);
    expect(filterAll(nodeAffinity, pod('p', { spec }), cluster)).toEqual([reasons]);
  });

  const byName = (...values: string[]) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] });
  test.each([
    ['one name', [byName('a')], ['a']],
    ['alternatives', [byName('a'), byName('b')], ['a', 'b']],
    ['a term that names nobody', [byName('a'), expression('disk', 'Exists')], undefined],
  ])('looks only at nodes that are named: %s', (_name, terms, names) => {
    const found = nodeAffinity.preFilter!(podInfoOf(pod('p', { spec: required(...terms) })), clusterOf([]));
    expect(found?.nodeNames && [...found.nodeNames]).toEqual(names);
  });

  test('terms that contradict themselves match nowhere', () => {
    const term = { matchFields: [...byName('a').matchFields, ...byName('b').matchFields] };
    expect(nodeAffinity.preFilter!(podInfoOf(pod('p', { spec: required(term) })), clusterOf([]))).toEqual({
      rejection: 'pod affinity terms conflict',
    });
  });
});

describe('NodePorts', () => {
  const port = (hostPort: number, hostIP?: string, protocol?: string) => ({
    containers: [{ name: 'main', ports: [{ containerPort: 80, hostPort, hostIP, protocol }] }],
  });
  const taken = ["node(s) didn't have free ports for the requested pod ports"];
  test.each([
    ['the same port', port(80), port(80), taken],
    ['another port', port(80), port(81), []],
    ['another protocol', port(80), port(80, undefined, 'UDP'), []],
    ['another address', port(80, '10.0.0.1'), port(80, '10.0.0.2'), []],
    ['the same address', port(80, '10.0.0.1'), port(80, '10.0.0.1'), taken],
    ['every address against one', port(80), port(80, '10.0.0.1'), taken],
    ['one against every address', port(80, '10.0.0.1'), port(80, '0.0.0.0'), taken],
    [
      'a sidecar takes ports too',
      { ...port(81), initContainers: port(80).containers.map((c) => ({ ...c, restartPolicy: 'Always' })) },
      port(80),
      taken,
    ],
    ['an init container does not', { ...port(81), initContainers: port(80).containers }, port(80), []],
    ['no host port', { containers: [{ name: 'main', ports: [{ containerPort: 80 }] }] }, port(80), []],
  ])('%s', (_name, used, wanted, reasons) => {
    const cluster = clusterOf([node('a')], [onNode('used', 'a', { spec: used as never })]);
    expect(filterAll(nodePorts, pod('p', { spec: wanted as never }), cluster)).toEqual([reasons]);
  });
});

describe('NodeResourcesFit', () => {
  const container = (requests: Record<string, string>, restartPolicy?: string) => ({
    name: 'c',
    resources: { requests },
    restartPolicy,
  });
  const cases: [string, Parameters<typeof pod>[1] & {}, string[]][] = [
    ['nothing', {}, []],
    ['just fits', { requests: { cpu: '1', memory: '1Gi' } }, []],
    ['too much CPU', { requests: { cpu: '1001m' } }, ['Insufficient cpu']],
    ['too much memory', { requests: { memory: '1025Mi' } }, ['Insufficient memory']],
    ['both', { requests: { cpu: '2', memory: '2Gi' } }, ['Insufficient cpu', 'Insufficient memory']],
    ['storage', { requests: { 'ephemeral-storage': '1' } }, ['Insufficient ephemeral-storage']],
    ['a device that is there', { requests: { 'example.com/gpu': '1' } }, []],
    ['too many devices', { requests: { 'example.com/gpu': '2' } }, ['Insufficient example.com/gpu']],
    ['a device that is not there', { requests: { 'example.com/tpu': '1' } }, ['Insufficient example.com/tpu']],
    ['zero of a device', { requests: { 'example.com/tpu': '0' } }, []],
    [
      'containers add up',
      { spec: { containers: [container({ cpu: '600m' }), container({ cpu: '600m' })] } },
      ['Insufficient cpu'],
    ],
    [
      'init containers run one by one',
      { spec: { initContainers: [container({ cpu: '600m' }), container({ cpu: '600m' })] } },
      [],
    ],
    [
      'an init container counts if it is larger',
      { spec: { initContainers: [container({ cpu: '1100m' })] } },
      ['Insufficient cpu'],
    ],
    [
      'sidecars run beside',
      {
        requests: { cpu: '600m' },
        spec: { containers: [container({ cpu: '600m' })], initContainers: [container({ cpu: '600m' }, 'Always')] },
      },
      ['Insufficient cpu'],
    ],
    [
      'overhead',
      { requests: { cpu: '900m' }, spec: { containers: [container({ cpu: '900m' })], overhead: { cpu: '200m' } } },
      ['Insufficient cpu'],
    ],
    [
      'the pod as a whole',
      { spec: { containers: [container({ cpu: '100m' })], resources: { requests: { cpu: '2' } } } },
      ['Insufficient cpu'],
    ],
  ];
  test.each(cases)('%s', (_name, parts, reasons) => {
    const one = node('a', { allocatable: { cpu: '4', memory: '4Gi', 'example.com/gpu': '1' } });
    const cluster = clusterOf([one], [onNode('there', 'a', { requests: { cpu: '3', memory: '3Gi' } })]);
    expect(filterAll(nodeResourcesFit, pod('p', parts), cluster)).toEqual([reasons]);
  });

  test('a node takes so many pods', () => {
    const cluster = clusterOf([node('a', { allocatable: { pods: '1' } })], [onNode('there', 'a')]);
    expect(filterAll(nodeResourcesFit, pod('p'), cluster)).toEqual([['Too many pods']]);
  });

  test('room can be made for what a node has, not for more', () => {
    const cluster = clusterOf([node('a')], [onNode('there', 'a', { requests: { cpu: '3' } })]);
    const rejection = (cpu: string) =>
      nodeResourcesFit.preFilter!(podInfoOf(pod('p', { requests: { cpu } })), cluster)!.filter!(cluster.nodes[0]!);
    expect(rejection('2')?.resolvable).toBe(true);
    expect(rejection('5')?.resolvable).toBe(false);
  });
});
