/** Whether an object has to do with a node: the edges of upstream's graph (plugin/pkg/auth/authorizer/node), found when asked. */
import type { Reader } from '../machinery/reader.ts';
import type { Pod } from '../resources/core/pod.ts';
import { persistentVolumes, type PersistentVolume } from '../resources/core/persistentvolume.ts';
import { persistentVolumeClaims } from '../resources/core/persistentvolumeclaim.ts';
import { resourceSlices } from '../resources/resource/resourceslice.ts';
import { claimsOf } from '../resources/shared/pod-claims.ts';
import { configMapNames, isMirrorPod, secretNames } from '../resources/shared/pod-references.ts';
import { volumeAttachments } from '../resources/storage/volumeattachment.ts';

/** What a node may look at because of its pods, or because it is about the node. */
export type RelatedKind =
  | 'pods'
  | 'secrets'
  | 'configmaps'
  | 'serviceaccounts'
  | 'persistentvolumeclaims'
  | 'persistentvolumes'
  | 'resourceclaims'
  | 'volumeattachments'
  | 'resourceslices';

/** The pods of a node, from an index. */
export type PodsOn = (node: string) => readonly Pod[];

export interface Related {
  kind: RelatedKind;
  namespace: string;
  name: string;
}

/** Costs a look at each of the node's pods in the namespace. */
export function isRelated(node: string, object: Related, podsOn: PodsOn, reader: Reader): boolean {
  const { kind, namespace, name } = object;
  // A pod that a node made itself gives it nothing.
  const anyPod = (namesOf: (pod: Pod) => readonly string[], ofNamespace = namespace, wanted = name) =>
    podsOn(node).some((pod) => pod.metadata.namespace === ofNamespace && !isMirrorPod(pod) && namesOf(pod).includes(wanted));
  const hasVolume = ({ spec: { claimRef } }: PersistentVolume) =>
    claimRef?.name !== undefined && anyPod(claimNames, claimRef.namespace, claimRef.name);
  switch (kind) {
    case 'pods':
      return podsOn(node).some(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    case 'serviceaccounts':
      return anyPod(({ spec }) => [spec.serviceAccountName ?? '']);
    case 'configmaps':
      return anyPod(({ spec }) => configMapNames(spec));
    case 'secrets':
      return anyPod(({ spec }) => secretNames(spec)) || volumesOf(node, podsOn, reader).some((volume) => usesSecret(volume, object));
    case 'persistentvolumeclaims':
      return anyPod(claimNames);
    case 'persistentvolumes': {
      const volume = reader.get(persistentVolumes, '', name);
      return volume !== undefined && hasVolume(volume);
    }
    case 'resourceclaims':
      return anyPod(resourceClaimsOf);
    case 'volumeattachments':
      return reader.get(volumeAttachments, '', name)?.spec.nodeName === node;
    case 'resourceslices':
      return reader.get(resourceSlices, '', name)?.spec.nodeName === node;
  }
}

const claimNames = (pod: Pod): string[] => claimsOf(pod).map(({ name }) => name);

function resourceClaimsOf({ spec, status }: Pod): string[] {
  const made = status?.resourceClaimStatuses?.map(({ resourceClaimName }) => resourceClaimName) ?? [];
  const named = spec.resourceClaims?.map(({ resourceClaimName }) => resourceClaimName) ?? [];
  const extended = status?.extendedResourceClaimStatus?.resourceClaimName;
  return [...made, ...named, extended].filter((name) => name !== undefined);
}

/** The volumes behind the claims of a node's pods. */
function volumesOf(node: string, podsOn: PodsOn, reader: Reader): PersistentVolume[] {
  return podsOn(node).flatMap((pod) => {
    if (isMirrorPod(pod)) return [];
    const { namespace = '' } = pod.metadata;
    return claimNames(pod).flatMap((claimName) => {
      const claim = reader.get(persistentVolumeClaims, namespace, claimName);
      const volume = claim?.spec.volumeName && reader.get(persistentVolumes, '', claim.spec.volumeName);
      const ref = volume ? volume.spec.claimRef : undefined;
      return volume && ref?.namespace === namespace && ref.name === claimName ? [volume] : [];
    });
  });
}

/** The secrets of a volume that kubelets need; those of the controllers of a driver are not theirs. */
function usesSecret({ spec }: PersistentVolume, { namespace, name }: Related): boolean {
  const { azureFile, cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos, csi } = spec;
  const ofClaim = spec.claimRef?.namespace ?? '';
  const refs = [
    ...(azureFile ? [{ namespace: azureFile.secretNamespace || ofClaim, name: azureFile.secretName }] : []),
    ...[cephfs, flexVolume, rbd, scaleIO, iscsi].flatMap((source) =>
      source?.secretRef ? [{ namespace: source.secretRef.namespace || ofClaim, name: source.secretRef.name }] : [],
    ),
    cinder?.secretRef,
    storageos?.secretRef,
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
  ];
  return refs.some((ref) => ref?.name === name && ref.namespace === namespace);
}
