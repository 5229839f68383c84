import { controllerOf, type KubeObject, type OwnerReference } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';

type Kind = Pick<ResourceDefinition, 'apiVersion' | 'kind'>;
type Selects = (labels: Readonly<Record<string, string>>) => boolean;

/** The reference by which `owner` manages an object. Kind and version come from the definition: stored objects may omit them. */
export const controllerRef = (owner: KubeObject, { apiVersion, kind }: Kind): OwnerReference => ({
  apiVersion,
  kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** By UID, so an owner that was deleted and created again under the same name does not count. */
export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean => controllerOf(object)?.uid === owner.metadata.uid;

/**
 * The owner that the object's controller reference points to: `undefined` when there is none, when it is of another kind,
 * when it is gone, or when another object has taken its name.
 */
export function resolveController<T extends KubeObject>(
  object: KubeObject,
  definition: ResourceDefinition<T>,
  snapshot: Snapshot,
): T | undefined {
  const reference = controllerOf(object);
  if (!reference || reference.kind !== definition.kind || groupOf(reference.apiVersion) !== definition.group) return undefined;
  const owner = snapshot.get(definition, object.metadata.namespace ?? '', reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** The objects of a namespace that no controller manages. */
export function orphansIn<T extends KubeObject>(
  snapshot: Snapshot,
  definition: ResourceDefinition<T>,
  namespace: string,
): readonly T[] {
  return snapshot.orphans?.(definition, namespace) ?? snapshot.list(definition, namespace).filter((object) => !controllerOf(object));
}

/** What a controller makes of the objects it might own. */
export interface Claims<T> {
  /** Owned already, and selected. */
  claimed: T[];
  /** Selected and without a controller: to be adopted. */
  adopt: T[];
  /** Owned but no longer selected: to be released. */
  release: T[];
}

/**
 * Sorts candidates by whose they are, as upstream's ControllerRefManager: an owner that is being deleted neither adopts
 * nor releases, and an object that is being deleted is not adopted.
 */
export function claim<T extends KubeObject>(owner: KubeObject, selects: Selects, candidates: Iterable<T>): Claims<T> {
  const claims: Claims<T> = { claimed: [], adopt: [], release: [] };
  const ownerStays = owner.metadata.deletionTimestamp === undefined;
  for (const object of candidates) {
    const controller = controllerOf(object);
    const selected = selects(object.metadata.labels ?? {});
    if (controller?.uid === owner.metadata.uid) {
      if (selected) claims.claimed.push(object);
      else if (ownerStays) claims.release.push(object);
    } else if (!controller && selected && ownerStays && object.metadata.deletionTimestamp === undefined) {
      claims.adopt.push(object);
    }
  }
  return claims;
}

/** A copy of the object with `reference` as its controller. A reference to the same owner is replaced. */
export function adopted<T extends KubeObject>(object: T, reference: OwnerReference): T {
  const copy = structuredClone(object);
  const others = (copy.metadata.ownerReferences ?? []).filter((other) => other.uid !== reference.uid);
  copy.metadata.ownerReferences = [...others, reference];
  return copy;
}

/** A copy of the object without any reference to `owner`. */
export function released<T extends KubeObject>(object: T, owner: KubeObject): T {
  const copy = structuredClone(object);
  const others = (copy.metadata.ownerReferences ?? []).filter((other) => other.uid !== owner.metadata.uid);
  if (others.length > 0) copy.metadata.ownerReferences = others;
  else delete copy.metadata.ownerReferences;
  return copy;
}
