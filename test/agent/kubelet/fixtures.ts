import type { Pod } from '../../../src/resources/core/pod.ts';
import type { RuntimeContainer, RuntimePod } from '../../../src/agent/runtimes/runtime.ts';
import type { DecideInput, PodMemory, Step } from '../../../src/agent/kubelet/decide.ts';

export const nowMs = Date.parse('2026-01-01T00:10:00Z');

export interface PodOverrides {
  metadata?: Partial<Pod['metadata']>;
  spec?: Partial<Pod['spec']>;
  status?: Pod['status'];
}

/** A pod with one container `main` unless told otherwise. */
export const aPod = ({ metadata, spec, status }: PodOverrides = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'u1',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    generation: 3,
    ...metadata,
  },
  spec: { restartPolicy: 'Always', containers: [{ name: 'main', image: 'nginx' }], ...spec },
  status,
});

export const running = (name: string, attempt = 0, health = { started: true, ready: true }): RuntimeContainer => ({
  id: `${name}-${attempt}`,
  name,
  attempt,
  image: 'docker.io/library/nginx:latest',
  imageId: 'docker.io/library/nginx@sha256:00',
  startedAtMs: nowMs - 60_000,
  health,
});

export const ended = (name: string, code: number, attempt = 0, agoMs = 1_000): RuntimeContainer => ({
  ...running(name, attempt, { started: false, ready: false }),
  exit: { code, reason: code === 0 ? 'Completed' : 'Error', finishedAtMs: nowMs - agoMs },
});

export const sandboxed = (...containers: RuntimeContainer[]): RuntimePod => ({
  sandbox: { id: 's1', isReady: true, ips: ['10.128.0.2'] },
  containers,
});

export const unboxed = (...containers: RuntimeContainer[]): RuntimePod => ({
  sandbox: { id: 's1', isReady: false, ips: ['10.128.0.2'] },
  containers,
});

export const forgetful: PodMemory = { backoffs: new Map(), pulls: new Map(), stopping: new Map() };

/** Every image is there already, for the given attempts. */
export const pulled = (...containers: [string, number][]): PodMemory => ({
  ...forgetful,
  pulls: new Map(containers.map(([name, attempt]) => [name, { state: 'pulled', attempt }])),
});

export const input = (pod: Pod, runtime: RuntimePod, memory: PodMemory = forgetful): DecideInput => ({
  pod,
  runtime,
  memory,
  runtimeName: 'simulated',
  hostIP: '10.128.0.1',
  now: new Date(nowMs),
});

/** A step in a word or two. */
export function brief(step: Step): string {
  switch (step.do) {
    case 'pull':
    case 'start':
      return `${step.do} ${step.container.name}/${step.attempt}`;
    case 'stop':
      return `stop ${step.id} ${step.graceMs}`;
    case 'remove-container':
      return `remove ${step.id}`;
    default:
      return step.do;
  }
}
