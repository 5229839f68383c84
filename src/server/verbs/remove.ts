import type { OwnerReference } from '../../machinery/meta.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { conflict, notFound } from '../../machinery/status.ts';
import type { Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { shownIn } from '../webhooks/convert.ts';
import { admitAll, attributesOf } from './admission.ts';
import { consulting, type Consultation } from './consultation.ts';
import { decisionContext } from './context.ts';
import { checkPreconditions, decideDeletion, type DeleteOptions } from './deletion.ts';
import { subjectOf, transientEntry } from './entry.ts';

export interface RemoveResult {
  /** The object as it is now, or as it was last. */
  entry: Entry;
  /** Gone, and not merely marked. */
  removed: boolean;
}

/**
 * Deletes an object, or marks it so that it ends by itself. With `owners`, only while it has these owners. Throws
 * `StatusError` (404, 409 on a precondition, 403).
 */
export function remove(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  options: DeleteOptions,
  write: Omit<WriteOptions, 'fieldManager'> = {},
  owners?: readonly OwnerReference[],
): Promise<RemoveResult> {
  return consulting(api, write, (consultation) => attempt(api, resource, key, options, write, owners, consultation));
}

async function attempt(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  options: DeleteOptions,
  write: Omit<WriteOptions, 'fieldManager'>,
  owners: readonly OwnerReference[] | undefined,
  consultation: Consultation,
): Promise<RemoveResult> {
  let removed = false;
  let unstored: Entry | undefined;
  const entry = await api.store.write(key, (current, pending) => {
    if (!current) throw notFound(subjectOf(resource, key.name));
    checkPreconditions(resource, current.object, options);
    if (owners && !samePlain(owners, current.object.metadata.ownerReferences ?? []))
      throw conflict(subjectOf(resource, key.name));
    const context = decisionContext(api, pending, { fieldManager: '', ...write }, consultation);
    const { isOfCollection } = write;
    const request = { operation: 'DELETE', oldObject: current.object, deletion: options, isOfCollection } as const;
    admitAll(attributesOf(resource, key, request, context), context);
    const decision = decideDeletion(resource, current, options, context.now);
    removed = decision.type === 'delete';
    if (!write.dryRun || decision.type === 'keep') return decision;
    // Nothing was stored, so the revision is still the old one.
    const metadata = { ...decision.object.metadata, resourceVersion: String(current.revision) };
    unstored = transientEntry(key, { ...decision.object, metadata }, current.revision);
    return { type: 'keep' };
  }, write);
  const result = unstored ?? entry;
  if (!result) throw notFound(subjectOf(resource, key.name));
  return { entry: unstored ? result : await shownIn(api, resource, result), removed };
}
