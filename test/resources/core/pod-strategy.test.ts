import { describe, expect, test } from 'vitest';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { podRequests, qosClass } from '../../../src/resources/shared/pod-resources.ts';
import { formatQuantity } from '../../../src/machinery/quantity.ts';
import { container, context, defaulted, metadata, pod } from '../objects.ts';

const resources = (requests: Record<string, string> = {}, limits: Record<string, string> = {}) => ({ requests, limits });
const both = { cpu: '1', memory: '1Gi' };

describe('a new pod', () => {
  const create = (object: Pod) => {
    const created = defaulted(pods, object);
    pods.strategy.prepareForCreate!(created, context);
    return created;
  };

  test('is pending, whatever the client says', () => {
    expect(create(pod({}, { status: { phase: 'Running', podIP: '1.2.3.4' } })).status).toEqual({
      phase: 'Pending',
      qosClass: 'BestEffort',
    });
  });

  test('says that it is gated', () => {
    expect(create(pod({ schedulingGates: [{ name: 'a' }] })).status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastTransitionTime: '2026-05-01T12:00:00Z',
      },
    ]);
  });

  test('keeps its label values in the selectors that ask for them', () => {
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };
    const affinityTerm = { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['app', 'gone'], mismatchLabelKeys: ['hash'] };
    const { spec } = create(
      pod(
        {
          topologySpreadConstraints: [
            { ...constraint, labelSelector: {}, matchLabelKeys: ['hash'] },
            { ...constraint, topologyKey: 'host', matchLabelKeys: ['hash'] },
          ],
          affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [affinityTerm] } },
        },
        { metadata: metadata('web', { labels: { app: 'web', hash: 'x' } }) },
      ),
    );
    expect(spec.topologySpreadConstraints?.map((c) => c.labelSelector)).toEqual([
      { matchExpressions: [{ key: 'hash', operator: 'In', values: ['x'] }] },
      undefined,
    ]);
    expect(
      spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector?.matchExpressions,
    ).toEqual([
      { key: 'app', operator: 'In', values: ['web'] },
      { key: 'hash', operator: 'NotIn', values: ['x'] },
    ]);
  });
});

test.each<[string, Partial<Pod['spec']>, string]>([
  ['nothing', {}, 'BestEffort'],
  ['requests', { containers: [container({ resources: resources({ cpu: '1' }) })] }, 'Burstable'],
  ['equal requests and limits', { containers: [container({ resources: resources(both, both) })] }, 'Guaranteed'],
  [
    'equal ones written otherwise',
    { containers: [container({ resources: resources({ cpu: '1000m', memory: '1Gi' }, both) })] },
    'Guaranteed',
  ],
  [
    'limits for one of two',
    { containers: [container({ resources: resources(both, both) }), container({ name: 'b' })] },
    'Burstable',
  ],
  [
    'only memory limited',
    { containers: [container({ resources: resources({ memory: '1Gi' }, { memory: '1Gi' }) })] },
    'Burstable',
  ],
  ['lower requests', { containers: [container({ resources: resources({ cpu: '1', memory: '512Mi' }, both) })] }, 'Burstable'],
  ['zero', { containers: [container({ resources: resources({ cpu: '0' }) })] }, 'BestEffort'],
  [
    'only devices',
    { containers: [container({ resources: resources({ 'example.com/gpu': '1' }, { 'example.com/gpu': '1' }) })] },
    'BestEffort',
  ],
  ['for the pod as a whole', { resources: resources(both, both) }, 'Guaranteed'],
  ['requests for the pod as a whole', { resources: resources(both) }, 'Burstable'],
])('quality of service with %s', (_, spec, expected) => {
  expect(qosClass(pod(spec).spec)).toBe(expected);
});

test.each<[string, Partial<Pod['spec']>, Record<string, string>]>([
  [
    'containers add up',
    {
      containers: [
        container({ resources: resources({ cpu: '100m' }) }),
        container({ name: 'b', resources: resources({ cpu: '200m', memory: '1Gi' }) }),
      ],
    },
    { cpu: '300m', memory: '1Gi' },
  ],
  [
    'the largest init container counts',
    {
      containers: [container({ resources: resources({ cpu: '100m' }) })],
      initContainers: [
        container({ name: 'i', resources: resources({ cpu: '1' }) }),
        container({ name: 'j', resources: resources({ cpu: '2' }) }),
      ],
    },
    { cpu: '2' },
  ],
  [
    'sidecars count with both',
    {
      containers: [container({ resources: resources({ cpu: '100m' }) })],
      initContainers: [
        container({ name: 's', restartPolicy: 'Always', resources: resources({ cpu: '50m' }) }),
        container({ name: 'i', resources: resources({ cpu: '1' }) }),
      ],
    },
    { cpu: '1050m' },
  ],
  [
    'the pod as a whole and overhead',
    {
      containers: [container({ resources: resources({ cpu: '100m', 'example.com/gpu': '1' }) })],
      resources: resources({ cpu: '1' }),
      overhead: { cpu: '10m' },
    },
    { cpu: '1010m', 'example.com/gpu': '1' },
  ],
])('requests of a pod: %s', (_, spec, expected) => {
  expect(
    Object.fromEntries([...podRequests(pod(spec).spec)].map(([name, quantity]) => [name, formatQuantity(quantity)])),
  ).toEqual(expected);
});

test.each<[string, Partial<Pod['spec']>, Pod['status'], number | undefined, number]>([
  ['the pod says', { nodeName: 'n', terminationGracePeriodSeconds: 7 }, { phase: 'Running' }, undefined, 7],
  ['the client says', { nodeName: 'n', terminationGracePeriodSeconds: 7 }, { phase: 'Running' }, 3, 3],
  ['not on a node', { terminationGracePeriodSeconds: 7 }, { phase: 'Pending' }, 3, 0],
  ['succeeded', { nodeName: 'n' }, { phase: 'Succeeded' }, 3, 0],
  ['failed', { nodeName: 'n' }, { phase: 'Failed' }, undefined, 0],
  ['negative', { nodeName: 'n' }, { phase: 'Running' }, -1, 1],
])('grace when %s', (_, spec, status, requested, expected) => {
  expect(pods.strategy.gracePeriodSeconds!(pod(spec, { status }), requested)).toBe(expected);
});

test('a status keeps what an old kubelet leaves out', () => {
  const old = pod(
    {},
    {
      status: {
        qosClass: 'BestEffort',
        observedGeneration: 3,
        conditions: [{ type: 'Ready', status: 'False', observedGeneration: 2 }],
      },
    },
  );
  const next = pod({}, { status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] } });
  pods.strategy.prepareForStatusUpdate!(next, old, context);
  expect(next.status).toEqual({
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    qosClass: 'BestEffort',
    observedGeneration: 3,
    conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }],
  });
});

test('fields that selectors may name', () => {
  const object = pod(
    { nodeName: 'n', hostNetwork: true, restartPolicy: 'Never' },
    { status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] } },
  );
  expect(Object.fromEntries(Object.entries(pods.selectableFields).map(([name, value]) => [name, value(object)]))).toEqual({
    'spec.nodeName': 'n',
    'spec.restartPolicy': 'Never',
    'spec.schedulerName': '',
    'spec.serviceAccountName': '',
    'spec.hostNetwork': 'true',
    'status.phase': 'Running',
    'status.podIP': '10.0.0.1',
    'status.podIPs': '',
    'status.nominatedNodeName': '',
  });
});
