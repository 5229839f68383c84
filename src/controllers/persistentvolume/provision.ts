import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, type EventDraft, type Plan, type ReconcileContext, type Write } from '../../machinery/reconcile.ts';
import { nodes } from '../../resources/core/node.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../resources/core/persistentvolume.ts';
import { localProvisioner, selectedNodeAnnotation } from '../../resources/shared/volume-binding.ts';
import { storageClassOf } from '../../resources/shared/volume-modes.ts';
import { storageClasses, type StorageClass } from '../../resources/storage/storageclass.ts';
import { externalNameOf } from './in-tree.ts';
import { newLocalVolume, provisionedVolumeName, whyNotLocal } from './local.ts';

/** Tell an external provisioner that the claim is its. It watches for either. */
const provisionerAnnotations = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner'];

/** Has a volume made for the claim, by whoever its class says. */
export function provision(claim: PersistentVolumeClaim, snapshot: Snapshot, context: ReconcileContext): Plan {
  const className = storageClassOf(claim);
  const storageClass = snapshot.get(storageClasses, '', className);
  if (!storageClass) return failed(claim, `storageclass.storage.k8s.io "${className}" not found`);
  const { provisioner } = storageClass;
  if (provisioner === localProvisioner) return provisionLocally(claim, storageClass, snapshot, context);
  const name = externalNameOf(provisioner);
  if (name === undefined) return failed(claim, `no volume plugin matched name: ${provisioner}`);
  const writes = nameProvisioner(claim, name);
  // That write brings the claim up again.
  if (writes.length > 0) return { ...emptyPlan(), writes };
  const message =
    `Waiting for a volume to be created either by the external provisioner '${name}' or manually by the system administrator. ` +
    'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  return { ...emptyPlan(), events: [{ regarding: claim, type: 'Normal', reason: 'ExternalProvisioning', message }] };
}

function nameProvisioner(claim: PersistentVolumeClaim, provisioner: string): Write[] {
  const { annotations } = claim.metadata;
  if (annotations?.[provisionerAnnotations[1]!] === provisioner) return [];
  const named = { ...annotations, ...Object.fromEntries(provisionerAnnotations.map((key) => [key, provisioner])) };
  const object: PersistentVolumeClaim = { ...claim, metadata: { ...claim.metadata, annotations: named } };
  return [{ verb: 'update', resource: persistentVolumeClaims, object }];
}

const failure = (claim: PersistentVolumeClaim, message: string): EventDraft => ({
  regarding: claim,
  type: 'Warning',
  reason: 'ProvisioningFailed',
  message,
});

const failed = (claim: PersistentVolumeClaim, message: string): Plan => ({ ...emptyPlan(), events: [failure(claim, message)] });

/** Makes a volume on the node that the scheduler chose. */
function provisionLocally(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  snapshot: Snapshot,
  { failures }: ReconcileContext,
): Plan {
  const refusal = whyNotLocal(claim, storageClass);
  if (refusal !== undefined) return failed(claim, refusal);
  const nodeName = claim.metadata.annotations?.[selectedNodeAnnotation];
  const prefix = `Failed to provision volume with StorageClass "${storageClass.metadata.name}"`;
  if (nodeName === undefined)
    return failed(claim, `${prefix}: no node was selected, the class needs volumeBindingMode WaitForFirstConsumer`);
  const node = snapshot.get(nodes, '', nodeName);
  if (!node) return reschedule(claim, `Failed to get target node: node "${nodeName}" not found`);
  const name = provisionedVolumeName(claim);
  // One that is there but cannot be bound was changed by somebody; it is not for us to make another.
  if (snapshot.get(persistentVolumes, '', name)) return emptyPlan();
  const creation: Write = {
    verb: 'create',
    resource: persistentVolumes,
    object: newLocalVolume(claim, storageClass, node),
  };
  const message = `Successfully provisioned volume ${name} using ${localProvisioner}`;
  const refused = failures.filter(({ reason }) => reason !== 'Conflict' && reason !== 'AlreadyExists');
  return {
    writes: [creation, ...nameProvisioner(claim, localProvisioner)],
    events: [
      ...refused.map(({ message: why }) =>
        failure(claim, `Error creating provisioned PV object for claim ${keyOf(claim)}: ${why}. Deleting the volume.`),
      ),
      { regarding: claim, type: 'Normal', reason: 'ProvisioningSucceeded', message, after: creation },
    ],
  };
}

/** The node is of no use: lets the scheduler choose another. */
function reschedule(claim: PersistentVolumeClaim, message: string): Plan {
  const { [selectedNodeAnnotation]: _, ...annotations } = claim.metadata.annotations ?? {};
  const object: PersistentVolumeClaim = { ...claim, metadata: { ...claim.metadata, annotations } };
  return { writes: [{ verb: 'update', resource: persistentVolumeClaims, object }], events: [failure(claim, message)] };
}
