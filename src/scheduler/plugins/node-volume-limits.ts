import type { Reader } from '../../machinery/reader.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../resources/core/persistentvolume.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { storageClassOf } from '../../resources/shared/volume-modes.ts';
import { csiNodes, type CSINode } from '../../resources/storage/csinode.ts';
import { storageClasses } from '../../resources/storage/storageclass.ts';
import { volumeAttachments, type VolumeAttachment } from '../../resources/storage/volumeattachment.ts';
import type { Cluster, ClusterEvent, Plugin, Rejection } from '../framework.ts';
import { claimsOf, isMadeFor, usesClaim } from '../../resources/shared/pod-claims.ts';

const exceeded: Rejection = { reasons: ['node(s) exceed max volume count'], resolvable: true };

const hasClaims = (pod: Pod): boolean => claimsOf(pod).length > 0;

/** Filter: a node takes so many volumes of a CSI driver, as its CSINode says. */
export const nodeVolumeLimits: Plugin = {
  name: 'NodeVolumeLimits',
  events: [
    {
      resource: csiNodes,
      on: ['add', 'update'],
      hint(_pod, before, after) {
        if (!before || !after) return true;
        const then = limitsOf(before);
        return [...limitsOf(after)].some(([driver, count]) => count > (then.get(driver) ?? 0));
      },
    } satisfies ClusterEvent<CSINode>,
    {
      resource: pods,
      on: ['delete'],
      hint: (_pod, before) => !!before && hasClaims(before),
    } satisfies ClusterEvent<Pod>,
    {
      resource: persistentVolumeClaims,
      on: ['add'],
      hint: ({ pod }, _before, after) => !!after && usesClaim(pod, after),
    } satisfies ClusterEvent<PersistentVolumeClaim>,
    {
      resource: volumeAttachments,
      on: ['delete'],
      hint: ({ pod }) => hasClaims(pod),
    } satisfies ClusterEvent<VolumeAttachment>,
  ],
  preFilter({ pod }, cluster) {
    if (!hasClaims(pod)) return undefined;
    const wanted = volumesOf(pod, cluster.reader);
    if (wanted.size === 0) return undefined;
    return {
      filter(node) {
        const csiNode = cluster.reader.get(csiNodes, '', node.name);
        const limits = csiNode && limitsOf(csiNode);
        if (!limits?.size) return undefined;
        const attached = new Map(attachmentsOf(cluster).get(node.name));
        for (const other of node.pods)
          for (const [volume, driver] of volumesOf(other.pod, cluster.reader)) attached.set(volume, driver);
        const all = new Map([...attached, ...wanted]);
        const isFull = ([driver, limit]: [string, number]) => {
          const total = countOf(driver, all);
          // A volume that is there already costs nothing, however many there are.
          return total > limit && total > countOf(driver, attached);
        };
        return [...limits].some(isFull) ? exceeded : undefined;
      },
    };
  },
};

const countOf = (driver: string, volumes: ReadonlyMap<string, string>): number =>
  [...volumes.values()].filter((of) => of === driver).length;

/** How many volumes of each driver the node takes; without a number as many as one likes. */
const limitsOf = ({ spec }: CSINode): Map<string, number> =>
  new Map(spec.drivers.flatMap(({ name, allocatable: { count } = {} }) => (count === undefined ? [] : [[name, count] as const])));

/** The CSI volumes of a pod's claims: their drivers, by what tells one volume from another. */
function volumesOf(pod: Pod, reader: Reader): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const { name, ephemeral } of claimsOf(pod)) {
    const claim = reader.get(persistentVolumeClaims, pod.metadata.namespace ?? '', name);
    if (!claim || (ephemeral && !isMadeFor(claim, pod))) continue;
    const volume = volumeOf(claim, reader);
    if (volume) volumes.set(`${volume.driver}/${volume.handle}`, volume.driver);
  }
  return volumes;
}

function volumeOf(claim: PersistentVolumeClaim, reader: Reader): { driver: string; handle: string } | undefined {
  const { name, namespace = '' } = claim.metadata;
  const volume = claim.spec.volumeName ? reader.get(persistentVolumes, '', claim.spec.volumeName) : undefined;
  if (volume) return volume.spec.csi && { driver: volume.spec.csi.driver, handle: volume.spec.csi.volumeHandle };
  // To be made: one of the driver that the class names.
  const driver = reader.get(storageClasses, '', storageClassOf(claim))?.provisioner;
  return driver ? { driver, handle: `claim ${namespace}/${name}` } : undefined;
}

/** What is attached to each node, as far as it is a CSI volume; looked up once a pass. */
const attachmentsOf = (cluster: Cluster): ReadonlyMap<string, ReadonlyMap<string, string>> =>
  cluster.state('attached volumes', () => {
    const byNode = new Map<string, Map<string, string>>();
    for (const { spec } of cluster.reader.list(volumeAttachments)) {
      const volume = cluster.reader.get(persistentVolumes, '', spec.source.persistentVolumeName ?? '');
      if (!volume?.spec.csi) continue;
      const volumes = byNode.get(spec.nodeName) ?? new Map<string, string>();
      byNode.set(spec.nodeName, volumes.set(`${spec.attacher}/${volume.spec.csi.volumeHandle}`, spec.attacher));
    }
    return byNode;
  });
