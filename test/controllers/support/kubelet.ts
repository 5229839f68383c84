import { rfc3339 } from '../../../src/lib/clock.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { isPodReady, isPodTerminal } from '../../../src/controllers/support/pods.ts';
import type { TestCluster } from './cluster.ts';

/** What a node does with a pod next, if anything. Pods of an image named `broken` run but never become ready. */
export function kubeletStep(cluster: TestCluster, pod: Pod): boolean {
  const { name, namespace = '' } = pod.metadata;
  if (pod.metadata.deletionTimestamp) {
    cluster.remove(pods, namespace, name);
    return true;
  }
  const healthy = !pod.spec.containers.some((container) => container.image?.startsWith('broken'));
  if (isPodTerminal(pod) || isPodReady(pod) || (!healthy && pod.status?.phase === 'Running')) return false;
  cluster.change(pods, namespace, name, (next) => {
    next.spec.nodeName ??= `node-${Math.floor(cluster.random.next() * 3)}`;
    const ready = { type: 'Ready', status: healthy ? 'True' : 'False', lastTransitionTime: rfc3339(cluster.now) };
    next.status = { ...next.status, phase: 'Running', conditions: [ready] };
  });
  return true;
}

/** Lets every node do everything there is to do now. Says whether there was anything. */
export function kubelets(cluster: TestCluster, mayAct: (pod: Pod) => boolean = () => true): boolean {
  const acted = cluster
    .list(pods)
    .filter(mayAct)
    .map((pod) => kubeletStep(cluster, pod));
  return acted.includes(true);
}

/** Marks one pod ready or not, or sets its phase. */
export function setPod(cluster: TestCluster, pod: Pod, status: { ready?: boolean; phase?: string }): void {
  cluster.change(pods, pod.metadata.namespace ?? '', pod.metadata.name, (next) => {
    next.spec.nodeName ??= 'node-0';
    const ready = { type: 'Ready', status: status.ready ? 'True' : 'False', lastTransitionTime: rfc3339(cluster.now) };
    next.status = { ...next.status, phase: status.phase ?? 'Running', conditions: [ready] };
  });
}
