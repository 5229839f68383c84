import type { Cluster, NodeFilter, Rejection } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { termIndexOf, type TermGroup, type TermKind } from './term-index.ts';
import { namespaceLabelsOf, selectionOf, termMatches, termsOf, type Term } from './terms.ts';

const affinity: Rejection = { reasons: ["node(s) didn't match pod affinity rules"], resolvable: false };
const antiAffinity: Rejection = { reasons: ["node(s) didn't match pod anti-affinity rules"], resolvable: true };
const existing: Rejection = { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], resolvable: true };

const antiKinds: ReadonlySet<TermKind> = new Set(['requiredAntiAffinity']);

/** Whether the required affinities of the pod, and anti-affinities of it and of placed pods, allow a node. */
export function affinityFilter(info: PodInfo, cluster: Cluster): NodeFilter | undefined {
  const { requiredAffinity, requiredAntiAffinity } = termsOf(info.pod);
  const near = requiredAffinity.length > 0 ? nearFilter(info, requiredAffinity, cluster) : undefined;
  const far = requiredAntiAffinity.flatMap((term) => domainsOf([term], cluster));
  const index = termIndexOf(cluster);
  const namespaceLabels = namespaceLabelsOf(info.pod, cluster);
  let seen = index.version;
  let against = index.about(info.pod, namespaceLabels, antiKinds);
  if (!near && requiredAntiAffinity.length === 0 && against.length === 0) return undefined;
  return (node) => {
    if (index.version !== seen) {
      seen = index.version;
      against = index.about(info.pod, namespaceLabels, antiKinds);
    }
    if (near && !near(node)) return affinity;
    if (far.some(({ topologyKey, counts }) => isCounted(node, topologyKey, counts))) return antiAffinity;
    return against.some((group: TermGroup) => isCounted(node, group.term.topologyKey, group.domains)) ? existing : undefined;
  };
}

/**
 * A node will do if all its domains have a pod that all terms are about. The first pod of a series that wants to be with
 * its like finds none, and may go wherever the domains are.
 */
function nearFilter({ pod }: PodInfo, terms: readonly Term[], cluster: Cluster): (node: NodeInfo) => boolean {
  const domains = domainsOf(terms, cluster);
  const namespaceLabels = namespaceLabelsOf(pod, cluster);
  const matchesItself = terms.every((term) => termMatches(term, pod, namespaceLabels));
  return (node) => {
    if (!terms.every(({ topologyKey }) => Object.hasOwn(node.labels, topologyKey))) return false;
    if (domains.length > 0 && domains.every(({ topologyKey, counts }) => isCounted(node, topologyKey, counts))) return true;
    return matchesItself && domains.every(({ counts }) => counts.size === 0);
  };
}

interface Domains {
  topologyKey: string;
  /** Of the pods that the terms are about, by the value of the key. */
  counts: ReadonlyMap<string, number>;
}

function domainsOf(terms: readonly Term[], cluster: Cluster): Domains[] {
  const selection = selectionOf(terms, cluster);
  if (!selection) return [];
  const pods = cluster.matchingPods(selection);
  return terms.map(({ topologyKey }) => ({ topologyKey, counts: pods.byDomain(topologyKey) }));
}

const isCounted = ({ labels }: NodeInfo, key: string, counts: ReadonlyMap<string, number>): boolean =>
  counts.size > 0 && Object.hasOwn(labels, key) && (counts.get(labels[key]!) ?? 0) > 0;
