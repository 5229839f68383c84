import { selectorFromLabelSelector, selectorOfBoth, type Labels, type Selector } from '../../../machinery/selectors.ts';
import { namespaces } from '../../../resources/core/namespace.ts';
import type { Pod } from '../../../resources/core/pod.ts';
import type { PodAffinityTerm } from '../../../resources/shared/affinity.ts';
import type { Cluster, PodSelection } from '../../framework.ts';

/**
 * Which pods a pod wants near or far, and how near: within one value of the topology key. What `matchLabelKeys` and
 * `mismatchLabelKeys` ask for is part of the selector since the pod was created.
 */
export interface Term {
  readonly topologyKey: string;
  readonly selector: Selector;
  /** Namespaces by name; those that `namespaceSelector` matches come on top. */
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector;
  /** Equal terms have the same. */
  readonly text: string;
}

export interface WeightedTerm {
  readonly term: Term;
  readonly weight: number;
}

/** Everything that a pod says about other pods. */
export interface PodTerms {
  readonly requiredAffinity: readonly Term[];
  readonly requiredAntiAffinity: readonly Term[];
  readonly preferredAffinity: readonly WeightedTerm[];
  readonly preferredAntiAffinity: readonly WeightedTerm[];
}

const noTerms: PodTerms = { requiredAffinity: [], requiredAntiAffinity: [], preferredAffinity: [], preferredAntiAffinity: [] };
const known = new WeakMap<Pod, PodTerms>();

/** The terms of a pod of a snapshot, worked out once. */
export function termsOf(pod: Pod): PodTerms {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return noTerms;
  let terms = known.get(pod);
  if (!terms) {
    const one = (term: PodAffinityTerm) => termOf(term, pod.metadata.namespace ?? '');
    const weighted = ({ podAffinityTerm, weight }: { podAffinityTerm: PodAffinityTerm; weight: number }): WeightedTerm => ({
      term: one(podAffinityTerm),
      weight,
    });
    terms = {
      requiredAffinity: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(one),
      requiredAntiAffinity: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(one),
      preferredAffinity: (podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted),
      preferredAntiAffinity: (podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted),
    };
    known.set(pod, terms);
  }
  return terms;
}

function termOf(term: PodAffinityTerm, ownNamespace: string): Term {
  const selector = selectorFromLabelSelector(term.labelSelector);
  const namespaceSelector = selectorFromLabelSelector(term.namespaceSelector);
  // Neither names nor a selector: the pod's own namespace. A selector without names: only what it matches.
  const names = term.namespaces?.length ? term.namespaces : term.namespaceSelector ? [] : [ownNamespace];
  return {
    topologyKey: term.topologyKey,
    selector,
    namespaces: new Set(names),
    namespaceSelector,
    text: JSON.stringify([term.topologyKey, textOf(selector), [...names].sort(), textOf(namespaceSelector)]),
  };
}

const textOf = (selector: Selector): string | null => (selector.nothing ? null : selector.toString());

/** Whether the term is about this pod; `namespaceLabels` are those of the pod's namespace. */
export const termMatches = (term: Term, { metadata }: Pod, namespaceLabels: Labels | undefined): boolean =>
  (term.namespaces.has(metadata.namespace ?? '') || term.namespaceSelector.matches(namespaceLabels)) &&
  term.selector.matches(metadata.labels);

/** The labels of a pod's namespace, as the cluster has it. */
export const namespaceLabelsOf = ({ metadata }: Pod, { reader }: Pick<Cluster, 'reader'>): Labels | undefined =>
  reader.get(namespaces, '', metadata.namespace ?? '')?.metadata.labels;

/** The placed pods that all of these terms are about, or `undefined` if there can be none. */
export function selectionOf(terms: readonly Term[], cluster: Cluster): PodSelection | undefined {
  let names: ReadonlySet<string> | undefined;
  let selector: Selector | undefined;
  for (const term of terms) {
    const own = namesOf(term, cluster);
    names = own && names ? new Set([...own].filter((name) => names!.has(name))) : (own ?? names);
    selector = selector ? selectorOfBoth(selector, term.selector) : term.selector;
  }
  if (!selector || selector.nothing || names?.size === 0) return undefined;
  // A pod that is being deleted still takes its place.
  return { ...(names && { namespaces: names }), selector, terminating: true };
}

/** The namespaces of a term; `undefined` for all. Looked up once a pass. */
function namesOf({ namespaces: names, namespaceSelector }: Term, cluster: Cluster): ReadonlySet<string> | undefined {
  if (namespaceSelector.nothing) return names;
  if (namespaceSelector.requirements.length === 0) return undefined;
  const matching = cluster.state(`namespaces ${namespaceSelector.toString()}`, () =>
    cluster.reader
      .list(namespaces)
      .filter(({ metadata }) => namespaceSelector.matches(metadata.labels))
      .map(({ metadata }) => metadata.name),
  );
  return new Set([...names, ...matching]);
}
