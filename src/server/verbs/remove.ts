import type { AnyResource } from '../../machinery/resource.ts';
import { notFound } from '../../machinery/status.ts';
import type { Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { decideDeletion, type DeleteOptions } from './deletion.ts';
import { subjectOf, transientEntry } from './entry.ts';

export interface RemoveResult {
  /** The object as it is now, or as it was last. */
  entry: Entry;
  /** Gone, and not merely marked. */
  removed: boolean;
}

/** Deletes an object, or marks it so that it ends by itself. Throws `StatusError` (404, 409 on a precondition, 403). */
export async function remove(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  options: DeleteOptions,
  write: Pick<WriteOptions, 'dryRun'> = {},
): Promise<RemoveResult> {
  let removed = false;
  let unstored: Entry | undefined;
  const entry = await api.store.write(key, (current) => {
    if (!current) throw notFound(subjectOf(resource, key.name));
    const decision = decideDeletion(resource, current, options, api.clock.now());
    removed = decision.type === 'delete';
    if (!write.dryRun || decision.type === 'keep') return decision;
    unstored = transientEntry(key, decision.object, current.revision);
    return { type: 'keep' };
  });
  const result = unstored ?? entry;
  if (!result) throw notFound(subjectOf(resource, key.name));
  return { entry: result, removed };
}
