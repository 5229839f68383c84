import { compareQuantities } from '../../../machinery/quantity.ts';
import type { PersistentVolumeClaim } from '../../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../../resources/core/persistentvolume.ts';
import { nodeMatchesTerm } from '../../../resources/shared/node-selector.ts';
import { isFreeFor, isOfKind, isReservedFor, storageOf } from '../../../resources/shared/volume-binding.ts';
import { storageClassOf } from '../../../resources/shared/volume-modes.ts';
import type { Cluster } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';

const hostnameLabel = 'kubernetes.io/hostname';

/** Whether a volume can be used on a node. */
export const isReachableFrom = ({ spec }: PersistentVolume, { node }: NodeInfo): boolean =>
  spec.nodeAffinity?.required?.nodeSelectorTerms.some((term) => nodeMatchesTerm(node, term)) ?? true;

/** Volumes that a claim could have, to be asked for one node after the other. */
export interface FreeVolumes {
  readonly claim: PersistentVolumeClaim;
  /** The smallest that can be used on the node and is not among `taken`. */
  on(node: NodeInfo, taken: ReadonlySet<string>): PersistentVolume | undefined;
}

/**
 * Looks once at the volumes of the claim's class. Those of one host are found by its name, so that a node costs as much as
 * it has volumes. `isTaken` says which are promised to other claims since the snapshot.
 */
export function freeVolumesFor(
  claim: PersistentVolumeClaim,
  cluster: Cluster,
  isTaken: (volume: PersistentVolume) => boolean,
): FreeVolumes {
  const volumes = volumesOfClass(storageClassOf(claim), cluster).filter((volume) => isOfKind(volume, claim));
  const reserved = volumes.find((volume) => isReservedFor(volume, claim));
  if (reserved) {
    const isUsable = (node: NodeInfo, taken: ReadonlySet<string>) =>
      !taken.has(reserved.metadata.name) && isReachableFrom(reserved, node);
    return { claim, on: (node, taken) => (isUsable(node, taken) ? reserved : undefined) };
  }
  const anywhere: PersistentVolume[] = [];
  const byHost = new Map<string, PersistentVolume[]>();
  const free = volumes.filter((volume) => isFreeFor(volume, claim) && !isTaken(volume));
  for (const volume of free.sort((a, b) => compareQuantities(storageOf(a.spec.capacity), storageOf(b.spec.capacity)))) {
    const hosts = hostsOf(volume);
    if (!hosts) anywhere.push(volume);
    else for (const host of hosts) byHost.set(host, [...(byHost.get(host) ?? []), volume]);
  }
  return {
    claim,
    on(node, taken) {
      const fits = (volume: PersistentVolume) => !taken.has(volume.metadata.name) && isReachableFrom(volume, node);
      const [here, there] = [byHost.get(node.labels[hostnameLabel] ?? '')?.find(fits), anywhere.find(fits)];
      if (!here || !there) return here ?? there;
      return compareQuantities(storageOf(here.spec.capacity), storageOf(there.spec.capacity)) <= 0 ? here : there;
    },
  };
}

/** The hosts that a volume can be on, if its node affinity names them, as those of local volumes do. */
function hostsOf({ spec }: PersistentVolume): readonly string[] | undefined {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  if (terms.length !== 1) return undefined;
  return terms[0]!.matchExpressions?.find(({ key, operator }) => key === hostnameLabel && operator === 'In')?.values;
}

/** In order of name; sorted out by class once a pass. */
function volumesOfClass(name: string, cluster: Cluster): readonly PersistentVolume[] {
  const byClass = cluster.state('volumes by class', () => {
    const classes = new Map<string, PersistentVolume[]>();
    for (const volume of cluster.reader.list(persistentVolumes)) {
      const of = storageClassOf(volume);
      const volumes = classes.get(of);
      if (volumes) volumes.push(volume);
      else classes.set(of, [volume]);
    }
    return classes;
  });
  return byClass.get(name) ?? [];
}
