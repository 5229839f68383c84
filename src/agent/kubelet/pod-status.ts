import { rfc3339 } from '../../lib/clock.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { ContainerState, ContainerStatus } from '../../resources/shared/container-status.ts';
import type { PodStatus } from '../../resources/shared/pod-status.ts';
import type { RuntimeContainer, RuntimePod } from '../runtimes/runtime.ts';
import { podConditions } from './conditions.ts';
import { isSidecar, latest, previous } from './containers.ts';
import { podPhase } from './phase.ts';

/** Why a container does not run yet, or not again. */
export interface Waiting {
  reason: string;
  message?: string;
}

export interface StatusInput {
  pod: Pod;
  runtime: RuntimePod;
  runtimeName: string;
  /** By container; those that just have not had their turn need no entry. */
  waiting: ReadonlyMap<string, Waiting>;
  /** Nothing will be started again. */
  isTerminal: boolean;
  /** Why the pod as a whole has failed, where its containers do not say it. */
  failure?: { reason: string; message: string };
  hostIP: string | undefined;
  now: Date;
}

/** The status of a pod as a kubelet reports it. What others own (QoS class, foreign conditions) is kept. */
export function podStatus(input: StatusInput): PodStatus {
  const { pod, runtime, hostIP, now } = input;
  const old = pod.status ?? {};
  const containerStatuses = pod.spec.containers.map((container) => containerStatus(input, container, false));
  const initContainerStatuses = (pod.spec.initContainers ?? []).map((container) => containerStatus(input, container, true));
  const statuses = [...initContainerStatuses, ...containerStatuses];
  // A terminal phase is never left again.
  const isOver = old.phase === 'Succeeded' || old.phase === 'Failed';
  const computed = input.failure ? 'Failed' : podPhase(pod, statuses, input.isTerminal);
  const phase = isOver ? (old.phase as 'Succeeded' | 'Failed') : computed;

  const ips = pod.spec.hostNetwork && hostIP ? [hostIP] : (runtime.sandbox?.ips ?? []);
  const podIPs = ips.length > 0 ? ips.map((ip) => ({ ip })) : old.podIPs;
  const { reason, message } = input.failure ?? (phase === old.phase ? old : {});
  return {
    ...old,
    phase,
    reason,
    message,
    conditions: podConditions({ pod, phase, hasSandbox: runtime.sandbox?.isReady === true, statuses, now }),
    observedGeneration: pod.metadata.generation,
    startTime: old.startTime ?? rfc3339(now),
    ...(hostIP && { hostIP, hostIPs: [{ ip: hostIP }] }),
    ...(podIPs?.[0] && { podIP: podIPs[0].ip, podIPs }),
    containerStatuses,
    ...(initContainerStatuses.length > 0 && { initContainerStatuses }),
  };
}

function containerStatus(input: StatusInput, container: Container, isInit: boolean): ContainerStatus {
  const { pod, runtime, runtimeName } = input;
  const newest = latest(runtime, container.name);
  const old = (isInit ? pod.status?.initContainerStatuses : pod.status?.containerStatuses)?.find(
    ({ name }) => name === container.name,
  );
  if (!newest) return notStarted(input, container, old);

  const waiting = newest.exit && input.waiting.get(container.name);
  const before = previous(runtime, container.name);
  const ended = waiting ? newest : before;
  const isReady = isInit && !isSidecar(container) ? newest.exit?.code === 0 : !newest.exit && newest.health.ready;
  return {
    name: container.name,
    state: waiting ? { waiting } : stateOf(newest, runtimeName),
    lastState: ended?.exit ? stateOf(ended, runtimeName) : {},
    ready: isReady,
    started: !newest.exit && newest.health.started,
    restartCount: newest.attempt,
    image: newest.image,
    imageID: newest.imageId,
    containerID: `${runtimeName}://${newest.id}`,
    ...resourcesOf(container),
    ...mountsOf(container),
  };
}

function notStarted(
  { pod, waiting, isTerminal }: StatusInput,
  container: Container,
  old: ContainerStatus | undefined,
): ContainerStatus {
  // What a runtime has forgotten about a pod that is over is still in its status.
  if (isTerminal && old?.state?.running) return { ...old, ready: false, started: false, state: { terminated: lost } };
  if (old && (old.state?.terminated || isTerminal)) return old;
  const isBehindInit = (pod.spec.initContainers ?? []).length > 0;
  return {
    name: container.name,
    state: { waiting: waiting.get(container.name) ?? { reason: isBehindInit ? 'PodInitializing' : 'ContainerCreating' } },
    lastState: old?.lastState ?? {},
    ready: false,
    started: false,
    restartCount: old?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
    ...mountsOf(container),
  };
}

const lost = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};

function stateOf(container: RuntimeContainer, runtimeName: string): ContainerState {
  const startedAt = rfc3339(new Date(container.startedAtMs));
  const { exit } = container;
  if (!exit) return { running: { startedAt } };
  return {
    terminated: {
      exitCode: exit.code,
      reason: exit.reason,
      ...(exit.message && { message: exit.message }),
      startedAt,
      finishedAt: rfc3339(new Date(exit.finishedAtMs)),
      containerID: `${runtimeName}://${container.id}`,
    },
  };
}

const resourcesOf = ({ resources }: Container): Partial<ContainerStatus> => ({
  ...(resources?.requests && { allocatedResources: resources.requests }),
  ...(resources && { resources }),
});

function mountsOf({ volumeMounts }: Container): Partial<ContainerStatus> {
  if (!volumeMounts?.length) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
    })),
  };
}
