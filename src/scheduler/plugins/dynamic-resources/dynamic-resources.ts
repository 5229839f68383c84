import { controllerOf } from '../../../machinery/meta.ts';
import type { Reader } from '../../../machinery/reader.ts';
import type { Write } from '../../../machinery/reconcile.ts';
import { nodes } from '../../../resources/core/node.ts';
import { pods, type Pod } from '../../../resources/core/pod.ts';
import { deviceClasses } from '../../../resources/resource/deviceclass.ts';
import { claimConsumersMax, claimFinalizer, claimNameOf } from '../../../resources/resource/pod-claims.ts';
import { resourceClaims, type ResourceClaim } from '../../../resources/resource/resourceclaim.ts';
import { resourceSlices } from '../../../resources/resource/resourceslice.ts';
import type { Cluster, ClusterEvent, Plugin, Rejection, Reservation } from '../../framework.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import { allocationOf } from './allocation.ts';
import { allocate, type Grants } from './allocator.ts';
import { devicesFor, isReachable, takenDevices } from './devices.ts';
import { requestsOf, type Request } from './requests.ts';

const notOnNode: Rejection = { reasons: ['resourceclaim not available on the node'], resolvable: false };
const cannotAllocate: Rejection = { reasons: ['cannot allocate all claims'], resolvable: false };

/**
 * Filter: the devices of the pod's ResourceClaims must be there for the node, or be allocated for it out of what
 * ResourceSlices offer. Reserve: writes the allocation, and that the pod has the claim; the pod is bound when that is
 * committed. A claim gets its finalizer before its devices, so that they are given back whatever happens to it.
 */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  events: [
    {
      resource: resourceClaims,
      on: ['add', 'update', 'delete'],
      hint: ({ pod }, before, after) =>
        isOf(pod, (after ?? before)!) || (!!before?.status?.allocation && !after?.status?.allocation),
    } satisfies ClusterEvent<ResourceClaim>,
    { resource: resourceSlices, on: ['add', 'update'] },
    { resource: deviceClasses, on: ['add', 'update'] },
    { resource: nodes, on: ['add'] },
  ],
  preEnqueue(pod) {
    const unnamed = pod.spec.resourceClaims?.find((each) => claimNameOf(pod, each) === undefined);
    return unnamed && `pod "${pod.metadata.namespace}/${pod.metadata.name}": ResourceClaim not created yet`;
  },
  preFilter({ pod }, cluster) {
    const found = stateOf(pod, cluster);
    if (found === undefined) return undefined;
    if (typeof found === 'string') return { rejection: found };
    return {
      filter(node) {
        if (!found.allocated.every(({ status }) => isReachable(status?.allocation?.nodeSelector, node.node))) return notOnNode;
        if (found.requests.length === 0) return undefined;
        const grants = grantsOn(node, found.requests, cluster);
        return typeof grants === 'string' ? { reasons: [grants], resolvable: false } : grants ? undefined : cannotAllocate;
      },
    };
  },
  reserve({ pod }, node, cluster) {
    const found = stateOf(pod, cluster);
    if (found === undefined) return undefined;
    if (typeof found === 'string') return { rejection: found };
    const grants = grantsOn(node, found.requests, cluster);
    if (!grants || typeof grants === 'string') return { rejection: grants ?? cannotAllocate.reasons[0]! };
    return reservation(pod, found, grants, cluster);
  },
};

/** The claims of a pod, by what has to be done about them. */
interface ClaimsOfPod {
  readonly allocated: readonly ResourceClaim[];
  readonly unallocated: readonly ResourceClaim[];
  /** What the unallocated ones ask for. */
  readonly requests: readonly Request[];
}

/** What stands with the claims of a pod, or why the pod has to wait wherever it goes. `undefined` without any. */
function stateOf(pod: Pod, cluster: Cluster): ClaimsOfPod | string | undefined {
  const claims = claimsOf(pod, cluster.reader);
  if (typeof claims === 'string') return claims;
  if (claims.length === 0) return undefined;
  const allocated = claims.filter(({ status }) => status?.allocation);
  const unallocated = claims.filter(({ status }) => !status?.allocation);
  const isFull = ({ status }: ResourceClaim) =>
    !isReservedFor(status, pod) && (status?.reservedFor?.length ?? 0) >= claimConsumersMax;
  if (allocated.some(isFull)) return 'resourceclaim in use';
  const busy = claims.find(({ metadata }) => claimsUnderWay(cluster).has(metadata.uid));
  if (busy) return `resource claim ${busy.metadata.namespace}/${busy.metadata.name} is in the process of being allocated`;
  const requests = requestsOf(unallocated, cluster.reader);
  return typeof requests === 'string' ? requests : { allocated, unallocated, requests };
}

