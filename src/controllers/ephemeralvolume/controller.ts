import type { Draft } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { isMadeFor } from '../../resources/shared/pod-claims.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { controllerRef } from '../support/ownership.ts';
import { podsByClaim } from '../support/volume-lookups.ts';

/** Makes the claims of generic ephemeral volumes. Each belongs to its pod and goes with it. */
export const ephemeralVolumeController: Controller = {
  name: 'ephemeral-volume',
  component: 'ephemeral_volume',
  triggers: [
    // The volumes of a pod never change.
    { resource: pods, concerns: () => false, keys: (pod: Pod) => (hasEphemeral(pod) ? [keyOf(pod)] : []) },
    { resource: persistentVolumeClaims, concerns: () => false, keys: keysOfClaim },
  ],
  reconcile,
};

const hasEphemeral = ({ spec }: Pod): boolean => spec.volumes?.some(({ ephemeral }) => ephemeral !== undefined) ?? false;

/** A claim that is gone may have been in the way, or has to be made again. */
function keysOfClaim(claim: PersistentVolumeClaim, snapshot: Snapshot): string[] {
  return podsByClaim.get(keyOf(claim), snapshot).filter(hasEphemeral).map(keyOf);
}

function reconcile(key: string, snapshot: Snapshot, { failures }: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const pod = snapshot.get(pods, namespace, name);
  if (!pod || pod.metadata.deletionTimestamp !== undefined || isNamespaceTerminating(snapshot, namespace)) return emptyPlan();
  const plan = emptyPlan();
  for (const { name: volumeName, ephemeral } of pod.spec.volumes ?? []) {
    if (!ephemeral) continue;
    const claimName = `${name}-${volumeName}`;
    const existing = snapshot.get(persistentVolumeClaims, namespace, claimName);
    const complain = (why: string) => {
      const message = `ephemeral volume ${volumeName}: ${why}`;
      plan.events.push({ regarding: pod, type: 'Warning', reason: 'FailedBinding', message });
    };
    if (existing) {
      if (isMadeFor(existing, pod)) continue;
      complain(`PVC ${namespace}/${claimName} was not created for pod ${key} (pod is not owner)`);
      break;
    }
    if (failures[0] && plan.events.length === 0) complain(`create PVC ${claimName}: ${failures[0].message}`);
    const { metadata, spec } = ephemeral.volumeClaimTemplate ?? {};
    const object: Draft<PersistentVolumeClaim> = {
      apiVersion: persistentVolumeClaims.apiVersion,
      kind: persistentVolumeClaims.kind,
      metadata: {
        namespace,
        name: claimName,
        ...(metadata?.labels && { labels: metadata.labels }),
        ...(metadata?.annotations && { annotations: metadata.annotations }),
        ownerReferences: [controllerRef(pod, pods)],
      },
      spec: spec ?? {},
    };
    plan.writes.push({ verb: 'create', resource: persistentVolumeClaims, object });
  }
  return plan;
}
