import { controllerOf } from '../../machinery/meta.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { deployments } from '../../resources/apps/deployment.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { candidatesFor, claim, claimWrites, refersTo, resolveController } from '../support/ownership.ts';
import { isRollingUpdate } from './fenceposts.ts';
import { syncDeployment } from './sync.ts';

/** Keeps the ReplicaSets of Deployments, so that their pods move to the current template at the pace that was asked for. */
export const deploymentController: Controller = {
  name: 'deployment',
  component: 'deployment-controller',
  triggers: [
    { resource: deployments, keys: (deployment) => [keyOf(deployment)] },
    { resource: replicaSets, keys: keysOfReplicaSet },
    { resource: pods, keys: keysOfPod },
  ],
  reconcile,
};

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const deployment = snapshot.get(deployments, namespace, name);
  if (!deployment) return emptyPlan();
  const selector = selectorFromLabelSelector(deployment.spec.selector);
  const claims = claim(deployment, selector, candidatesFor(snapshot, replicaSets, deployment));
  const writes = claimWrites(deployment, deployments, replicaSets, claims);
  // Whose the ReplicaSets are comes first: each of these writes brings the key up again.
  if (writes.length > 0) return { writes, events: [] };
  return syncDeployment(deployment, claims.claimed, snapshot, context);
}

/** A ReplicaSet concerns its Deployment; one without a controller all Deployments that select it. */
function keysOfReplicaSet(set: ReplicaSet, snapshot: Snapshot): string[] {
  const reference = controllerOf(set);
  if (reference) return refersTo(reference, deployments) ? [`${set.metadata.namespace}/${reference.name}`] : [];
  return snapshot
    .list(deployments, set.metadata.namespace)
    .filter((deployment) => selectorFromLabelSelector(deployment.spec.selector).matches(set.metadata.labels))
    .map(keyOf);
}

/** Pods concern only Recreate, which waits for the last of them; all else it learns from the ReplicaSets. */
function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  const set = resolveController(pod, replicaSets, snapshot);
  const deployment = set && resolveController(set, deployments, snapshot);
  return deployment && !isRollingUpdate(deployment) ? [keyOf(deployment)] : [];
}
