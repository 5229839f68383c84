import { controllerOf, type KubeObject } from '../../../src/machinery/meta.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { selectorFromLabelSelector, selectorFromLabels, type Selector } from '../../../src/machinery/selectors.ts';
import { isPodActive, isPodReady, isPodTerminal } from '../../../src/controllers/support/pods.ts';
import { daemonSets } from '../../../src/resources/apps/daemonset.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { statefulSets } from '../../../src/resources/apps/statefulset.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { replicationControllers } from '../../../src/resources/core/replicationcontroller.ts';
import { services } from '../../../src/resources/core/service.ts';
import { endpointSlices } from '../../../src/resources/discovery/endpointslice.ts';
import type { SimState } from '../state.ts';
import { titleOf, type Invariant } from './invariant.ts';

/** At rest everything is as it was asked for, and says so. Who has pods that no node takes is let off. */
export const settled: Invariant = {
  rest: (state) => [
    ...ofDeployments(state),
    ...ofReplicas(state),
    ...ofStatefulSets(state),
    ...ofDaemonSets(state),
    ...ofOwners(state),
    ...ofPods(state),
    ...ofServices(state),
  ],
};

const waits = (all: readonly Pod[]): boolean => all.some((pod) => !pod.spec.nodeName && !isPodTerminal(pod));
const isBroken = ({ spec }: Pod): boolean => spec.containers.some(({ image }) => image?.startsWith('broken'));

/** One sentence for each of the numbers that is another. */
const differing = (object: KubeObject, actual: Record<string, unknown>, wanted: Record<string, unknown>): string[] =>
  Object.entries(wanted)
    .filter(([name, value]) => (actual[name] ?? 0) !== value)
    .map(([name, value]) => `at rest, ${titleOf(object)} has ${name} ${String(actual[name] ?? 0)}, not ${String(value)}`);

const ofDeployments = (state: SimState): string[] =>
  state.list(deployments).flatMap((deployment) => {
    const { replicas = 1 } = deployment.spec;
    const own = state.ownedBy(replicaSets, deployment.metadata.uid).flatMap((set) => state.ownedBy(pods, set.metadata.uid));
    if (waits(own)) return [];
    return differing(
      deployment,
      { ...deployment.status },
      { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas, unavailableReplicas: 0 },
    );
  });

const ofReplicas = (state: SimState): string[] =>
  [...state.list(replicaSets), ...state.list(replicationControllers)].flatMap((set) => {
    const { replicas = 1 } = set.spec ?? {};
    const own = state.ownedBy(pods, set.metadata.uid).filter(isPodActive);
    const ready = own.filter(isPodReady).length;
    const problems = own.length === replicas ? [] : [`at rest, ${titleOf(set)} has ${own.length} pods, not ${replicas}`];
    if (!waits(own) && !own.some(isBroken) && ready !== replicas)
      problems.push(`at rest, ${titleOf(set)} has ${ready} ready pods of ${replicas}`);
    return [...problems, ...differing(set, { ...set.status }, { replicas, readyReplicas: ready, availableReplicas: ready })];
  });

const ofStatefulSets = (state: SimState): string[] =>
  state.list(statefulSets).flatMap((set) => {
    const { replicas = 1, updateStrategy } = set.spec;
    const own = state.ownedBy(pods, set.metadata.uid);
    if (waits(own)) return [];
    const all = { replicas, readyReplicas: replicas, availableReplicas: replicas };
    const isPartial = updateStrategy?.type === 'OnDelete' || (updateStrategy?.rollingUpdate?.partition ?? 0) > 0;
    return differing(set, { ...set.status }, isPartial ? all : { ...all, updatedReplicas: replicas });
  });

const ofDaemonSets = (state: SimState): string[] =>
  state.list(daemonSets).flatMap((set) => {
    const own = state.ownedBy(pods, set.metadata.uid).filter(isPodActive);
    if (waits(own)) return [];
    const { nodeSelector = {} } = set.spec.template.spec!;
    const desired = state
      .list(nodes)
      .filter(({ metadata }) => Object.entries(nodeSelector).every(([key, value]) => metadata.labels?.[key] === value)).length;
    const updated = set.spec.updateStrategy?.type === 'OnDelete' ? {} : { updatedNumberScheduled: desired };
    const counts = {
      desiredNumberScheduled: desired,
      currentNumberScheduled: desired,
      numberReady: desired,
      numberAvailable: desired,
      numberMisscheduled: 0,
      ...updated,
    };
    return [
      ...(own.length === desired ? [] : [`at rest, ${titleOf(set)} has ${own.length} pods for ${desired} nodes`]),
      ...differing(set, { ...set.status }, counts),
    ];
  });

/** Pods are their controllers' own by their labels, and what nobody owns, nobody selects. */
function ofOwners(state: SimState): string[] {
  const kinds: [AnyResource, (owner: any) => Selector][] = [
    [replicaSets, ({ spec }) => selectorFromLabelSelector(spec.selector)],
    [statefulSets, ({ spec }) => selectorFromLabelSelector(spec.selector)],
    [daemonSets, ({ spec }) => selectorFromLabelSelector(spec.selector)],
    [replicationControllers, ({ spec }) => selectorFromLabels(spec.selector)],
  ];
  return kinds.flatMap(([resource, selectorOf]) =>
    state.list(resource).flatMap((owner) =>
      state.list(pods, owner.metadata.namespace).flatMap((pod) => {
        const isOwn = controllerOf(pod)?.uid === owner.metadata.uid;
        const isSelected = selectorOf(owner).matches(pod.metadata.labels);
        if (isOwn && !isSelected && isPodActive(pod))
          return [`at rest, ${titleOf(owner)} owns ${pod.metadata.name}, which it does not select`];
        const couldOwn =
          isSelected &&
          !controllerOf(pod) &&
          isPodActive(pod) &&
          (resource !== statefulSets || pod.metadata.name.startsWith(`${owner.metadata.name}-`));
        return couldOwn ? [`at rest, ${titleOf(owner)} selects ${pod.metadata.name}, which nobody owns`] : [];
      }),
    ),
  );
}

const ofPods = (state: SimState): string[] =>
  state.list(pods).flatMap((pod) => {
    const { nodeName } = pod.spec;
    return nodeName && !state.get(nodes, '', nodeName) ? [`at rest, ${titleOf(pod)} is on ${nodeName}, which is gone`] : [];
  });

const ofServices = (state: SimState): string[] =>
  state.list(services).flatMap((service) => {
    const { selector, type } = service.spec;
    if (!selector || type === 'ExternalName') return [];
    const { namespace, name } = service.metadata;
    const slices = state
      .list(endpointSlices, namespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
    const listed = slices
      .flatMap(({ endpoints }) =>
        (endpoints ?? []).filter(({ conditions }) => conditions?.ready).map(({ targetRef }) => targetRef?.name),
      )
      .sort();
    const selected = state
      .list(pods, namespace)
      .filter((pod) => selectorFromLabels(selector).matches(pod.metadata.labels) && pod.status?.podIP && !isPodTerminal(pod));
    const ready = selected
      .filter((pod) => isPodReady(pod) || service.spec.publishNotReadyAddresses)
      .map(({ metadata }) => metadata.name)
      .sort();
    return String(listed) === String(ready)
      ? []
      : [`at rest, ${titleOf(service)} leads to ${listed.join() || 'nobody'}, not to ${ready.join() || 'nobody'}`];
  });
