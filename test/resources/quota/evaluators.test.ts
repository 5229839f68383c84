import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import { formatQuantity } from '../../../src/machinery/quantity.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { events } from '../../../src/resources/core/event.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { services } from '../../../src/resources/core/service.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { evaluatorOf } from '../../../src/resources/quota/index.ts';
import { resourceClaims } from '../../../src/resources/resource/resourceclaim.ts';

const now = new Date('2026-01-01T00:00:00Z');

const usage = (resource: AnyResource, object: object): Record<string, string> =>
  Object.fromEntries(
    [...evaluatorOf(resource)!.usage(object as KubeObject, now)].map(([name, quantity]) => [name, formatQuantity(quantity)]),
  );
const counts = (resource: AnyResource, names: string[]) => names.filter((name) => evaluatorOf(resource)!.counts(name));

const pod = (spec: object, more: { metadata?: object; status?: object } = {}) => ({
  metadata: { name: 'p', ...more.metadata },
  spec: { containers: [], ...spec },
  ...(more.status && { status: more.status }),
});
const container = (requests: object, limits: object = {}, more: object = {}) => ({
  name: 'c',
  resources: { requests, limits },
  ...more,
});

describe('pods', () => {
  test.each<[string, object, Record<string, string>]>([
    ['without requests', { containers: [container({})] }, {}],
    [
      'requests and limits of all containers',
      { containers: [container({ cpu: '100m', memory: '1Gi' }, { cpu: '1' }), container({ cpu: '200m' }, { cpu: '1', memory: '2Gi' })] },
      { cpu: '300m', 'requests.cpu': '300m', memory: '1Gi', 'requests.memory': '1Gi', 'limits.cpu': '2', 'limits.memory': '2Gi' },
    ],
    [
      'storage of the node',
      { containers: [container({ 'ephemeral-storage': '32Mi' }, { 'ephemeral-storage': '64Mi' })] },
      { 'ephemeral-storage': '32Mi', 'requests.ephemeral-storage': '32Mi', 'limits.ephemeral-storage': '64Mi' },
    ],
    [
      'huge pages and devices, by their requests',
      { containers: [container({ 'hugepages-2Mi': '4Mi', 'example.com/gpu': '2' }, { 'hugepages-2Mi': '4Mi', 'example.com/gpu': '2' })] },
      { 'hugepages-2Mi': '4Mi', 'requests.hugepages-2Mi': '4Mi', 'requests.example.com/gpu': '2' },
    ],
    [
      'the largest init container, where that is more',
      { containers: [container({ cpu: '1' })], initContainers: [container({ cpu: '2' }), container({ cpu: '3' })] },
      { cpu: '3', 'requests.cpu': '3' },
    ],
    [
      'sidecars, which stay',
      {
        containers: [container({ cpu: '1' })],
        initContainers: [container({ cpu: '500m' }, {}, { restartPolicy: 'Always' }), container({ cpu: '2' })],
      },
      { cpu: '2500m', 'requests.cpu': '2500m' },
    ],
    [
      'the overhead; of limits only where there are some',
      { containers: [container({ cpu: '1' }, { cpu: '1' })], overhead: { cpu: '100m', memory: '10Mi' } },
      { cpu: '1100m', 'requests.cpu': '1100m', memory: '10Mi', 'requests.memory': '10Mi', 'limits.cpu': '1100m' },
    ],
    [
      'what the pod says for itself',
      { containers: [container({ cpu: '1' }, { cpu: '1' })], resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } },
      { cpu: '2', 'requests.cpu': '2', 'limits.cpu': '3' },
    ],
  ])('%s', (_, spec, expected) => {
    expect(usage(pods, pod(spec))).toEqual({ 'count/pods': '1', pods: '1', ...expected });
  });

  const used = { containers: [container({ cpu: '1' })] };
  const deleted = (deletionTimestamp: string, deletionGracePeriodSeconds: number) => ({
    metadata: { deletionTimestamp, deletionGracePeriodSeconds },
  });
  test.each<[string, object, boolean]>([
    ['running', { status: { phase: 'Running' } }, true],
    ['succeeded', { status: { phase: 'Succeeded' } }, false],
    ['failed', { status: { phase: 'Failed' } }, false],
    ['being deleted', deleted('2026-01-01T00:00:10Z', 30), true],
    ['as long again as it should have taken', deleted('2025-12-31T23:59:30Z', 30), true],
    ['longer', deleted('2025-12-31T23:59:29Z', 30), false],
  ])('%s: counts in full %s', (_, more, counted) => {
    const expected = { 'count/pods': '1', ...(counted && { pods: '1', cpu: '1', 'requests.cpu': '1' }) };
    expect(usage(pods, pod(used, more))).toEqual(expected);
  });

  test('names', () => {
    const names = [
      'pods',
      'count/pods',
      'cpu',
      'requests.memory',
      'limits.ephemeral-storage',
      'hugepages-2Mi',
      'requests.hugepages-1Gi',
      'requests.example.com/gpu',
      'requests.deviceclass.resource.kubernetes.io/gpu',
    ];
    const others = ['services', 'requests.storage', 'limits.example.com/gpu', 'example.com/gpu', 'requests.kubernetes.io/x', 'count/services'];
    expect(counts(pods, [...names, ...others])).toEqual(names);
  });

  const scope = (scopeName: string, operator = 'Exists', values: string[] = []) => ({ scopeName, operator, values });
  const bestEffort = { containers: [container({})] };
  const classed = { priorityClassName: 'high' };
  const term = (more: object) => ({ topologyKey: 'k', labelSelector: {}, ...more });
  test.each<[object, ReturnType<typeof scope>, boolean]>([
    [{ activeDeadlineSeconds: 5 }, scope('Terminating'), true],
    [{ activeDeadlineSeconds: 0 }, scope('Terminating'), true],
    [{}, scope('Terminating'), false],
    [{}, scope('NotTerminating'), true],
    [bestEffort, scope('BestEffort'), true],
    [used, scope('BestEffort'), false],
    [used, scope('NotBestEffort'), true],
    [classed, scope('PriorityClass'), true],
    [{}, scope('PriorityClass'), false],
    [classed, scope('PriorityClass', 'In', ['high', 'low']), true],
    [classed, scope('PriorityClass', 'In', ['low']), false],
    [{}, scope('PriorityClass', 'In', ['low']), false],
    [classed, scope('PriorityClass', 'NotIn', ['low']), true],
    [{}, scope('PriorityClass', 'NotIn', ['low']), true],
    [classed, scope('PriorityClass', 'NotIn', ['high']), false],
    [classed, scope('PriorityClass', 'DoesNotExist'), false],
    [{}, scope('PriorityClass', 'DoesNotExist'), true],
    [{}, scope('CrossNamespacePodAffinity'), false],
    [
      { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({})] } } },
      scope('CrossNamespacePodAffinity'),
      false,
    ],
    [
      { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ namespaces: ['n'] })] } } },
      scope('CrossNamespacePodAffinity'),
      true,
    ],
    [
      {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term({ namespaceSelector: {} }) }],
          },
        },
      },
      scope('CrossNamespacePodAffinity'),
      true,
    ],
    [{}, scope('VolumeAttributesClass'), false],
  ])('%j in %j: %s', (spec, requirement, expected) => {
    expect(evaluatorOf(pods)!.isInScope(pod(spec) as unknown as KubeObject, requirement)).toBe(expected);
  });

  test.each<[object, string[], string | undefined]>([
    [bestEffort, ['pods', 'requests.ephemeral-storage'], undefined],
    [bestEffort, ['requests.cpu', 'limits.memory'], 'must specify limits.memory for: c; requests.cpu for: c'],
    [
      { containers: [container({ cpu: '1' }), { name: 'b' }], initContainers: [{ name: 'a' }] },
      ['cpu'],
      'must specify cpu for: a,b',
    ],
    [{ containers: [container({}, { cpu: '1' })] }, ['limits.cpu'], undefined],
    [{ ...bestEffort, resources: { limits: { memory: '1Gi' } } }, ['limits.cpu'], undefined],
  ])('what %j must say for %j', (spec, names, expected) => {
    expect(evaluatorOf(pods)!.missing!(pod(spec) as unknown as KubeObject, names)).toBe(expected);
  });
});

