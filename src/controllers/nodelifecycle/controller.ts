import { rfc3339 } from '../../lib/clock.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { leases, nodeLeaseNamespace, type Lease } from '../../resources/coordination/lease.ts';
import { nodes, type Node, type Taint } from '../../resources/core/node.ts';
import { decideEvictions } from './evictions.ts';
import { healthOf, missedSinceAnnotation, readyCondition, unknownConditions, type Health } from './health.ts';
import { reconciledLabels } from './labels.ts';
import { planPodsNotReady } from './pods.ts';
import { isEvictionTaint, taintsOf } from './taints.ts';

/** The one key that is about all nodes together: which of them lose their pods next. */
const evictionsKey = 'evictions';

/**
 * Notices nodes that are not heard of any more, and keeps the taints of all nodes as their conditions are. Its keys are
 * those of nodes, whose plan writes the node once: its status first, then the rest; and one for the pace at which pods of
 * lost nodes are evicted. A node that reports itself as not ready is taken at its word.
 */
export const nodeLifecycleController: Controller = {
  name: 'nodelifecycle',
  component: 'node-controller',
  triggers: [
    { resource: nodes, keys: (node: Node) => [keyOf(node)] },
    { resource: leases, keys: ({ metadata }: Lease) => (metadata.namespace === nodeLeaseNamespace ? [`/${metadata.name}`] : []) },
    { resource: nodes, concerns: concernsEvictions, keys: () => [evictionsKey] },
  ],
  reconcile: (key, snapshot, { now }) =>
    key === evictionsKey ? planEvictions(snapshot, now) : planNode(splitKey(key).name, snapshot, now),
};

function concernsEvictions(node: Node, previous: Node): boolean {
  return (
    readyCondition(node)?.status !== readyCondition(previous)?.status ||
    !samePlain(node.metadata.labels, previous.metadata.labels) ||
    !samePlain(node.spec.taints, previous.spec.taints)
  );
}

function planNode(name: string, snapshot: Snapshot, now: Date): Plan {
  const node = snapshot.get(nodes, '', name);
  if (!node || node.metadata.deletionTimestamp) return emptyPlan();
  const health = healthOf(node, snapshot.get(leases, nodeLeaseNamespace, name), now);
  const plan: Plan = { ...emptyPlan(), ...('checkAgainMs' in health && { requeueAfterMs: health.checkAgainMs }) };

  const conditions = health.state === 'unreachable' ? unknownConditions(node, rfc3339(now)) : undefined;
  if (conditions) {
    const object: Node = { ...node, status: { ...node.status, conditions } };
    plan.writes.push({ verb: 'update', resource: nodes, object, subresource: 'status' });
    if (readyCondition(node)?.status === 'True') {
      const message = `Node ${name} status is now: NodeNotReady`;
      plan.events.push({ regarding: node, type: 'Normal', reason: 'NodeNotReady', message, after: plan.writes[0] });
    }
    return plan;
  }

  const taints = taintsOf(node, rfc3339(now));
  const annotations = annotationsFor(node, health, now);
  const labels = reconciledLabels(node.metadata.labels);
  if (taints || annotations || labels) {
    const object: Node = {
      ...node,
      metadata: { ...node.metadata, ...(annotations && { annotations }), ...(labels && { labels }) },
      spec: { ...node.spec, ...(taints && { taints }) },
    };
    plan.writes.push({ verb: 'update', resource: nodes, object });
  }
  planPodsNotReady(plan, node, snapshot, rfc3339(now));
  return plan;
}

/** Writes down since when a node is missed, and takes it off when that is decided; `undefined` for no change. */
function annotationsFor({ metadata }: Node, health: Health, now: Date): Record<string, string> | undefined {
  const { [missedSinceAnnotation]: noted, ...others } = metadata.annotations ?? {};
  if (health.state === 'missed') return health.noted ? undefined : { ...others, [missedSinceAnnotation]: rfc3339(now) };
  return noted === undefined ? undefined : others;
}

function planEvictions(snapshot: Snapshot, now: Date): Plan {
  const { taint, release, nextMs } = decideEvictions(snapshot.list(nodes), now, rfc3339(now));
  const plan: Plan = { ...emptyPlan(), ...(nextMs !== undefined && { requeueAfterMs: nextMs }) };
  const retaint = (node: Node, taints: Taint[]) => {
    const object: Node = { ...node, spec: { ...node.spec, taints } };
    plan.writes.push({ verb: 'update', resource: nodes, object });
  };
  for (const each of taint) retaint(each.node, [...(each.node.spec.taints ?? []), each.taint]);
  for (const node of release)
    retaint(
      node,
      (node.spec.taints ?? []).filter((each) => !isEvictionTaint(each)),
    );
  return plan;
}
