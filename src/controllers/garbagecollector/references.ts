import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { namespaces } from '../../resources/core/namespace.ts';

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

export const hasFinalizer = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) ?? false;

/** Is being deleted, and stays until its dependents are. */
export const isDeletingDependents = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined && hasFinalizer(object, foregroundFinalizer);

/** Is being deleted, and stays until its dependents are told that they have no owner any more. */
export const isOrphaning = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined && hasFinalizer(object, orphanFinalizer);

/** What is behind an ownerReference. */
export type Owner =
  | { state: 'present'; owner: KubeObject }
  /** Gone, replaced by another of the same name, or in another namespace, where no owner can be. */
  | { state: 'absent' }
  /** Of a kind that the cluster does not know (any more, or yet). */
  | { state: 'unknown kind' }
  /** A namespaced owner of a cluster-scoped object, which can never be found. */
  | { state: 'impossible' };

/** Looks up an owner as upstream: by kind, the dependent's namespace, and name, and then by uid. */
export function lookUpOwner(reference: OwnerReference, dependent: KubeObject, snapshot: Snapshot, scheme: Scheme): Owner {
  const resource = scheme.byKind(reference.apiVersion, reference.kind);
  if (!resource) return { state: 'unknown kind' };
  const { namespace } = dependent.metadata;
  if (resource.namespaced && !namespace) return { state: 'impossible' };
  const owner = snapshot.get<KubeObject>(resource, resource.namespaced ? namespace! : '', reference.name);
  return owner?.metadata.uid === reference.uid ? { state: 'present', owner } : { state: 'absent' };
}

/** Whether the owner that a reference means is there, but in another namespace than its dependent. */
export function isInOtherNamespace(
  reference: OwnerReference,
  dependent: KubeObject,
  snapshot: Snapshot,
  scheme: Scheme,
): boolean {
  const resource: AnyResource | undefined = scheme.byKind(reference.apiVersion, reference.kind);
  if (!resource?.namespaced) return false;
  return snapshot
    .list(namespaces)
    .some(
      ({ metadata: { name } }) =>
        name !== dependent.metadata.namespace &&
        snapshot.get<KubeObject>(resource, name, reference.name)?.metadata.uid === reference.uid,
    );
}

/** The references of an object by what becomes of them. */
export interface Classified {
  /** The owner is there to stay. */
  solid: OwnerReference[];
  /** The owner is gone. */
  dangling: OwnerReference[];
  /** The owner waits for its dependents to be deleted. */
  waiting: OwnerReference[];
  /** Nothing can be said of the owner: the object is left alone. */
  undecided: OwnerReference[];
  /** A namespaced owner of a cluster-scoped object. */
  impossible: OwnerReference[];
}

export function classifyReferences(object: KubeObject, snapshot: Snapshot, scheme: Scheme): Classified {
  const classified: Classified = { solid: [], dangling: [], waiting: [], undecided: [], impossible: [] };
  for (const reference of object.metadata.ownerReferences ?? []) {
    const found = lookUpOwner(reference, object, snapshot, scheme);
    if (found.state === 'absent') classified.dangling.push(reference);
    else if (found.state === 'unknown kind') classified.undecided.push(reference);
    else if (found.state === 'impossible') classified.impossible.push(reference);
    else if (isDeletingDependents(found.owner)) classified.waiting.push(reference);
    else classified.solid.push(reference);
  }
  return classified;
}
