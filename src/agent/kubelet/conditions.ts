import { rfc3339 } from '../../lib/clock.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { ContainerStatus } from '../../resources/shared/container-status.ts';
import type { PodCondition } from '../../resources/shared/pod-status.ts';
import { isSidecar } from './containers.ts';
import type { PodPhase } from './phase.ts';

interface Verdict {
  status: 'True' | 'False';
  reason?: string;
  message?: string;
}

const yes: Verdict = { status: 'True' };

export interface ConditionsInput {
  pod: Pod;
  phase: PodPhase;
  hasSandbox: boolean;
  statuses: readonly ContainerStatus[];
  now: Date;
}

/**
 * The conditions of a pod as a kubelet writes them: those of others first, as they are, then its own five. The time of a
 * transition changes only when the status does.
 */
export function podConditions(input: ConditionsInput): PodCondition[] {
  const { pod, now } = input;
  const known = pod.status?.conditions ?? [];
  const containersReady = containersReadyVerdict(input);
  const own: [string, Verdict][] = [
    ['PodReadyToStartContainers', { status: input.hasSandbox ? 'True' : 'False' }],
    ['Initialized', initializedVerdict(input)],
    ['Ready', containersReady.status === 'True' ? gatesVerdict(pod) : containersReady],
    ['ContainersReady', containersReady],
    ['PodScheduled', yes],
  ];
  const others = known.filter(({ type }) => !own.some(([ownType]) => ownType === type));
  return [
    ...others,
    ...own.map(([type, verdict]) => {
      const before = known.find((condition) => condition.type === type);
      const isUnchanged = before?.status === verdict.status && before.lastTransitionTime;
      return {
        type,
        ...verdict,
        observedGeneration: pod.metadata.generation,
        lastTransitionTime: isUnchanged ? before.lastTransitionTime : rfc3339(now),
      };
    }),
  ];
}

function containersReadyVerdict({ pod, phase, statuses }: ConditionsInput): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const expected = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers];
  const unready = expected.filter(({ name }) => !statuses.find((status) => status.name === name)?.ready);
  return unready.length === 0 ? yes : notYet('ContainersNotReady', 'unready', unready);
}

function initializedVerdict({ pod, phase, statuses }: ConditionsInput): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const statusOf = (name: string) => statuses.find((status) => status.name === name);
  // Once a container of the pod has started, restarts of its sidecars do not take that back.
  if (pod.spec.containers.some(({ name }) => statusOf(name)?.containerID)) return yes;
  const incomplete = (pod.spec.initContainers ?? []).filter((container) => {
    const status = statusOf(container.name);
    return !(isSidecar(container) ? status?.started : status?.ready);
  });
  return incomplete.length === 0 ? yes : notYet('ContainersNotInitialized', 'incomplete', incomplete);
}

function gatesVerdict(pod: Pod): Verdict {
  const complaints = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (condition.status === 'True') return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return complaints.length === 0 ? yes : { status: 'False', reason: 'ReadinessGatesNotReady', message: complaints.join(', ') };
}

const notYet = (reason: string, what: string, containers: readonly { name: string }[]): Verdict => ({
  status: 'False',
  reason,
  message: `containers with ${what} status: [${containers.map(({ name }) => name).join(' ')}]`,
});
