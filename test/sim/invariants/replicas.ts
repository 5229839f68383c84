import { controllerOf } from '../../../src/machinery/meta.ts';
import { splitKey } from '../../../src/machinery/reconcile.ts';
import { isPodActive, isPodReady, isPodTerminal } from '../../../src/controllers/support/pods.ts';
import { daemonSets } from '../../../src/resources/apps/daemonset.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { statefulSets, type StatefulSet } from '../../../src/resources/apps/statefulset.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { replicationControllers } from '../../../src/resources/core/replicationcontroller.ts';
import type { Decision, Invariant } from './invariant.ts';

/** The pods that a plan creates. */
export const createdBy = ({ plan }: Decision): Pod[] =>
  plan.writes.flatMap((write) => (write.verb === 'create' && write.resource === pods ? [write.object as unknown as Pod] : []));

const ownedIn = ({ snapshot }: Decision, { metadata }: { metadata: { uid: string } }): readonly Pod[] =>
  snapshot.ownedBy(pods, metadata.uid).filter((pod) => controllerOf(pod)?.uid === metadata.uid);

/** What controllers of pods plan, on the state that they plan it on, is never too much, and in order. */
export const replicas: Invariant = {
  decision(decision) {
    const { controller, key } = decision;
    const created = createdBy(decision);
    if (created.length === 0) return [];
    const names = created.flatMap(({ metadata }) => (metadata.name ? [metadata.name] : []));
    const problems = new Set(names).size < names.length ? ['plans two pods of a name'] : [];
    if (controller === 'replicaset' || controller === 'replicationcontroller') problems.push(...ofReplicas(decision, created));
    if (controller === 'statefulset') problems.push(...ofStatefulSet(decision, created));
    if (controller === 'daemonset') problems.push(...ofDaemonSet(decision, created));
    return problems.map((problem) => `${controller} ${problem} (${key})`);
  },
};

function ofReplicas(decision: Decision, created: readonly Pod[]): string[] {
  const { namespace, name } = splitKey(decision.key);
  const resource = decision.controller === 'replicaset' ? replicaSets : replicationControllers;
  const set = decision.snapshot.get<{ spec?: { replicas?: number } } & Pod>(resource as never, namespace, name);
  const { replicas = 1 } = (set?.spec ?? {}) as { replicas?: number };
  const active = set ? ownedIn(decision, set).filter(isPodActive).length : 0;
  return active + created.length > replicas ? [`plans ${created.length} pods beside ${active}, for ${replicas}`] : [];
}

function ofStatefulSet(decision: Decision, created: readonly Pod[]): string[] {
  const { namespace, name } = splitKey(decision.key);
  const set = decision.snapshot.get(statefulSets, namespace, name)!;
  const present = ownedIn(decision, set);
  return created.flatMap((pod) => {
    const ordinal = ordinalOf(pod);
    const problems: string[] = [];
    const first = set.spec.ordinals?.start ?? 0;
    if (ordinal < first || ordinal >= first + (set.spec.replicas ?? 1))
      problems.push(`plans ${pod.metadata.name}, which is not wanted`);
    if (isOrdered(set))
      for (let earlier = first; earlier < ordinal; earlier++)
        if (!present.some((other) => ordinalOf(other) === earlier && isPodReady(other) && isPodActive(other)))
          problems.push(`plans ${pod.metadata.name}, though number ${earlier} is not ready`);
    return problems;
  });
}

const isOrdered = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy !== 'Parallel';
const ordinalOf = ({ metadata }: Pod): number => Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));

function ofDaemonSet(decision: Decision, created: readonly Pod[]): string[] {
  const { namespace, name } = splitKey(decision.key);
  const set = decision.snapshot.get(daemonSets, namespace, name)!;
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const surges = type === 'RollingUpdate' && !['0', '0%', 'undefined'].includes(String(rollingUpdate?.maxSurge));
  const running = ownedIn(decision, set).filter((pod) => !isPodTerminal(pod));
  return created.flatMap((pod) => {
    const node = nodeMeant(pod);
    const there = running.filter((other) => (other.spec.nodeName || nodeMeant(other)) === node && isPodActive(other)).length;
    const alsoPlanned = created.filter((other) => nodeMeant(other) === node).length;
    return there + alsoPlanned > (surges ? 2 : 1) ? [`plans a pod for ${node}, which has ${there}`] : [];
  });
}

/** The node that a daemon's pod is made for. */
const nodeMeant = ({ spec }: Pod): string | undefined =>
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
    ?.flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key }) => key === 'metadata.name')?.values?.[0];
