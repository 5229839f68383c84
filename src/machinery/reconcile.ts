import type { Random } from '../lib/random.ts';
import type { CertificateWish } from './certificates.ts';
import type { Draft, KubeObject, OwnerReference } from './meta.ts';
import type { Measurements } from './node-usage.ts';
import type { Snapshot } from './reader.ts';
import type { AnyResource } from './resource.ts';
import type { StatusError } from './status.ts';

/**
 * One change that a controller wants. The loop carries it out through the API's own verbs, so defaults, validation,
 * finalizers and graceful deletion apply as for any client.
 */
export type Write =
  /** `metadata.name` or `metadata.generateName` says the name. */
  | {
      verb: 'create';
      resource: AnyResource;
      object: Draft<KubeObject>;
      /** Where in `data` the certificates of the cluster's authorities are put (PEM). */
      authoritiesAs?: string;
    }
  /** Lands only while the object still has the `resourceVersion` it carries. `status` writes nothing but the status. */
  | {
      verb: 'update';
      resource: AnyResource;
      object: KubeObject;
      subresource?: 'status' | 'approval' | 'finalize';
      /** The subresource that managedFields say was written through, where it is not the one above. */
      managedAs?: 'scale';
      /** The payload of a token that the cluster signs on the way, and keeps in the Secret that is written. */
      token?: Readonly<Record<string, unknown>>;
      /** A certificate that the cluster signs on the way, and puts into the status of the request that is written. */
      certificate?: CertificateWish;
      /** Where in `data` the certificates of the cluster's authorities are put (PEM). */
      authoritiesAs?: string;
    }
  | {
      verb: 'delete';
      resource: AnyResource;
      namespace: string;
      name: string;
      /** Only this very object; always say it when the decision was about one. */
      uid?: string;
      resourceVersion?: string;
      /** Only while it has these owners; `[]` for none. For decisions that rest on them, whatever else of it changes. */
      ownerReferences?: readonly OwnerReference[];
      gracePeriodSeconds?: number;
      propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
    }
  /** Gives an unassigned pod a node (the pods/binding subresource). */
  | { verb: 'bind'; namespace: string; name: string; uid: string; nodeName: string };

/** An Event to record. Repeats of the same one are counted, not stored again. */
export interface EventDraft {
  /** What it is about. */
  regarding: KubeObject;
  type: 'Normal' | 'Warning';
  /** CamelCase, for machines: `ScalingReplicaSet`. */
  reason: string;
  /** For people, in upstream's words. */
  message: string;
  /** The write of the same plan that the event tells of: recorded only when that one has landed. Without it: always. */
  after?: Write;
}

/** What a controller decided. An empty plan means that the state is as it should be. */
export interface Plan {
  writes: Write[];
  events: EventDraft[];
  /** Look at this key again after that time even if nothing changes. The loop may be early, never late by much. */
  requeueAfterMs?: number;
  /**
   * The nodes whose usage has to be known first: they are asked, and the key is looked at again when they have answered, or
   * have not. Such a plan writes nothing. Only for who was given `measurements`.
   */
  measure?: readonly string[];
}

export interface ReconcileContext {
  now: Date;
  random: Random;
  /** What the API answered to the writes of this key's last plan that failed; empty otherwise. */
  failures: readonly StatusError[];
  /** What nodes said they use when they were last asked. Absent where nodes cannot be asked. */
  measurements?: Measurements;
}

/** How changes of a kind reach a controller: which of its keys have to be looked at because this object changed. */
export interface Trigger<T extends KubeObject = KubeObject> {
  resource: AnyResource;
  /** Whether an update can concern anybody: asked before `keys`. Without it every update can. For objects that change often. */
  concerns?(object: T, previous: T): boolean;
  /** Called with the new object and with the old one, so a key that no longer matches is looked at too. */
  keys(object: T, snapshot: Snapshot): readonly string[];
  /**
   * Called instead for every object after a start, when nobody knows what was left undone, by a controller that has to look
   * at more, or less, then.
   */
  keysAtStart?(object: T, snapshot: Snapshot): readonly string[];
}

/**
 * Level-triggered: `reconcile` gets a key and the state, never an event, and decides the same whenever asked. It uses no
 * clock, randomness or network but what it is given. After a restart every key is asked again.
 */
export interface Controller {
  /** Upstream's name, as in `--controllers`: `deployment`, `endpointslice`. */
  readonly name: string;
  /** The component that events name as their source: `deployment-controller`. */
  readonly component: string;
  /** Each for objects of its own kind; triggers are contravariant in it, hence the `any`. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly triggers: readonly Trigger<any>[];
  /**
   * A trigger for a kind that `triggers` says nothing of, if its objects concern the controller: asked once for each kind,
   * also for those that come later (custom resources). What the trigger knows of the kind may be out of date.
   */
  triggerFor?(resource: AnyResource): Trigger | undefined;
  /**
   * How long a key that goes on changing is left alone between two looks, for controllers whose looks and writes grow with
   * what a key stands for. The first look is at once (upstream's `--endpointslice-updates-batch-period`, but for that).
   */
  readonly paceMs?: number;
  reconcile(key: string, snapshot: Snapshot, context: ReconcileContext): Plan;
}

export const emptyPlan = (): Plan => ({ writes: [], events: [] });

/** The usual key of an object: `namespace/name`, or `/name` without a namespace. */
export const keyOf = (object: { metadata: { namespace?: string; name: string } }): string =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
