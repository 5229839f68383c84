/** What controllers of interchangeable pods do to them, with the events that tell of it: upstream's `RealPodControl`. */
import type { Random } from '../../lib/random.ts';
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import type { EventDraft, Plan, Write } from '../../machinery/reconcile.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import type { StatusError } from '../../machinery/status.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { generatedName, podNamePrefix } from './new-pods.ts';

/** Names for `count` new pods of an owner, none of them taken. */
export function freshPodNames({ metadata }: KubeObject, count: number, snapshot: Snapshot, random: Random): string[] {
  const names = new Set<string>();
  const isTaken = (name: string) => names.has(name) || snapshot.get(pods, metadata.namespace ?? '', name) !== undefined;
  while (names.size < count) names.add(generatedName(podNamePrefix(metadata.name), random, isTaken));
  return [...names];
}

/** Adds the creation of a pod to the plan. */
export function planPodCreation(plan: Plan, owner: KubeObject, object: Draft<Pod>): void {
  const after: Write = { verb: 'create', resource: pods, object };
  const message = `Created pod: ${object.metadata.name}`;
  plan.writes.push(after);
  plan.events.push({ regarding: owner, type: 'Normal', reason: 'SuccessfulCreate', message, after });
}

/** Adds the deletion of a pod to the plan. */
export function planPodDeletion(plan: Plan, owner: KubeObject, { metadata }: Pod): void {
  const { name, namespace = '', uid } = metadata;
  const after: Write = { verb: 'delete', resource: pods, namespace, name, uid };
  const message = `Deleted pod: ${name}`;
  plan.writes.push(after);
  plan.events.push({ regarding: owner, type: 'Normal', reason: 'SuccessfulDelete', message, after });
}

/** Tells that the API refused to create or delete a pod. */
export const podFailureEvent = (owner: KubeObject, reason: 'FailedCreate' | 'FailedDelete', message: string): EventDraft => ({
  regarding: owner,
  type: 'Warning',
  reason,
  message: `Error ${reason === 'FailedCreate' ? 'creating' : 'deleting'}: ${message}`,
});

/** Whether what the API refused was about pods rather than about their owner, and is not settled by just looking again. */
export const isPodFailure = ({ reason, details }: StatusError, owner: Pick<ResourceDefinition, 'plural' | 'kind'>): boolean =>
  !settledByRetry.has(reason) &&
  details?.kind !== owner.plural &&
  details?.kind !== owner.kind &&
  !details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating');

const settledByRetry: ReadonlySet<string> = new Set(['AlreadyExists', 'Conflict', 'NotFound']);
