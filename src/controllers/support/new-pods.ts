import { nameSuffix, type Random } from '../../lib/random.ts';
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { controllerRef } from './ownership.ts';

/** The longest name of a pod, and of the prefix of a generated one. */
const nameCharsMax = 253;
const generatedBaseCharsMax = 58;

/** What generated names of a controller's pods begin with: its name and a dash, where that still is a valid name. */
export const podNamePrefix = (controllerName: string): string =>
  controllerName.length < nameCharsMax ? `${controllerName}-` : controllerName;

/** A name with `prefix`, cut as upstream's name generator cuts it, that `isTaken` does not know. */
export function generatedName(prefix: string, random: Random, isTaken: (name: string) => boolean): string {
  const base = prefix.slice(0, generatedBaseCharsMax);
  // A few tries: should they all be taken, the API says so and the next reconcile draws anew.
  for (let tries = 0; tries < 8; tries++) {
    const name = base + nameSuffix(random);
    if (!isTaken(name)) return name;
  }
  return base + nameSuffix(random);
}

/**
 * A pod of the owner's template under that name, managed by the owner. The name is chosen by the controller, so that events
 * can tell it.
 */
export function podFromTemplate(
  owner: KubeObject,
  ownerKind: Pick<ResourceDefinition, 'apiVersion' | 'kind'>,
  { metadata = {}, spec }: PodTemplateSpec,
  name: string,
): Draft<Pod> {
  const { labels, annotations, finalizers } = metadata;
  return {
    apiVersion: pods.apiVersion,
    kind: pods.kind,
    metadata: {
      name,
      generateName: podNamePrefix(owner.metadata.name),
      namespace: owner.metadata.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerRef(owner, ownerKind)],
    },
    spec,
  };
}
