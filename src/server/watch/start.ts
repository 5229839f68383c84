import { badRequest, gone, tooLarge } from '../../machinery/status.ts';
import { parseFieldSelector } from '../../machinery/field-selectors.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { StoreError } from '../../storage/store.ts';
import type { ClusterApi, User } from '../api.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { tooLargeResourceVersion } from '../errors.ts';
import { negotiate, type Accepted } from '../http/accept.ts';
import { parseListQuery } from '../http/list-query.ts';
import { parseResourcePath, type ResourcePath } from '../http/path.ts';
import { legacyBindings, methodNotAllowed, notServed, resolveRequest } from '../http/resolve.ts';
import { encodingsOf } from '../http/protobuf.ts';
import { includeObjectOf } from '../http/shown.ts';
import { list, type ListQuery } from '../verbs/list.ts';
import { parseRevision } from '../verbs/revision.ts';
import { bookmarkEvent } from './bookmark.ts';
import { entryEvent } from './event.ts';
import { compileWatch } from './match.ts';
import type { WatchSpec, WatchStart } from './spec.ts';

/** A watch without a timeout of its own ends after 30 to 60 minutes, as upstream's. */
const timeoutSecondsMin = 1800;
/** A spec has to fit into the attachment of a WebSocket (16 KB), with room for what else is in there. */
const specLengthMax = 12_000;

/**
 * Checks a watch request and says how it starts: from the state as it is now, or from a revision that the client has
 * seen. Throws `StatusError`: 400, 403, 404, 406, 410 when the log no longer reaches back, 422, 504 for the future.
 */
export async function startWatch(
  api: ClusterApi,
  request: { url: string; headers: Headers },
  user: User,
  audit?: AuditTrail,
): Promise<WatchStart> {
  const url = new URL(request.url, 'https://cluster');
  const parsed = parseResourcePath(url.pathname);
  if (!parsed) throw notServed();
  const { path, resource, namespaces } = resolveRequest(api, parsed, 'watch', user, url.searchParams, audit);
  if (!resource.verbs.includes('watch') || path.resource === legacyBindings || path.subresource !== '') throw methodNotAllowed();
  const query = withName(parseListQuery(url.searchParams, true), path, resource);
  const accepted = negotiate(request.headers.get('accept'), streamEncodings(resource));
  const fromState = startsFromState(query);
  const spec: WatchSpec = {
    ...specOf(resource, accepted, query),
    namespace: path.namespace,
    ...(namespaces && { namespaces }),
    ...(accepted.format === 'table' && { includeObject: includeObjectOf(url.searchParams) }),
  };
  if (JSON.stringify(spec).length > specLengthMax)
    throw tooLarge('Request entity too large: the selectors of a watch are too long');
  const start = fromState ? await initialState(api, resource, spec, query) : await since(api, spec, query);
  const wanted = query.timeoutSeconds ?? 0;
  const timeoutSeconds = wanted > 0 ? wanted : Math.floor(timeoutSecondsMin * (1 + api.random.next()));
  const { deprecation } = resource;
  return { ...start, timeoutSeconds, ...(deprecation !== undefined && { deprecation }) };
}

/** YAML has no way to tell where in a stream a document ends. */
const streamEncodings = ({ schema }: AnyResource) => encodingsOf(schema).filter((encoding) => encoding !== 'yaml');

function specOf(resource: AnyResource, accepted: Accepted, query: ListQuery): Omit<WatchSpec, 'namespace'> {
  const { format, metaVersion, encoding } = accepted;
  const shown = format === 'metadata' ? { apiVersion: `meta.k8s.io/${metaVersion}`, kind: 'PartialObjectMetadata' } : resource;
  return {
    resource: resource.resource,
    ...((resource.conversion || resource.storedForm) && { served: resource.apiVersion }),
    ...(query.labelSelector && { labelSelector: query.labelSelector }),
    ...(query.fieldSelector && { fieldSelector: query.fieldSelector }),
    ...(encoding === 'protobuf' && { encoding }),
    format,
    ...(metaVersion !== 'v1' && { metaVersion }),
    bookmarks: query.allowWatchBookmarks ?? false,
    apiVersion: shown.apiVersion,
    kind: shown.kind,
  };
}

/** A name in the path (`/api/v1/watch/…/NAME`) is the same as a field selector for it. */
function withName(query: ListQuery, path: ResourcePath, resource: AnyResource): ListQuery {
  if (path.name === '') return query;
  if (query.fieldSelector && parseFieldSelector(resource, query.fieldSelector).exact('metadata.name') !== path.name)
    throw badRequest("fieldSelector metadata.name doesn't match requested name");
  return query.fieldSelector ? query : { ...query, fieldSelector: `metadata.name=${path.name}` };
}

/** Without a revision to go on from, a watch begins with what there is, unless the client says that it has no use for it. */
function startsFromState(query: ListQuery): boolean {
  return query.sendInitialEvents ?? (query.resourceVersion === undefined || query.resourceVersion === '0');
}

async function initialState(
  api: ClusterApi,
  resource: AnyResource,
  spec: WatchSpec,
  query: ListQuery,
): Promise<Omit<WatchStart, 'timeoutSeconds'>> {
  // Compiled for its checks, before anything is read.
  compileWatch(spec, api.scheme);
  const { labelSelector, fieldSelector, resourceVersion } = query;
  const { revision, entries } = await list(api, resource, spec, { labelSelector, fieldSelector, resourceVersion });
  const now = api.clock.now();
  const first = { ...spec, columns: true };
  const initial = entries.map((entry, i) => entryEvent('ADDED', entry, i === 0 ? first : spec, resource, now));
  if (spec.bookmarks && query.sendInitialEvents) initial.push(bookmarkEvent(spec, revision, true));
  return { spec: columnsLater(spec, entries.length > 0), initial, position: revision };
}

/** From the revision that the client knows. Whoever delivers the changes starts there; that it can is checked now. */
async function since(api: ClusterApi, spec: WatchSpec, query: ListQuery): Promise<Omit<WatchStart, 'timeoutSeconds'>> {
  const later = columnsLater(spec, false);
  compileWatch(later, api.scheme);
  const position = parseRevision(query.resourceVersion) || api.store.revision;
  await checkReaches(api, position);
  return { spec: later, initial: [], position };
}

/** In a table, the first event has the column definitions; nobody remembers which one that was, so then all have. */
const columnsLater = (spec: WatchSpec, sent: boolean): WatchSpec =>
  spec.format === 'table' && !sent ? { ...spec, columns: true } : spec;

async function checkReaches(api: ClusterApi, revision: number): Promise<void> {
  if (revision > api.store.revision) throw tooLargeResourceVersion(revision, api.store.revision);
  try {
    await api.store.changesAfter(revision);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'compacted') throw gone(`too old resource version: ${revision}`);
    throw error;
  }
}
