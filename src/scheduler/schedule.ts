import type { Random } from '../lib/random.ts';
import type { Reader } from '../machinery/reader.ts';
import type { Pod } from '../resources/core/pod.ts';
import { failureMessage, noNodesMessage, type Diagnosis } from './failure.ts';
import type { NodeFilter } from './framework.ts';
import { defaultProfile, type Profile } from './profile.ts';
import { attemptOrder, classOf, pendingPods, unschedulableMessage } from './queue.ts';
import { buildNodeInfos, type NodeInfo } from './snapshot/node-info.ts';
import { PassCluster } from './snapshot/pass-cluster.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

export interface PassOptions {
  random: Random;
  /** How many pods get a full look, and how many outcomes there are, at the most. */
  limit: number;
  profile?: Profile;
  /** The nodes with their pods, if the caller keeps them; the pass adds its placements to them. Else they are built anew. */
  nodes?: readonly NodeInfo[];
}

export interface PassResult {
  bindings: { pod: Pod; nodeName: string }[];
  /** Pods that fit nowhere and whose condition does not say so yet. */
  unschedulable: { pod: Pod; message: string }[];
  /** Pods that this pass did not come to. */
  left: number;
}

/**
 * One pass: looks at pending pods in the order of the queue, and gives each the best of the nodes that can take it, with
 * every placement before it in the same pass counted in. The cost of a pod does not depend on how many pods there are.
 */
export function schedulePods(reader: Reader, options: PassOptions): PassResult {
  const { random, limit, profile = defaultProfile } = options;
  const result: PassResult = { bindings: [], unschedulable: [], left: 0 };
  const pending = pendingPods(reader, profile);
  if (pending.length === 0) return result;

  const cluster = new PassCluster(reader, options.nodes ?? buildNodeInfos(reader));
  const search = { start: Math.floor(random.next() * cluster.nodes.length) };
  // Within a pass room only shrinks, so what did not fit fits no other pod that asks for the same.
  const failed = new Map<string, string>();
  let attempts = 0;
  for (const info of attemptOrder(pending, limit, random)) {
    let message = failed.size > 0 ? failed.get(classOf(info)) : undefined;
    if (message === undefined) {
      if (attempts === limit || result.bindings.length + result.unschedulable.length === limit) {
        result.left++;
        continue;
      }
      attempts++;
      const outcome = schedulePod(info, cluster, profile, search, random);
      if (typeof outcome !== 'string') {
        cluster.assume(info, outcome);
        result.bindings.push({ pod: info.pod, nodeName: outcome.name });
        continue;
      }
      failed.set(classOf(info), (message = outcome));
    }
    if (unschedulableMessage(info.pod) === message) continue;
    if (result.bindings.length + result.unschedulable.length === limit) result.left++;
    else result.unschedulable.push({ pod: info.pod, message });
  }
  return result;
}

/** The node for a pod, or why there is none. */
function schedulePod(
  pod: PodInfo,
  cluster: PassCluster,
  profile: Profile,
  search: { start: number },
  random: Random,
): NodeInfo | string {
  if (cluster.nodes.length === 0) return noNodesMessage;
  const diagnosis: Diagnosis = { nodeCount: cluster.nodes.length, reasons: new Map(), resolvable: [] };
  const feasible = feasibleNodes(pod, cluster, profile, search, diagnosis);
  if (feasible.length === 0) return failureMessage(pod, diagnosis);
  return feasible.length === 1 ? feasible[0]! : bestNode(pod, feasible, cluster, profile, random);
}

function feasibleNodes(
  pod: PodInfo,
  cluster: PassCluster,
  profile: Profile,
  search: { start: number },
  diagnosis: Diagnosis,
): NodeInfo[] {
  const filters: NodeFilter[] = [];
  const limiting: string[] = [];
  let names: ReadonlySet<string> | undefined;
  for (const { plugin } of profile.plugins) {
    const found = plugin.preFilter?.(pod, cluster);
    if (found?.rejection !== undefined) {
      diagnosis.rejection = found.rejection;
      return [];
    }
    if (found?.filter) filters.push(found.filter);
    if (found?.nodeNames) {
      limiting.push(plugin.name);
      names = names ? new Set([...names].filter((name) => found.nodeNames!.has(name))) : found.nodeNames;
    }
  }

  const nodes = names ? [...names].flatMap((name) => cluster.node(name) ?? []) : cluster.nodes;
  if (names)
    count(diagnosis, `node(s) didn't satisfy plugin(s) [${limiting.sort().join(' ')}]`, cluster.nodes.length - nodes.length);
  const wanted = nodesToFind(nodes.length);
  const feasible: NodeInfo[] = [];
  let looked = 0;
  const start = names ? 0 : search.start;
  for (; looked < nodes.length && feasible.length < wanted; looked++) {
    const node = nodes[(start + looked) % nodes.length]!;
    if (passes(node, filters, diagnosis)) feasible.push(node);
  }
  // The next pod starts where this one ended, so that large clusters, where not all nodes are looked at, fill evenly.
  if (!names) search.start = (search.start + looked) % nodes.length;
  return feasible;
}

function passes(node: NodeInfo, filters: readonly NodeFilter[], diagnosis: Diagnosis): boolean {
  for (const filter of filters) {
    const rejection = filter(node);
    if (!rejection) continue;
    for (const reason of rejection.reasons) count(diagnosis, reason, 1);
    if (rejection.resolvable) diagnosis.resolvable.push(node);
    return false;
  }
  return true;
}

const count = ({ reasons }: Diagnosis, reason: string, nodes: number): void => {
  reasons.set(reason, (reasons.get(reason) ?? 0) + nodes);
};

/** After how many nodes that can take a pod the search ends, as upstream: all of 100, then half and less, 5 % at the least. */
export function nodesToFind(nodeCount: number): number {
  const min = 100;
  if (nodeCount < min) return nodeCount;
  const percentage = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(min, Math.floor((nodeCount * percentage) / 100));
}

/** The node with the highest weighted sum of scores; one of them by chance if there are several. */
function bestNode(pod: PodInfo, feasible: readonly NodeInfo[], cluster: PassCluster, profile: Profile, random: Random): NodeInfo {
  const totals = new Float64Array(feasible.length);
  for (const { plugin, weight = 0 } of profile.plugins) {
    const scorer = plugin.preScore?.(pod, feasible, cluster);
    if (!scorer) continue;
    const scores = feasible.map((node) => scorer.score(node));
    scorer.normalise?.(scores, feasible);
    for (let i = 0; i < scores.length; i++) totals[i]! += scores[i]! * weight;
  }
  let best = 0;
  let ties = 1;
  for (let i = 1; i < totals.length; i++) {
    if (totals[i]! < totals[best]!) continue;
    if (totals[i]! > totals[best]!) ties = 1;
    else if (Math.floor(random.next() * ++ties) !== 0) continue;
    best = i;
  }
  return feasible[best]!;
}
