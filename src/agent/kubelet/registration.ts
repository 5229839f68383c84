import { nodeLeaseNamespace, type Lease } from '../../resources/coordination/lease.ts';
import type { Node } from '../../resources/core/node.ts';
import { isApiError, type Api } from '../api.ts';
import { gatewayOf } from '../runtimes/address-pool.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Timers } from '../timers.ts';
import { nodeDraft, nodeLabels, nodeLease, nodeStatus, type NodeDescription } from './node-object.ts';
import { awaitPodCIDR } from './pod-cidr.ts';
import { statusPatch } from './status-patch.ts';

export interface RegistrationContext {
  api: Api;
  name: string;
  runtime: Runtime;
  timers: Timers;
}

export interface Registered {
  podCIDR: string;
  hostIP: string;
}

/**
 * Makes sure that the cluster has the node, its Lease and its present status, and waits for a network for its pods. Writes only what
 * differs, so that a node that comes back after a short break costs reads and nothing else.
 */
export async function register(context: RegistrationContext): Promise<Registered> {
  const { api, name, runtime, timers } = context;
  const path = `/api/v1/nodes/${name}`;
  const describe = (hostIP: string | undefined): NodeDescription => ({
    name,
    facts: runtime.facts(),
    runtime,
    hostIP,
    now: new Date(timers.nowMs()),
  });

  let node =
    (await api.find<Node>(path)) ?? (await createOrGet<Node>(api, '/api/v1/nodes', path, nodeDraft(describe(undefined))));
  const labels = nodeLabels(name, runtime.facts());
  if (Object.entries(labels).some(([key, value]) => node.metadata.labels?.[key] !== value))
    node = await api.patch<Node>(path, 'merge', { metadata: { labels } });
  const networked = await awaitPodCIDR(api, node, timers);
  await ensureLease(api, networked, new Date(timers.nowMs()));

  const { podCIDR } = networked.spec;
  const hostIP = runtime.facts().internalIP ?? gatewayOf(podCIDR);
  const patch = statusPatch(networked, nodeStatus(describe(hostIP), networked.status));
  if (patch) await api.patch<Node>(`${path}/status`, 'strategic-merge', patch);
  return { podCIDR, hostIP };
}

async function ensureLease(api: Api, node: Node, now: Date): Promise<void> {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${nodeLeaseNamespace}/leases`;
  const path = `${collection}/${node.metadata.name}`;
  const lease = (await api.find<Lease>(path)) ?? (await createOrGet<Lease>(api, collection, path, nodeLease(node, now)));
  if (lease.metadata.ownerReferences?.some(({ uid }) => uid === node.metadata.uid)) return;
  // The Node was made anew: a Lease that belongs to its predecessor would be collected with it.
  const { ownerReferences } = nodeLease(node, now).metadata;
  await api.patch<Lease>(path, 'merge', { metadata: { ownerReferences } });
}

async function createOrGet<T extends Node | Lease>(
  api: Api,
  collection: string,
  path: string,
  draft: Parameters<typeof api.create<T>>[1],
): Promise<T> {
  try {
    return await api.create<T>(collection, draft);
  } catch (error) {
    if (isApiError(error, 409)) return api.get<T>(path);
    throw error;
  }
}
