import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan, type Write } from '../../machinery/reconcile.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import {
  classifyReferences,
  foregroundFinalizer,
  hasFinalizer,
  isDeletingDependents,
  isInOtherNamespace,
  isOrphaning,
  lookUpOwner,
  orphanFinalizer,
} from './references.ts';

/** Dependents that one plan lets go. The rest follows when these are done. */
const dependentsPerPlan = 500;

/** Events tell of objects, and go by their age. */
const notCollected: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

/**
 * Deletes what has lost its owners, and lets owners go that wait for their dependents (foreground) or for being let go of
 * by them (orphan). A key is an object with owners, or one that is being deleted with such a finalizer:
 * `resource|namespace/name`.
 */
export function garbageCollector(scheme: Scheme): Controller {
  return {
    name: 'garbagecollector',
    component: 'garbage-collector-controller',
    triggers: [],
    triggerFor: (resource) =>
      notCollected.has(resource.resource) || !resource.verbs.includes('delete')
        ? undefined
        : { resource, keys: (object: KubeObject, snapshot: Snapshot) => keysOf(object, resource, snapshot, scheme) },
    reconcile(key, snapshot): Plan {
      const bar = key.indexOf('|');
      const resource = scheme.byResource(key.slice(0, bar));
      const { namespace, name } = splitKey(key.slice(bar + 1));
      const object = resource && snapshot.get<KubeObject>(resource, namespace, name);
      if (!object) return emptyPlan();
      if (isOrphaning(object)) return orphanDependents(object, resource, snapshot, scheme);
      if (isDeletingDependents(object)) return letGoInForeground(object, resource, snapshot);
      if (object.metadata.deletionTimestamp || !object.metadata.ownerReferences?.length) return emptyPlan();
      return collect(object, resource, snapshot, scheme);
    },
  };
}

const gcKey = (resource: AnyResource, object: KubeObject): string => `${resource.resource}|${keyOf(object)}`;

/** Called for an object before and after a change: which objects have to be looked at because of it. */
function keysOf(object: KubeObject, resource: AnyResource, snapshot: Snapshot, scheme: Scheme): string[] {
  const { namespace = '', name, uid, ownerReferences } = object.metadata;
  const isGone = snapshot.get<KubeObject>(resource, namespace, name)?.metadata.uid !== uid;
  const keys = new Set<string>();
  if (!isGone && needsLook(object, snapshot, scheme)) keys.add(gcKey(resource, object));
  if (isGone || isDeletingDependents(object)) for (const key of dependentKeys(uid, snapshot, scheme)) keys.add(key);
  // An owner that waits for this one.
  for (const reference of ownerReferences ?? []) {
    const found = lookUpOwner(reference, object, snapshot, scheme);
    if (found.state !== 'present' || !(isOrphaning(found.owner) || isDeletingDependents(found.owner))) continue;
    keys.add(gcKey(scheme.byKind(reference.apiVersion, reference.kind)!, found.owner));
  }
  return [...keys];
}

/** An object whose owners are all there to stay needs none until one of them changes, which is that one's trigger. */
function needsLook(object: KubeObject, snapshot: Snapshot, scheme: Scheme): boolean {
  if (object.metadata.deletionTimestamp) return isOrphaning(object) || isDeletingDependents(object);
  const { dangling, waiting, impossible } = classifyReferences(object, snapshot, scheme);
  return dangling.length + waiting.length + impossible.length > 0;
}

const dependentKeys = (uid: string, snapshot: Snapshot, scheme: Scheme): string[] =>
  snapshot.dependentsOf(uid).flatMap((dependent) => {
    const resource = scheme.byKind(dependent.apiVersion, dependent.kind);
    return resource ? [gcKey(resource, dependent)] : [];
  });

