import type { Random } from '../lib/random.ts';
import type { Draft, KubeObject, ObjectMeta } from './meta.ts';
import type { Reader } from './reader.ts';
import type { ObjectSchema } from './schema.ts';
import type { FieldError } from './status.ts';
import type { UserInfo } from './user.ts';
import type { Conversion } from './versions.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';
export const allVerbs: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** A column of `kubectl get`, as sent in a Table. */
export interface Column<T> {
  name: string;
  type: 'string' | 'integer' | 'number' | 'date' | 'boolean';
  format?: string;
  description: string;
  /** 0 is always shown, more only with `-o wide`. */
  priority?: number;
  cell(object: T, now: Date): string | number | boolean | null;
}

/** What a strategy may use besides the object: the moment of the request, a source of randomness, and who asks. */
export interface StrategyContext {
  now: Date;
  random: Random;
  /** Absent when the cluster itself writes. */
  user?: UserInfo;
  /** Sentences for the client may be added, where they cannot be told from the outcome (see `Strategy.warnings`). */
  warnings?: string[];
}

/** A tree of field names, lists being passed through; `true` stands for all below. */
export interface FieldTree {
  readonly [field: string]: true | FieldTree;
}

/**
 * A subresource that has the form of the object and writes a part of it. Status and metadata stay as they were; order:
 * defaults, prepareForUpdate, validateUpdate.
 */
export interface Part<T extends KubeObject> {
  /** The part. Who writes it comes to manage nothing else (upstream's GetResetFieldsFilter). */
  fields: FieldTree;
  /** Takes back what is no part of it. */
  prepareForUpdate(object: T, old: T): void;
  /** Everything wrong with the outcome, as an object and as a change. */
  validateUpdate(object: T, old: T): FieldError[];
}

/**
 * What is particular about a kind when it is written. All methods are pure but for their first argument, a private
 * copy that `defaults` and `prepare…` may change. A kind leaves out what it does not need: then nothing happens,
 * except for the rules that hold for every kind, which the verbs carry out (see `defineResource`).
 *
 * Order on create: defaults, prepareForCreate, allocate, validate, validateCreate. On update: defaults, prepareForUpdate, allocate,
 * validate, validateUpdate. On a status write: defaults, prepareForStatusUpdate, validateStatusUpdate. On an approval: the
 * same with prepareForApproval, validateApproval.
 */
export interface Strategy<T extends KubeObject> {
  /** Fills in what the client left out. Idempotent. */
  defaults?(object: T): void;
  prepareForCreate?(object: T, context: StrategyContext): void;
  prepareForUpdate?(object: T, old: T, context: StrategyContext): void;
  prepareForStatusUpdate?(object: T, old: T, context: StrategyContext): void;
  /** A kind with this has the subresource `approval`, a second way to write its status. */
  prepareForApproval?(object: T, old: T, context: StrategyContext): void;
  /** Gives out what must be unique in the cluster (cluster IPs, node ports), seeing every write before this one. */
  allocate?(object: T, old: T | undefined, reader: Reader, context: StrategyContext): FieldError[];
  /** Everything wrong with the object by itself, metadata aside. */
  validate?(object: T): FieldError[];
  /** Everything wrong with a new object that would be right in an older one. */
  validateCreate?(object: T): FieldError[];
  /** Everything wrong with the change: fields that may not change, and so on. */
  validateUpdate?(object: T, old: T): FieldError[];
  validateStatusUpdate?(object: T, old: T): FieldError[];
  validateApproval?(object: T, old: T): FieldError[];
  /** Everything wrong with what the subresource `finalize` writes. */
  validateFinalize?(object: T): FieldError[];
  /** Subresources that write a part of the object, by name (`resize` of pods). What is in no part is written as a whole. */
  parts?: Readonly<Record<string, Part<T>>>;
  /** Sentences for the client's `Warning` headers. `old` is absent on create. */
  warnings?(object: T, old?: T): string[];
  /**
   * The grace period in seconds that a deletion gets, given what the client asked for (`undefined`: nothing). 0 removes
   * at once. Kinds without it are always removed at once (finalizers aside).
   */
  gracePeriodSeconds?(object: T, requested: number | undefined): number;
  /** What the first deletion of an object writes, before its finalizers decide whether it stays. */
  prepareForDelete?(object: T, now: Date): void;
  /** An object may have no status, instead of an empty one: custom resources. */
  mayLackStatus?: boolean;
  /**
   * Fields of metadata that a status write leaves as they are, as `prepareForStatusUpdate` sees to: who writes status never
   * comes to manage them (upstream's GetResetFields, which has `spec` too).
   */
  statusKeepsMetadata?: readonly (keyof ObjectMeta)[];
  /** A create may carry status (Node: kubelets register with it). */
  keepsStatusOnCreate?: boolean;
  /** Whether deletion by default leaves dependents to the collector; `orphan` only for ReplicationController and the like. */
  defaultPropagation?: 'Background' | 'Orphan';
  /** An update of a missing object creates it: Service, Endpoints, Event, Lease (upstream's AllowCreateOnUpdate). */
  createsOnUpdate?: boolean;
  /** Finalizers may have names without a domain: kinds for which upstream has only the rules of apimachinery. */
  plainFinalizers?: boolean;
  /** An update must carry a resourceVersion: Lease (upstream's AllowUnconditionalUpdate being false). */
  requiresResourceVersion?: boolean;
  /** A deletion answers with the object and not with a Status: Namespace, Pod, Service, ServiceAccount (ReturnDeletedObject). */
  answersDeletedObject?: boolean;
}

