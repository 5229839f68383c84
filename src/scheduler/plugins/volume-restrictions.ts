import type { Reader } from '../../machinery/reader.ts';
import { nodes } from '../../resources/core/node.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { Volume } from '../../resources/shared/volumes.ts';
import type { ClusterEvent, Plugin, PodIndex, Rejection } from '../framework.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { usesClaim } from '../../resources/shared/pod-claims.ts';

const diskConflict: Rejection = { reasons: ['node(s) had no available disk'], resolvable: true };
const claimConflict: Rejection = {
  reasons: ['node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'],
  resolvable: true,
};

/** How many placed pods use a claim. */
class ClaimUsers implements PodIndex {
  readonly #users = new Map<string, number>();

  add({ pod }: PodInfo): void {
    this.#count(pod, 1);
  }

  remove({ pod }: PodInfo): void {
    this.#count(pod, -1);
  }

  of(key: string): number {
    return this.#users.get(key) ?? 0;
  }

  #count(pod: Pod, change: number): void {
    for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
      if (!persistentVolumeClaim) continue;
      const key = keyOf(pod, persistentVolumeClaim.claimName);
      const users = this.of(key) + change;
      if (users === 0) this.#users.delete(key);
      else this.#users.set(key, users);
    }
  }
}

const keyOf = ({ metadata }: Pod, claimName: string) => `${metadata.namespace ?? ''}/${claimName}`;
const claimNames = ({ spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);

/** Filter: a disk that one machine can write to at a time goes to one pod a node, and a ReadWriteOncePod claim to one pod. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  events: [
    {
      resource: pods,
      on: ['delete'],
      hint({ pod }, before) {
        if (!before || before.metadata.namespace !== pod.metadata.namespace) return false;
        const claims = new Set(claimNames(pod));
        return claimNames(before).some((name) => claims.has(name)) || disksOf(pod).some((disk) => conflictsWith(disk, before));
      },
    } satisfies ClusterEvent<Pod>,
    { resource: nodes, on: ['add'] },
    {
      resource: persistentVolumeClaims,
      on: ['add'],
      hint: ({ pod }, _before, after) => !!after && usesClaim(pod, after),
    } satisfies ClusterEvent<PersistentVolumeClaim>,
  ],
  preFilter({ pod }, cluster) {
    const disks = disksOf(pod);
    const exclusive = exclusiveClaims(pod, cluster.reader);
    if (typeof exclusive === 'string') return { rejection: exclusive };
    if (disks.length === 0 && exclusive.length === 0) return undefined;
    const users = cluster.index('users of claims', () => new ClaimUsers());
    return {
      filter(node) {
        if (disks.some((disk) => node.pods.some((other) => conflictsWith(disk, other.pod)))) return diskConflict;
        return exclusive.some((name) => users.of(keyOf(pod, name)) > 0) ? claimConflict : undefined;
      },
    };
  },
};

/** The pod's claims that only one pod may use, or which claim is missing. */
function exclusiveClaims(pod: Pod, reader: Reader): string[] | string {
  const exclusive: string[] = [];
  for (const name of claimNames(pod)) {
    const claim = reader.get(persistentVolumeClaims, pod.metadata.namespace ?? '', name);
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.push(name);
  }
  return exclusive;
}

const disksOf = ({ spec }: Pod): Volume[] =>
  (spec.volumes ?? []).filter(
    ({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }) => gcePersistentDisk || awsElasticBlockStore || rbd || iscsi,
  );

/** Whether the other pod uses the same disk, unless both only read it. */
const conflictsWith = (disk: Volume, { spec }: Pod): boolean => (spec.volumes ?? []).some((other) => isSameDisk(disk, other));

function isSameDisk(a: Volume, b: Volume): boolean {
  const anyWrites = (one: { readOnly?: boolean }, another: { readOnly?: boolean }) => !(one.readOnly && another.readOnly);
  if (a.gcePersistentDisk && b.gcePersistentDisk)
    return a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName && anyWrites(a.gcePersistentDisk, b.gcePersistentDisk);
  if (a.awsElasticBlockStore && b.awsElasticBlockStore)
    return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID;
  if (a.iscsi && b.iscsi) return a.iscsi.iqn === b.iscsi.iqn && anyWrites(a.iscsi, b.iscsi);
  if (!a.rbd || !b.rbd) return false;
  const { monitors } = b.rbd;
  const poolOf = ({ pool }: { pool?: string }) => pool ?? 'rbd';
  const same = a.rbd.image === b.rbd.image && poolOf(a.rbd) === poolOf(b.rbd) && a.rbd.monitors.some((m) => monitors.includes(m));
  return same && anyWrites(a.rbd, b.rbd);
}
