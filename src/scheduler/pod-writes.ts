import { rfc3339 } from '../lib/clock.ts';
import type { EventDraft, Plan, Write } from '../machinery/reconcile.ts';
import { pods, type Pod } from '../resources/core/pod.ts';
import type { PodCondition } from '../resources/shared/pod-status.ts';
import { unschedulableMessage } from './queue/pending.ts';

type PodStatus = NonNullable<Pod['status']>;

/**
 * Gathers what a pass has decided into a plan: one write of the status of each pod whatever was decided about it, before
 * the bindings and deletions, which need no resourceVersion.
 */
export class PodWrites {
  readonly #now: Date;
  readonly #statuses = new Map<string, { pod: Pod; status: PodStatus; write: Write }>();
  readonly #others: Write[] = [];
  readonly #bindings: Write[] = [];
  readonly #deletions: Write[] = [];
  readonly #events: EventDraft[] = [];
  readonly #victims = new Set<string>();

  constructor(now: Date) {
    this.#now = now;
  }

  /** How many there are. */
  get size(): number {
    return this.#statuses.size + this.#others.length + this.#bindings.length + this.#deletions.length;
  }

  bind(pod: Pod, nodeName: string): void {
    const { namespace = '', name, uid } = pod.metadata;
    const write: Write = { verb: 'bind', namespace, name, uid, nodeName };
    this.#bindings.push(write);
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    this.#events.push({ regarding: pod, type: 'Normal', reason: 'Scheduled', message, after: write });
  }

  /** Writes that plugins ask for. */
  add(writes: readonly Write[]): void {
    this.#others.push(...writes);
  }

  /** Says why the pod has no node, if that is news. Answers whether it is. */
  unschedulable(pod: Pod, message: string): boolean {
    if (unschedulableMessage(pod) === message) return false;
    const after = this.#change(pod, (status) =>
      withCondition(pod, status, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }, this.#now),
    );
    this.#events.push({ regarding: pod, type: 'Warning', reason: 'FailedScheduling', message: shortened(message), after });
    return true;
  }

  /** Says which node the pod waits for; '' takes that back. */
  nominate(pod: Pod, nodeName: string): void {
    const current = (this.#statuses.get(pod.metadata.uid)?.status ?? pod.status)?.nominatedNodeName ?? '';
    if (current === nodeName) return;
    this.#change(pod, ({ nominatedNodeName: _, ...status }) => (nodeName ? { ...status, nominatedNodeName: nodeName } : status));
  }

  /** Deletes a pod to make room for another one. */
  preempt(victim: Pod, preemptor: Pod, nodeName: string): void {
    const { namespace = '', name, uid, deletionTimestamp } = victim.metadata;
    if (deletionTimestamp !== undefined || this.#victims.has(uid)) return;
    this.#victims.add(uid);
    const message = `${preemptor.spec.schedulerName}: preempting to accommodate a higher priority pod`;
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message };
    this.#change(victim, (status) => withCondition(victim, status, condition, this.#now));
    const write: Write = { verb: 'delete', resource: pods, namespace, name, uid };
    this.#deletions.push(write);
    this.#events.push({
      regarding: victim,
      type: 'Normal',
      reason: 'Preempted',
      message: `Preempted by pod ${preemptor.metadata.uid} on node ${nodeName}`,
      after: write,
    });
  }

  plan(): Plan {
    const statuses = Array.from(this.#statuses.values(), ({ write }) => write);
    return { writes: [...statuses, ...this.#others, ...this.#bindings, ...this.#deletions], events: this.#events };
  }

  #change(pod: Pod, change: (status: PodStatus) => PodStatus): Write {
    const { uid } = pod.metadata;
    const status = change(this.#statuses.get(uid)?.status ?? pod.status ?? {});
    const object: Pod = { ...pod, status };
    const before = this.#statuses.get(uid)?.write;
    // The same write stays, because events refer to it.
    const write = before?.verb === 'update' ? Object.assign(before, { object }) : updateStatus(object);
    this.#statuses.set(uid, { pod, status, write });
    return write;
  }
}

const updateStatus = (object: Pod): Write => ({ verb: 'update', resource: pods, object, subresource: 'status' });

/** The status with the condition, which keeps its time unless its status changes. */
function withCondition(pod: Pod, status: PodStatus, changed: Omit<PodCondition, 'lastTransitionTime'>, now: Date): PodStatus {
  const conditions = status.conditions ?? [];
  const current = conditions.find(({ type }) => type === changed.type);
  const condition: PodCondition = {
    ...changed,
    lastTransitionTime: current?.status === changed.status ? current.lastTransitionTime : rfc3339(now),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  const next = current ? conditions.map((other) => (other === current ? condition : other)) : [...conditions, condition];
  return { ...status, conditions: next };
}

/** Events hold this many characters of a message (upstream's NoteLengthLimit). */
const noteLengthMax = 1024;
const shortened = (message: string): string =>
  message.length <= noteLengthMax ? message : `${message.slice(0, noteLengthMax - 4)} ...`;
