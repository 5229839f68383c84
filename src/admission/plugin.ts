import type { Authorizer } from '../authz/authorizer.ts';
import type { Random } from '../lib/random.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { Reader } from '../machinery/reader.ts';
import type { AnyResource } from '../machinery/resource.ts';
import type { Scheme } from '../machinery/scheme.ts';
import type { UserInfo } from '../machinery/user.ts';
import { forbidden, type StatusError } from '../machinery/status.ts';
import type { Consult } from './consult.ts';
import type { Pass } from './pass.ts';
import type { Registered } from './registered.ts';

/** What a request does, in the words of upstream's `admission.Operation`. A bind or an eviction is a CREATE of a subresource. */
export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What a plugin knows of a request (upstream's `admission.Attributes`). */
export interface Attributes<T extends KubeObject = KubeObject> {
  readonly operation: Operation;
  /** The kind that the path names, also for its subresources. */
  readonly resource: AnyResource;
  /** '' for the kind itself. */
  readonly subresource: string;
  /** '' for kinds without a namespace. */
  readonly namespace: string;
  /** The object's name; while a name has yet to be generated, what it is generated from. */
  readonly name: string;
  /** What is to be written: `admit` may change it. Of `pods/binding` the Binding. None for DELETE. */
  readonly object?: T;
  /** What is there now, shared. None for CREATE. */
  readonly oldObject?: T;
  /** Whether a DELETE is one of a collection: the request then names no object. */
  readonly isOfCollection?: boolean;
  readonly user: UserInfo;
  readonly options: OperationOptions;
}

/** What the client said besides. */
export interface OperationOptions {
  readonly dryRun?: boolean;
  /** What is written as options, where the client wrote it. */
  readonly stated?: StatedOptions;
  /** Of a DELETE: the rest of its DeleteOptions. */
  readonly deletion?: object;
  /** The kind in the version of the request, where it is another than the stored one. */
  readonly served?: AnyResource;
}

/** Options as the client gave them, without what goes without saying. */
export interface StatedOptions {
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
}

/** Attributes of a CREATE or UPDATE, which have an object. */
export type WriteAttributes<T extends KubeObject> = Attributes<T> & { readonly object: T };

/** What a plugin may use besides: the moment, randomness, and the state with every write before this one. */
export interface AdmissionContext {
  readonly now: Date;
  readonly random: Random;
  readonly scheme: Scheme;
  readonly pending: Reader;
  /** Says who may do what, by the committed state. */
  readonly authorizer: Authorizer;
  readonly committed: Reader;
  /** Says a sentence to the client. */
  warn(sentence: string): void;
  /** Notes something for the audit log. */
  annotate(key: string, value: string): void;
  /** The webhooks and policies of the cluster. */
  readonly registered: Registered;
  /** Asks webhooks. */
  readonly consult: Consult;
  /** Puts another object in the commit of the one that is admitted, for instance the quota that it is charged to. */
  alsoPut(resource: AnyResource, object: KubeObject): void;
}

/** An object that a request cannot do without, and that a controller is about to create. */
export interface Awaited {
  readonly resource: AnyResource;
  readonly namespace: string;
  readonly name: string;
}

/**
 * One rule about requests that change something. A plugin is pure and synchronous: it runs inside the store's decision,
 * alone, on the state after all writes before it, so what it decides on is still true when the write is committed.
 *
 * What has to ask somebody else (webhooks) uses `consult`, which ends the decision unless the answer is known, and has it made
 * again when it is. In the same way `admit` may be called twice on one object (see `Pass`): plugins must do no harm when they
 * see their own work.
 */
export interface AdmissionPlugin {
  /** Upstream's name. */
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Storage keys of the kinds it is asked about. Absent: all of them. */
  readonly resources?: readonly string[];
  /** Subresources it is asked about, '' being the kind itself. Absent: that one alone. */
  readonly subresources?: readonly string[] | 'all';
  /** What should be there before anything else is done. The verb waits for it, for a while, and then goes on without. */
  awaits?(attributes: Attributes, context: AdmissionContext): Awaited | undefined;
  /** Changes the object, or throws a StatusError. Before the kind's own preparation and validation. */
  admit?(attributes: Attributes, context: AdmissionContext, pass: Pass): void;
  /** Throws a StatusError for what may not be, on the object as it will be stored. */
  validate?(attributes: Attributes, context: AdmissionContext): void;
}

/** The refusal of a plugin: `pods "web-1" is forbidden: …`. */
export const refuse = ({ resource, name }: Attributes, why: string): StatusError =>
  forbidden({ group: resource.group, resource: resource.plural, name }, why);
