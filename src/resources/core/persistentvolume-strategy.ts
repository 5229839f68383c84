import type { StrategyContext } from '../../machinery/resource.ts';
import { roundToThousandths } from '../shared/container-defaults.ts';
import { defaultStorage } from '../shared/volume-defaults.ts';
import type { PersistentVolume } from './persistentvolume.ts';

export function defaults(volume: PersistentVolume): void {
  const spec = (volume.spec ??= {});
  (volume.status ??= {}).phase ||= 'Pending';
  spec.persistentVolumeReclaimPolicy ||= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  roundToThousandths(spec.capacity);
  defaultStorage(spec);
}

export function prepareForCreate(volume: PersistentVolume, { now }: StrategyContext): void {
  volume.status = { phase: 'Pending', lastPhaseTransitionTime: seconds(now) };
}

/** The time of a change of phase is the server's unless the client gives another one than there was. */
export function prepareForStatusUpdate(volume: PersistentVolume, old: PersistentVolume, { now }: StrategyContext): void {
  const status = (volume.status ??= {});
  const before = old.status?.lastPhaseTransitionTime;
  const given = status.lastPhaseTransitionTime;
  if (status.phase === old.status?.phase) {
    if (given === undefined && before !== undefined) status.lastPhaseTransitionTime = before;
  } else if (given === undefined || given === before) status.lastPhaseTransitionTime = seconds(now);
}

const seconds = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;
