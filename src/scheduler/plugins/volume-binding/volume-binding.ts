import type { Write } from '../../../machinery/reconcile.ts';
import { persistentVolumeClaims } from '../../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../../resources/core/persistentvolume.ts';
import { reservedFor, selectedNodeAnnotation } from '../../../resources/shared/volume-binding.ts';
import type { Cluster, Plugin, Reservation } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import { deciderFor, promisedIn, type Decision } from './decide.ts';
import { bindingEvents } from './events.ts';
import { podVolumeClaims } from './pod-volumes.ts';

/**
 * Filter: the node must reach the volumes of the pod's claims, and claims that wait for their first pod must be able to
 * have volumes there. Reserve: sets volumes aside for those, or has them made for the node; the pod is bound when the claims
 * are.
 */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  events: bindingEvents,
  preFilter({ pod }, cluster) {
    const claims = podVolumeClaims(pod, cluster.reader);
    if (!claims) return undefined;
    if (typeof claims === 'string') return { rejection: claims };
    const decide = deciderFor(claims, cluster);
    return {
      filter(node) {
        const decision = decide(node);
        return Array.isArray(decision) ? { reasons: decision, resolvable: false } : undefined;
      },
    };
  },
  reserve({ pod }, node, cluster) {
    const claims = podVolumeClaims(pod, cluster.reader);
    if (claims === undefined) return undefined;
    if (typeof claims === 'string') return { rejection: claims };
    if (claims.delayed.length === 0) return undefined;
    const decision = deciderFor(claims, cluster)(node);
    return 'bindings' in decision ? promise(decision, node, cluster) : { rejection: decision.join(', ') };
  },
};

/** Writes down what the claims get, and that nobody else may have it for the rest of the pass. */
function promise({ bindings, provisions }: Decision, node: NodeInfo, cluster: Cluster): Reservation {
  const promised = promisedIn(cluster);
  const writes: Write[] = [];
  for (const { claim, volume } of bindings) {
    promised.volumes.set(volume.metadata.name, claim.metadata.uid);
    const reserved = reservedFor(volume, claim);
    if (reserved !== volume) writes.push({ verb: 'update', resource: persistentVolumes, object: reserved });
  }
  for (const claim of provisions) {
    promised.claims.set(claim.metadata.uid, node.name);
    if (claim.metadata.annotations?.[selectedNodeAnnotation] === node.name) continue;
    const annotations = { ...claim.metadata.annotations, [selectedNodeAnnotation]: node.name };
    const object = { ...claim, metadata: { ...claim.metadata, annotations } };
    writes.push({ verb: 'update', resource: persistentVolumeClaims, object });
  }
  return {
    writes,
    wait: true,
    release() {
      for (const { volume } of bindings) promised.volumes.delete(volume.metadata.name);
      for (const claim of provisions) promised.claims.delete(claim.metadata.uid);
    },
  };
}
