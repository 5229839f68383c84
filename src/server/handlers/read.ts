import { storedKind } from '../../machinery/versions.ts';
import { parseListQuery } from '../http/list-query.ts';
import { requestKey, type Handler } from '../http/request.ts';
import { respondEntry, respondList } from '../http/respond.ts';
import { get } from '../verbs/get.ts';
import { list } from '../verbs/list.ts';

/** GET of an object. */
export const handleGet: Handler = async (request) => {
  const entry = await get(request.api, storedKind(request.resource), requestKey(request), request.query.get('resourceVersion'));
  return respondEntry(request, entry);
};

/** GET of a collection. */
export const handleList: Handler = async (request) => {
  const { api, resource, path, namespaces } = request;
  const query = parseListQuery(request.query, false);
  return respondList(request, await list(api, resource, { namespace: path.namespace, namespaces }, query));
};
