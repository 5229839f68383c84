import { rfc3339 } from '../../lib/clock.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { leases, nodeLeaseNamespace, type Lease } from '../../resources/coordination/lease.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { healthOf, missedSinceAnnotation, readyCondition, unknownConditions, type Health } from './health.ts';
import { taintsOf } from './taints.ts';

/**
 * Notices nodes that are not heard of any more, by their Lease, and keeps the taints of all nodes as their conditions
 * are. Its keys are those of nodes. A plan writes a node once: its status first, then the rest.
 */
export const nodeLifecycleController: Controller = {
  name: 'nodelifecycle',
  component: 'node-controller',
  triggers: [
    { resource: nodes, keys: (node: Node) => [keyOf(node)] },
    { resource: leases, keys: ({ metadata }: Lease) => (metadata.namespace === nodeLeaseNamespace ? [`/${metadata.name}`] : []) },
  ],
  reconcile(key, snapshot, { now }): Plan {
    const { name } = splitKey(key);
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
    if (taints || annotations) {
      const object: Node = {
        ...node,
        metadata: { ...node.metadata, ...(annotations && { annotations }) },
        spec: { ...node.spec, ...(taints && { taints }) },
      };
      plan.writes.push({ verb: 'update', resource: nodes, object });
    }
    return plan;
  },
};

/** Writes down since when a node is missed, and takes it off when that is decided; `undefined` for no change. */
function annotationsFor({ metadata }: Node, health: Health, now: Date): Record<string, string> | undefined {
  const { [missedSinceAnnotation]: noted, ...others } = metadata.annotations ?? {};
  if (health.state === 'missed') return health.noted ? undefined : { ...others, [missedSinceAnnotation]: rfc3339(now) };
  return noted === undefined ? undefined : others;
}