describe('services', () => {
  const ports = [{ port: 1, nodePort: 30001 }, { port: 2 }];
  test.each([
    [{ type: 'ClusterIP', ports }, '0', '0'],
    [{ type: 'NodePort', ports }, '2', '0'],
    [{ type: 'LoadBalancer', ports }, '2', '1'],
    [{ type: 'LoadBalancer', ports, allocateLoadBalancerNodePorts: false }, '1', '1'],
    [{ type: 'ExternalName' }, '0', '0'],
  ])('%j', (spec, nodePorts, loadBalancers) => {
    expect(usage(services, { spec })).toEqual({
      'count/services': '1',
      services: '1',
      'services.nodeports': nodePorts,
      'services.loadbalancers': loadBalancers,
    });
  });
});

describe('claims of volumes', () => {
  const claim = (spec: object, status?: object) => ({
    metadata: { name: 'c' },
    spec: { resources: { requests: { storage: '10Gi' } }, ...spec },
    status,
  });
  const own = { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1' };

  test.each<[string, object, Record<string, string>]>([
    ['without a class', claim({}), { ...own, 'requests.storage': '10Gi' }],
    [
      'of a class',
      claim({ storageClassName: 'gold' }),
      {
        ...own,
        'requests.storage': '10Gi',
        'gold.storageclass.storage.k8s.io/requests.storage': '10Gi',
        'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
      },
    ],
    ['part of a byte', claim({ resources: { requests: { storage: '1500m' } } }), { ...own, 'requests.storage': '2' }],
    ['more was allocated', claim({}, { allocatedResources: { storage: '20Gi' } }), { ...own, 'requests.storage': '20Gi' }],
    ['less was allocated', claim({}, { allocatedResources: { storage: '5Gi' } }), { ...own, 'requests.storage': '10Gi' }],
  ])('%s', (_, object, expected) => {
    expect(usage(persistentVolumeClaims, object)).toEqual(expected);
  });

  test('names', () => {
    const names = ['count/persistentvolumeclaims', 'requests.storage', 'gold.storageclass.storage.k8s.io/requests.storage'];
    expect(counts(persistentVolumeClaims, [...names, 'requests.cpu', 'gold.storageclass.storage.k8s.io/other'])).toEqual(names);
  });

  test.each([
    [claim({}), 'Exists', [], false],
    [claim({ volumeAttributesClassName: 'a' }), 'Exists', [], true],
    [claim({}, { currentVolumeAttributesClassName: 'b' }), 'In', ['b'], true],
    [claim({ volumeAttributesClassName: 'a' }, { modifyVolumeStatus: { targetVolumeAttributesClassName: 'b' } }), 'In', ['b'], true],
    [claim({ volumeAttributesClassName: 'a' }), 'In', ['b'], false],
    [claim({}), 'NotIn', ['b'], true],
  ])('%j is %s %j: %s', (object, operator, values, expected) => {
    const scope = { scopeName: 'VolumeAttributesClass', operator, values };
    expect(evaluatorOf(persistentVolumeClaims)!.isInScope(object as unknown as KubeObject, scope)).toBe(expected);
  });
});

test('claims of devices: the most that each class can be asked for', () => {
  const requests = [
    { name: 'a', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2 } },
    { name: 'b', exactly: { deviceClassName: 'nic', allocationMode: 'All' } },
    {
      name: 'c',
      firstAvailable: [
        { name: 'x', deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 },
        { name: 'y', deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 4 },
        { name: 'z', deviceClassName: 'tpu', allocationMode: 'ExactCount', count: 1 },
      ],
    },
  ];
  expect(usage(resourceClaims, { spec: { devices: { requests } } })).toEqual({
    'count/resourceclaims.resource.k8s.io': '1',
    'gpu.deviceclass.resource.k8s.io/devices': '6',
    'nic.deviceclass.resource.k8s.io/devices': '32',
    'tpu.deviceclass.resource.k8s.io/devices': '1',
  });
});

test('everything else by number', () => {
  expect(usage(deployments, {})).toEqual({ 'count/deployments.apps': '1' });
  expect(usage(configMaps, {})).toEqual({ 'count/configmaps': '1', configmaps: '1' });
  expect(evaluatorOf(events)).toBeUndefined();
  expect(evaluatorOf(namespaces)).toBeUndefined();
});
