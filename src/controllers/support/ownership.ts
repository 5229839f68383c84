import { controllerOf, type KubeObject, type OwnerReference } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { keyOf, type Write } from '../../machinery/reconcile.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import type { Selector } from '../../machinery/selectors.ts';

type Kind = Pick<ResourceDefinition, 'apiVersion' | 'kind'>;

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
export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid;

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
  if (!reference || !refersTo(reference, definition)) return undefined;
  const owner = snapshot.get(definition, object.metadata.namespace ?? '', reference.name);
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

/** Whether a reference is to an object of this kind, in whatever version. */
export const refersTo = (reference: OwnerReference, { group, kind }: Pick<ResourceDefinition, 'group' | 'kind'>): boolean =>
  reference.kind === kind && groupOf(reference.apiVersion) === group;

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/**
 * The keys of the owners of a kind that an object concerns: that of its controller, and for an object without one those of
 * all in its namespace that select it.
 */
export function ownerKeys<T extends KubeObject>(
  object: KubeObject,
  owners: ResourceDefinition<T>,
  selectorOf: (owner: T) => Selector,
  snapshot: Snapshot,
): string[] {
  const { namespace = '', labels } = object.metadata;
  const reference = controllerOf(object);
  if (reference) return refersTo(reference, owners) ? [`${namespace}/${reference.name}`] : [];
  return snapshot
    .list(owners, namespace)
    .filter((owner) => selectorOf(owner).matches(labels))
    .map(keyOf);
}

/** The objects of a namespace that no controller manages. */
export function orphansIn<T extends KubeObject>(
  snapshot: Snapshot,
  definition: ResourceDefinition<T>,
  namespace: string,
): readonly T[] {
  return (
    snapshot.orphans?.(definition, namespace) ?? snapshot.list(definition, namespace).filter((object) => !controllerOf(object))
  );
}

/** The objects that an owner has to look at: those it controls, and those in its namespace that nobody does. */
export const candidatesFor = <T extends KubeObject>(
  snapshot: Snapshot,
  definition: ResourceDefinition<T>,
  owner: KubeObject,
): readonly T[] => [
  ...snapshot.ownedBy(definition, owner.metadata.uid).filter((object) => isControlledBy(object, owner)),
  ...orphansIn(snapshot, definition, owner.metadata.namespace ?? ''),
];

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
 * nor releases, and an object that is being deleted is not adopted. What does not `belong` is as if it were not selected.
 */
export function claim<T extends KubeObject>(
  owner: KubeObject,
  selector: Selector,
  candidates: Iterable<T>,
  belongs: (object: T) => boolean = () => true,
): Claims<T> {
  const claims: Claims<T> = { claimed: [], adopt: [], release: [] };
  const ownerStays = owner.metadata.deletionTimestamp === undefined;
  for (const object of candidates) {
    const controller = controllerOf(object);
    const selected = selector.matches(object.metadata.labels) && belongs(object);
    if (controller?.uid === owner.metadata.uid) {
      if (selected) claims.claimed.push(object);
      else if (ownerStays) claims.release.push(object);
    } else if (!controller && selected && ownerStays && object.metadata.deletionTimestamp === undefined) {
      claims.adopt.push(object);
    }
  }
  return claims;
}

const otherOwners = (object: KubeObject, uid: string) =>
  (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);

/** The object with `reference` as its controller. A reference to the same owner is replaced. */
export const adopted = <T extends KubeObject>(object: T, reference: OwnerReference): T => ({
  ...object,
  metadata: { ...object.metadata, ownerReferences: [...otherOwners(object, reference.uid), reference] },
});

/** The object without any reference to `owner`. */
export function released<T extends KubeObject>(object: T, owner: KubeObject): T {
  const { ownerReferences: _ownerReferences, ...metadata } = object.metadata;
  const others = otherOwners(object, owner.metadata.uid);
  return { ...object, metadata: others.length > 0 ? { ...metadata, ownerReferences: others } : metadata };
}

/** The writes that bring ownership in line with the claims. */
export const claimWrites = <T extends KubeObject>(
  owner: KubeObject,
  ownerKind: Kind,
  resource: ResourceDefinition<T>,
  { adopt, release }: Claims<T>,
): Write[] => [
  ...release.map((object): Write => ({ verb: 'update', resource, object: released(object, owner) })),
  ...adopt.map((object): Write => ({ verb: 'update', resource, object: adopted(object, controllerRef(owner, ownerKind)) })),
];
