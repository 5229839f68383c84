import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, type EventDraft, type Plan, type ReconcileContext, type Write } from '../../machinery/reconcile.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { newestDefault } from '../../resources/shared/newest-default.ts';
import { bindCompletedAnnotation, isReservedFor, selectedNodeAnnotation, storageOf } from '../../resources/shared/volume-binding.ts';
import { classAnnotation, storageClassOf } from '../../resources/shared/volume-modes.ts';
import { defaultClassAnnotations, storageClasses } from '../../resources/storage/storageclass.ts';
import { isPodTerminal } from '../support/pods.ts';
import { podsByClaim } from '../support/volume-lookups.ts';
import { bind, setClaimPhase } from './binding.ts';
import { findFree, findReserved } from './match.ts';
import { provision } from './provision.ts';

/** Brings a claim on: to a volume of its own, to one that is made for it, or to the news that it has lost the one it had. */
export function syncClaim(claim: PersistentVolumeClaim, snapshot: Snapshot, context: ReconcileContext): Plan {
  if (claim.metadata.annotations?.[bindCompletedAnnotation] !== undefined) return syncBound(claim, snapshot);
  return claim.spec.volumeName ? syncRequested(claim, snapshot) : syncPending(claim, snapshot, context);
}

const write = (...writes: Write[]): Plan => ({ ...emptyPlan(), writes });

/** The user named a volume: it is this one or none. */
function syncRequested(claim: PersistentVolumeClaim, snapshot: Snapshot): Plan {
  const volumeName = claim.spec.volumeName ?? '';
  const volume = snapshot.get(persistentVolumes, '', volumeName);
  const wait = (reason?: string, message?: string): Plan => ({
    writes: setClaimPhase(claim, 'Pending'),
    events: reason && message ? [{ regarding: claim, type: 'Warning', reason, message }] : [],
  });
  if (!volume) return wait();
  if (!volume.spec.claimRef) {
    const mismatch = mismatchOf(volume, claim);
    if (!mismatch) return write(...bind(volume, claim));
    return wait('VolumeMismatch', `Cannot bind to requested volume "${volumeName}": ${mismatch}`);
  }
  if (isReservedFor(volume, claim)) return write(...bind(volume, claim));
  return wait('FailedBinding', `volume "${volumeName}" already bound to a different claim.`);
}

/** Why the claim cannot have the volume that it names. */
function mismatchOf(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { spec } = volume;
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (compareQuantities(storageOf(spec.capacity), storageOf(claim.spec.resources?.requests)) < 0)
    return 'requested PV is too small';
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match';
  if ((spec.volumeAttributesClassName ?? '') !== (claim.spec.volumeAttributesClassName ?? ''))
    return 'volumeAttributesClassName does not match';
  if ((spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode';
  const offersAll = (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));
  return offersAll ? undefined : 'incompatible accessMode';
}

/** Any volume will do that is as the claim asks for. */
function syncPending(claim: PersistentVolumeClaim, snapshot: Snapshot, context: ReconcileContext): Plan {
  const storageClass = snapshot.get(storageClasses, '', storageClassOf(claim));
  const waitsForPod = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
  // A volume for a claim that waits for its pod is chosen by the scheduler, who sets it aside.
  const volume = findReserved(claim, snapshot) ?? (waitsForPod ? undefined : findFree(claim, snapshot));
  if (volume) return write(...bind(volume, claim));
  const withClass = withDefaultClass(claim, snapshot);
  if (withClass) return write({ verb: 'update', resource: persistentVolumeClaims, object: withClass });
  const hasNode = claim.metadata.annotations?.[selectedNodeAnnotation] !== undefined;
  if (storageClassOf(claim) !== '' && (!waitsForPod || hasNode)) return provision(claim, snapshot, context);
  return {
    writes: setClaimPhase(claim, 'Pending'),
    events: [{ regarding: claim, type: 'Normal', ...(waitsForPod ? waitForPods(claim, snapshot) : noVolume) }],
  };
}

const noVolume = {
  reason: 'FailedBinding',
  message: 'no persistent volumes available for this claim and no storage class is set',
};

function waitForPods(claim: PersistentVolumeClaim, snapshot: Snapshot): Pick<EventDraft, 'reason' | 'message'> {
  const waiting = podsByClaim
    .get(keyOf(claim), snapshot)
    .filter((pod) => !isPodTerminal(pod) && !pod.spec.nodeName)
    .map(({ metadata }) => metadata.name)
    .sort();
  if (waiting.length === 0)
    return { reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' };
  const message = `waiting for pod${waiting.length > 1 ? 's' : ''} ${waiting.join(',')} to be scheduled`;
  return { reason: 'WaitForPodScheduled', message };
}

/** The claim with the class that is the default by now, if it was made without one; the empty name is one. */
function withDefaultClass(claim: PersistentVolumeClaim, snapshot: Snapshot): PersistentVolumeClaim | undefined {
  const { metadata, spec } = claim;
  if (metadata.annotations?.[classAnnotation] !== undefined || spec.storageClassName !== undefined) return undefined;
  const found = newestDefault(snapshot.list(storageClasses), defaultClassAnnotations);
  return found && { ...claim, spec: { ...spec, storageClassName: found.metadata.name } };
}

/** The claim had its volume once. It still has it, or it is lost for good. */
function syncBound(claim: PersistentVolumeClaim, snapshot: Snapshot): Plan {
  const { volumeName } = claim.spec;
  if (!volumeName)
    return lose(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  const volume = snapshot.get(persistentVolumes, '', volumeName);
  if (!volume) return lose(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  const { claimRef } = volume.spec;
  if (!claimRef || claimRef.uid === claim.metadata.uid) return write(...bind(volume, claim));
  return lose(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

function lose(claim: PersistentVolumeClaim, reason: string, message: string): Plan {
  if (claim.status?.phase === 'Lost') return emptyPlan();
  const writes = setClaimPhase(claim, 'Lost');
  return { writes, events: writes.map((after) => ({ regarding: claim, type: 'Warning', reason, message, after })) };
}
