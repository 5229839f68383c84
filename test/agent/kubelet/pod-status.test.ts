import { describe, expect, it } from 'vitest';
import { podStatus } from '../../../src/agent/kubelet/pod-status.ts';
import { statusPatch } from '../../../src/agent/kubelet/status-patch.ts';
import type { RuntimePod } from '../../../src/agent/runtimes/runtime.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { aPod, ended, input, running, sandboxed, unboxed } from './fixtures.ts';

const main = { name: 'main', image: 'nginx' };
const other = { name: 'other', image: 'nginx' };
const init = { name: 'init', image: 'tool' };
const sidecar = { name: 'side', image: 'proxy', restartPolicy: 'Always' };
const nothing: RuntimePod = { containers: [] };

const status = (pod: Pod, runtime: RuntimePod, isTerminal = false) =>
  podStatus({ ...input(pod, runtime), waiting: new Map(), isTerminal });
const specOf = (spec: Partial<Pod['spec']>) => aPod({ spec });

describe('phase', () => {
  const two = { containers: [main, other] };
  const cases: [string, Pod, RuntimePod, boolean, string][] = [
    ['nothing started', aPod(), nothing, false, 'Pending'],
    ['one of two started', specOf(two), sandboxed(running('main')), false, 'Pending'],
    ['both run', specOf(two), sandboxed(running('main'), running('other')), false, 'Running'],
    ['one ended, Always', specOf(two), sandboxed(running('main'), ended('other', 1)), false, 'Running'],
    ['all ended, Always', aPod(), sandboxed(ended('main', 0)), false, 'Running'],
    ['all ended, Always, being deleted', aPod(), sandboxed(ended('main', 0)), true, 'Succeeded'],
    ['all ended, one badly, being deleted', specOf(two), sandboxed(ended('main', 0), ended('other', 2)), true, 'Failed'],
    ['ended well, Never', specOf({ restartPolicy: 'Never' }), sandboxed(ended('main', 0)), false, 'Succeeded'],
    ['ended badly, Never', specOf({ restartPolicy: 'Never' }), sandboxed(ended('main', 1)), false, 'Failed'],
    [
      'one ended badly, one runs, Never',
      specOf({ ...two, restartPolicy: 'Never' }),
      sandboxed(ended('main', 1), running('other')),
      false,
      'Running',
    ],
    ['ended badly, OnFailure', specOf({ restartPolicy: 'OnFailure' }), sandboxed(ended('main', 1)), false, 'Running'],
    ['ended well, OnFailure', specOf({ restartPolicy: 'OnFailure' }), sandboxed(ended('main', 0)), false, 'Succeeded'],
    ['init runs', specOf({ initContainers: [init] }), sandboxed(running('init')), false, 'Pending'],
    [
      'init failed, Never',
      specOf({ initContainers: [init], restartPolicy: 'Never' }),
      sandboxed(ended('init', 1)),
      false,
      'Failed',
    ],
    ['init failed, Always', specOf({ initContainers: [init] }), sandboxed(ended('init', 1)), false, 'Pending'],
    [
      'sidecar restarts beside main',
      specOf({ initContainers: [sidecar] }),
      sandboxed(ended('side', 1), running('main')),
      false,
      'Running',
    ],
    [
      'sidecar outlives main, Never',
      specOf({ initContainers: [sidecar], restartPolicy: 'Never' }),
      sandboxed(running('side'), ended('main', 0)),
      false,
      'Running',
    ],
    [
      'both ended, Never',
      specOf({ initContainers: [sidecar], restartPolicy: 'Never' }),
      sandboxed(ended('side', 137), ended('main', 0)),
      false,
      'Succeeded',
    ],
    ['already over', aPod({ status: { phase: 'Failed' } }), nothing, false, 'Failed'],
  ];
  it.each(cases)('%s', (_, pod, runtime, isTerminal, phase) => expect(status(pod, runtime, isTerminal).phase).toBe(phase));
});

describe('conditions', () => {
  const conditions = (pod: Pod, runtime: RuntimePod) =>
    Object.fromEntries(
      status(pod, runtime).conditions!.map(({ type, status: value, reason }) => [type, reason ? `${value} ${reason}` : value]),
    );

  it.each<[string, Pod, RuntimePod, Record<string, string>]>([
    [
      'new',
      aPod(),
      nothing,
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False ContainersNotReady',
        ContainersReady: 'False ContainersNotReady',
        PodScheduled: 'True',
      },
    ],
    [
      'running',
      aPod(),
      sandboxed(running('main')),
      { PodReadyToStartContainers: 'True', Initialized: 'True', Ready: 'True', ContainersReady: 'True', PodScheduled: 'True' },
    ],
    [
      'initialising',
      specOf({ initContainers: [init] }),
      sandboxed(running('init')),
      {
        PodReadyToStartContainers: 'True',
        Initialized: 'False ContainersNotInitialized',
        Ready: 'False ContainersNotReady',
        ContainersReady: 'False ContainersNotReady',
        PodScheduled: 'True',
      },
    ],
    [
      'done',
      specOf({ restartPolicy: 'Never' }),
      unboxed(ended('main', 0)),
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True PodCompleted',
        Ready: 'False PodCompleted',
        ContainersReady: 'False PodCompleted',
        PodScheduled: 'True',
      },
    ],
    [
      'failed',
      specOf({ restartPolicy: 'Never' }),
      unboxed(ended('main', 1)),
      {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False PodFailed',
        ContainersReady: 'False PodFailed',
        PodScheduled: 'True',
      },
    ],
    [
      'gated',
      specOf({ readinessGates: [{ conditionType: 'lb' }] }),
      sandboxed(running('main')),
      {
        PodReadyToStartContainers: 'True',
        Initialized: 'True',
        Ready: 'False ReadinessGatesNotReady',
        ContainersReady: 'True',
        PodScheduled: 'True',
      },
    ],
  ])('%s', (_, pod, runtime, expected) => expect(conditions(pod, runtime)).toEqual(expected));

  it('name the containers that are not there yet', () => {
    const pod = specOf({ initContainers: [init], containers: [main, other] });
    const messages = status(pod, sandboxed()).conditions!.map(({ message }) => message);
    expect(messages).toContain('containers with incomplete status: [init]');
    expect(messages).toContain('containers with unready status: [main other]');
  });

  it('keep the time of their last change, and the conditions of others', () => {
    const before = '2026-01-01T00:00:05Z';
    const foreign = { type: 'DisruptionTarget', status: 'True', lastTransitionTime: before };
    const pod = aPod({
      status: {
        conditions: [
          { type: 'Ready', status: 'False', lastTransitionTime: before },
          foreign,
          { type: 'PodScheduled', status: 'True', lastTransitionTime: before },
        ],
      },
    });
    const byType = new Map(status(pod, sandboxed(running('main'))).conditions!.map((condition) => [condition.type, condition]));
    expect(byType.get('DisruptionTarget')).toEqual(foreign);
    expect(byType.get('PodScheduled')).toEqual({
      type: 'PodScheduled',
      status: 'True',
      lastTransitionTime: before,
      observedGeneration: 3,
    });
    expect(byType.get('Ready')!.lastTransitionTime).toBe('2026-01-01T00:10:00Z');
  });
});

