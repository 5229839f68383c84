import { limits } from '../../lib/limits.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { StatusError } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import type { DeleteOptions } from './deletion.ts';
import { list, type ListAnswer, type ListQuery } from './list.ts';
import { remove } from './remove.ts';

/**
 * Deletes the objects that a list would show, each by the rules of a single deletion; answers them as they were listed.
 * Not one transaction: when one deletion fails its error comes back, and others may have happened. As many
 * deletions are begun together as fit into one commit.
 */
export async function deleteCollection(
  api: ClusterApi,
  resource: AnyResource,
  namespace: string,
  query: ListQuery,
  options: DeleteOptions,
  write: Omit<WriteOptions, 'fieldManager'> = {},
): Promise<ListAnswer> {
  const found = await list(api, resource, { namespace }, query);
  for (let start = 0; start < found.entries.length; start += limits.commitChanges) {
    const batch = found.entries.slice(start, start + limits.commitChanges);
    await Promise.all(batch.map((entry) => removeIfThere(api, resource, entry, options, write)));
  }
  return found;
}

async function removeIfThere(
  api: ClusterApi,
  resource: AnyResource,
  entry: Entry,
  options: DeleteOptions,
  write: Omit<WriteOptions, 'fieldManager'>,
): Promise<void> {
  try {
    await remove(api, resource, entry.key, options, { ...write, isOfCollection: true });
  } catch (error) {
    if (!(error instanceof StatusError && error.reason === 'NotFound')) throw error;
  }
}
