import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { isMadeFor } from '../../resources/shared/pod-claims.ts';
import { isPodTerminal } from '../support/pods.ts';
import { claimKeysOf, podsByClaim } from '../support/volume-lookups.ts';
import { needsLook, protect } from './finalizer.ts';

const finalizer = 'kubernetes.io/pvc-protection';

/** A claim that is deleted stays while a pod on a node uses it. */
export const claimProtectionController: Controller = {
  name: 'pvc-protection',
  component: 'pvc-protection-controller',
  triggers: [
    {
      resource: persistentVolumeClaims,
      keys: (claim: PersistentVolumeClaim) => (needsLook(claim, finalizer) ? [keyOf(claim)] : []),
    },
    { resource: pods, concerns: isLeaving, keys: keysOfPod },
  ],
  reconcile(key, snapshot) {
    const { namespace, name } = splitKey(key);
    const claim = snapshot.get(persistentVolumeClaims, namespace, name);
    if (!claim) return emptyPlan();
    const isUsed = () => podsByClaim.get(key, snapshot).some((pod) => uses(pod, claim));
    return protect(persistentVolumeClaims, claim, finalizer, isUsed);
  },
};

/** A pod without a node is not started any more once its claim is going. */
function uses(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if (!pod.spec.nodeName) return false;
  const volumes = pod.spec.volumes ?? [];
  if (volumes.some((volume) => volume.persistentVolumeClaim?.claimName === claim.metadata.name)) return true;
  // Made for the pod. Its finalizers may wait for the claim to go, so a pod that has shut down does not hold it.
  return isMadeFor(claim, pod) && !isShutDown(pod);
}

const isShutDown = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;

/** Whether the pod may just have stopped using claims. */
function isLeaving(pod: Pod, previous: Pod): boolean {
  return pod.metadata.uid !== previous.metadata.uid || isPodTerminal(pod) || !pod.spec.nodeName || isShutDown(pod);
}

function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  return claimKeysOf(pod).filter((key) => {
    const { namespace, name } = splitKey(key);
    const claim = snapshot.get(persistentVolumeClaims, namespace, name);
    return claim !== undefined && needsLook(claim, finalizer);
  });
}
