import { nodes, type Node } from '../../../resources/core/node.ts';
import { pods, type Pod } from '../../../resources/core/pod.ts';
import { sameValue } from '../../../resources/shared/same-value.ts';
import type { ClusterEvent } from '../../framework.ts';
import { termsOf, type Term } from './terms.ts';

// A hint does not know the labels of namespaces: a term that selects them counts as being about any of them.
const mayMatch = (term: Term, { metadata }: Pod): boolean =>
  (!term.namespaceSelector.nothing || term.namespaces.has(metadata.namespace ?? '')) && term.selector.matches(metadata.labels);

const matchesAll = (terms: readonly Term[], pod: Pod): boolean => terms.length > 0 && terms.every((term) => mayMatch(term, pod));
const matchesAny = (terms: readonly Term[], pod: Pod): boolean => terms.some((term) => mayMatch(term, pod));

/** A pod comes that one is wanted with, or one goes that keeps others off. */
const podEvent: ClusterEvent<Pod> = {
  resource: pods,
  on: ['add', 'update', 'delete'],
  hint({ pod }, before, after) {
    const { requiredAffinity, requiredAntiAffinity } = termsOf(pod);
    const nowNear = !!after && matchesAll(requiredAffinity, after) && !(before && matchesAll(requiredAffinity, before));
    const nowFar = !!before && matchesAny(requiredAntiAffinity, before) && !(after && matchesAny(requiredAntiAffinity, after));
    const released = !!before && !after && matchesAny(termsOf(before).requiredAntiAffinity, pod);
    return nowNear || nowFar || released;
  },
};

/** A node comes, or moves to another domain. */
const nodeEvent: ClusterEvent<Node> = {
  resource: nodes,
  on: ['add', 'update'],
  hint({ pod }, before, after) {
    const { requiredAffinity, requiredAntiAffinity } = termsOf(pod);
    const valueIn = (node: Node | undefined, { topologyKey }: Term) => node?.metadata.labels?.[topologyKey];
    const moved = (term: Term) => valueIn(before, term) !== valueIn(after, term);
    // A node without the key has no pod that one could be with; and any node may be far enough.
    const nearer = requiredAffinity.some((term) => moved(term) && valueIn(after, term) !== undefined);
    const farther = before
      ? requiredAntiAffinity.some((term) => moved(term) && valueIn(before, term) !== undefined)
      : requiredAntiAffinity.length > 0;
    // Turned down by what placed pods want: a node elsewhere may help.
    const elsewhere =
      requiredAffinity.length === 0 &&
      requiredAntiAffinity.length === 0 &&
      !sameValue(before?.metadata.labels, after?.metadata.labels);
    return nearer || farther || elsewhere;
  },
};

export const affinityEvents = [podEvent, nodeEvent] as const;
