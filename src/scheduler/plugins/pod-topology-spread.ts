import { controllerOf } from '../../machinery/meta.ts';
import type { Reader } from '../../machinery/reader.ts';
import { selectorFromLabels, selectorFromLabelSelector, type Requirement, type Selector } from '../../machinery/selectors.ts';
import { replicaSets } from '../../resources/apps/replicaset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { services } from '../../resources/core/service.ts';
import { maxNodeScore, type MatchingPods, type Plugin } from '../framework.ts';
import { requiredNodeAffinity } from '../../resources/shared/node-selector.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';

const hostnameLabel = 'kubernetes.io/hostname';
const zoneLabel = 'topology.kubernetes.io/zone';

/** A wish to spread: pods that match should be about as many in each domain of `topologyKey`. */
interface Constraint {
  topologyKey: string;
  maxSkew: number;
  selector: Selector;
}

/**
 * Score: the fewer pods like this one run in a node's domains, the better. A pod says what is like it by its soft
 * constraints; one without any constraint is spread, over hosts and then zones, from the pods of its Services and its
 * ReplicaSet.
 */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
  preScore({ pod }, feasible, cluster) {
    const explicit = (pod.spec.topologySpreadConstraints?.length ?? 0) > 0;
    const constraints = explicit ? softConstraints(pod) : defaultConstraints(pod, cluster.reader);
    if (constraints.length === 0) return undefined;
    // The defaults also serve clusters without zones; a constraint of the pod's own leaves nodes without its label aside.
    const ignored = new Set(
      explicit ? feasible.filter(({ labels }) => constraints.some(({ topologyKey }) => !(topologyKey in labels))) : [],
    );
    const matches = requiredNodeAffinity(pod);
    const domains = constraints.map((constraint) => {
      const counts = cluster.matchingPods(pod.metadata.namespace ?? '', constraint.selector.toString(), (labels) =>
        constraint.selector.matches(labels),
      );
      return domainsOf(constraint, counts, feasible, ignored, matches && (({ node }) => matches(node)));
    });
    return {
      score(node) {
        if (ignored.has(node)) return 0;
        let score = 0;
        for (const [i, { topologyKey, maxSkew }] of constraints.entries())
          if (topologyKey in node.labels) score += domains[i]!.count(node) * domains[i]!.weight + (maxSkew - 1);
        return Math.round(score);
      },
      normalise(scores, nodes) {
        const counted = scores.filter((_, i) => !ignored.has(nodes[i]!));
        const [min, max] = [Math.min(...counted), Math.max(0, ...counted)];
        for (const [i, score] of scores.entries()) {
          if (ignored.has(nodes[i]!)) scores[i] = 0;
          else scores[i] = max === 0 ? maxNodeScore : Math.floor((maxNodeScore * (max + min - score)) / max);
        }
      },
    };
  },
};

/** How many matching pods the domain of a node has, and how much the number weighs: more, the more domains there are. */
function domainsOf(
  { topologyKey }: Constraint,
  pods: MatchingPods,
  feasible: readonly NodeInfo[],
  ignored: ReadonlySet<NodeInfo>,
  included: ((node: NodeInfo) => boolean) | undefined,
): { weight: number; count(node: NodeInfo): number } {
  if (topologyKey === hostnameLabel)
    return { weight: Math.log(feasible.length - ignored.size + 2), count: (node) => pods.byNode.get(node) ?? 0 };
  const values = new Set<string | undefined>();
  for (const node of feasible) if (!ignored.has(node)) values.add(node.labels[topologyKey]);
  // A pod that may run on some nodes only is spread over those.
  const sums: ReadonlyMap<string | undefined, number> = included
    ? sumOf(pods.byNode, topologyKey, included)
    : pods.byDomain(topologyKey);
  return { weight: Math.log(values.size + 2), count: (node) => sums.get(node.labels[topologyKey]) ?? 0 };
}

function sumOf(byNode: MatchingPods['byNode'], topologyKey: string, included: (node: NodeInfo) => boolean) {
  const sums = new Map<string | undefined, number>();
  for (const [node, count] of byNode)
    if (included(node)) sums.set(node.labels[topologyKey], (sums.get(node.labels[topologyKey]) ?? 0) + count);
  return sums;
}

const softConstraints = (pod: Pod): Constraint[] =>
  (pod.spec.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === 'ScheduleAnyway')
    .map(({ topologyKey, maxSkew, labelSelector, matchLabelKeys }) => {
      const labels = pod.metadata.labels ?? {};
      const own = (matchLabelKeys ?? []).filter((key) => key in labels).map((key) => [key, labels[key]!] as const);
      return { topologyKey, maxSkew, selector: both(selectorFromLabelSelector(labelSelector), Object.fromEntries(own)) };
    });

function both(selector: Selector, labels: Record<string, string>): Selector {
  const more = selectorFromLabels(labels);
  if (more.requirements.length === 0) return selector;
  const requirements: Requirement[] = [...selector.requirements, ...more.requirements];
  return {
    requirements,
    nothing: selector.nothing,
    matches: (of) => selector.matches(of) && more.matches(of),
    toString: () => `${selector.toString()},${more.toString()}`,
  };
}

function defaultConstraints(pod: Pod, reader: Reader): Constraint[] {
  const namespace = pod.metadata.namespace ?? '';
  const labels: Record<string, string> = {};
  for (const { spec } of reader.list(services, namespace))
    if (spec.selector && Object.keys(spec.selector).length > 0 && selectorFromLabels(spec.selector).matches(pod.metadata.labels))
      Object.assign(labels, spec.selector);
  const owner = controllerOf(pod);
  const replicaSet = owner?.kind === 'ReplicaSet' ? reader.get(replicaSets, namespace, owner.name) : undefined;
  const selector = both(selectorFromLabelSelector(replicaSet?.spec.selector ?? {}), labels);
  if (selector.requirements.length === 0) return [];
  return [
    { topologyKey: hostnameLabel, maxSkew: 3, selector },
    { topologyKey: zoneLabel, maxSkew: 5, selector },
  ];
}
