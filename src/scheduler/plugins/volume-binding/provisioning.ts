import { compareQuantities, parseQuantity } from '../../../machinery/quantity.ts';
import { selectorFromLabelSelector } from '../../../machinery/selectors.ts';
import type { PersistentVolumeClaim } from '../../../resources/core/persistentvolumeclaim.ts';
import { noProvisioner, storageOf } from '../../../resources/shared/volume-binding.ts';
import { storageClassOf } from '../../../resources/shared/volume-modes.ts';
import { csiDrivers } from '../../../resources/storage/csidriver.ts';
import { csiStorageCapacities, type CSIStorageCapacity } from '../../../resources/storage/csistoragecapacity.ts';
import { storageClasses, type StorageClass } from '../../../resources/storage/storageclass.ts';
import type { Cluster } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';

/** Whether a volume for the claim can be made for a node: `full` if only the room for it is missing. */
export type Provisioning = 'possible' | 'impossible' | 'full';

/** Whether a new volume for the claim could be made where the node can use it. */
export function provisioningOn(claim: PersistentVolumeClaim, node: NodeInfo, cluster: Cluster): Provisioning {
  const storageClass = cluster.reader.get(storageClasses, '', storageClassOf(claim));
  if (!storageClass?.provisioner || storageClass.provisioner === noProvisioner) return 'impossible';
  if (!isAllowedOn(storageClass, node)) return 'impossible';
  return hasCapacity(claim, storageClass, node, cluster) ? 'possible' : 'full';
}

function isAllowedOn({ allowedTopologies = [] }: StorageClass, { labels }: NodeInfo): boolean {
  if (allowedTopologies.length === 0) return true;
  const holds = ({ key, values }: { key: string; values: string[] }) =>
    Object.hasOwn(labels, key) && values.includes(labels[key]!);
  // An empty term allows nothing.
  return allowedTopologies.some(({ matchLabelExpressions: all = [] }) => all.length > 0 && all.every(holds));
}

/** CSI drivers may say how much room there is where; of others nothing is known, which is as good as enough. */
function hasCapacity(claim: PersistentVolumeClaim, storageClass: StorageClass, node: NodeInfo, cluster: Cluster): boolean {
  if (claim.spec.resources?.requests?.['storage'] === undefined) return true;
  if (!cluster.reader.get(csiDrivers, '', storageClass.provisioner)?.spec.storageCapacity) return true;
  const wanted = storageOf(claim.spec.resources.requests);
  const capacities = cluster.state('storage capacities', () => cluster.reader.list(csiStorageCapacities));
  return capacities.some((capacity) => {
    if (capacity.storageClassName !== storageClass.metadata.name) return false;
    const limit = volumeLimit(capacity);
    if (limit === undefined || compareQuantities(parseQuantity(limit), wanted) < 0) return false;
    return selectorFromLabelSelector(capacity.nodeTopology).matches(node.labels);
  });
}

/** The largest volume that can be made, which is better to know than all the room there is. */
export const volumeLimit = ({ maximumVolumeSize, capacity }: CSIStorageCapacity): string | undefined =>
  maximumVolumeSize ?? capacity;
