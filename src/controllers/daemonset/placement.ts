/** On which nodes a DaemonSet has pods. */
import type { DaemonSet } from '../../resources/apps/daemonset.ts';
import type { Node, Taint } from '../../resources/core/node.ts';
import type { Toleration } from '../../resources/shared/affinity.ts';
import { requiredNodeAffinity } from '../../resources/shared/node-selector.ts';
import type { PodSpec } from '../../resources/shared/pod-spec.ts';
import { toleratesTaint } from '../../resources/shared/tolerations.ts';

export interface Placement {
  /** A pod that is not there yet is to be created. */
  shouldRun: boolean;
  /** A pod that is there may stay. */
  shouldContinue: boolean;
}

/** Whether pods of the set belong on a node. What the set says is worked out once, for many nodes. */
export function placementOf({ spec }: DaemonSet): (node: Node) => Placement {
  const { spec: template } = spec.template;
  const tolerations = daemonTolerations(template);
  const fits = requiredNodeAffinity({ spec: template });
  return (node) => {
    const isNamed = !template.nodeName || template.nodeName === node.metadata.name;
    if (!isNamed || (fits && !fits(node))) return { shouldRun: false, shouldContinue: false };
    const repels = (taint: Taint, effect: string) => taint.effect === effect && !toleratesTaint(tolerations, taint);
    const taints = node.spec.taints ?? [];
    const shouldContinue = !taints.some((taint) => repels(taint, 'NoExecute'));
    return { shouldRun: shouldContinue && !taints.some((taint) => repels(taint, 'NoSchedule')), shouldContinue };
  };
}

const tolerated = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', effect });

/** What every pod of a DaemonSet stands: it is there for the node, whatever state that is in. */
const automatic: readonly Toleration[] = [
  tolerated('node.kubernetes.io/not-ready', 'NoExecute'),
  tolerated('node.kubernetes.io/unreachable', 'NoExecute'),
  tolerated('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  tolerated('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  tolerated('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  tolerated('node.kubernetes.io/unschedulable', 'NoSchedule'),
];
const ofHostNetwork = tolerated('node.kubernetes.io/network-unavailable', 'NoSchedule');

/** The tolerations of the template and the automatic ones, which take the place of any for the same taint. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const added = hostNetwork ? [...automatic, ofHostNetwork] : automatic;
  const isReplaced = (own: Toleration) => added.some((toleration) => sameTaint(own, toleration));
  return [...tolerations.filter((own) => !isReplaced(own)), ...added];
}

const sameTaint = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? '') === (b.value ?? '');
