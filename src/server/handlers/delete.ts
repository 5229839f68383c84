import { storedKind } from '../../machinery/versions.ts';
import { decodeDeleteOptions } from '../http/delete-options.ts';
import { parseListQuery } from '../http/list-query.ts';
import { requestKey, type Handler, type ResourceRequest } from '../http/request.ts';
import { respondEntry, respondList, respondSuccess } from '../http/respond.ts';
import { deleteCollection } from '../verbs/delete-collection.ts';
import { remove, type RemoveResult } from '../verbs/remove.ts';

/** DELETE of an object. */
export const handleDelete: Handler = async (request) => {
  const { options, dryRun } = await decodeDeleteOptions(request);
  const result = await remove(request.api, storedKind(request.resource), requestKey(request), options, writeOf(request, dryRun));
  // Upstream says 202 in one case only, so that older clients are not surprised.
  const status = !result.removed && options.orphanDependents === false ? 202 : 200;
  return respondRemoved(request, result, status);
};

/** The object while it remains, or for kinds that show it once more; a Status otherwise. */
export function respondRemoved(request: ResourceRequest, { entry, removed }: RemoveResult, status: number): Response {
  const { resource } = request;
  if (!removed || resource.strategy.answersDeletedObject) return respondEntry(request, entry, status);
  const { name, uid } = entry.object.metadata;
  return respondSuccess(request, { name, ...(resource.group && { group: resource.group }), kind: resource.plural, uid }, status);
}

/** DELETE of a collection. */
export const handleDeleteCollection: Handler = async (request) => {
  const query = parseListQuery(request.query, false);
  const { options, dryRun } = await decodeDeleteOptions(request);
  const { api, resource, path } = request;
  return respondList(request, await deleteCollection(api, resource, path.namespace, query, options, writeOf(request, dryRun)));
};

const writeOf = ({ user, warnings, resource, audit }: ResourceRequest, dryRun: boolean) => ({
  dryRun,
  user,
  warnings,
  ...(resource.conversion && { served: resource }),
  ...(audit && { annotations: audit.annotations }),
});
