/** What is done to the pods and claims of a StatefulSet, with the events that tell of it. */
import { emptyPlan, type EventDraft, type Plan, type Write } from '../../machinery/reconcile.ts';
import type { StatusError } from '../../machinery/status.ts';
import type { Draft } from '../../machinery/meta.ts';
import type { StatefulSet } from '../../resources/apps/statefulset.ts';
import { persistentVolumeClaims, type PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { newClaim, type WantedClaim } from './claims.ts';

type Verb = 'Create' | 'Update' | 'Delete';

/** Pods and claims that one plan writes at most; the next one goes on. */
export const writesPerPlanMax = 500;

/** A plan in the making. */
export class Actions {
  readonly plan: Plan = emptyPlan();
  readonly #set: StatefulSet;
  readonly #creationsMax: number;
  #creations = 0;

  /** @param creationsMax how many pods and claims may be created: after a failure, one finds out whether it has passed */
  constructor(set: StatefulSet, creationsMax: number) {
    this.#set = set;
    this.#creationsMax = creationsMax;
  }

  /** Nothing more is to go into this plan. */
  get isFull(): boolean {
    return this.plan.writes.length >= writesPerPlanMax || this.#creations >= this.#creationsMax;
  }

  createPod(object: Draft<Pod>): void {
    this.#creations++;
    this.#write({ verb: 'create', resource: pods, object }, 'Create', `Pod ${object.metadata.name}`, 'successful');
  }

  deletePod({ metadata }: Pod): void {
    const { name, namespace = '', uid } = metadata;
    this.#write({ verb: 'delete', resource: pods, namespace, name, uid }, 'Delete', `Pod ${name}`, 'successful');
  }

  updatePod(object: Pod): void {
    this.#write({ verb: 'update', resource: pods, object }, 'Update', `Pod ${object.metadata.name}`, 'successful');
  }

  createClaim(claim: WantedClaim, podName: string): void {
    this.#creations++;
    const write: Write = { verb: 'create', resource: persistentVolumeClaims, object: newClaim(this.#set, claim) };
    this.#write(write, 'Create', `Claim ${claim.name} Pod ${podName}`, 'success');
  }

  updateClaim(object: PersistentVolumeClaim): void {
    this.plan.writes.push({ verb: 'update', resource: persistentVolumeClaims, object });
  }

  /** Says that something cannot be done now. Whatever changes that brings the set up again. */
  warn(reason: string, message: string): void {
    this.plan.events.push({ regarding: this.#set, type: 'Warning', reason, message });
  }

  /** The pod cannot be created before that. */
  warnBlocked(podName: string, cause: string): void {
    this.plan.events.push(failureEvent(this.#set, 'Create', podName, cause));
  }

  #write(after: Write, verb: Verb, what: string, outcome: string): void {
    const { name } = this.#set.metadata;
    const message = `${verb} ${what} in StatefulSet ${name} ${outcome}`;
    this.plan.writes.push(after);
    this.plan.events.push({ regarding: this.#set, type: 'Normal', reason: `Successful${verb}`, message, after });
  }
}

const failureEvent = (set: StatefulSet, verb: Verb, podName: string, cause: string): EventDraft => ({
  regarding: set,
  type: 'Warning',
  reason: `Failed${verb}`,
  message: `${verb} Pod ${podName} in StatefulSet ${set.metadata.name} failed error: ${cause}`,
});

/** What the API refused of the last plan, as far as looking again does not settle it. */
export function failureEvents(set: StatefulSet, failures: readonly StatusError[], snapshot: Snapshot): EventDraft[] {
  return failures.filter(isRefusal).flatMap(({ details, message }) => {
    const { kind = '', name } = details ?? {};
    if (!name) return [];
    if (isOf(kind, pods)) {
      const exists = snapshot.get(pods, set.metadata.namespace ?? '', name) !== undefined;
      return [failureEvent(set, exists ? 'Delete' : 'Create', name, message)];
    }
    if (!isOf(kind, persistentVolumeClaims)) return [];
    const podName = `${set.metadata.name}-${/\d*$/.exec(name)![0]}`;
    const setName = set.metadata.name;
    const text = `Create Claim ${name} for Pod ${podName} in StatefulSet ${setName} failed error: ${message}`;
    return [
      { regarding: set, type: 'Warning', reason: 'FailedCreate', message: text },
      failureEvent(set, 'Create', podName, `failed to create PVC ${name}: ${message}`),
    ];
  });
}

/** Whether the API refused something that it will probably refuse again. */
export const isRefusal = ({ reason, details }: StatusError): boolean =>
  !['AlreadyExists', 'Conflict', 'NotFound'].includes(reason) &&
  !details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating');

const isOf = (kind: string, resource: { plural: string; kind: string }): boolean =>
  kind === resource.plural || kind === resource.kind;