export interface ScaleSubresource<T> {
  specReplicas(object: T): number;
  statusReplicas(object: T): number;
  /** The selector in its string form, for autoscalers. */
  selector(object: T): string;
  setSpecReplicas(object: T, replicas: number): void;
  /** Throws if the object does not say how many replicas it wants, where it has to. */
  requireReplicas?(object: T): void;
}

/**
 * How a kind is kept whose form can change while there are objects (custom resources): old ones may lack defaults, have
 * fields that are unknown by now, or be in another version. Both functions return the very object where nothing is to do.
 */
export interface StoredForm {
  /** The `apiVersion` in which objects are stored. */
  readonly apiVersion: string;
  /** A stored object as it is in this version. */
  fromStored(object: KubeObject): KubeObject;
  /** An object of this version as it is stored. */
  toStored(object: KubeObject): KubeObject;
  /** Where a webhook converts: throws if some of these have to be asked for, all of them at once. The other functions may too. */
  require?(stored: readonly KubeObject[]): void;
}

export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The lower-case plural: the resource's name in paths. */
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** What discovery says, where that is less. */
  readonly announcedVerbs?: readonly Verb[];
  /** `group/version` or `version` for the core group. */
  readonly apiVersion: string;
  /** The key objects are stored under: `plural` for the core group, else `plural.group`. */
  readonly resource: string;
  readonly schema: ObjectSchema<T>;
  readonly strategy: Strategy<T>;
  readonly hasStatus: boolean;
  /** Whether `metadata.generation` counts the changes of the object: it does for most kinds with a `spec`, and for few others. */
  readonly hasSpec: boolean;
  readonly scale?: ScaleSubresource<T>;
  readonly columns: readonly Column<T>[];
  /** Fields beyond `metadata.name` and `metadata.namespace` that a field selector may name. */
  readonly selectableFields: Readonly<Record<string, (object: T) => string>>;
  /** How names are checked; default: DNS subdomain. */
  readonly nameRule: 'subdomain' | 'label' | 'path-segment' | 'service';
  /** One or two sentences of our own for `kubectl explain`. */
  readonly description: string;
  /** For a deprecated kind: the sentence that every answer about it carries as a Warning. */
  readonly deprecation?: string;
  /** How the kind is converted, in a version in which it is served but not stored (`defineVersion`). */
  readonly conversion?: Conversion;
  /** For kinds whose stored objects may have to be brought into form. Verbs work in the version that is asked for. */
  readonly storedForm?: StoredForm;
}

export interface ResourceInput<T extends KubeObject> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  namespaced: boolean;
  verbs?: readonly Verb[];
  schema: ObjectSchema<T>;
  strategy?: Strategy<T>;
  scale?: ScaleSubresource<T>;
  columns: readonly Column<T>[];
  selectableFields?: Readonly<Record<string, (object: T) => string>>;
  nameRule?: ResourceDefinition['nameRule'];
  /** Whether objects have a generation. If left out, those of kinds with a `spec` do. */
  generation?: boolean;
  description: string;
  deprecation?: string;
}

/**
 * Defines a kind. What the verbs do for every kind, so that no strategy has to:
 * - a kind with `status` in its schema that can be updated has the status subresource; create and update of the kind itself
 *   keep the old status (none on create, unless the strategy sets `keepsStatusOnCreate`), a status write keeps all but status
 *   and metadata;
 * - a kind with `spec` (or `generation: true`) has a generation, raised when anything outside metadata and status changes;
 * - metadata is filled in, validated and kept immutable where it must be.
 */
export function defineResource<T extends KubeObject>({ generation, ...input }: ResourceInput<T>): ResourceDefinition<T> {
  return {
    ...input,
    singular: input.singular ?? input.kind.toLowerCase(),
    listKind: `${input.kind}List`,
    shortNames: input.shortNames ?? [],
    categories: input.categories ?? [],
    verbs: input.verbs ?? allVerbs,
    apiVersion: input.group ? `${input.group}/${input.version}` : input.version,
    resource: input.group ? `${input.plural}.${input.group}` : input.plural,
    strategy: input.strategy ?? {},
    hasStatus: 'status' in input.schema.fields && (input.verbs ?? allVerbs).includes('update'),
    hasSpec: generation ?? 'spec' in input.schema.fields,
    selectableFields: input.selectableFields ?? {},
    nameRule: input.nameRule ?? 'subdomain',
  };
}

/** A definition whose object type does not matter. Strategies are contravariant, hence the `any`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyResource = ResourceDefinition<any>;

export type DraftOf<R> = R extends ResourceDefinition<infer T> ? Draft<T> : never;
export type ObjectOf<R> = R extends ResourceDefinition<infer T> ? T : never;
