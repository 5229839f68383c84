import { stringify } from 'yaml';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Status, StatusDetails, StatusError } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import type { ListAnswer } from '../verbs/list.ts';
import type { ResourceRequest } from './request.ts';
import { includeObjectOf, shownListText, shownText, type ListMeta, type Shown } from './shown.ts';

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };

/** An answer in JSON. */
export const jsonResponse = (text: string, status = 200): Response => new Response(text, { status, headers: jsonHeaders });

/** An error as the API answers it. A client that may try again is told when. */
export function errorResponse(error: StatusError): Response {
  const response = jsonResponse(JSON.stringify(error.toStatus()), error.code);
  const wait = error.details?.retryAfterSeconds;
  if (wait !== undefined && (error.code === 429 || error.code >= 500)) response.headers.set('retry-after', String(wait));
  return response;
}

/** An answer to a request about a resource: JSON in the encoding that was asked for, with the warnings collected so far. */
export function respond(request: ResourceRequest, json: string, status = 200): Response {
  const yaml = request.accepted.encoding === 'yaml';
  const response = yaml
    ? new Response(stringify(JSON.parse(json)), { status, headers: { ...jsonHeaders, 'content-type': 'application/yaml' } })
    : jsonResponse(json, status);
  for (const warning of request.warnings) response.headers.append('warning', `299 - ${quoted(warning)}`);
  return response;
}

/** A quoted string of HTTP; what cannot stand in a header is left out. */
const quoted = (text: string) =>
  `"${text
    .replace(/[^\x20-\x7e\t]/g, ' ')
    .replace(/["\\]/g, '\\$&')
    .slice(0, 4096)}"`;

/** One object. */
export function respondEntry(
  request: ResourceRequest,
  entry: Entry,
  status = 200,
  resource: Pick<AnyResource, 'columns'> = request.resource,
): Response {
  return respond(request, shownText(entry, resource, { ...shownOf(request), columns: true }, request.api.clock.now()), status);
}

/** A list of objects. */
export function respondList(request: ResourceRequest, answer: ListAnswer): Response {
  const metadata: ListMeta = {
    resourceVersion: String(answer.revision),
    ...(answer.continue !== undefined && { continue: answer.continue }),
    ...(answer.remainingItemCount !== undefined && { remainingItemCount: answer.remainingItemCount }),
  };
  return respond(request, shownListText(answer.entries, metadata, request.resource, shownOf(request), request.api.clock.now()));
}

function shownOf({ accepted, query }: ResourceRequest): Shown {
  return accepted.format === 'table' ? { ...accepted, includeObject: includeObjectOf(query) } : accepted;
}

/** That something was done, for answers without an object. */
export function respondSuccess(request: ResourceRequest, details: StatusDetails | undefined, code: number): Response {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details && { details }),
    ...(code !== 200 && { code }),
  };
  return respond(request, JSON.stringify(status), code);
}
