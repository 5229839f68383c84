import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { ContainerStatus } from '../../resources/shared/container-status.ts';
import { isSidecar, shouldRestart, shouldRestartInit } from './containers.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

type Outcome = { state: 'waiting' } | { state: 'running' } | { state: 'ended'; code: number };

/** A container that waits for its next start counts as ended; one that never ran as waiting. */
function outcomeOf(status: ContainerStatus | undefined): Outcome {
  if (status?.state?.running) return { state: 'running' };
  const end = status?.state?.terminated ?? status?.lastState?.terminated;
  return end ? { state: 'ended', code: end.exitCode } : { state: 'waiting' };
}

/**
 * The phase that follows from the containers' statuses. `isTerminal`: nothing of the pod will be started again, whatever
 * its restart policy says (it is being deleted, or its deadline is over).
 */
export function podPhase(pod: Pod, statuses: readonly ContainerStatus[], isTerminal: boolean): PodPhase {
  const outcome = (container: Container) => outcomeOf(statuses.find((status) => status.name === container.name));
  const inits = pod.spec.initContainers ?? [];
  const mains = pod.spec.containers.map((container) => ({ container, outcome: outcome(container) }));
  const haveStarted = mains.some((main) => main.outcome.state !== 'waiting');

  for (const container of inits) {
    const init = outcome(container);
    if (isSidecar(container)) {
      const started = statuses.find((status) => status.name === container.name)?.started;
      if (init.state !== 'ended' && !started && !haveStarted) return 'Pending';
      continue;
    }
    if (init.state === 'ended' && init.code === 0) continue;
    if (init.state === 'ended' && (isTerminal || !shouldRestartInit(pod, container, init.code))) return 'Failed';
    return 'Pending';
  }

  if (mains.some((main) => main.outcome.state === 'waiting')) return 'Pending';
  const isSidecarRunning = inits.some((container) => isSidecar(container) && outcome(container).state === 'running');
  if (isSidecarRunning || mains.some((main) => main.outcome.state === 'running')) return 'Running';
  const ends = mains.map(({ container, outcome }) => ({ container, code: outcome.state === 'ended' ? outcome.code : 0 }));
  if (!isTerminal && ends.some(({ container, code }) => shouldRestart(pod, container, code))) return 'Running';
  return ends.every(({ code }) => code === 0) ? 'Succeeded' : 'Failed';
}
