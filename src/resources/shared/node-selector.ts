import type { Node } from '../core/node.ts';
import type { Pod } from '../core/pod.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm } from './affinity.ts';

/** What a pod requires of its node by nodeSelector and required node affinity; `undefined` if it does not require anything. */
export function requiredNodeAffinity({ spec }: Pick<Pod, 'spec'>): ((node: Node) => boolean) | undefined {
  const selector = Object.entries(spec.nodeSelector ?? {});
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (selector.length === 0 && !terms) return undefined;
  return (node) => {
    const labels = node.metadata.labels ?? {};
    if (!selector.every(([key, value]) => own(labels, key) === value)) return false;
    return !terms || terms.some((term) => nodeMatchesTerm(node, term));
  };
}

export const isEmptyTerm = (term: NodeSelectorTerm): boolean => !term.matchExpressions?.length && !term.matchFields?.length;

/** Whether every requirement of the term holds for the node. An empty term selects nothing. */
export function nodeMatchesTerm(node: Node, term: NodeSelectorTerm): boolean {
  if (isEmptyTerm(term)) return false;
  const labels = node.metadata.labels ?? {};
  return (
    (term.matchExpressions ?? []).every((requirement) => matches(own(labels, requirement.key), requirement)) &&
    (term.matchFields ?? []).every(
      (requirement) => requirement.key === 'metadata.name' && matches(node.metadata.name, requirement),
    )
  );
}

const own = (labels: Readonly<Record<string, string>>, key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);

function matches(value: string | undefined, { operator, values = [] }: NodeSelectorRequirement): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      const [left, right] = [integer(value), integer(values[0])];
      if (left === undefined || right === undefined) return false;
      return operator === 'Gt' ? left > right : left < right;
    }
    default:
      return false;
  }
}

const integer = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
