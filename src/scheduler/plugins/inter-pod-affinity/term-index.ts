import type { Labels } from '../../../machinery/selectors.ts';
import type { Pod } from '../../../resources/core/pod.ts';
import type { Cluster, PodIndex } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { termMatches, termsOf, type PodTerms, type Term } from './terms.ts';

export type TermKind = keyof PodTerms;

/** The same term of however many placed pods. */
export interface TermGroup {
  readonly kind: TermKind;
  readonly term: Term;
  /** Of a preferred term. */
  readonly weight: number;
  /** How many of the pods there are with each value of the topology key, by the value. */
  readonly domains: Map<string, number>;
}

/**
 * What placed pods say about other pods, grouped by equal term. To find the terms that are about a pod costs a few looks
 * for each of its labels, however many pods and terms there are.
 */
export class TermIndex implements PodIndex {
  /** Changes whenever a term comes up or the last pod with it goes. */
  version = 0;
  readonly #groups = new Map<string, TermGroup>();
  /** By what a pod must have, at least, for the terms to be about it. */
  readonly #buckets = new Map<string, Set<TermGroup>>();

  add(pod: PodInfo, node: NodeInfo): void {
    this.#count(pod, node, 1);
  }

  remove(pod: PodInfo, node: NodeInfo): void {
    this.#count(pod, node, -1);
  }

  /** The terms of these kinds that are about the pod. */
  about(pod: Pod, namespaceLabels: Labels | undefined, kinds: ReadonlySet<TermKind>): TermGroup[] {
    const found: TermGroup[] = [];
    if (this.#groups.size === 0) return found;
    const labels = ['', ...Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`)];
    // A group is in as many buckets as it names namespaces, so it may turn up in one of them and in the one for all.
    for (const namespace of [pod.metadata.namespace ?? '', anyNamespace])
      for (const label of labels)
        for (const group of this.#buckets.get(bucketOf(namespace, label)) ?? [])
          if (kinds.has(group.kind) && termMatches(group.term, pod, namespaceLabels)) found.push(group);
    return found;
  }

  #count({ pod }: PodInfo, node: NodeInfo, change: 1 | -1): void {
    if (!pod.spec.affinity) return;
    const terms = termsOf(pod);
    for (const kind of kindsInOrder)
      for (const each of terms[kind])
        if ('term' in each) this.#countTerm(kind, each.term, each.weight, node, change);
        else this.#countTerm(kind, each, 0, node, change);
  }

  #countTerm(kind: TermKind, term: Term, weight: number, { labels }: NodeInfo, change: 1 | -1): void {
    if (term.selector.nothing || !Object.hasOwn(labels, term.topologyKey)) return;
    const value = labels[term.topologyKey]!;
    const key = `${kind} ${weight} ${term.text}`;
    let group = this.#groups.get(key);
    if (!group) {
      this.#groups.set(key, (group = { kind, term, weight, domains: new Map() }));
      for (const bucket of bucketsOf(term)) {
        const groups = this.#buckets.get(bucket);
        if (groups) groups.add(group);
        else this.#buckets.set(bucket, new Set([group]));
      }
      this.version++;
    }
    const count = (group.domains.get(value) ?? 0) + change;
    if (count !== 0) group.domains.set(value, count);
    else group.domains.delete(value);
    if (group.domains.size === 0) this.#drop(key, group);
  }

  #drop(key: string, group: TermGroup): void {
    this.#groups.delete(key);
    for (const bucket of bucketsOf(group.term)) {
      const groups = this.#buckets.get(bucket);
      groups?.delete(group);
      if (groups?.size === 0) this.#buckets.delete(bucket);
    }
    this.version++;
  }
}

const kindsInOrder: readonly TermKind[] = [
  'requiredAffinity',
  'requiredAntiAffinity',
  'preferredAffinity',
  'preferredAntiAffinity',
];

const anyNamespace = '*';
const bucketOf = (namespace: string, label: string) => `${namespace} ${label}`;

function bucketsOf({ namespaces, namespaceSelector, selector }: Term): string[] {
  const label = selector.requirements.find(({ operator, values }) => isEquality.has(operator) && values.length === 1);
  const text = label ? `${label.key}=${label.values[0]}` : '';
  const names = namespaceSelector.nothing ? namespaces : [anyNamespace];
  return [...names].map((namespace) => bucketOf(namespace, text));
}

const isEquality: ReadonlySet<string> = new Set(['=', '==', 'in']);

/** The terms of all placed pods of the cluster. */
export const termIndexOf = (cluster: Cluster): TermIndex => cluster.index('inter-pod affinity terms', () => new TermIndex());
