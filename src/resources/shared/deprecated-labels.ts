/** Labels of nodes that have a newer name, and the warnings of who selects by them (`GetWarningsForNodeSelector` upstream). */
import type { LabelSelector } from '../../machinery/selectors.ts';

const messages: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What is to be said about a label of nodes, if it is deprecated. */
export const deprecatedNodeLabel = (key: string): string | undefined => (Object.hasOwn(messages, key) ? messages[key] : undefined);

/** Warnings for a selector of nodes, with paths below `path`. */
export function warnAboutNodeSelector(selector: LabelSelector | undefined, path: string): string[] {
  const expressions = (selector?.matchExpressions ?? []).flatMap(({ key }, i) => {
    const message = deprecatedNodeLabel(key);
    return message ? [`${path}.matchExpressions[${i}].key: ${key} is ${message}`] : [];
  });
  const labels = Object.keys(selector?.matchLabels ?? {}).flatMap((key) => {
    const message = deprecatedNodeLabel(key);
    return message ? [`${path}.matchLabels.${key}: ${message}`] : [];
  });
  return [...expressions, ...labels];
}
