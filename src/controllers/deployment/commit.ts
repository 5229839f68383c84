import type { EventDraft, Plan, Write } from '../../machinery/reconcile.ts';
import { deployments, type Deployment } from '../../resources/apps/deployment.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { semanticEqual } from '../support/semantic-equal.ts';
import { revisionAnnotation } from './annotations.ts';
import { isDraft } from './new-replica-set.ts';
import { deadlineCheckMs } from './progress.ts';
import { sizeOf } from './replica-sets.ts';
import { statusOf, type Rollout } from './rollout.ts';

/** The writes and events that lead from the ReplicaSets and the Deployment as read to the rollout's. Empty when they are alike. */
export function commit(rollout: Rollout, read: readonly ReplicaSet[]): Plan {
  const { deployment, newSet, oldSets } = rollout;
  const plan: Plan = { writes: [], events: [] };
  const before = new Map(read.map((set) => [set.metadata.uid, set]));
  for (const set of newSet ? [newSet, ...oldSets] : oldSets) {
    const old = before.get(set.metadata.uid);
    const write = old ? updateOf(set, old) : createOf(set);
    if (!write) continue;
    plan.writes.push(write);
    const from = old ? sizeOf(old) : 0;
    if (sizeOf(set) !== from) plan.events.push(scalingEvent(deployment, set, from, write));
  }
  for (const { metadata } of rollout.surplus)
    plan.writes.push({
      verb: 'delete',
      resource: replicaSets,
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    });
  const status = statusOf(rollout);
  // A ReplicaSet that is only being created has no say yet; what must not be missed then is the condition that starts the
  // deadline. The revision goes with the status: a change of annotations by itself would count as one of the desired state.
  const revised = newSet && !isDraft(newSet) ? revisedDeployment(deployment, newSet) : undefined;
  if (revised || !sameStatus(deployment.status, status)) plan.writes.push(statusWrite(revised ?? deployment, status));
  if (rollout.watched) plan.requeueAfterMs = deadlineCheckMs(deployment, status, rollout.now);
  return plan;
}

/** Writes the status of the Deployment and nothing else. */
export function statusWrite(deployment: Deployment, status: Deployment['status']): Write {
  const object: Deployment = { ...deployment, status };
  return { verb: 'update', subresource: 'status', resource: deployments, object };
}

const statusSchema = deployments.schema.fields['status']!.schema;
const sameStatus = (a: Deployment['status'], b: Deployment['status']) => semanticEqual(statusSchema, a ?? {}, b ?? {});

function createOf(set: ReplicaSet): Write {
  const { uid: _uid, resourceVersion: _resourceVersion, creationTimestamp: _creationTimestamp, ...metadata } = set.metadata;
  return { verb: 'create', resource: replicaSets, object: { ...set, metadata } };
}

function updateOf(set: ReplicaSet, old: ReplicaSet): Write | undefined {
  const same =
    sizeOf(set) === sizeOf(old) &&
    (set.spec.minReadySeconds ?? 0) === (old.spec.minReadySeconds ?? 0) &&
    sameAnnotations(set.metadata.annotations ?? {}, old.metadata.annotations ?? {});
  return same ? undefined : { verb: 'update', resource: replicaSets, object: set };
}

function sameAnnotations(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function scalingEvent(deployment: Deployment, set: ReplicaSet, from: number, after: Write): EventDraft {
  const direction = sizeOf(set) > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${sizeOf(set)}`;
  return { regarding: deployment, type: 'Normal', reason: 'ScalingReplicaSet', message, after };
}

/** The Deployment with the revision of its current ReplicaSet; `undefined` when it has it already. */
function revisedDeployment(deployment: Deployment, newSet: ReplicaSet): Deployment | undefined {
  const revision = newSet.metadata.annotations?.[revisionAnnotation];
  if (revision === undefined || deployment.metadata.annotations?.[revisionAnnotation] === revision) return undefined;
  const { metadata } = deployment;
  return { ...deployment, metadata: { ...metadata, annotations: { ...metadata.annotations, [revisionAnnotation]: revision } } };
}
