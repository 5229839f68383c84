import type { Write } from '../machinery/reconcile.ts';
import { failureMessage, noNodesMessage, type Diagnosis } from './failure.ts';
import { feasibleNodes, type Filtered, type SearchPosition } from './filter.ts';
import type { Cluster, PostFiltered, Reservation } from './framework.ts';
import type { Profile } from './profile.ts';
import { bestNode } from './score.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** What became of one look at a pod. */
export type Outcome =
  /** It goes to the node, after and together with these writes. */
  | { type: 'placed'; node: NodeInfo; writes: readonly Write[] }
  /** It will, once something has followed from these writes, which one of the plugins hears of. */
  | { type: 'waits'; node: NodeInfo; writes: readonly Write[]; plugins: ReadonlySet<string> }
  /** No node can take it. `rejectors` turned it down; none: it is tried again after a back-off. */
  | {
      type: 'failed';
      message: string;
      rejectors: ReadonlySet<string>;
      postFiltered?: PostFiltered;
      /** What the filters said, if it was they. */
      diagnosis?: Diagnosis;
    };

/**
 * Finds the node for a pod. Nothing in the cluster is changed but the scratch of the pass. `failed` is what the filters
 * said about a pod that asks for the same, in the same pass.
 */
export function schedulePod(
  pod: PodInfo,
  cluster: Cluster,
  profile: Profile,
  position: SearchPosition,
  failed?: Diagnosis,
): Outcome {
  if (cluster.nodes.length === 0)
    return { type: 'failed', message: noNodesMessage, rejectors: allPlugins(profile), postFiltered: { nominatedNodeName: '' } };
  const filtered = feasibleNodes(pod, cluster, profile, position, failed);
  if (filtered.feasible.length === 0) return fail(pod, filtered, cluster, profile);
  return reserve(pod, bestNode(pod, filtered.feasible, cluster, profile), cluster, profile);
}

function fail(pod: PodInfo, { diagnosis, check }: Filtered, cluster: Cluster, profile: Profile): Outcome {
  const { resolvable, nodeCount } = diagnosis;
  let postFiltered: PostFiltered | undefined;
  for (const { plugin } of profile.plugins) {
    postFiltered = plugin.postFilter?.(pod, { resolvable, nodeCount, check }, cluster) ?? postFiltered;
    if (postFiltered?.nominatedNodeName) break;
  }
  const message = failureMessage(diagnosis, postFiltered?.message);
  return { type: 'failed', message, rejectors: diagnosis.rejectors, diagnosis, ...(postFiltered && { postFiltered }) };
}

function reserve(pod: PodInfo, node: NodeInfo, cluster: Cluster, profile: Profile): Outcome {
  const reservations: { plugin: string; reservation: Reservation }[] = [];
  const turnDown = (rejection: string, rejectors: ReadonlySet<string>): Outcome => {
    for (const { reservation } of reservations.reverse()) reservation.release?.();
    const reasons = new Map([[rejection, 1]]);
    const message = failureMessage({ nodeCount: 1, reasons, resolvable: [], rejectors: new Set() }, undefined);
    return { type: 'failed', message, rejectors, postFiltered: { nominatedNodeName: '' } };
  };
  for (const { plugin } of profile.plugins) {
    const reservation = plugin.reserve?.(pod, node, cluster);
    if (!reservation) continue;
    reservations.push({ plugin: plugin.name, reservation });
    if (reservation.rejection !== undefined) return turnDown(reservation.rejection, new Set());
  }
  for (const { plugin } of profile.plugins) {
    const rejection = plugin.permit?.(pod, node, cluster);
    if (rejection !== undefined) return turnDown(rejection, new Set([plugin.name]));
  }
  const writes = reservations.flatMap(({ reservation }) => reservation.writes ?? []);
  const waiting = reservations.filter(({ reservation }) => reservation.wait).map(({ plugin }) => plugin);
  return waiting.length > 0 ? { type: 'waits', node, writes, plugins: new Set(waiting) } : { type: 'placed', node, writes };
}

const allPlugins = ({ plugins }: Profile): ReadonlySet<string> => new Set(plugins.map(({ plugin }) => plugin.name));
