import type { Snapshot } from '../../machinery/reader.ts';
import { keyOf } from '../../machinery/reconcile.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import { bindCompletedAnnotation, isFreeFor, isOfKind, isReservedFor, storageOf } from '../../resources/shared/volume-binding.ts';
import { storageClassOf } from '../../resources/shared/volume-modes.ts';
import { Lookup } from '../support/lookup.ts';
import { volumesByClaim } from '../support/volume-lookups.ts';

/** Claims that have no volume and name none, by class. */
export const pendingByClass = new Lookup<PersistentVolumeClaim>(persistentVolumeClaims, (claim) =>
  isPending(claim) ? [storageClassOf(claim)] : [],
);

/** Volumes that are nobody's, by class. */
const freeByClass = new Lookup<PersistentVolume>(persistentVolumes, (volume) =>
  isFree(volume) ? [storageClassOf(volume)] : [],
);

export const hasFree = (className: string, snapshot: Snapshot): boolean => freeByClass.get(className, snapshot).length > 0;

export const isPending = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  !spec.volumeName && metadata.annotations?.[bindCompletedAnnotation] === undefined;

/** Whether any claim could have the volume. */
export const isFree = ({ spec, status }: PersistentVolume): boolean => !spec.claimRef && status?.phase === 'Available';

/** The volume that somebody has set aside for the claim, if the claim can have it. */
export const findReserved = (claim: PersistentVolumeClaim, snapshot: Snapshot): PersistentVolume | undefined =>
  volumesByClaim
    .get(keyOf(claim), snapshot)
    .filter((volume) => isReservedFor(volume, claim) && isOfKind(volume, claim) && hasModesFor(volume, claim))
    .sort(byName)[0];

const hasModesFor = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

/**
 * The free volume that a claim gets: of those with the fewest access modes, the smallest that is large enough. All claims of
 * the class that wait are dealt with at once, the oldest first, so that no two reach for the same volume.
 */
export const findFree = (claim: PersistentVolumeClaim, snapshot: Snapshot): PersistentVolume | undefined =>
  dealtIn(storageClassOf(claim), snapshot).get(claim.metadata.uid);

type Deal = ReadonlyMap<string, PersistentVolume>;
/** What was dealt in a state, by class: many keys ask about the same one. */
const deals = new WeakMap<Snapshot, { revision: number; byClass: Map<string, Deal> }>();

function dealtIn(className: string, snapshot: Snapshot): Deal {
  const { revision } = snapshot;
  let known = deals.get(snapshot);
  if (known?.revision !== revision) deals.set(snapshot, (known = { revision, byClass: new Map() }));
  let deal = known.byClass.get(className);
  if (!deal) known.byClass.set(className, (deal = dealOut(className, snapshot)));
  return deal;
}

/** Volumes for the claims of a class, by the uid of the claim. */
function dealOut(className: string, snapshot: Snapshot): Deal {
  const free = freeByClass.get(className, snapshot).sort(byPreference);
  const deal = new Map<string, PersistentVolume>();
  if (free.length === 0) return deal;
  for (const claim of pendingByClass.get(className, snapshot).sort(byAge)) {
    if (findReserved(claim, snapshot)) continue;
    const found = free.findIndex((volume) => isOfKind(volume, claim) && isFreeFor(volume, claim));
    if (found >= 0) deal.set(claim.metadata.uid, ...free.splice(found, 1) as [PersistentVolume]);
  }
  return deal;
}

const byName = (a: PersistentVolume, b: PersistentVolume): number => (a.metadata.name < b.metadata.name ? -1 : 1);

const byPreference = (a: PersistentVolume, b: PersistentVolume): number =>
  (a.spec.accessModes?.length ?? 0) - (b.spec.accessModes?.length ?? 0) ||
  compareQuantities(storageOf(a.spec.capacity), storageOf(b.spec.capacity)) ||
  byName(a, b);

const byAge = ({ metadata: a }: PersistentVolumeClaim, { metadata: b }: PersistentVolumeClaim): number =>
  Date.parse(a.creationTimestamp) - Date.parse(b.creationTimestamp) || (a.uid < b.uid ? -1 : 1);
