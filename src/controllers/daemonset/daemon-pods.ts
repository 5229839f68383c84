/** The pods of a DaemonSet: each is for one node, and the scheduler brings it there. */
import { daemonSets, type DaemonSet } from '../../resources/apps/daemonset.ts';
import type { Draft } from '../../machinery/meta.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Affinity } from '../../resources/shared/affinity.ts';
import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { revisionLabel } from '../history/revision.ts';
import { podFromTemplate } from '../support/new-pods.ts';
import { isPodTerminal } from '../support/pods.ts';
import { failuresAnnotation } from './back-off.ts';
import { daemonTolerations } from './placement.ts';

const generationAnnotation = 'deprecated.daemonset.template.generation';
const generationLabel = 'pod-template-generation';
const nodeNameField = 'metadata.name';

/** Which change of the template it is, counted by the API. An older form of the hash that pods may still have. */
function generationOf({ metadata }: DaemonSet): string | undefined {
  const text = metadata.annotations?.[generationAnnotation];
  return text !== undefined && /^-?\d+$/.test(text) ? text : undefined;
}

/** Whether a pod is of the current template, whose revision has that hash. */
export function isUpdated({ metadata }: Pod, set: DaemonSet, hash: string): boolean {
  if (metadata.labels?.[revisionLabel] === hash) return true;
  const generation = generationOf(set);
  return generation !== undefined && metadata.labels?.[generationLabel] === generation;
}

/** The node that a pod is for: the one it is on, or else the one it names. */
export function nodeNameOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const names = terms
    .flatMap((term) => term.matchFields ?? [])
    .find(({ key, operator }) => key === nodeNameField && operator === 'In')?.values;
  return names?.length === 1 ? names[0] : undefined;
}

/** Pods by the node that they are for. Those that have ended and are on their way out are nobody's any more. */
export function podsByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = nodeNameOf(pod);
    if (node === undefined || (isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined)) continue;
    const others = byNode.get(node);
    if (others) others.push(pod);
    else byNode.set(node, [pod]);
  }
  return byNode;
}

/** Those that have a node first, then the oldest. */
export const byPlaceAndAge = (a: Pod, b: Pod): number =>
  Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) ||
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/**
 * A pod of the set for one node.
 *
 * @param failures how many pods in a row have failed there before it
 */
export function newPod(set: DaemonSet, hash: string, name: string, nodeName: string, failures: number): Draft<Pod> {
  const { metadata, spec } = set.spec.template;
  const generation = generationOf(set);
  const template: PodTemplateSpec = {
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, ...(generation && { [generationLabel]: generation }), [revisionLabel]: hash },
      ...(failures > 0 && { annotations: { ...metadata?.annotations, [failuresAnnotation]: String(failures) } }),
    },
    spec: { ...spec, tolerations: daemonTolerations(spec), affinity: pinnedTo(nodeName, spec.affinity) },
  };
  return podFromTemplate(set, daemonSets, template, name);
}

/** The affinity with this node in place of whatever it required of nodes: that the node meets it is settled. */
const pinnedTo = (nodeName: string, affinity: Affinity | undefined): Affinity => ({
  ...affinity,
  nodeAffinity: {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: nodeNameField, operator: 'In', values: [nodeName] }] }],
    },
  },
});