function claimsOf(pod: Pod, reader: Reader): ResourceClaim[] | string {
  const { namespace = '', name: podName } = pod.metadata;
  const claims: ResourceClaim[] = [];
  for (const podClaim of pod.spec.resourceClaims ?? []) {
    const name = claimNameOf(pod, podClaim);
    if (name === null) continue;
    if (name === undefined) return `pod "${namespace}/${podName}": ResourceClaim not created yet`;
    const claim = reader.get(resourceClaims, namespace, name);
    if (!claim) return `resourceclaim.resource.k8s.io "${name}" not found`;
    if (claim.metadata.deletionTimestamp !== undefined) return `resourceclaim "${name}" is being deleted`;
    if (podClaim.resourceClaimName === undefined && controllerOf(claim)?.uid !== pod.metadata.uid)
      return `ResourceClaim ${namespace}/${name} was not created for Pod ${namespace}/${podName} (Pod is not owner)`;
    if (!claims.includes(claim)) claims.push(claim);
  }
  return claims;
}

const grantsOn = ({ node }: NodeInfo, requests: readonly Request[], cluster: Cluster): Grants | string | undefined =>
  allocate(requests, devicesFor(node, cluster), takenDevices(cluster));

/** The claims, by uid, about which something is written in this pass. */
const claimsUnderWay = (cluster: Cluster): Set<string> => cluster.state('claims under way', () => new Set<string>());

/** What has to be written before the pod can be bound; nothing once all of it is. */
function reservation(
  pod: Pod,
  { allocated, unallocated }: ClaimsOfPod,
  grants: Grants,
  cluster: Cluster,
): Reservation | undefined {
  const unprotected = unallocated.filter(({ metadata }) => !metadata.finalizers?.includes(claimFinalizer));
  const open =
    unprotected.length > 0 ? unprotected : [...unallocated, ...allocated.filter(({ status }) => !isReservedFor(status, pod))];
  if (open.length === 0) return undefined;
  const writes = open.map((claim): Write => {
    if (unprotected.length > 0) return { verb: 'update', resource: resourceClaims, object: protectedClaim(claim) };
    const own = grants.get(claim.metadata.uid);
    const allocation = claim.status?.allocation ?? allocationOf(claim, own ?? [], cluster.now);
    return { verb: 'update', resource: resourceClaims, object: reservedClaim(claim, pod, allocation), subresource: 'status' };
  });
  const taken = takenDevices(cluster);
  const devices = [...grants.values()]
    .flat()
    .filter(({ alternative, offered }) => !alternative.request.adminAccess && !taken.has(offered.id));
  for (const { offered } of devices) taken.add(offered.id);
  for (const { metadata } of open) claimsUnderWay(cluster).add(metadata.uid);
  return {
    writes,
    wait: true,
    release() {
      for (const { offered } of devices) taken.delete(offered.id);
      for (const { metadata } of open) claimsUnderWay(cluster).delete(metadata.uid);
    },
  };
}

const protectedClaim = (claim: ResourceClaim): ResourceClaim => ({
  ...claim,
  metadata: { ...claim.metadata, finalizers: [...(claim.metadata.finalizers ?? []), claimFinalizer] },
});

function reservedClaim(
  claim: ResourceClaim,
  { metadata: { name, uid } }: Pod,
  allocation: NonNullable<ResourceClaim['status']>['allocation'],
): ResourceClaim {
  const reservedFor = [...(claim.status?.reservedFor ?? []), { resource: pods.plural, name, uid }];
  return { ...claim, status: { ...claim.status, allocation, reservedFor } };
}

const isReservedFor = (status: ResourceClaim['status'], { metadata }: Pod): boolean =>
  status?.reservedFor?.some(({ uid }) => uid === metadata.uid) ?? false;

const isOf = (pod: Pod, { metadata }: ResourceClaim): boolean =>
  pod.metadata.namespace === metadata.namespace &&
  (pod.spec.resourceClaims ?? []).some((each) => claimNameOf(pod, each) === metadata.name);
