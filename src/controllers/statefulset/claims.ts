/** The claims of a StatefulSet's pods: each pod has its own, and finds them again when it is replaced. */
import type { Draft } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { keyOf } from '../../machinery/reconcile.ts';
import { statefulSets, type StatefulSet } from '../../resources/apps/statefulset.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { controllerRef } from '../support/ownership.ts';
import { policyOf } from './retention.ts';

export interface WantedClaim {
  name: string;
  /** The one of `volumeClaimTemplates` that it is made from. */
  template: PersistentVolumeClaim;
}

/** The claims that the pod with that ordinal has. */
export const claimsOf = ({ metadata, spec }: StatefulSet, ordinal: number): WantedClaim[] =>
  (spec.volumeClaimTemplates ?? []).map((template) => ({
    name: `${template.metadata.name}-${metadata.name}-${ordinal}`,
    template,
  }));

/** The claims of that pod that there are. */
export const existingClaims = (set: StatefulSet, ordinal: number, snapshot: Snapshot): PersistentVolumeClaim[] =>
  claimsOf(set, ordinal)
    .map(({ name }) => snapshot.get(persistentVolumeClaims, set.metadata.namespace ?? '', name))
    .filter((claim) => claim !== undefined);

/** The claims of that pod that there are not. */
export const missingClaims = (set: StatefulSet, ordinal: number, snapshot: Snapshot): WantedClaim[] =>
  claimsOf(set, ordinal).filter(({ name }) => !snapshot.get(persistentVolumeClaims, set.metadata.namespace ?? '', name));

/** A claim as the API is asked to create it, for a pod that the set wants. */
export function newClaim(set: StatefulSet, { name, template }: WantedClaim): Draft<PersistentVolumeClaim> {
  const { labels, annotations } = template.metadata;
  const goesWithSet = policyOf(set).whenDeleted === 'Delete';
  return {
    apiVersion: persistentVolumeClaims.apiVersion,
    kind: persistentVolumeClaims.kind,
    metadata: {
      name,
      namespace: set.metadata.namespace,
      labels: { ...labels, ...set.spec.selector.matchLabels },
      ...(annotations && { annotations }),
      ...(goesWithSet && { ownerReferences: [controllerRef(set, statefulSets)] }),
    },
    spec: template.spec,
  };
}

/** The key of the set that a claim of this name belongs to, if there is such a set (`TEMPLATE-SET-ORDINAL`). */
export function keysOfClaim({ metadata }: PersistentVolumeClaim, snapshot: Snapshot): string[] {
  const name = /^(.+)-\d+$/.exec(metadata.name)?.[1] ?? '';
  const keys: string[] = [];
  // Both names may have dashes in them, so each of them may be the one in between.
  for (let dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
    const set = snapshot.get(statefulSets, metadata.namespace ?? '', name.slice(dash + 1));
    const template = name.slice(0, dash);
    if (set?.spec.volumeClaimTemplates?.some((claim) => claim.metadata.name === template)) keys.push(keyOf(set));
  }
  return keys;
}
