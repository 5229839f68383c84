import { compareQuantities, parseQuantity, addQuantities, zeroQuantity, type Quantity } from '../../../src/machinery/quantity.ts';
import type { Snapshot } from '../../../src/machinery/reader.ts';
import { selectorFromLabelSelector } from '../../../src/machinery/selectors.ts';
import { isPodTerminal } from '../../../src/controllers/support/pods.ts';
import { nodes, type Node } from '../../../src/resources/core/node.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import type { SimState } from '../state.ts';
import type { Decision, Invariant } from './invariant.ts';

/**
 * A scheduler's rules, told a second time in the plainest way, for the pods that simulations have: of one container, with
 * no preferences. They are checked when it binds, and after each commit for what must never be.
 */
export const placement: Invariant = {
  commit({ after, changes }) {
    const bound = new Set<string>();
    for (const { resource, before: old, after: next } of changes) {
      if (resource !== pods.resource) continue;
      const node = (next as Pod | undefined)?.spec.nodeName;
      if (node && !(old as Pod | undefined)?.spec.nodeName) bound.add(node);
    }
    return [...bound].flatMap((name) => overCommitted(after, name));
  },
  decision: (decision) => (decision.plan.writes.some(({ verb }) => verb === 'bind') ? misplaced(decision) : []),
  rest(state) {
    const all = state.list(pods);
    const waiting = all.filter((pod) => !pod.spec.nodeName && !isPodTerminal(pod) && !pod.metadata.deletionTimestamp);
    return waiting.flatMap((pod) => {
      const fitting = state
        .list(nodes)
        .find((node) => reasonAgainst(pod, node, all, nodesByName(state.list(nodes))) === undefined && !hasOtherNeeds(pod));
      return fitting
        ? [`at rest, pod ${pod.metadata.namespace}/${pod.metadata.name} waits, though it could run on ${fitting.metadata.name}`]
        : [];
    });
  },
};

/** Needs that these rules know nothing of. */
const hasOtherNeeds = ({ spec }: Pod): boolean =>
  (spec.topologySpreadConstraints?.length ?? 0) > 0 ||
  (spec.volumes ?? []).some((volume) => volume.persistentVolumeClaim) ||
  (spec.schedulingGates?.length ?? 0) > 0 ||
  (spec.resourceClaims?.length ?? 0) > 0;

const nodesByName = (all: readonly Node[]): Map<string, Node> => new Map(all.map((node) => [node.metadata.name, node]));

function misplaced({ plan, snapshot }: Decision): string[] {
  const byName = nodesByName(snapshot.list(nodes));
  const placed = snapshot.list(pods).filter((pod) => pod.spec.nodeName);
  return plan.writes.flatMap((write) => {
    if (write.verb !== 'bind') return [];
    const pod = podIn(snapshot, write.namespace, write.name);
    const node = byName.get(write.nodeName);
    const reason = !pod
      ? 'there is no such pod'
      : pod.spec.nodeName
        ? 'it is bound'
        : !node
          ? 'there is no such node'
          : reasonAgainst(pod, node, placed, byName);
    if (pod) placed.push({ ...pod, spec: { ...pod.spec, nodeName: write.nodeName } });
    return reason === undefined ? [] : [`the scheduler binds ${write.namespace}/${write.name} to ${write.nodeName}: ${reason}`];
  });
}

const podIn = (snapshot: Snapshot, namespace: string, name: string): Pod | undefined => snapshot.get(pods, namespace, name);

/** Why a pod may not run on a node beside the others that are placed, if so. */
function reasonAgainst(pod: Pod, node: Node, all: readonly Pod[], byName: ReadonlyMap<string, Node>): string | undefined {
  const { spec } = pod;
  const others = all.filter((other) => other.spec.nodeName && other !== pod && !isPodTerminal(other));
  const beside = others.filter((other) => other.spec.nodeName === node.metadata.name);
  const taint = [...(node.spec.taints ?? [])].find(
    ({ key, effect }) =>
      (effect === 'NoSchedule' || effect === 'NoExecute') &&
      !spec.tolerations?.some(
        (toleration) =>
          (!toleration.key || toleration.key === key) &&
          (!toleration.effect || toleration.effect === effect) &&
          toleration.operator === 'Exists',
      ),
  );
  if (taint) return `it does not tolerate ${taint.key}`;
  if (node.spec.unschedulable && !spec.tolerations?.some(({ key }) => key === 'node.kubernetes.io/unschedulable'))
    return 'it is cordoned';
  if (Object.entries(spec.nodeSelector ?? {}).some(([key, value]) => node.metadata.labels?.[key] !== value))
    return 'the selector is another';
  const meant =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values;
  if (meant && !meant.includes(node.metadata.name)) return 'it is meant for another';
  if (hostPortsOf(pod).some((port) => beside.some((other) => hostPortsOf(other).includes(port)))) return 'the host port is taken';
  if (['cpu', 'memory', 'pods'].some((resource) => exceeds(node, [...beside, pod], resource))) return 'it is full';
  for (const other of others) {
    const its = byName.get(other.spec.nodeName!);
    if (its && (repels(pod, other, node, its) || repels(other, pod, node, its)))
      return `anti-affinity with ${other.metadata.name}`;
  }
  return undefined;
}

function repels(pod: Pod, other: Pod, node: Node, otherNode: Node): boolean {
  if (pod.metadata.namespace !== other.metadata.namespace) return false;
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.some(
    ({ labelSelector, topologyKey }) =>
      node.metadata.labels?.[topologyKey] === otherNode.metadata.labels?.[topologyKey] &&
      selectorFromLabelSelector(labelSelector).matches(other.metadata.labels),
  );
}

const hostPortsOf = ({ spec }: Pod): number[] =>
  spec.containers.flatMap(({ ports = [] }) => ports.flatMap(({ hostPort }) => hostPort ?? []));

function overCommitted(state: SimState, name: string): string[] {
  const node = state.get(nodes, '', name);
  const running = state.list(pods).filter((pod) => pod.spec.nodeName === name && !isPodTerminal(pod));
  const ports = running.flatMap(hostPortsOf);
  return [
    ...(node
      ? ['cpu', 'memory', 'pods']
          .filter((resource) => exceeds(node, running, resource))
          .map((resource) => `${name} has more pods than ${resource}`)
      : []),
    ...(new Set(ports).size < ports.length ? [`two pods of ${name} have one host port`] : []),
  ];
}

function exceeds(node: Node, running: readonly Pod[], resource: string): boolean {
  const needed =
    resource === 'pods'
      ? parseQuantity(running.length)
      : running.map((pod) => requestOf(pod, resource)).reduce(addQuantities, zeroQuantity);
  return compareQuantities(needed, parseQuantity(node.status?.allocatable?.[resource] ?? '0')) > 0;
}

const requestOf = ({ spec }: Pod, resource: string): Quantity =>
  spec.containers
    .map(({ resources }) => parseQuantity(resources?.requests?.[resource] ?? '0'))
    .reduce(addQuantities, zeroQuantity);
