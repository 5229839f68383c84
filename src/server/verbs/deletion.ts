import { rfc3339 } from '../../lib/clock.ts';
import { copyObject, type KubeObject } from '../../machinery/meta.ts';
import { foregroundFinalizer, orphanFinalizer } from '../../machinery/names.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { conflict } from '../../machinery/status.ts';
import type { Decision, Entry } from '../../storage/store.ts';
import { namespacesResource, terminating } from './namespace-lifecycle.ts';

export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** `metav1.DeleteOptions`, dryRun aside. */
export interface DeleteOptions {
  /** In seconds; 0 at once. Below 0 counts as 1. */
  gracePeriodSeconds?: number;
  propagationPolicy?: PropagationPolicy;
  /** The older form of `Orphan`. */
  orphanDependents?: boolean;
  preconditions?: { uid?: string; resourceVersion?: string };
}

/**
 * What a deletion comes to, by the rules of upstream's generic registry: marked and kept while a grace period runs or
 * finalizers hold it, removed otherwise, kept as it is when it already waits. Admission is the caller's.
 */
export function decideDeletion(resource: AnyResource, current: Entry, options: DeleteOptions, now: Date): Decision {
  checkPreconditions(resource, current.object, options);
  const object = copyObject(current.object);
  const decision = resource.resource === namespacesResource ? endNamespace(resource, object, options, now) : undefined;
  const result = decision ?? end(resource, object, options, now);
  if (result.type === 'put' && samePlain(result.object, current.object)) return { type: 'keep' };
  return result.type === 'keep' ? result : { type: result.type, object: withoutVersion(result.object) };
}

/** Throws 409 if the object is not the one that is to be deleted. Names the kind, where other conflicts name the resource. */
export function checkPreconditions(resource: AnyResource, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, name, resourceVersion } = metadata;
  const subject = { group: resource.group, resource: resource.kind, name };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    throw conflict(
      subject,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  const version = preconditions?.resourceVersion;
  if (version !== undefined && version !== resourceVersion)
    throw conflict(
      subject,
      `the ResourceVersion in the precondition (${version}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
}

/** A namespace first ends what is in it: it stays, Terminating, until its spec has no finalizers left. */
function endNamespace(resource: AnyResource, object: KubeObject, options: DeleteOptions, now: Date): Decision | undefined {
  const namespace = object as KubeObject & { spec?: { finalizers?: string[] }; status?: { phase?: string } };
  if (object.metadata.deletionTimestamp === undefined) {
    object.metadata.deletionTimestamp = rfc3339(now);
    namespace.status = { ...namespace.status, phase: terminating };
    setFinalizers(resource, object, options);
    return { type: 'put', object };
  }
  return namespace.spec?.finalizers?.length ? { type: 'keep' } : undefined;
}

function end(resource: AnyResource, object: KubeObject, options: DeleteOptions, now: Date): Decision {
  const seconds = graceSeconds(resource, object, options, now);
  if (seconds === undefined) return { type: 'keep' };
  if (object.metadata.deletionTimestamp === undefined) resource.strategy.prepareForDelete?.(object, now);
  setFinalizers(resource, object, options);
  if (seconds === 0) {
    const held = (object.metadata.finalizers?.length ?? 0) > 0;
    // Upstream marks what could have had a grace period before it removes it: the answer and the watches show the marks.
    if (held || resource.strategy.gracePeriodSeconds) markDeleted(object, now, 0);
    if (!held) return { type: 'delete', object };
  }
  return { type: 'put', object };
}

/**
 * How many seconds the object still gets, written into its metadata if any; undefined if it already waits and nothing
 * changes. A running grace period can only become shorter.
 */
function graceSeconds(resource: AnyResource, object: KubeObject, options: DeleteOptions, now: Date): number | undefined {
  const { metadata } = object;
  const asked = options.gracePeriodSeconds;
  const requested = asked !== undefined && asked < 0 ? 1 : asked;
  const rule = resource.strategy.gracePeriodSeconds;
  if (!rule) return 0;
  if (metadata.deletionTimestamp === undefined) {
    const seconds = rule(object, requested);
    if (seconds > 0) markDeleted(object, now, seconds);
    return seconds;
  }
  const left = metadata.deletionGracePeriodSeconds ?? 0;
  if (left === 0) return 0;
  if (requested === undefined || requested >= left) return undefined;
  const until = Date.parse(metadata.deletionTimestamp) + (requested - left) * 1000;
  const expired = until < now.getTime();
  // Time is up already, yet the end should be graceful: whoever ends the object still gets a second.
  const seconds = expired && requested > 0 ? 1 : requested;
  metadata.deletionTimestamp = rfc3339(expired ? now : new Date(until));
  metadata.deletionGracePeriodSeconds = seconds;
  return seconds;
}

function markDeleted({ metadata }: KubeObject, now: Date, seconds: number): void {
  if (metadata.deletionTimestamp === undefined && metadata.generation) metadata.generation++;
  const until = new Date(now.getTime() + seconds * 1000);
  if (metadata.deletionTimestamp === undefined || Date.parse(metadata.deletionTimestamp) > until.getTime())
    metadata.deletionTimestamp = rfc3339(until);
  metadata.deletionGracePeriodSeconds = seconds;
}

/** The collector's finalizers say what happens to dependents; what the client asks for wins over what is there. */
function setFinalizers(resource: AnyResource, object: KubeObject, options: DeleteOptions): void {
  const present = object.metadata.finalizers ?? [];
  const wanted = collectorFinalizer(resource, options, present);
  if ((wanted === undefined || present.includes(wanted)) && !present.some((f) => isCollectors(f) && f !== wanted)) return;
  const rest = present.filter((finalizer) => !isCollectors(finalizer));
  const finalizers = wanted === undefined ? rest : [...rest, wanted];
  if (finalizers.length > 0) object.metadata.finalizers = finalizers;
  else delete object.metadata.finalizers;
}

const isCollectors = (finalizer: string) => finalizer === orphanFinalizer || finalizer === foregroundFinalizer;

function collectorFinalizer(resource: AnyResource, options: DeleteOptions, present: readonly string[]): string | undefined {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? orphanFinalizer : undefined;
  switch (options.propagationPolicy) {
    case 'Orphan':
      return orphanFinalizer;
    case 'Foreground':
      return foregroundFinalizer;
    case 'Background':
      return undefined;
    case undefined:
      return present.find(isCollectors) ?? (resource.strategy.defaultPropagation === 'Orphan' ? orphanFinalizer : undefined);
  }
}

function withoutVersion(object: KubeObject): KubeObject {
  delete (object.metadata as Partial<KubeObject['metadata']>).resourceVersion;
  return object;
}
