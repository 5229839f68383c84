import type { Bindings, ClusterApi } from './api.ts';
import { handleCreate } from './handlers/create.ts';
import { handleDelete, handleDeleteCollection } from './handlers/delete.ts';
import { patchHandler } from './handlers/patch.ts';
import { handleGet, handleList } from './handlers/read.ts';
import { updateHandler } from './handlers/update.ts';
import { handleWatch } from './handlers/watch.ts';
import { negotiate } from './http/accept.ts';
import { readBytes } from './http/body.ts';
import type { RequestVerb } from './http/authorize.ts';
import { asksToWatch, type ResourcePath } from './http/path.ts';
import { warnOfDeprecation } from './http/deprecation.ts';
import { encodingsOf } from './http/protobuf.ts';
import type { Handler } from './http/request.ts';
import { includeObjectOf } from './http/shown.ts';
import { legacyBindings, methodNotAllowed, notServed, resolveRequest, type Resolved } from './http/resolve.ts';
import { metricsHandlerOf } from './resource-metrics/index.ts';
import { reviewHandlerOf } from './reviews/index.ts';
import { handleBinding } from './subresources/binding.ts';
import { subresourceOf, type Method } from './subresources/index.ts';
import { withConversions } from './webhooks/convert.ts';

const handlers: Readonly<Record<RequestVerb, Handler>> = {
  get: handleGet,
  list: handleList,
  watch: handleWatch,
  create: handleCreate,
  update: updateHandler(),
  patch: patchHandler(),
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
};

const noQuery = new URLSearchParams();

/** Answers a request about the resource at a path, with a query as in the URL. Rejects with what the chain makes a Status of. */
export async function dispatch(
  api: ClusterApi,
  http: Request,
  parsed: ResourcePath,
  search: string,
  env: Bindings,
): Promise<Response> {
  const { user, address, audit } = env;
  const query = search === '' ? noQuery : new URLSearchParams(search);
  const method = http.method === 'HEAD' ? 'GET' : http.method;
  const verb = verbOf(method, parsed, query);
  if (!verb) throw methodNotAllowed();
  const resolved = resolveRequest(api, parsed, verb, user, query, audit);
  const handler = handlerFor(resolved, method, verb);
  env.about = { verb, path: parsed, resource: resolved.resource, query };
  const { schema, deprecation } = resolved.resource;
  const accepted = negotiate(http.headers.get('accept'), encodingsOf(schema), formatsOf(resolved));
  // Before anything is written.
  if (accepted.format === 'table') includeObjectOf(query);
  const answer = deprecation === undefined ? handler : warnOfDeprecation(handler, deprecation);
  const warnings: string[] = [];
  env.warnings = warnings;
  const context = { ...resolved, http, user, address, query, accepted, audit, warnings };
  if (!resolved.resource.storedForm?.require) return answer({ ...context, api });
  const body = http.body ? await readBytes(http) : undefined;
  return withConversions(api, (own) => {
    // What an attempt before this one has said, this one says again.
    warnings.length = 0;
    return answer({ ...context, api: own, http: body ? new Request(http, { method: http.method, body }) : http });
  });
}

/** What a request asks for, in the words of authorization. */
export function verbOf(method: string, path: ResourcePath, query: URLSearchParams): RequestVerb | undefined {
  const collection = path.name === '';
  switch (method) {
    case 'GET':
      if (path.watch) return 'watch';
      if (!collection) return 'get';
      return asksToWatch(query) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return collection ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

const withoutTables = ['object', 'metadata'] as const;

/** Whatever is not stored has no form as a table; undefined for every format. */
const formatsOf = ({ path, resource }: Resolved) =>
  reviewHandlerOf(resource) || subresourceOf(resource, path.subresource)?.isTransient ? withoutTables : undefined;

function handlerFor({ path, resource }: Resolved, method: string, verb: RequestVerb): Handler {
  if (path.resource === legacyBindings) {
    if (path.name !== '') throw notServed();
    if (verb !== 'create' || path.namespace === '') throw methodNotAllowed();
    return handleBinding;
  }
  if (path.subresource !== '') {
    const subresource = subresourceOf(resource, path.subresource);
    if (!subresource || (path.rest.length > 0 && path.subresource !== 'proxy')) throw notServed();
    const handler = subresource.methods[method as Method];
    if (!handler) throw methodNotAllowed();
    return handler;
  }
  const collection = path.name === '';
  const review = reviewHandlerOf(resource);
  if (review && (!collection || (resource.namespaced && path.namespace === ''))) throw notServed();
  const onCollection = verb === 'list' || verb === 'watch' || verb === 'create' || verb === 'deletecollection';
  const needsNamespace = resource.namespaced && (verb === 'create' || verb === 'deletecollection');
  const oldWatch = path.watch && verb === 'watch';
  if (!resource.verbs.includes(verb) || (collection !== onCollection && !oldWatch) || (needsNamespace && path.namespace === ''))
    throw methodNotAllowed();
  return review ?? metricsHandlerOf(resource, verb) ?? handlers[verb];
}
