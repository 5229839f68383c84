import { emptyPlan, keyOf, splitKey, type Controller, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { deployments, type Deployment } from '../../resources/apps/deployment.ts';
import { replicaSets } from '../../resources/apps/replicaset.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { candidatesFor, claim, claimWrites, ownerKeys, resolveController } from '../support/ownership.ts';
import { isRollingUpdate } from './fenceposts.ts';
import { syncDeployment } from './sync.ts';

/** Keeps the ReplicaSets of Deployments, so that their pods move to the current template at the pace that was asked for. */
export const deploymentController: Controller = {
  name: 'deployment',
  component: 'deployment-controller',
  triggers: [
    { resource: deployments, keys: (deployment) => [keyOf(deployment)] },
    { resource: replicaSets, keys: (set, snapshot) => ownerKeys(set, deployments, selectorOf, snapshot) },
    { resource: pods, keys: keysOfPod },
  ],
  reconcile,
};

function reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan {
  const { namespace, name } = splitKey(key);
  const deployment = snapshot.get(deployments, namespace, name);
  if (!deployment) return emptyPlan();
  const claims = claim(deployment, selectorOf(deployment), candidatesFor(snapshot, replicaSets, deployment));
  const writes = claimWrites(deployment, deployments, replicaSets, claims);
  // Whose the ReplicaSets are comes first: each of these writes brings the key up again.
  if (writes.length > 0) return { writes, events: [] };
  return syncDeployment(deployment, claims.claimed, snapshot, context);
}

const selectorOf = ({ spec }: Deployment) => selectorFromLabelSelector(spec.selector);

/** Pods concern only Recreate, which waits for the last of them; all else it learns from the ReplicaSets. */
function keysOfPod(pod: Pod, snapshot: Snapshot): string[] {
  const set = resolveController(pod, replicaSets, snapshot);
  const deployment = set && resolveController(set, deployments, snapshot);
  return deployment && !isRollingUpdate(deployment) ? [keyOf(deployment)] : [];
}
