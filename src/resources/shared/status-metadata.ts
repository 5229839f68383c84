/** Kinds whose status writes are about the status alone (`ResetObjectMetaForStatus` upstream). */
import type { KubeObject } from '../../machinery/meta.ts';
import type { Strategy } from '../../machinery/resource.ts';

const kept = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** The part of a strategy that leaves metadata as it was when a status is written. */
export const statusAlone: Pick<Strategy<KubeObject>, 'prepareForStatusUpdate' | 'statusKeepsMetadata'> = {
  prepareForStatusUpdate: keepMetadata,
  statusKeepsMetadata: kept,
};

/** Takes over from the old object what a status write may not change. */
export function keepMetadata({ metadata }: KubeObject, old: KubeObject): void {
  for (const field of kept) {
    if (old.metadata[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: old.metadata[field] });
  }
}