describe('containers', () => {
  it('show their present and last state', () => {
    const [container] = status(aPod(), sandboxed(ended('main', 2, 0), running('main', 1))).containerStatuses!;
    expect(container).toMatchObject({
      restartCount: 1,
      ready: true,
      started: true,
      containerID: 'simulated://main-1',
      state: { running: { startedAt: '2026-01-01T00:09:00Z' } },
      lastState: {
        terminated: { exitCode: 2, reason: 'Error', finishedAt: '2026-01-01T00:09:59Z', containerID: 'simulated://main-0' },
      },
    });
  });

  it('say why they wait', () => {
    const reasonOf = (pod: Pod) => status(pod, sandboxed()).containerStatuses![0]!.state!.waiting!.reason;
    expect(reasonOf(aPod())).toBe('ContainerCreating');
    expect(reasonOf(specOf({ initContainers: [init] }))).toBe('PodInitializing');
  });

  it('of a pod that is over stay as they were reported, and those nobody knows are said to be lost', () => {
    const reported = status(specOf({ restartPolicy: 'Never' }), unboxed(ended('main', 0)));
    const over = aPod({ spec: { restartPolicy: 'Never' }, status: reported });
    expect(status(over, nothing, true).containerStatuses).toEqual(reported.containerStatuses);
    const wasRunning = aPod({ status: status(aPod(), sandboxed(running('main'))) });
    expect(status(wasRunning, nothing, true).containerStatuses![0]).toMatchObject({
      ready: false,
      state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
    });
  });

  it('show their resources and mounts', () => {
    const container = {
      ...main,
      resources: { requests: { cpu: '1' } },
      volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }],
    };
    expect(status(specOf({ containers: [container] }), sandboxed(running('main'))).containerStatuses![0]).toMatchObject({
      allocatedResources: { cpu: '1' },
      resources: { requests: { cpu: '1' } },
      volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true, recursiveReadOnly: 'Disabled' }],
    });
  });
});

describe('addresses', () => {
  it('are those of the sandbox, or of the host', () => {
    expect(status(aPod(), sandboxed(running('main')))).toMatchObject({
      podIP: '10.128.0.2',
      podIPs: [{ ip: '10.128.0.2' }],
      hostIP: '10.128.0.1',
    });
    const onHost = { sandbox: { id: 's', isReady: true, ips: [] }, containers: [] };
    expect(status(specOf({ hostNetwork: true }), onHost)).toMatchObject({ podIP: '10.128.0.1', hostIPs: [{ ip: '10.128.0.1' }] });
  });
  it('stay when the sandbox is gone', () => {
    const pod = aPod({ status: { phase: 'Succeeded', podIP: '10.128.0.9', podIPs: [{ ip: '10.128.0.9' }] } });
    expect(status(pod, nothing).podIP).toBe('10.128.0.9');
  });
});

describe('statusPatch', () => {
  const settled = aPod({ status: status(aPod(), sandboxed(running('main'))) });

  it('is nothing when nothing changed', () =>
    expect(statusPatch(settled, status(settled, sandboxed(running('main'))))).toBeUndefined());

  it('holds what changed, and the conditions that did', () => {
    const patch = statusPatch(settled, status(settled, sandboxed(running('main', 0, { started: true, ready: false })))) as {
      status: Record<string, unknown>;
    };
    expect(patch).toMatchObject({ metadata: { uid: 'u1' } });
    expect(Object.keys(patch.status).sort()).toEqual(['conditions', 'containerStatuses']);
    expect((patch.status.conditions as { type: string }[]).map(({ type }) => type)).toEqual(['Ready', 'ContainersReady']);
  });

  it('takes away what is gone', () => {
    const pod = aPod({
      status: { reason: 'Old', conditions: [{ type: 'Ready', status: 'False', reason: 'Old', message: 'old' }] },
    });
    expect(statusPatch(pod, { conditions: [{ type: 'Ready', status: 'True' }] })).toEqual({
      metadata: { uid: 'u1' },
      status: { reason: null, conditions: [{ type: 'Ready', status: 'True', reason: null, message: null }] },
    });
  });
});
