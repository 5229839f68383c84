import { withoutManagedFields, type KubeObject, type ObjectMeta } from '../../machinery/meta.ts';
import { validateMetadataUpdate } from '../../machinery/metadata.ts';
import { copyPlain, samePlain } from '../../machinery/plain.ts';
import type { AnyResource, Part } from '../../machinery/resource.ts';
import { conflict, fieldInvalid, invalid, type FieldError } from '../../machinery/status.ts';
import type { Decision, Entry } from '../../storage/store.ts';
import { attributesOf } from './admission.ts';
import type { DecisionContext } from './context.ts';
import { subjectOf } from './entry.ts';
import { isUnchanged, writeManagedFields, type Wanted } from './managed-fields.ts';
import { dropDuplicateOwners } from './owner-references.ts';

/**
 * `approval` writes the status too, by rules of its own. `finalize` writes a namespace's spec.finalizers, which nothing
 * else may. The others are parts of a pod (`Strategy.parts`).
 */
export type UpdateSubresource = 'status' | 'approval' | 'finalize' | 'ephemeralcontainers' | 'resize';

/** What an update of a stored object comes to: the rules of upstream's generic registry. Changes the object of `wanted`. */
export function decideUpdate(
  resource: AnyResource,
  current: Entry,
  wanted: Wanted,
  subresource: UpdateSubresource | undefined,
  context: DecisionContext,
): Decision {
  const old = current.object;
  checkPreconditions(resource, current, wanted.object.metadata);
  const ofStatus = subresource === 'status' || subresource === 'approval';
  const next = ofStatus ? withStatusOf(old, wanted.object, resource.strategy.mayLackStatus) : wanted.object;
  keepSystemMetadata(next, old);
  if (!ofStatus && resource.hasStatus) keepField(next, old, 'status');
  resource.strategy.defaults?.(next);
  const managedAs = context.options.managedAs ?? subresource ?? '';
  writeManagedFields(resource, { ...wanted, object: next }, old, managedAs, context);
  const request = { operation: 'UPDATE', subresource: managedAs, object: next, oldObject: old } as const;
  const attributes = attributesOf(resource, current.key, request, context);
  context.admission.admit(attributes, context);
  dropDuplicateOwners(next.metadata, context.options.warnings, { admitted: true });
  // Who names none means what is there; admission is told of it.
  next.metadata.resourceVersion ||= old.metadata.resourceVersion;
  const errors = ofStatus
    ? prepareStatus(resource, next, old, subresource, context)
    : prepareMain(resource, next, old, subresource, context);
  if (errors.length > 0) throw invalid({ group: resource.group, kind: resource.kind, name: old.metadata.name }, errors);
  if (subresource === undefined && resource.strategy.warnings)
    context.options.warnings?.push(...resource.strategy.warnings(next, old));
  context.admission.validate(attributes, context);

  const metadata: Partial<ObjectMeta> = next.metadata;
  if (endsWithUpdate(next, old)) {
    delete metadata.resourceVersion;
    return { type: 'delete', object: next };
  }
  metadata.resourceVersion = old.metadata.resourceVersion;
  if (isUnchanged(next, old)) return { type: 'keep' };
  delete metadata.resourceVersion;
  return { type: 'put', object: next, also: context.also };
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

/** A patch may name the uid of the object, but not another. Throws 422, where an update has a precondition that fails. */
export function checkPatchedUid(resource: AnyResource, { metadata: { name, uid } }: KubeObject, patched: KubeObject): void {
  const given = (patched.metadata as Partial<ObjectMeta>).uid;
  if (given && given !== uid)
    throw invalid({ group: resource.group, kind: resource.kind, name }, [fieldInvalid('metadata.uid', given, 'field is immutable')]);
}

/** A status write keeps everything but the status and, as upstream, the metadata. Kinds that want less of that say so. */
function withStatusOf(old: KubeObject, object: KubeObject, mayLackStatus = false): KubeObject {
  const { status: _status, metadata: _metadata, ...rest } = old as KubeObject & { status?: unknown };
  const { status = mayLackStatus ? undefined : {}, metadata } = object as KubeObject & { status?: unknown };
  return { ...copyPlain(rest), metadata, ...(status !== undefined && { status }) } as KubeObject;
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
}

function prepareStatus(
  resource: AnyResource,
  next: KubeObject,
  old: KubeObject,
  subresource: 'status' | 'approval',
  context: DecisionContext,
): FieldError[] {
  const { strategy } = resource;
  if (subresource === 'status') strategy.prepareForStatusUpdate?.(next, old, context);
  else strategy.prepareForApproval?.(next, old, context);
  const validate = subresource === 'status' ? strategy.validateStatusUpdate : strategy.validateApproval;
  return [...validateMetadataUpdate(next.metadata, old.metadata, resource), ...(validate?.(next, old) ?? [])];
}

function prepareMain(
  resource: AnyResource,
  next: KubeObject,
  old: KubeObject,
  subresource: UpdateSubresource | undefined,
  context: DecisionContext,
): FieldError[] {
  const { strategy } = resource;
  const part = subresource && strategy.parts?.[subresource];
  if (part) return preparePart(part, next, old);
  // The kind's own rules protect spec.finalizers, which is what this subresource is there to write.
  if (subresource === undefined) strategy.prepareForUpdate?.(next, old, context);
  if (subresource === undefined && resource.hasSpec && desiredStateDiffers(next, old, resource.hasStatus))
    next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  const metadataErrors = validateMetadataUpdate(next.metadata, old.metadata, resource);
  if (subresource !== undefined) return [...metadataErrors, ...(strategy.validateFinalize?.(next) ?? [])];
  return [
    ...metadataErrors,
    ...(strategy.allocate?.(next, old, context.pending, context) ?? []),
    ...(strategy.validate?.(next) ?? []),
    ...(strategy.validateUpdate?.(next, old) ?? []),
  ];
}

function preparePart(part: Part<KubeObject>, next: KubeObject, old: KubeObject): FieldError[] {
  const { managedFields, resourceVersion } = next.metadata;
  next.metadata = { ...copyPlain(withoutManagedFields(old).metadata), resourceVersion, ...(managedFields && { managedFields }) };
  part.prepareForUpdate(next, old);
  if (desiredStateDiffers(next, old, true)) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  return part.validateUpdate(next, old);
}

function keepField(next: KubeObject, old: KubeObject, field: string): void {
  const target = next as unknown as Record<string, unknown>;
  const before = (old as unknown as Record<string, unknown>)[field];
  if (before === undefined) delete target[field];
  else target[field] = copyPlain(before);
}

/** Whether anything outside metadata differs, and outside the status where that is written separately. */
function desiredStateDiffers(next: KubeObject, old: KubeObject, hasStatus: boolean): boolean {
  const a = next as unknown as Record<string, unknown>;
  const b = old as unknown as Record<string, unknown>;
  const besides = (key: string) => key !== 'metadata' && !(hasStatus && key === 'status');
  return (
    Object.keys(a).some((key) => besides(key) && !samePlain(a[key], b[key])) ||
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
