import { notFound } from '../../machinery/status.ts';
import { samePlain } from '../../machinery/plain.ts';
import { nodes } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { configMapNames, isMirrorPod, mirrorAnnotation, secretNames } from '../../resources/shared/pod-references.ts';
import type { Volume } from '../../resources/shared/volumes.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';

/** A node makes mirror pods, and otherwise deletes, evicts and reports on pods that run on it. */
export function restrictPod(node: string, attributes: Attributes, context: AdmissionContext): string | undefined {
  const { operation, subresource, namespace, name, object, oldObject } = attributes;
  const itself = JSON.stringify(node);
  switch (`${operation} ${subresource}`) {
    case 'CREATE ':
      return restrictMirror(node, object as Pod, context);
    case 'DELETE ':
      if ((oldObject as Pod).spec.nodeName === node) return undefined;
      return `node ${itself} can only delete pods with spec.nodeName set to itself`;
    case 'UPDATE status':
      return restrictStatus(node, object as Pod, oldObject as Pod);
    case 'CREATE eviction': {
      const pod = context.pending.get(pods, namespace, name);
      if (!pod) throw notFound({ group: '', resource: 'pods', name });
      return pod.spec.nodeName === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
    }
    case 'UPDATE ':
      return `unexpected operation "UPDATE", node ${itself} can only create and delete mirror pods`;
    default:
      return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  }
}

function restrictStatus(node: string, pod: Pod, old: Pod): string | undefined {
  const itself = JSON.stringify(node);
  if (old.spec.nodeName !== node) return `node ${itself} can only update pod status for pods with spec.nodeName set to itself`;
  if (!samePlain(pod.metadata.labels ?? {}, old.metadata.labels ?? {})) return `node ${itself} cannot update labels through pod status`;
  if (!samePlain(pod.status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? []))
    return `node ${itself} cannot update resource claim statues`;
  if (!samePlain(pod.status?.extendedResourceClaimStatus, old.status?.extendedResourceClaimStatus))
    return `node ${itself} cannot update extended resource claim status`;
  return undefined;
}

/** A mirror pod belongs to its node and uses nothing of the cluster, so that no node gets at things by making a pod. */
function restrictMirror(node: string, pod: Pod, { pending }: AdmissionContext): string | undefined {
  const itself = JSON.stringify(node);
  const { ownerReferences = [] } = pod.metadata;
  if (!isMirrorPod(pod)) return `pod does not have "${mirrorAnnotation}" annotation, node ${itself} can only create mirror pods`;
  if (pod.spec.nodeName !== node) return `node ${itself} can only create pods with spec.nodeName set to itself`;
  if (ownerReferences.length > 1) return `node ${itself} can only create pods with a single owner reference set to itself`;
  const [owner] = ownerReferences;
  if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `node ${itself} can only create pods with an owner reference set to itself`;
  if (!owner.controller) return `node ${itself} can only create pods with a controller owner reference set to itself`;
  if (owner.blockOwnerDeletion) return `node ${itself} must not set blockOwnerDeletion on an owner reference`;
  const uid = pending.get(nodes, '', node)?.metadata.uid;
  if (uid === undefined) throw notFound({ group: '', resource: 'nodes', name: node });
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`;
  const used = usedObjects(pod);
  return used && `node ${itself} can not create pods that reference ${used}`;
}

/** What a pod uses of the cluster's objects; undefined if nothing (`HasAPIObjectReference` upstream). */
function usedObjects({ spec }: Pod): string | undefined {
  if (spec.serviceAccountName) return 'serviceaccounts';
  if (secretNames(spec).length > 0) return 'secrets';
  if (configMapNames(spec).length > 0) return 'configmaps';
  if (spec.resourceClaims?.length) return 'resourceclaims';
  return spec.volumes?.map(usedByVolume).find((used) => used !== undefined);
}

function usedByVolume({ configMap, secret, csi, glusterfs, persistentVolumeClaim, ephemeral, azureFile, projected }: Volume) {
  if (configMap) return 'configmaps (via configmap volumes)';
  if (secret) return 'secrets (via secret volumes)';
  if (csi) return 'csidrivers (via CSI volumes)';
  if (glusterfs) return 'endpoints (via glusterFS volumes)';
  if (persistentVolumeClaim) return 'persistentvolumeclaims';
  if (ephemeral) return 'persistentvolumeclaims (via ephemeral volumes)';
  if (azureFile) return 'secrets (via azureFile volumes)';
  for (const source of projected?.sources ?? []) {
    if (source.configMap) return 'configmaps (via projected volumes)';
    if (source.secret) return 'secrets (via projected volumes)';
    if (source.serviceAccountToken) return 'serviceaccounts (via projected volumes)';
    if (source.clusterTrustBundle) return 'clustertrustbundles';
    if (source.podCertificate) return 'podcertificates';
  }
  return undefined;
}
