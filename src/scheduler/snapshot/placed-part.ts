import type { Pod } from '../../resources/core/pod.ts';
import type { Volume } from '../../resources/shared/volumes.ts';

// Pods of one template have the same: it is held once.
const specs = new Map<string, Pod['spec']>();
const specsKept = 4_096;

/**
 * What plugins look at of a pod that is on a node: who it is, its labels, affinity, priority and disks, and whether it is
 * leaving. What it asks for and where it is, its info says.
 */
export function placedPart({ apiVersion, kind, metadata, spec, status }: Pod): Pod {
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation, labels, deletionTimestamp } = metadata;
  const disruption = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  // All have the same fields, which takes the least room.
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp, generation, labels, deletionTimestamp },
    spec: placedSpec(spec),
    status: {
      phase: status?.phase,
      startTime: status?.startTime,
      nominatedNodeName: status?.nominatedNodeName,
      conditions: disruption && [disruption],
    },
  };
}

function placedSpec({ affinity, priority, preemptionPolicy, volumes, resourceClaims }: Pod['spec']): Pod['spec'] {
  const disks = volumes?.filter(isDisk) ?? [];
  const part = {
    containers: [],
    ...(affinity && { affinity }),
    ...(priority !== undefined && { priority }),
    ...(preemptionPolicy !== undefined && { preemptionPolicy }),
    ...(disks.length > 0 && { volumes: disks }),
    ...(resourceClaims && { resourceClaims }),
  };
  if (disks.length > 0) return part;
  const text = JSON.stringify(part);
  const same = specs.get(text);
  if (same) return same;
  if (specs.size >= specsKept) specs.clear();
  specs.set(text, part);
  return part;
}

/** Those that can be in use elsewhere. */
const isDisk = (volume: Volume): boolean =>
  !!(
    volume.persistentVolumeClaim ||
    volume.ephemeral ||
    volume.gcePersistentDisk ||
    volume.awsElasticBlockStore ||
    volume.rbd ||
    volume.iscsi
  );
