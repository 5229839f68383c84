import { normaliseCounts, type Plugin, type PreFiltered, type Rejection } from '../framework.ts';
import { isEmptyTerm, nodeMatchesTerm, requiredNodeAffinity } from '../../resources/shared/node-selector.ts';
import type { NodeSelectorTerm } from '../../resources/shared/affinity.ts';

const rejection: Rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], resolvable: false };

/** Filter: nodeSelector and required node affinity. Score: the sum of the weights of the preferred terms that match. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  preFilter({ pod }): PreFiltered | undefined {
    const matches = requiredNodeAffinity(pod);
    if (!matches) return undefined;
    const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
    const names = namedNodes(terms);
    if (names?.size === 0) return { rejection: 'pod affinity terms conflict' };
    return { filter: ({ node }) => (matches(node) ? undefined : rejection), nodeNames: names };
  },
  preScore({ pod }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = preferred.filter((term) => term.weight !== 0 && !isEmptyTerm(term.preference));
    if (terms.length === 0) return undefined;
    return {
      score: ({ node }) => terms.reduce((sum, term) => sum + (nodeMatchesTerm(node, term.preference) ? term.weight : 0), 0),
      normalise: (scores) => normaliseCounts(scores, { reverse: false }),
    };
  },
};

/** The nodes that the terms name by `metadata.name` (as a DaemonSet's pods do), if every term does: the others need no look. */
function namedNodes(terms: readonly NodeSelectorTerm[]): Set<string> | undefined {
  if (terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const term of terms) {
    const lists = (term.matchFields ?? [])
      .filter((field) => field.key === 'metadata.name' && field.operator === 'In')
      .map((field) => field.values ?? []);
    if (lists.length === 0) return undefined;
    for (const name of lists[0]!) if (lists.every((list) => list.includes(name))) names.add(name);
  }
  return names;
}
