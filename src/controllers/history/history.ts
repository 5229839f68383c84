import type { Snapshot } from '../../machinery/reader.ts';
import type { Trigger, Write } from '../../machinery/reconcile.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import type { Selector } from '../../machinery/selectors.ts';
import { controllerRevisions, type ControllerRevision } from '../../resources/apps/controllerrevision.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { candidatesFor, claim, claimWrites, ownerKeys } from '../support/ownership.ts';
import { findTemplate } from '../support/pod-templates.ts';
import { byRevision, newRevision, templateOf, type Recorded } from './revision.ts';

/** A kind whose templates are recorded. */
export interface RecordedKind<T extends Recorded> {
  resource: ResourceDefinition<T>;
  selectorOf(owner: T): Selector;
  /** The label of a revision that has the hash of its template. */
  hashLabel: string;
}

/** The revisions of one owner. */
export interface History {
  /** All of them, lowest first. */
  revisions: readonly ControllerRevision[];
  /** The one of the owner's current template: the last of them. */
  update: ControllerRevision;
}

/**
 * The history of an owner, or the writes that it takes first: adoption, a record of a new template, a higher number for one
 * that was rolled back to, one more counted collision. Each of them brings the owner's key up again. No writes at all: the
 * owner or its namespace is going, and nothing is recorded any more.
 */
export function historyOf<T extends Recorded>(
  kind: RecordedKind<T>,
  owner: T,
  snapshot: Snapshot,
): { history: History } | { writes: Write[] } {
  const { resource, hashLabel } = kind;
  const claims = claim(owner, kind.selectorOf(owner), candidatesFor(snapshot, controllerRevisions, owner));
  const writes = claimWrites(owner, resource, controllerRevisions, claims);
  if (writes.length > 0) return { writes };

  const revisions = claims.claimed.sort(byRevision);
  const latest = revisions.at(-1);
  const next = (latest?.revision ?? 0) + 1;
  // Nearly always it is the last one; the others are looked at when there was a change.
  const update = findTemplate(revisions.slice(-1), templateOf, owner.spec.template);
  if (update) return { history: { revisions, update } };
  const { namespace = '', deletionTimestamp } = owner.metadata;
  if (deletionTimestamp || isNamespaceTerminating(snapshot, namespace)) return { writes: [] };
  const earlier = findTemplate([...revisions].reverse(), templateOf, owner.spec.template);
  if (earlier) {
    const object: ControllerRevision = { ...earlier, revision: next };
    return { writes: [{ verb: 'update', resource: controllerRevisions, object }] };
  }
  const object = newRevision(owner, resource, hashLabel, next);
  if (snapshot.get(controllerRevisions, namespace, object.metadata.name)) return { writes: [collision(resource, owner)] };
  return { writes: [{ verb: 'create', resource: controllerRevisions, object }] };
}

/** The name is taken by a record of another template or owner: the next hash takes the count of collisions in. */
function collision<T extends Recorded>(resource: ResourceDefinition<T>, owner: T): Write {
  const status = { ...owner.status, collisionCount: (owner.status?.collisionCount ?? 0) + 1 };
  return { verb: 'update', subresource: 'status', resource, object: { ...owner, status } };
}

/** A revision concerns its owner; one without a controller all owners of the kind that select it. */
export const revisionTrigger = <T extends Recorded>({ resource, selectorOf }: RecordedKind<T>): Trigger<ControllerRevision> => ({
  resource: controllerRevisions,
  keys: (revision, snapshot) => ownerKeys(revision, resource, selectorOf, snapshot),
});

export const revisionDeletion = ({ metadata }: ControllerRevision): Write => ({
  verb: 'delete',
  resource: controllerRevisions,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
});
