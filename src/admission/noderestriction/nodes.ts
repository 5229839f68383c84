import { samePlain } from '../../machinery/plain.ts';
import type { Node } from '../../resources/core/node.ts';
import type { Attributes } from '../plugin.ts';

/** A node writes its own Node, but nothing by which it would get pods that are not meant for it. */
export function restrictNode(node: string, { operation, name, object, oldObject }: Attributes): string | undefined {
  const requested = object?.metadata.name || name;
  if (requested !== node) return `node ${quote(node)} is not allowed to modify node ${quote(requested)}`;
  if (operation === 'DELETE') return undefined;
  const { metadata, spec } = object as Node;
  const old = oldObject as Node | undefined;
  const forbidden = changedLabels(metadata.labels, old?.metadata.labels).filter((key) => !mayLabel(key)).join(', ');
  if (!old) return forbidden ? `node ${quote(node)} is not allowed to set the following labels: ${forbidden}` : undefined;
  if (!samePlain(spec.taints ?? [], old.spec.taints ?? [])) return `node ${quote(node)} is not allowed to modify taints`;
  if (!samePlain(metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? []))
    return `node ${quote(node)} is not allowed to modify ownerReferences`;
  return forbidden ? `is not allowed to modify labels: ${forbidden}` : undefined;
}

const quote = (text: string): string => JSON.stringify(text);

type Labels = Readonly<Record<string, string>>;

const changedLabels = (now: Labels = {}, before: Labels = {}): string[] =>
  [...new Set([...Object.keys(now), ...Object.keys(before)])].filter((key) => now[key] !== before[key]).sort();

/** Labels that kubelets know of their machines. */
const kubeletLabels: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

/** Any label that is not Kubernetes' own; of those, what kubelets know, and what is in the domains that are theirs. */
function mayLabel(key: string): boolean {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  const isIn = (parent: string) => domain === parent || domain.endsWith(`.${parent}`);
  if (isIn('node-restriction.kubernetes.io')) return false;
  if (!isIn('kubernetes.io') && !isIn('k8s.io')) return true;
  return kubeletLabels.has(key) || isIn('kubelet.kubernetes.io') || isIn('node.kubernetes.io');
}
