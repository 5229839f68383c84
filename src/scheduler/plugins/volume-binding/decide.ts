import { compareQuantities } from '../../../machinery/quantity.ts';
import type { PersistentVolumeClaim } from '../../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../../resources/core/persistentvolume.ts';
import { selectedNodeAnnotation, storageOf } from '../../../resources/shared/volume-binding.ts';
import type { Cluster } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import { freeVolumesFor, isReachableFrom } from './free-volumes.ts';
import type { PodVolumeClaims } from './pod-volumes.ts';
import { provisioningOn } from './provisioning.ts';

const reasons = {
  node: "node(s) didn't match PersistentVolume's node affinity",
  unbound: "node(s) didn't find available persistent volumes to bind",
  full: 'node(s) did not have enough free storage',
  missing: 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
};

/** What becomes of a pod's claims if it goes to a node. */
export interface Decision {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  /** Claims that a volume has to be made for. */
  readonly provisions: readonly PersistentVolumeClaim[];
}

/** What earlier pods of the pass were promised and the snapshot does not know yet. */
export interface Promised {
  /** The uid of the claim, by the name of the volume. */
  readonly volumes: Map<string, string>;
  /** The name of the node, by the uid of the claim. */
  readonly claims: Map<string, string>;
}

export const promisedIn = (cluster: Cluster): Promised =>
  cluster.state('promised volumes', () => ({ volumes: new Map(), claims: new Map() }));

/** Answers for one node after the other what becomes of the claims there, or why (all reasons) they cannot have volumes. */
export function deciderFor({ bound, delayed }: PodVolumeClaims, cluster: Cluster): (node: NodeInfo) => Decision | string[] {
  const promised = promisedIn(cluster);
  const volumes = bound.map((claim) => cluster.reader.get(persistentVolumes, '', claim.spec.volumeName ?? ''));
  const nodeFor = (claim: PersistentVolumeClaim) =>
    promised.claims.get(claim.metadata.uid) ?? claim.metadata.annotations?.[selectedNodeAnnotation];
  const settled = delayed.filter((claim) => nodeFor(claim) !== undefined);
  // The smallest first, so that a large volume is left for who needs it.
  const searches = delayed
    .filter((claim) => nodeFor(claim) === undefined)
    .sort((a, b) => compareQuantities(storageOf(a.spec.resources?.requests), storageOf(b.spec.resources?.requests)))
    .map((claim) => {
      const isTaken = ({ metadata }: PersistentVolume) =>
        (promised.volumes.get(metadata.name) ?? claim.metadata.uid) !== claim.metadata.uid;
      return freeVolumesFor(claim, cluster, isTaken);
    });

  /** As far as the first volume that is in the way. */
  const lackOfBound = (node: NodeInfo): string | undefined => {
    for (const volume of volumes) {
      if (!volume) return reasons.missing;
      if (!isReachableFrom(volume, node)) return reasons.node;
    }
    return undefined;
  };

  return (node) => {
    const lack = lackOfBound(node);
    const away = settled.some((claim) => nodeFor(claim) !== node.name);
    const allotted = away ? reasons.unbound : allot(node, searches, settled, cluster);
    if (lack === undefined) return typeof allotted === 'string' ? [allotted] : allotted;
    return typeof allotted === 'string' ? [lack, allotted] : [lack];
  };
}

/** A volume for each claim, one that is there or one to be made; or what is missing. */
function allot(
  node: NodeInfo,
  searches: readonly ReturnType<typeof freeVolumesFor>[],
  settled: readonly PersistentVolumeClaim[],
  cluster: Cluster,
): Decision | string {
  const taken = new Set<string>();
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const provisions = [...settled];
  for (const { claim, on } of searches) {
    const volume = on(node, taken);
    if (!volume) {
      provisions.push(claim);
      continue;
    }
    taken.add(volume.metadata.name);
    bindings.push({ claim, volume });
  }
  for (const claim of provisions) {
    const provisioning = provisioningOn(claim, node, cluster);
    if (provisioning !== 'possible') return provisioning === 'full' ? reasons.full : reasons.unbound;
  }
  return { bindings, provisions };
}
