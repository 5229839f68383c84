/** How `kubectl get pods` shows a pod (printers/internalversion `printPod`). */
import type { Column } from '../../machinery/resource.ts';
import { age, ageColumn, nameColumn } from '../../machinery/table.ts';
import type { ContainerState, ContainerStatus } from '../shared/container-status.ts';
import { isRestartable } from '../shared/pod-resources.ts';
import type { Pod } from './pod.ts';

interface Summary {
  ready: number;
  total: number;
  status: string;
  restarts: number;
  lastRestart: string | undefined;
}

/** What the first columns tell of a pod. The status is its phase, or the most telling reason of its containers. */
export function summarize(pod: Pod): Summary {
  const { spec, status = {} } = pod;
  const sidecars = new Set((spec.initContainers ?? []).filter(isRestartable).map((container) => container.name));
  const gated = status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated');
  const initial = summarizeInit(pod, sidecars);
  const summary: Summary = {
    ready: initial.ready,
    total: spec.containers.length + sidecars.size,
    status: initial.reason ?? (gated ? 'SchedulingGated' : status.reason || status.phase || ''),
    restarts: initial.restarts.count,
    lastRestart: initial.restarts.last,
  };
  if (initial.reason === undefined || hasCondition(pod, 'Initialized')) summarizeRunning(pod, summary, initial.sidecarRestarts);
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') summary.status = 'Unknown';
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') summary.status = 'Terminating';
  }
  return summary;
}

const hasCondition = (pod: Pod, type: string): boolean =>
  pod.status?.conditions?.find((condition) => condition.type === type)?.status === 'True';

/** Restarts counted over containers, with the time of the last one. */
class Restarts {
  count = 0;
  last: string | undefined;
  add(container: ContainerStatus): void {
    this.count += container.restartCount;
    const finished = container.lastState?.terminated?.finishedAt;
    if (finished && (this.last === undefined || Date.parse(finished) > Date.parse(this.last))) this.last = finished;
  }
}

/** Init containers up to the first that is not through; `reason` is only set when there is such a one. */
function summarizeInit({ spec, status }: Pod, sidecars: ReadonlySet<string>) {
  const restarts = new Restarts();
  const sidecarRestarts = new Restarts();
  let ready = 0;
  for (const [i, container] of (status?.initContainerStatuses ?? []).entries()) {
    const isSidecar = sidecars.has(container.name);
    restarts.add(container);
    if (isSidecar) sidecarRestarts.add(container);
    if (container.state?.terminated?.exitCode === 0) continue;
    if (isSidecar && container.started) {
      if (container.ready) ready++;
      continue;
    }
    const total = spec.initContainers?.length ?? 0;
    return { ready, restarts, sidecarRestarts, reason: `Init:${initReason(container.state) ?? `${i}/${total}`}` };
  }
  return { ready, restarts, sidecarRestarts, reason: undefined };
}

function initReason({ terminated, waiting }: ContainerState = {}): string | undefined {
  if (terminated) return terminatedReason(terminated);
  return waiting?.reason && waiting.reason !== 'PodInitializing' ? waiting.reason : undefined;
}

const terminatedReason = ({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

/** The regular containers, from the last to the first: the first one's reason counts most. */
function summarizeRunning(pod: Pod, summary: Summary, restarts: Restarts): void {
  let hasRunning = false;
  let errorReason = '';
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { terminated, waiting, running } = container.state ?? {};
    restarts.add(container);
    if (waiting?.reason) summary.status = waiting.reason;
    else if (terminated) {
      summary.status = terminatedReason(terminated);
      if (terminated.exitCode !== 0) errorReason = summary.status;
    } else if (container.ready && running) {
      hasRunning = true;
      summary.ready++;
    }
  }
  summary.restarts = restarts.count;
  summary.lastRestart = restarts.last;
  if (summary.status !== 'Completed') return;
  if (hasRunning && hasCondition(pod, 'Ready')) summary.status = 'Running';
  else if (errorReason) summary.status = errorReason;
  else if (hasRunning) summary.status = 'NotReady';
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) => status?.conditions?.find((c) => c.type === conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  {
    name: 'Ready',
    type: 'string',
    description: 'The number of ready containers, of all that keep running.',
    cell(pod) {
      const { ready, total } = summarize(pod);
      return `${ready}/${total}`;
    },
  },
  {
    name: 'Status',
    type: 'string',
    description: 'The phase of the pod, or why its containers are not running.',
    cell: (pod) => summarize(pod).status,
  },
  {
    name: 'Restarts',
    type: 'string',
    description: 'How often containers were restarted, and when last.',
    cell(pod, now) {
      const { restarts, lastRestart } = summarize(pod);
      return restarts > 0 && lastRestart ? `${restarts} (${age(lastRestart, now)} ago)` : `${restarts}`;
    },
  },
  ageColumn,
  {
    name: 'IP',
    type: 'string',
    priority: 1,
    description: 'The first address of the pod.',
    cell: (pod) => pod.status?.podIPs?.[0]?.ip || '<none>',
  },
  {
    name: 'Node',
    type: 'string',
    priority: 1,
    description: 'The node that runs the pod.',
    cell: (pod) => pod.spec.nodeName || '<none>',
  },
  {
    name: 'Nominated Node',
    type: 'string',
    priority: 1,
    description: 'The node where room is being made for the pod.',
    cell: (pod) => pod.status?.nominatedNodeName || '<none>',
  },
  {
    name: 'Readiness Gates',
    type: 'string',
    priority: 1,
    description: 'The number of true conditions that readiness waits for, of all of them.',
    cell: readinessGates,
  },
];