/** Deletes an object whose owners are all gone or waiting for it, or takes the references to those away if it has others. */
function collect(object: KubeObject, resource: AnyResource, snapshot: Snapshot, scheme: Scheme): Plan {
  const { solid, dangling, waiting, undecided, impossible } = classifyReferences(object, snapshot, scheme);
  const events = [...dangling, ...impossible]
    .filter((reference) => isInOtherNamespace(reference, object, snapshot, scheme))
    .map((reference) => invalidNamespaceEvent(object, reference));
  // As upstream: one owner that nothing can be said of, and nothing is decided.
  if (undecided.length > 0 || impossible.length > 0) return { writes: [], events };
  if (solid.length > 0) {
    const gone = [...dangling, ...waiting];
    return gone.length > 0 ? { writes: [withoutOwners(object, resource, gone)], events } : emptyPlan();
  }

  const dependents = snapshot.dependentsOf(object.metadata.uid);
  if (waiting.length === 0 || dependents.length === 0) {
    // A finalizer that is there already says how.
    const policy = hasFinalizer(object, orphanFinalizer)
      ? 'Orphan'
      : hasFinalizer(object, foregroundFinalizer)
        ? 'Foreground'
        : 'Background';
    return { writes: [deletion(object, resource, policy)], events };
  }
  // In a circle of owners everyone would wait for the next: this one no longer makes its owners wait.
  const blocks = object.metadata.ownerReferences!.some((reference) => reference.blockOwnerDeletion);
  if (blocks && dependents.some(isDeletingDependents)) {
    const references = object.metadata.ownerReferences!.map((reference) => ({ ...reference, blockOwnerDeletion: false }));
    return { writes: [update(object, resource, { ownerReferences: references })], events };
  }
  return { writes: [deletion(object, resource, 'Foreground')], events };
}

/** Takes the finalizer off an owner that no dependent holds up any more. The dependents are deleted by their own keys. */
function letGoInForeground(object: KubeObject, resource: AnyResource, snapshot: Snapshot): Plan {
  const { uid } = object.metadata;
  const isBlocked = snapshot
    .dependentsOf(uid)
    .some(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion));
  return isBlocked ? emptyPlan() : { ...emptyPlan(), writes: [withoutFinalizer(object, resource, foregroundFinalizer)] };
}

/** Takes the reference to an owner off its dependents, and then the finalizer off the owner. */
function orphanDependents(object: KubeObject, resource: AnyResource, snapshot: Snapshot, scheme: Scheme): Plan {
  const { uid } = object.metadata;
  const writes: Write[] = [];
  for (const dependent of snapshot.dependentsOf(uid)) {
    const own = scheme.byKind(dependent.apiVersion, dependent.kind);
    const references = dependent.metadata.ownerReferences?.filter((reference) => reference.uid === uid) ?? [];
    if (own) writes.push(withoutOwners(dependent, own, references));
    if (writes.length === dependentsPerPlan) break;
  }
  if (writes.length === 0) writes.push(withoutFinalizer(object, resource, orphanFinalizer));
  return { ...emptyPlan(), writes };
}

function deletion(object: KubeObject, resource: AnyResource, propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Write {
  // Not only in this very version: an object that is written all the time would never go (a Deployment that rolls out), and
  // the kind of its owners may be gone when it is tried again.
  const { namespace = '', name, uid, ownerReferences = [] } = object.metadata;
  return { verb: 'delete', resource, namespace, name, uid, ownerReferences, propagationPolicy };
}

function update(object: KubeObject, resource: AnyResource, changes: Partial<KubeObject['metadata']>): Write {
  const metadata = { ...object.metadata, ...changes };
  for (const field of ['ownerReferences', 'finalizers'] as const) if (metadata[field]?.length === 0) delete metadata[field];
  return { verb: 'update', resource, object: { ...object, metadata } };
}

function withoutOwners(object: KubeObject, resource: AnyResource, gone: readonly OwnerReference[]): Write {
  const ownerReferences =
    object.metadata.ownerReferences?.filter((reference) => !gone.some(({ uid }) => uid === reference.uid)) ?? [];
  return update(object, resource, { ownerReferences });
}

function withoutFinalizer(object: KubeObject, resource: AnyResource, finalizer: string): Write {
  return update(object, resource, { finalizers: object.metadata.finalizers?.filter((other) => other !== finalizer) ?? [] });
}

function invalidNamespaceEvent(object: KubeObject, { apiVersion, kind, name, uid }: OwnerReference) {
  const { namespace = '' } = object.metadata;
  const reference = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  return {
    regarding: object,
    type: 'Warning' as const,
    reason: 'OwnerRefInvalidNamespace',
    message: `ownerRef ${reference} does not exist in namespace ${JSON.stringify(namespace)}`,
  };
}
