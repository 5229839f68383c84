import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import { validateMetadataUpdate } from '../../machinery/metadata.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { conflict, fieldInvalid, invalid, notFound, type FieldError } from '../../machinery/status.ts';
import type { Decision, Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { decisionContext, type DecisionContext } from './context.ts';
import { copyPlain } from '../../machinery/plain.ts';
import { sameJson } from './same.ts';
import { prepareCreate } from './create.ts';
import { subjectOf, transientEntry } from './entry.ts';
import { checkNamespaceForCreate } from './namespace-lifecycle.ts';

/** `finalize` writes a namespace's spec.finalizers, which nothing else may. */
export type UpdateSubresource = 'status' | 'finalize';

export interface UpdateOptions extends WriteOptions {
  subresource?: UpdateSubresource;
}

export interface UpdateResult {
  entry: Entry;
  /** The object did not exist, and its kind is created by an update (Lease, Service, …). */
  created: boolean;
}

/**
 * Replaces an object. Takes `object` over: it may be changed. Lands only on the resourceVersion that the object carries,
 * if it carries one. Throws `StatusError` (404, 409 on a lost optimistic lock or another uid, 422) or the store's errors.
 */
export async function update(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  object: KubeObject,
  options: UpdateOptions,
): Promise<Entry> {
  return (await updateOrCreate(api, resource, key, object, options)).entry;
}

/** As `update`, telling whether the object was created. */
export function updateOrCreate(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  object: KubeObject,
  options: UpdateOptions,
): Promise<UpdateResult> {
  const mayCreate = resource.strategy.createsOnUpdate === true && options.subresource === undefined;
  return write(api, resource, key, () => object, options, mayCreate);
}

/**
 * Changes an object by what `change` makes of its current state: a patch, or the part that a subresource shows. `change`
 * runs inside the store's decision, so it cannot lose a race. It gets the shared current object and returns a private
 * one; a `resourceVersion` or `uid` that it returns is a precondition.
 */
export async function updateWith(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  change: (current: KubeObject) => KubeObject,
  options: UpdateOptions,
): Promise<Entry> {
  return (await write(api, resource, key, change, options, false)).entry;
}

async function write(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  change: (current: KubeObject) => KubeObject,
  options: UpdateOptions,
  mayCreate: boolean,
): Promise<UpdateResult> {
  let created = false;
  let unstored: Entry | undefined;
  const entry = await api.store.write(key, (current, pending) => {
    const context = decisionContext(api, pending, options);
    const decision =
      current === undefined
        ? decideCreateOnUpdate(resource, key, mayCreate ? change : undefined, context)
        : decideUpdate(resource, current, change(current.object), options.subresource, context);
    created = current === undefined;
    if (!options.dryRun || decision.type === 'keep') return decision;
    unstored = transientEntry(key, decision.object, current?.revision);
    return { type: 'keep' };
  });
  const result = unstored ?? entry;
  if (result === undefined) throw notFound(subjectOf(resource, key.name));
  return { entry: result, created };
}

function decideCreateOnUpdate(
  resource: AnyResource,
  key: ObjectKey,
  change: (() => KubeObject) | ((current: KubeObject) => KubeObject) | undefined,
  context: DecisionContext,
): Decision {
  const subject = subjectOf(resource, key.name);
  if (!change) throw notFound(subject);
  const object = (change as () => KubeObject)();
  const metadata: Partial<ObjectMeta> = object.metadata;
  if (metadata.uid)
    throw conflict(subject, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: `);
  if (metadata.resourceVersion) throw conflict(subject);
  delete metadata.resourceVersion;
  delete metadata.managedFields;
  checkNamespaceForCreate(resource, key.namespace, key.name, context);
  prepareCreate(resource, object, context);
  return { type: 'put', object };
}

/** What an update of a stored object comes to: the rules of upstream's generic registry. Changes `object`. */
export function decideUpdate(
  resource: AnyResource,
  current: Entry,
  object: KubeObject,
  subresource: UpdateSubresource | undefined,
  context: DecisionContext,
): Decision {
  const old = current.object;
  checkPreconditions(resource, current, object.metadata);
  const next = subresource === 'status' ? withStatusOf(old, object) : object;
  keepSystemMetadata(next, old);
  const errors = subresource === 'status' ? prepareStatus(resource, next, old, context) : prepareMain(resource, next, old, subresource, context);
  if (errors.length > 0) throw invalid({ group: resource.group, kind: resource.kind, name: old.metadata.name }, errors);
  if (subresource === undefined && resource.strategy.warnings) context.options.warnings?.push(...resource.strategy.warnings(next));

  const metadata: Partial<ObjectMeta> = next.metadata;
  if (endsWithUpdate(next, old)) {
    delete metadata.resourceVersion;
    return { type: 'delete', object: next };
  }
  metadata.resourceVersion = old.metadata.resourceVersion;
  if (sameJson(next, old)) return { type: 'keep' };
  delete metadata.resourceVersion;
  return { type: 'put', object: next };
}

function checkPreconditions(resource: AnyResource, current: Entry, metadata: Partial<ObjectMeta>): void {
  const subject = subjectOf(resource, current.key.name);
  const { uid } = current.object.metadata;
  if (metadata.uid && metadata.uid !== uid)
    throw conflict(subject, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`);
  const version = metadata.resourceVersion;
  if (version && version !== '0') {
    if (version !== String(current.revision)) throw conflict(subject);
  } else if (resource.strategy.requiresResourceVersion)
    throw invalid({ group: resource.group, kind: resource.plural, name: current.key.name }, [
      fieldInvalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
}

/** A status write keeps everything but the status and, as upstream, the metadata. Kinds that want less of that say so. */
function withStatusOf(old: KubeObject, object: KubeObject): KubeObject {
  const { status: _status, metadata: _metadata, ...rest } = old as KubeObject & { status?: unknown };
  const { status = {}, metadata } = object as KubeObject & { status?: unknown };
  return { ...copyPlain(rest), metadata, status } as KubeObject;
}

/** What only the server says stays as it was. */
function keepSystemMetadata(next: KubeObject, old: KubeObject): void {
  const metadata: Partial<ObjectMeta> = next.metadata;
  const before = old.metadata;
  metadata.uid ??= before.uid;
  metadata.creationTimestamp = before.creationTimestamp;
  if (before.generation === undefined) delete metadata.generation;
  else metadata.generation = before.generation;
  if (before.deletionTimestamp !== undefined) metadata.deletionTimestamp = before.deletionTimestamp;
  if (before.deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= before.deletionGracePeriodSeconds;
  if (metadata.uid === '') metadata.uid = before.uid;
  delete metadata.selfLink;
  delete metadata.managedFields;
}

function prepareStatus(resource: AnyResource, next: KubeObject, old: KubeObject, context: DecisionContext): FieldError[] {
  const { strategy } = resource;
  strategy.defaults?.(next);
  strategy.prepareForStatusUpdate?.(next, old, context);
  return [...validateMetadataUpdate(next.metadata, old.metadata), ...(strategy.validateStatusUpdate?.(next, old) ?? [])];
}

function prepareMain(
  resource: AnyResource,
  next: KubeObject,
  old: KubeObject,
  subresource: 'finalize' | undefined,
  context: DecisionContext,
): FieldError[] {
  const { strategy } = resource;
  if (resource.hasStatus) keepField(next, old, 'status');
  strategy.defaults?.(next);
  // The kind's own rules protect spec.finalizers, which is what this subresource is there to write.
  if (subresource === undefined) strategy.prepareForUpdate?.(next, old, context);
  if (subresource === undefined && resource.hasSpec && desiredStateDiffers(next, old))
    next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  const metadataErrors = validateMetadataUpdate(next.metadata, old.metadata);
  if (subresource !== undefined) return metadataErrors;
  return [
    ...metadataErrors,
    ...(strategy.allocate?.(next, old, context.pending, context) ?? []),
    ...(strategy.validate?.(next) ?? []),
    ...(strategy.validateUpdate?.(next, old) ?? []),
  ];
}

function keepField(next: KubeObject, old: KubeObject, field: string): void {
  const target = next as unknown as Record<string, unknown>;
  const before = (old as unknown as Record<string, unknown>)[field];
  if (before === undefined) delete target[field];
  else target[field] = copyPlain(before);
}

/** Whether anything outside metadata and status differs. */
function desiredStateDiffers(next: KubeObject, old: KubeObject): boolean {
  const a = next as unknown as Record<string, unknown>;
  const b = old as unknown as Record<string, unknown>;
  const besides = (key: string) => key !== 'metadata' && key !== 'status';
  return (
    Object.keys(a).some((key) => besides(key) && !sameJson(a[key], b[key])) ||
    Object.keys(b).some((key) => besides(key) && b[key] !== undefined && a[key] === undefined)
  );
}

/** An object that waits for its finalizers is removed by the update that takes the last one away. */
function endsWithUpdate(next: KubeObject, old: KubeObject): boolean {
  if (next.metadata.finalizers?.length) return false;
  if (old.metadata.deletionTimestamp === undefined || old.metadata.deletionGracePeriodSeconds) return false;
  // A namespace has finalizers of its own, in its spec.
  const spec = (next as { spec?: { finalizers?: string[] } }).spec;
  return next.kind !== 'Namespace' || next.apiVersion !== 'v1' || !spec?.finalizers?.length;
}
