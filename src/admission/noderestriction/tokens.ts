import { notFound } from '../../machinery/status.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { TokenRequest } from '../../resources/authentication/tokenrequest.ts';
import { persistentVolumeClaims } from '../../resources/core/persistentvolumeclaim.ts';
import { persistentVolumes } from '../../resources/core/persistentvolume.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { claimsOf } from '../../resources/shared/pod-claims.ts';
import { csiDrivers } from '../../resources/storage/csidriver.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';

/** A node gets tokens that are bound to its pods, for audiences that these ask for. */
export function restrictToken(node: string, attributes: Attributes, context: AdmissionContext): string | undefined {
  const { operation, subresource, namespace, object } = attributes;
  if (operation !== 'CREATE' || subresource !== 'token') return undefined;
  const { boundObjectRef: ref, audiences = [] } = (object as Partial<TokenRequest>).spec ?? {};
  if (!ref || ref.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name) return 'node requested token not bound to a pod';
  if (!ref.uid) return 'node requested token with a pod binding without a uid';
  const pod = context.pending.get(pods, namespace, ref.name);
  if (!pod) throw notFound({ group: '', resource: 'pod', name: ref.name });
  if (ref.uid !== pod.metadata.uid)
    return `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  if (pod.spec.nodeName !== node) return 'node requested token bound to a pod scheduled on a different node';
  return restrictAudience(attributes, audiences, pod, context);
}

function restrictAudience(
  { user, namespace, name }: Attributes,
  audiences: readonly string[],
  pod: Pod,
  { pending, authorizer, committed }: AdmissionContext,
): string | undefined {
  if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
  const [audience = ''] = audiences;
  if (asksFor(pod, audience, pending)) return undefined;
  const request = { verb: 'request-serviceaccounts-token-audience', group: '', version: 'v1', resource: audience, subresource: '' };
  if (authorizer.authorize({ user, ...request, namespace, name }, committed).decision === 'allow') return undefined;
  return `audience ${JSON.stringify(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`;
}

/** Whether a volume of the pod has a token for the audience, or a driver of one wants it. */
function asksFor(pod: Pod, audience: string, reader: Reader): boolean {
  const volumes = pod.spec.volumes ?? [];
  const isProjected = volumes.some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken: token }) => token && (token.audience ?? '') === audience),
  );
  const drivers = [...volumes.map(({ csi }) => csi?.driver), ...claimsOf(pod).map(({ name }) => driverOf(pod, name, reader))];
  return (
    isProjected ||
    drivers.some((driver) => {
      const requests = driver === undefined ? undefined : reader.get(csiDrivers, '', driver)?.spec.tokenRequests;
      return requests?.some((request) => request.audience === audience);
    })
  );
}

function driverOf({ metadata }: Pod, claim: string, reader: Reader): string | undefined {
  const volume = reader.get(persistentVolumeClaims, metadata.namespace ?? '', claim)?.spec.volumeName;
  return volume === undefined ? undefined : reader.get(persistentVolumes, '', volume)?.spec.csi?.driver;
}
