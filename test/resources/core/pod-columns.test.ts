import { expect, test } from 'vitest';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import type { ContainerState, ContainerStatus } from '../../../src/resources/shared/container-status.ts';
import { cells, container, metadata, pod } from '../objects.ts';

const status = (state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'web',
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const running = { running: {} };
const ended = (exitCode: number, more = {}) => ({ terminated: { exitCode, ...more } });
const waiting = (reason: string) => ({ waiting: { reason } });
const init = [container({ name: 'i' }), container({ name: 'j' })];
const sidecar = container({ name: 'side', restartPolicy: 'Always' });
const deleted = { metadata: metadata('web', { deletionTimestamp: '2026-05-01T11:59:00Z' }) };

/** READY, STATUS and RESTARTS of a pod. */
const row = (spec: Partial<Pod['spec']>, podStatus: Pod['status'], more: Partial<Pod> = {}) => {
  const { Ready, Status, Restarts } = cells(pods, pod(spec, { status: podStatus, ...more }));
  return [Ready, Status, Restarts];
};

test.each<[string, Partial<Pod['spec']>, Pod['status'], string[]]>([
  ['pending', {}, { phase: 'Pending' }, ['0/1', 'Pending', '0']],
  ['evicted', {}, { phase: 'Failed', reason: 'Evicted' }, ['0/1', 'Evicted', '0']],
  [
    'gated',
    {},
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    ['0/1', 'SchedulingGated', '0'],
  ],
  [
    'creating',
    {},
    { phase: 'Pending', containerStatuses: [status(waiting('ContainerCreating'))] },
    ['0/1', 'ContainerCreating', '0'],
  ],
  ['running', {}, { phase: 'Running', containerStatuses: [status(running, { ready: true })] }, ['1/1', 'Running', '0']],
  ['running, not ready', {}, { phase: 'Running', containerStatuses: [status(running)] }, ['0/1', 'Running', '0']],
  [
    'crashing',
    {},
    {
      phase: 'Running',
      containerStatuses: [
        status(waiting('CrashLoopBackOff'), { restartCount: 3, lastState: ended(1, { finishedAt: '2026-05-01T11:55:00Z' }) }),
      ],
    },
    ['0/1', 'CrashLoopBackOff', '3 (5m ago)'],
  ],
  [
    'restarted, nobody knows when',
    {},
    { phase: 'Running', containerStatuses: [status(running, { ready: true, restartCount: 2 })] },
    ['1/1', 'Running', '2'],
  ],
  [
    'completed',
    {},
    { phase: 'Succeeded', containerStatuses: [status(ended(0, { reason: 'Completed' }))] },
    ['0/1', 'Completed', '0'],
  ],
  ['ended without a reason', {}, { phase: 'Failed', containerStatuses: [status(ended(2))] }, ['0/1', 'ExitCode:2', '0']],
  ['killed', {}, { phase: 'Failed', containerStatuses: [status(ended(137, { signal: 9 }))] }, ['0/1', 'Signal:9', '0']],
  [
    'one of two completed',
    { containers: [container({ name: 'job' }), container()] },
    {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [status(ended(0, { reason: 'Completed' }), { name: 'job' }), status(running, { ready: true })],
    },
    ['1/2', 'Running', '0'],
  ],
  [
    'one of two completed, not ready',
    { containers: [container({ name: 'job' }), container()] },
    {
      phase: 'Running',
      containerStatuses: [status(ended(0, { reason: 'Completed' }), { name: 'job' }), status(running, { ready: true })],
    },
    ['1/2', 'NotReady', '0'],
  ],
  [
    'one completed, one failed',
    { containers: [container({ name: 'job' }), container()] },
    {
      phase: 'Failed',
      containerStatuses: [status(ended(0, { reason: 'Completed' }), { name: 'job' }), status(ended(1, { reason: 'Error' }))],
    },
    ['0/2', 'Error', '0'],
  ],
  [
    'first init container',
    { initContainers: init },
    {
      phase: 'Pending',
      initContainerStatuses: [status(running, { name: 'i' }), status(waiting('PodInitializing'), { name: 'j' })],
    },
    ['0/1', 'Init:0/2', '0'],
  ],
  [
    'second init container',
    { initContainers: init },
    {
      phase: 'Pending',
      initContainerStatuses: [status(ended(0), { name: 'i' }), status(waiting('PodInitializing'), { name: 'j' })],
    },
    ['0/1', 'Init:1/2', '0'],
  ],
  [
    'failed init container',
    { initContainers: init },
    { phase: 'Pending', initContainerStatuses: [status(ended(1, { reason: 'Error' }), { name: 'i', restartCount: 1 })] },
    ['0/1', 'Init:Error', '1'],
  ],
  [
    'failed init container without a reason',
    { initContainers: init },
    { phase: 'Pending', initContainerStatuses: [status(ended(1), { name: 'i' })] },
    ['0/1', 'Init:ExitCode:1', '0'],
  ],
  [
    'crashing init container',
    { initContainers: init },
    { phase: 'Pending', initContainerStatuses: [status(waiting('CrashLoopBackOff'), { name: 'i' })] },
    ['0/1', 'Init:CrashLoopBackOff', '0'],
  ],
  [
    'restarts of init containers are forgotten',
    { initContainers: init.slice(0, 1) },
    {
      phase: 'Running',
      initContainerStatuses: [status(ended(0), { name: 'i', restartCount: 5 })],
      containerStatuses: [status(running, { ready: true, restartCount: 1 })],
    },
    ['1/1', 'Running', '1'],
  ],
  [
    'sidecar',
    { initContainers: [sidecar] },
    {
      phase: 'Running',
      initContainerStatuses: [status(running, { name: 'side', started: true, ready: true, restartCount: 2 })],
      containerStatuses: [status(running, { ready: true })],
    },
    ['2/2', 'Running', '2'],
  ],
  [
    'sidecar that starts',
    { initContainers: [sidecar] },
    { phase: 'Pending', initContainerStatuses: [status(running, { name: 'side', started: false })] },
    ['0/2', 'Init:0/1', '0'],
  ],
])('%s', (_, spec, podStatus, expected) => {
  expect(row(spec, podStatus)).toEqual(expected);
});

test('a deleted pod is terminating until it has ended', () => {
  expect(row({}, { phase: 'Running', containerStatuses: [status(running, { ready: true })] }, deleted)[1]).toBe('Terminating');
  expect(row({}, { phase: 'Succeeded' }, deleted)[1]).toBe('Succeeded');
  expect(row({}, { phase: 'Running', reason: 'NodeLost' }, deleted)[1]).toBe('Unknown');
});

test('all columns', () => {
  expect(cells(pods, pod())).toEqual({
    Name: 'web',
    Ready: '0/1',
    Status: '',
    Restarts: '0',
    Age: '60m',
    'IP*': '<none>',
    'Node*': '<none>',
    'Nominated Node*': '<none>',
    'Readiness Gates*': '<none>',
  });
  const spec = { nodeName: 'n', readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] };
  const podStatus = {
    podIPs: [{ ip: '10.0.0.1' }],
    nominatedNodeName: 'm',
    conditions: [
      { type: 'a', status: 'True' },
      { type: 'b', status: 'False' },
    ],
  };
  expect(cells(pods, pod(spec, { status: podStatus }))).toMatchObject({
    'IP*': '10.0.0.1',
    'Node*': 'n',
    'Nominated Node*': 'm',
    'Readiness Gates*': '1/2',
  });
});
