import type { Reader } from '../../machinery/reader.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes, type PersistentVolume } from '../../resources/core/persistentvolume.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { sameValue } from '../../resources/shared/same-value.ts';
import { storageClassOf } from '../../resources/shared/volume-modes.ts';
import { storageClasses, type StorageClass } from '../../resources/storage/storageclass.ts';
import type { ClusterEvent, Plugin, Rejection } from '../framework.ts';
import { usesClaim } from '../../resources/shared/pod-claims.ts';

const conflict: Rejection = { reasons: ['node(s) had no available volume zone'], resolvable: false };

/** The labels that say where a node or volume is; the first two by the names they have now. */
const topologyLabels: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region': 'topology.kubernetes.io/region',
};
const topologyKeys = Object.keys(topologyLabels);

/** A volume is in one of these zones or regions. */
interface Place {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

/** Filter: a node that says where it is must be where the pod's volumes are. */
export const volumeZone: Plugin = {
  name: 'VolumeZone',
  events: [
    {
      resource: storageClasses,
      on: ['add'],
      hint: (_pod, _before, after) => after?.volumeBindingMode === 'WaitForFirstConsumer',
    } satisfies ClusterEvent<StorageClass>,
    {
      resource: nodes,
      on: ['add', 'update'],
      hint: (_pod, before, after) => !before || !sameValue(before.metadata.labels, after?.metadata.labels),
    } satisfies ClusterEvent<Node>,
    {
      resource: persistentVolumeClaims,
      on: ['add', 'update'],
      hint: ({ pod }, _before, after) => !!after && usesClaim(pod, after),
    } satisfies ClusterEvent<PersistentVolumeClaim>,
    {
      resource: persistentVolumes,
      on: ['add', 'update'],
      hint: (_pod, before, after) =>
        !before || !!(after && topologyKeys.some((key) => before.metadata.labels?.[key] !== after.metadata.labels?.[key])),
    } satisfies ClusterEvent<PersistentVolume>,
  ],
  preFilter({ pod }, { reader }) {
    const places = placesOf(pod, reader);
    if (typeof places === 'string') return { rejection: places };
    if (places.length === 0) return undefined;
    return {
      filter({ labels }) {
        // In a cluster that is all in one place nodes need not say where they are.
        if (!topologyKeys.some((key) => Object.hasOwn(labels, key))) return undefined;
        const isAt = ({ key, values }: Place) => values.has(labels[key] ?? labels[topologyLabels[key]!] ?? '');
        return places.every(isAt) ? undefined : conflict;
      },
    };
  },
};

/** Where the volumes of a pod's claims are, or why that cannot be said yet. */
function placesOf({ metadata, spec }: Pod, reader: Reader): Place[] | string {
  const places: Place[] = [];
  for (const { persistentVolumeClaim } of spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const { claimName } = persistentVolumeClaim;
    if (!claimName) return 'PersistentVolumeClaim had no name';
    const claim = reader.get(persistentVolumeClaims, metadata.namespace ?? '', claimName);
    if (!claim) return `persistentvolumeclaim "${claimName}" not found`;
    const volumeName = claim.spec.volumeName;
    if (!volumeName) {
      const className = storageClassOf(claim);
      if (!className) return 'PersistentVolumeClaim had no pv name and storageClass name';
      const storageClass = reader.get(storageClasses, '', className);
      if (!storageClass) return `storageclass.storage.k8s.io "${className}" not found`;
      // The volume will be where the pod goes.
      if (storageClass.volumeBindingMode === 'WaitForFirstConsumer') continue;
      return 'PersistentVolume had no name';
    }
    const volume = reader.get(persistentVolumes, '', volumeName);
    if (!volume) return `persistentvolume "${volumeName}" not found`;
    places.push(...placesOfVolume(volume));
  }
  return places;
}

const placesOfVolume = ({ metadata: { labels = {} } }: PersistentVolume): Place[] =>
  topologyKeys.flatMap((key) => {
    const values = labels[key]?.split('__').map((value) => value.trim()) ?? [''];
    // Nobody knows what a label with an empty part means.
    return values.includes('') ? [] : [{ key, values: new Set(values) }];
  });
