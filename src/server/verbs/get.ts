import type { AnyResource } from '../../machinery/resource.ts';
import { notFound } from '../../machinery/status.ts';
import type { Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import { tooLargeResourceVersion } from '../errors.ts';
import { inForm, subjectOf } from './entry.ts';
import { parseRevision } from './revision.ts';

/** An object as it is now. Throws 404, or 504 when `resourceVersion` (not older than) lies in the future. */
export async function get(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  resourceVersion?: string | null,
): Promise<Entry> {
  const asked = parseRevision(resourceVersion);
  if (asked !== undefined && asked > api.store.revision) throw tooLargeResourceVersion(asked, api.store.revision);
  const entry = await api.store.get(key);
  if (!entry) throw notFound(subjectOf(resource, key.name));
  return inForm(resource, api.present(entry));
}
