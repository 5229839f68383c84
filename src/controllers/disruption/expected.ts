import { controllerOf, type OwnerReference } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { deployments } from '../../resources/apps/deployment.ts';
import { replicaSets } from '../../resources/apps/replicaset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { PodDisruptionBudgetSpec } from '../../resources/policy/poddisruptionbudget.ts';
import { scaledValue } from '../support/int-or-percent.ts';
import { refersTo, resolveController } from '../support/ownership.ts';

/** How many pods a budget counts on, and how many of them must be healthy. */
export interface Expected {
  expectedPods: number;
  desiredHealthy: number;
  /** Pods that nothing scales, so that no share of them can be worked out. */
  unmanaged: readonly Pod[];
}

/** Why the expected number of pods cannot be worked out; the message is for people. */
export class UnknownScale extends Error {}

/**
 * What a budget expects of its pods. Shares and numbers of missing pods are of what the pods' controllers are scaled to, a
 * number of available pods is itself. Throws `UnknownScale` for a pod whose controller is gone or has no scale.
 */
export function expectedOf(spec: PodDisruptionBudgetSpec, pods: readonly Pod[], snapshot: Snapshot, scheme: Scheme): Expected {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable === undefined && typeof minAvailable !== 'string')
    return { expectedPods: minAvailable === undefined ? 0 : pods.length, desiredHealthy: minAvailable ?? 0, unmanaged: [] };
  const { sum, unmanaged } = scaleOf(pods, snapshot, scheme);
  const amount = scaledValue(maxUnavailable ?? minAvailable, sum, 'up') ?? 0;
  return { expectedPods: sum, desiredHealthy: maxUnavailable === undefined ? amount : Math.max(0, sum - amount), unmanaged };
}

/** To how many replicas the pods' controllers are scaled, together. */
function scaleOf(pods: readonly Pod[], snapshot: Snapshot, scheme: Scheme) {
  const scales = new Map<string, number>();
  const known = new Set<string>();
  const unmanaged: Pod[] = [];
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (!reference) unmanaged.push(pod);
    if (!reference || known.has(reference.uid)) continue;
    known.add(reference.uid);
    const scale = scaleOfController(pod, reference, snapshot, scheme);
    if (!scale) throw new UnknownScale(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    scales.set(scale.uid, scale.replicas);
  }
  return { sum: [...scales.values()].reduce((a, b) => a + b, 0), unmanaged };
}

/** The scale of a pod's controller, or of the Deployment behind it. */
function scaleOfController(pod: Pod, reference: OwnerReference, snapshot: Snapshot, scheme: Scheme) {
  const set = resolveController(pod, replicaSets, snapshot);
  const deployment = set && resolveController(set, deployments, snapshot);
  if (deployment) return { uid: deployment.metadata.uid, replicas: deployment.spec.replicas ?? 1 };
  const kind: AnyResource | undefined = scheme.resources.find((resource) => refersTo(reference, resource));
  if (!kind)
    throw new UnknownScale(
      `no matches for kind ${JSON.stringify(reference.kind)} in version ${JSON.stringify(reference.apiVersion)}`,
    );
  if (!kind.scale) throw new UnknownScale(`${kind.resource} does not implement the scale subresource`);
  const owner = resolveController(pod, kind, snapshot);
  return owner && { uid: reference.uid, replicas: kind.scale.specReplicas(owner) };
}
