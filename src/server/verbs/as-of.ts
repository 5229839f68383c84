import type { AnyResource } from '../../machinery/resource.ts';
import { notFound } from '../../machinery/status.ts';
import type { Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import { inForm, subjectOf } from './entry.ts';

/** An object as it was at a revision. Throws 404 if it was not there, and the store's `compacted`. */
export async function getAsOf({ store }: ClusterApi, resource: AnyResource, key: ObjectKey, revision: number): Promise<Entry> {
  const { namespace, name } = key;
  const { entries } = await store.list(resource.resource, { namespace, name, revision });
  const [entry] = entries;
  if (!entry) throw notFound(subjectOf(resource, name));
  return inForm(resource, entry);
}
