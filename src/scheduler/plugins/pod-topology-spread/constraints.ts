import { controllerOf } from '../../../machinery/meta.ts';
import { selectorFromLabels, selectorFromLabelSelector, selectorOfBoth, type Selector } from '../../../machinery/selectors.ts';
import { replicaSets } from '../../../resources/apps/replicaset.ts';
import { statefulSets } from '../../../resources/apps/statefulset.ts';
import type { Pod } from '../../../resources/core/pod.ts';
import { replicationControllers } from '../../../resources/core/replicationcontroller.ts';
import { services } from '../../../resources/core/service.ts';
import type { TopologySpreadConstraint } from '../../../resources/shared/affinity.ts';
import { requiredNodeAffinity } from '../../../resources/shared/node-selector.ts';
import type { Cluster, MatchingPods, NodeSet } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import { toleratesNode } from '../taint-toleration.ts';

/** A wish to spread: pods that match should be about as many in each domain of `topologyKey`. */
export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  /** Only nodes that the pod's node selector and affinity allow are domains. */
  readonly honoursAffinity: boolean;
  /** Only nodes whose taints the pod tolerates are domains. */
  readonly honoursTaints: boolean;
}

/** Of a profile, for pods that have none of their own; without a selector, which the pod's Services and owner give. */
export type DefaultConstraint = Pick<TopologySpreadConstraint, 'topologyKey' | 'maxSkew' | 'whenUnsatisfiable'>;

export const hostnameLabel = 'kubernetes.io/hostname';
const zoneLabel = 'topology.kubernetes.io/zone';

/** What upstream's scheduler does unless it is told otherwise (systemDefaultConstraints). */
export const systemDefaults: readonly DefaultConstraint[] = [
  { topologyKey: hostnameLabel, maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: zoneLabel, maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
];

export const hasOwnConstraints = ({ spec }: Pod): boolean => (spec.topologySpreadConstraints?.length ?? 0) > 0;

/** The constraints of the pod, or else the defaults with the selector of its Services and owner. */
export function constraintsOf(
  pod: Pod,
  action: 'DoNotSchedule' | 'ScheduleAnyway',
  defaults: readonly DefaultConstraint[],
  cluster: Cluster,
): Constraint[] {
  if (hasOwnConstraints(pod)) return ownConstraints(pod, action);
  const wanted = defaults.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action);
  if (wanted.length === 0) return [];
  const selector = defaultSelector(pod, cluster);
  if (selector.requirements.length === 0) return [];
  return wanted.map((constraint) => constraintOf(constraint, selector));
}

/** The pod's own constraints of one kind. */
export const ownConstraints = ({ metadata, spec }: Pod, action: 'DoNotSchedule' | 'ScheduleAnyway'): Constraint[] =>
  (spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map((constraint) => {
      const labels = metadata.labels ?? {};
      const keys = (constraint.matchLabelKeys ?? []).filter((key) => Object.hasOwn(labels, key));
      const alike = selectorFromLabels(Object.fromEntries(keys.map((key) => [key, labels[key]!])));
      return constraintOf(constraint, selectorOfBoth(selectorFromLabelSelector(constraint.labelSelector), alike));
    });

const constraintOf = (constraint: TopologySpreadConstraint, selector: Selector): Constraint => ({
  topologyKey: constraint.topologyKey,
  maxSkew: constraint.maxSkew,
  minDomains: constraint.minDomains ?? 1,
  selector,
  honoursAffinity: (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor',
  honoursTaints: constraint.nodeTaintsPolicy === 'Honor',
});

/** What the Services of a pod and its owner select it by; the same for all pods of a template, so worked out once a pass. */
function defaultSelector(pod: Pod, cluster: Cluster): Selector {
  const { namespace = '', labels = {} } = pod.metadata;
  const owner = controllerOf(pod);
  const text = JSON.stringify([namespace, labels, owner?.apiVersion, owner?.kind, owner?.name]);
  return cluster.state(`spread by default ${text}`, () => {
    const selected: Record<string, string> = {};
    for (const { spec } of cluster.reader.list(services, namespace))
      if (spec.selector && selectorFromLabels(spec.selector).matches(labels)) Object.assign(selected, spec.selector);
    const byServices = selectorFromLabels(selected);
    if (!owner) return byServices;
    const { name } = owner;
    switch (`${owner.apiVersion} ${owner.kind}`) {
      case 'v1 ReplicationController': {
        const byOwner = cluster.reader.get(replicationControllers, namespace, name)?.spec.selector ?? {};
        return selectorFromLabels({ ...selected, ...byOwner });
      }
      case 'apps/v1 ReplicaSet': {
        const found = cluster.reader.get(replicaSets, namespace, name);
        return found ? selectorOfBoth(byServices, selectorFromLabelSelector(found.spec.selector)) : byServices;
      }
      case 'apps/v1 StatefulSet': {
        const found = cluster.reader.get(statefulSets, namespace, name);
        return found ? selectorOfBoth(byServices, selectorFromLabelSelector(found.spec.selector)) : byServices;
      }
      default:
        return byServices;
    }
  });
}

/**
 * The nodes whose pods count for a constraint: those the pod may go to, as far as the constraint honours that, and that
 * have all of `keys`. `undefined` if those that have the constraint's own key are it.
 */
export function nodesOf(pod: Pod, constraint: Constraint, keys: readonly string[]): NodeSet | undefined {
  const others = keys.filter((key) => key !== constraint.topologyKey);
  const affinity = constraint.honoursAffinity ? requiredNodeAffinity(pod) : undefined;
  if (others.length === 0 && !affinity && !constraint.honoursTaints) return undefined;
  const { nodeSelector, affinity: all, tolerations } = pod.spec;
  return {
    key: JSON.stringify([
      others,
      affinity ? [nodeSelector, all?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution] : null,
      constraint.honoursTaints ? (tolerations ?? []) : null,
    ]),
    has({ node, labels }: NodeInfo) {
      if (!others.every((key) => Object.hasOwn(labels, key))) return false;
      if (affinity && !affinity(node)) return false;
      return !constraint.honoursTaints || toleratesNode(pod, node);
    },
  };
}

/** The placed pods that a constraint counts; a selector that matches everything counts none, as upstream's. */
export function countedPods({ metadata }: Pod, { selector }: Constraint, cluster: Cluster): MatchingPods | undefined {
  if (selector.nothing || selector.requirements.length === 0) return undefined;
  return cluster.matchingPods({ namespaces: new Set([metadata.namespace ?? '']), selector, terminating: false });
}
