import { badRequest } from '../../machinery/status.ts';
import { storedKind } from '../../machinery/versions.ts';
import { inHistory, revisionAsOf } from '../http/as-of.ts';
import type { Entry } from '../../storage/store.ts';
import { parseListQuery } from '../http/list-query.ts';
import { requestKey, type Handler, type ResourceRequest } from '../http/request.ts';
import { respondEntry, respondList } from '../http/respond.ts';
import { getAsOf } from '../verbs/as-of.ts';
import { get } from '../verbs/get.ts';
import { list, type ListAnswer } from '../verbs/list.ts';

/** GET of an object, as it is now or (`asOf`) was. */
export const handleGet: Handler = async (request) => {
  const asOf = request.query.get('asOf');
  if (asOf !== null) return respondEntry(request, await earlier(request, asOf));
  const entry = await get(request.api, storedKind(request.resource), requestKey(request), request.query.get('resourceVersion'));
  return respondEntry(request, entry);
};

/** GET of a collection. */
export const handleList: Handler = async (request) => {
  const { api, resource, path, namespaces } = request;
  const scope = { namespace: path.namespace, namespaces };
  const asOf = request.query.get('asOf');
  if (asOf !== null) return respondList(request, await earlierList(request, scope, asOf));
  const query = parseListQuery(request.query, false);
  return respondList(request, await list(api, resource, scope, query));
};

async function earlier(request: ResourceRequest, asOf: string): Promise<Entry> {
  if (request.query.get('resourceVersion')) throw withoutVersion();
  const revision = await revisionAsOf(request.api, asOf);
  return inHistory(getAsOf(request.api, storedKind(request.resource), requestKey(request), revision));
}

/** Later pages of such a list say its revision in their token. */
async function earlierList(request: ResourceRequest, scope: Parameters<typeof list>[2], asOf: string): Promise<ListAnswer> {
  const rest = new URLSearchParams(request.query);
  rest.delete('asOf');
  const query = parseListQuery(rest, false);
  if (query.resourceVersion !== undefined) throw withoutVersion();
  const asOfRevision = query.continue === undefined ? await revisionAsOf(request.api, asOf) : undefined;
  return inHistory(list(request.api, request.resource, scope, { ...query, ...(asOfRevision !== undefined && { asOfRevision }) }));
}

const withoutVersion = () => badRequest('specifying resourceVersion is not allowed when using asOf');
