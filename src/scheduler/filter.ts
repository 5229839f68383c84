import { newDiagnosis, type Diagnosis } from './failure.ts';
import type { Cluster, NodeFilter, Rejection } from './framework.ts';
import type { Profile } from './profile.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** Where the search for nodes goes on, so that large clusters, where not all nodes are looked at, fill evenly. */
export interface SearchPosition {
  next: number;
  /** How many nodes were looked at so far, over all pods. */
  looks: number;
}

interface NamedFilter {
  readonly plugin: string;
  readonly filter: NodeFilter;
}

export interface Filtered {
  readonly feasible: readonly NodeInfo[];
  readonly diagnosis: Diagnosis;
  /** Looks at one node again, as it is now. */
  check(node: NodeInfo): Rejection | undefined;
}

/**
 * The nodes that can take a pod, or enough of them to choose from; and why the others cannot. `failed` is what was found for
 * a pod that asks for the same, if no node could take that one: then no node has to be asked again.
 */
export function feasibleNodes(
  pod: PodInfo,
  cluster: Cluster,
  profile: Profile,
  position: SearchPosition,
  failed?: Diagnosis,
): Filtered {
  const diagnosis = newDiagnosis(cluster.nodes.length);
  const filters: NamedFilter[] = [];
  const check = (node: NodeInfo) => reject(pod, node, filters, cluster)?.rejection;
  const limiting: string[] = [];
  let names: ReadonlySet<string> | undefined;
  for (const { plugin } of profile.plugins) {
    const found = plugin.preFilter?.(pod, cluster);
    if (!found) continue;
    if (found.rejection !== undefined) {
      diagnosis.rejection = found.rejection;
      diagnosis.rejectors.add(plugin.name);
      if (found.resolvable) diagnosis.resolvable.push(...cluster.nodes);
      return { feasible: [], diagnosis, check };
    }
    if (found.filter) filters.push({ plugin: plugin.name, filter: found.filter });
    if (found.nodeNames) {
      limiting.push(plugin.name);
      names = names ? new Set([...names].filter((name) => found.nodeNames!.has(name))) : found.nodeNames;
    }
  }

  // The node it was nominated for is the likeliest to take the pod; the others need no look then.
  const nominated = cluster.node(pod.pod.status?.nominatedNodeName ?? '');
  if (nominated && (!names || names.has(nominated.name)) && !check(nominated)) return { feasible: [nominated], diagnosis, check };

  if (failed) return { feasible: [], diagnosis: failed, check };

  const nodes = names ? [...names].flatMap((name) => cluster.node(name) ?? []) : cluster.nodes;
  if (names) {
    const left = cluster.nodes.length - nodes.length;
    if (left > 0) diagnosis.reasons.set(`node(s) didn't satisfy plugin(s) [${limiting.sort().join(' ')}]`, left);
    for (const plugin of limiting) diagnosis.rejectors.add(plugin);
  }
  const wanted = nodesToFind(nodes.length, profile.percentageOfNodesToScore);
  const feasible: NodeInfo[] = [];
  const counts = new Map<Rejection, number>();
  const start = names ? 0 : position.next % nodes.length;
  let looked = 0;
  for (; looked < nodes.length && feasible.length < wanted; looked++) {
    const at = start + looked;
    const node = nodes[at < nodes.length ? at : at - nodes.length]!;
    const rejected = reject(pod, node, filters, cluster);
    if (!rejected) {
      feasible.push(node);
      continue;
    }
    const { rejection, plugin } = rejected;
    // Filters give the same rejection to many nodes; its words are counted once.
    counts.set(rejection, (counts.get(rejection) ?? 0) + 1);
    if (rejection.resolvable) diagnosis.resolvable.push(node);
    diagnosis.rejectors.add(plugin);
  }
  for (const [rejection, count] of counts)
    for (const reason of rejection.reasons) diagnosis.reasons.set(reason, (diagnosis.reasons.get(reason) ?? 0) + count);
  position.looks += looked;
  if (!names) position.next = (start + looked) % nodes.length;
  return { feasible, diagnosis, check };
}

interface Rejected {
  readonly plugin: string;
  readonly rejection: Rejection;
}

/**
 * Asks every filter about a node until one turns it down. Pods nominated to the node that are as important count as being
 * there; but since they are not yet, the node must do without them too (affinity to them).
 */
function reject(pod: PodInfo, node: NodeInfo, filters: readonly NamedFilter[], cluster: Cluster): Rejected | undefined {
  const nominated = cluster.nominatedOn(node);
  if (nominated.length === 0) return firstRejection(node, filters);
  const { uid } = pod.pod.metadata;
  const present = nominated.filter((other) => other.priority >= pod.priority && other.pod.metadata.uid !== uid);
  if (present.length > 0) {
    for (const other of present) cluster.add(other, node);
    const rejected = firstRejection(node, filters);
    for (const other of present) cluster.remove(other, node);
    if (rejected) return rejected;
  }
  return firstRejection(node, filters);
}

function firstRejection(node: NodeInfo, filters: readonly NamedFilter[]): Rejected | undefined {
  for (const { plugin, filter } of filters) {
    const rejection = filter(node);
    if (rejection) return { plugin, rejection };
  }
  return undefined;
}

/**
 * After how many nodes that can take a pod the search ends: all of 100, then `percentage` of them (upstream's
 * percentageOfNodesToScore); by default half and less the more nodes there are, 5 % at the least.
 */
export function nodesToFind(nodeCount: number, percentage = 0): number {
  const min = 100;
  if (nodeCount < min || percentage >= 100) return nodeCount;
  const share = percentage > 0 ? percentage : Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(min, Math.floor((nodeCount * share) / 100));
}
