import { defaultFieldRef, defaultResourceFieldRef } from './container-defaults.ts';
import { defaultPullPolicy } from './image-name.ts';
import type { DownwardAPIVolumeFile } from './volumes-projected.ts';
import type { Volume } from './volumes.ts';

const fileMode = 0o644;

/** Fills in what a volume leaves out; one without a source becomes an emptyDir. */
export function defaultVolume(volume: Volume): void {
  if (!Object.entries(volume).some(([key, source]) => key !== 'name' && source !== undefined)) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= fileMode;
  if (volume.configMap) volume.configMap.defaultMode ??= fileMode;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= fileMode;
    volume.downwardAPI.items?.forEach(defaultFile);
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= fileMode;
    for (const source of volume.projected.sources ?? []) {
      source.downwardAPI?.items?.forEach(defaultFile);
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
    }
  }
  if (volume.image) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference);
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim) {
    claim.metadata ??= {};
    (claim.spec ??= {}).volumeMode ??= 'Filesystem';
  }
  defaultStorage(volume);
}

function defaultFile(file: DownwardAPIVolumeFile): void {
  if (file.fieldRef) defaultFieldRef(file.fieldRef);
  if (file.resourceFieldRef) defaultResourceFieldRef(file.resourceFieldRef);
}

/** Defaults of sources that PersistentVolumes have too. */
export function defaultStorage({
  hostPath,
  iscsi,
  rbd,
  azureDisk,
  scaleIO,
}: Pick<Volume, 'hostPath' | 'iscsi' | 'rbd' | 'azureDisk' | 'scaleIO'>): void {
  if (hostPath) hostPath.type ??= '';
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= 'Shared';
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}
