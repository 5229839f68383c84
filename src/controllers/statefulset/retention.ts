/**
 * `persistentVolumeClaimRetentionPolicy`: claims that have to go with the set or with a pod that was scaled away are owned by
 * it, and the garbage collector does the rest.
 */
import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import { statefulSets, type StatefulSet } from '../../resources/apps/statefulset.ts';
import type { PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { controllerRef } from '../support/ownership.ts';

export function policyOf({ spec }: StatefulSet): { whenDeleted: string; whenScaled: string } {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { whenDeleted, whenScaled };
}

type Kind = Pick<ResourceDefinition, 'apiVersion' | 'kind'>;

const namesIt = (reference: OwnerReference, { apiVersion, kind }: Kind, name: string): boolean =>
  reference.apiVersion === apiVersion && reference.kind === kind && reference.name === name;

const refersBy = (claim: PersistentVolumeClaim, uid: string): boolean =>
  claim.metadata.ownerReferences?.some((reference) => reference.uid === uid) ?? false;

/** Whether the claim is owned by an earlier object of this name: it is not to be used, it goes with that one. */
function hasStaleOwner(claim: PersistentVolumeClaim, kind: Kind, name: string, uid: string | undefined): boolean {
  const reference = claim.metadata.ownerReferences?.find((candidate) => namesIt(candidate, kind, name));
  return reference !== undefined && reference.uid !== uid;
}

/** Whether a claim still waits to go with an earlier pod of that name, so that a new pod must not take it. */
export const isStale = (claim: PersistentVolumeClaim, set: StatefulSet, podName: string): boolean =>
  policyOf(set).whenScaled !== 'Retain' && hasStaleOwner(claim, pods, podName, undefined);

/** Whether somebody else manages a claim that the policy would have the set or the pod own. */
export function hasConflictingController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { whenDeleted, whenScaled } = policyOf(set);
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return false;
  return (claim.metadata.ownerReferences ?? []).some((reference) => {
    if (namesIt(reference, statefulSets, set.metadata.name)) return reference.uid !== set.metadata.uid;
    if (namesIt(reference, pods, pod.metadata.name)) return reference.uid !== pod.metadata.uid;
    return reference.controller === true;
  });
}

/**
 * The claim of a pod with the owners that the policy wants; `undefined` when it has them, or is not to be touched.
 *
 * @param scaledAway the pod is one that the set no longer wants
 */
export function withRetention(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  pod: Pod,
  scaledAway: boolean,
): PersistentVolumeClaim | undefined {
  const [setName, podName] = [set.metadata.name, pod.metadata.name];
  if (hasStaleOwner(claim, statefulSets, setName, set.metadata.uid)) return undefined;
  if (hasStaleOwner(claim, pods, podName, pod.metadata.uid)) return undefined;
  const owned = { set: refersBy(claim, set.metadata.uid), pod: refersBy(claim, pod.metadata.uid) };
  const conflict = hasConflictingController(claim, set, pod);
  const wanted = conflict ? { set: false, pod: false } : wantedOwners(set, scaledAway);
  const isManaged = [set, pod].every((owner) => !refersBy(claim, owner.metadata.uid) || isManagedBy(claim, owner));
  if (owned.set === wanted.set && owned.pod === wanted.pod && (conflict || isManaged)) return undefined;

  const { ownerReferences = [], ...metadata } = claim.metadata;
  const references = ownerReferences.filter(
    (reference) => !namesIt(reference, statefulSets, setName) && !namesIt(reference, pods, podName),
  );
  if (wanted.set) references.push(controllerRef(set, statefulSets));
  if (wanted.pod) references.push(controllerRef(pod, pods));
  return { ...claim, metadata: references.length > 0 ? { ...metadata, ownerReferences: references } : metadata };
}

function wantedOwners(set: StatefulSet, scaledAway: boolean): { set: boolean; pod: boolean } {
  const { whenDeleted, whenScaled } = policyOf(set);
  const pod = whenScaled === 'Delete' && scaledAway;
  return { set: whenDeleted === 'Delete' && !pod, pod };
}

const isManagedBy = (claim: PersistentVolumeClaim, owner: KubeObject): boolean =>
  claim.metadata.ownerReferences?.every(
    (reference) => reference.uid !== owner.metadata.uid || reference.controller === true,
  ) ?? false;
