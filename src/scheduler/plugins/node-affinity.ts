import { nodes, type Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { NodeAffinity as Affinity, NodeSelectorTerm } from '../../resources/shared/affinity.ts';
import { isEmptyTerm, nodeMatchesTerm, requiredNodeAffinity } from '../../resources/shared/node-selector.ts';
import { normaliseCounts, type ClusterEvent, type Plugin, type PreFiltered, type Rejection } from '../framework.ts';

/** Upstream's NodeAffinityArgs: an affinity that every pod of the profile has besides its own. */
export interface NodeAffinityArgs {
  readonly addedAffinity?: Affinity;
}

const mismatch: Rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], resolvable: false };
const enforced: Rejection = { reasons: ["node(s) didn't match scheduler-enforced node affinity"], resolvable: false };

/** Filter: nodeSelector and required node affinity. Score: the sum of the weights of the preferred terms that match. */
export function createNodeAffinity({ addedAffinity }: NodeAffinityArgs = {}): Plugin {
  const addedTerms = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const isAllowed = (node: Node) => !addedTerms || addedTerms.some((term) => nodeMatchesTerm(node, term));
  const fits = (pod: Pod, node: Node) => isAllowed(node) && (requiredNodeAffinity(pod)?.(node) ?? true);
  /** A node comes that the pod may go to, or one becomes so. */
  const nodeEvent: ClusterEvent<Node> = {
    resource: nodes,
    on: ['add', 'update'],
    hint: ({ pod }, before, after) => !!after && fits(pod, after) && !(before && fits(pod, before)),
  };
  const addedPreferred = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    name: 'NodeAffinity',
    events: [nodeEvent],
    preFilter({ pod }): PreFiltered | undefined {
      const matches = requiredNodeAffinity(pod);
      if (!matches && !addedTerms) return undefined;
      const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
      const names = namedNodes(terms);
      if (names?.size === 0) return { rejection: 'pod affinity terms conflict' };
      return {
        filter({ node }) {
          if (!isAllowed(node)) return enforced;
          return !matches || matches(node) ? undefined : mismatch;
        },
        nodeNames: names,
      };
    },
    preScore({ pod }) {
      const own = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      const terms = [...addedPreferred, ...own].filter((term) => term.weight !== 0 && !isEmptyTerm(term.preference));
      if (terms.length === 0) return undefined;
      return {
        score: ({ node }) => terms.reduce((sum, term) => sum + (nodeMatchesTerm(node, term.preference) ? term.weight : 0), 0),
        normalise: (scores) => normaliseCounts(scores, { reverse: false }),
      };
    },
  };
}

export const nodeAffinity = createNodeAffinity();

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
