import { stringify } from 'yaml';
import { limits } from '../../lib/limits.ts';
import { StatusSchema } from '../../machinery/openapi/common.ts';
import type { TypeMeta } from '../../machinery/protobuf/envelope.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import { StatusError, type Status, type StatusDetails } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import type { ListAnswer } from '../verbs/list.ts';
import { mediaTypes, negotiate, type Encoding } from './accept.ts';
import { largeHeader } from './large.ts';
import { allEncodings, listSchema, protobuf } from './protobuf.ts';
import type { ResourceRequest } from './request.ts';
import {
  includeObjectOf,
  shownListObject,
  shownListText,
  shownObject,
  shownSchema,
  shownText,
  type ListMeta,
  type Shown,
} from './shown.ts';
import { warningValues } from './warnings.ts';

/** An answer before it is written: in JSON, and as an object for encodings that are not text. */
interface Answer {
  schema: ObjectSchema;
  text(): string;
  object(): TypeMeta;
  /** How long the text is, about, where that can be known without it. */
  size?(): number;
}

/**
 * YAML as sigs.k8s.io/yaml writes it: sorted, and whatever a reader of YAML 1.1 would not take for a text in quotes (`yes`,
 * times).
 */
const yamlOptions = { version: '1.1', sortMapEntries: true, indentSeq: false, aliasDuplicateObjects: false, lineWidth: 0 } as const;

/** An answer with that content. */
export function contentResponse(contentType: string, content: string | Uint8Array, status = 200): Response {
  const headers: Record<string, string> = { 'content-type': contentType, 'cache-control': 'no-cache, private' };
  if (content.length > limits.compressFromBytes) headers[largeHeader] = '1';
  return new Response(content, { status, headers });
}

/** An answer in JSON: its text, or the bytes of it. */
export const jsonResponse = (text: string | Uint8Array, status = 200): Response => contentResponse(mediaTypes.json, text, status);

function encodedResponse(encoding: Encoding, answer: Answer, status: number): Response {
  switch (encoding) {
    case 'json':
      return jsonResponse(answer.text(), status);
    case 'yaml':
      return contentResponse(mediaTypes.yaml, stringify(JSON.parse(answer.text()), yamlOptions), status);
    case 'protobuf':
      return contentResponse(mediaTypes.protobuf, protobuf.encode(answer.schema, answer.object()), status);
  }
}

/** An object that is not stored, in the encoding that was agreed on. */
export function objectResponse(encoding: Encoding, schema: ObjectSchema, object: TypeMeta, status = 200): Response {
  return encodedResponse(encoding, { schema, text: () => JSON.stringify(object), object: () => object }, status);
}

/** An error as the API answers it, with what the client was to be warned of before. A client that may try again is told when. */
export function errorResponse(error: StatusError, accept: string | null, warnings: readonly string[] = []): Response {
  const response = objectResponse(errorEncoding(error, accept), StatusSchema as ObjectSchema, error.toStatus(), error.code);
  const wait = error.details?.retryAfterSeconds;
  if (wait !== undefined && (error.code === 429 || error.code >= 500)) response.headers.set('retry-after', String(wait));
  return withWarnings(response, warnings);
}

/** The encoding of an error. That no encoding fits is said in JSON. */
function errorEncoding({ reason }: StatusError, accept: string | null): Encoding {
  if (reason === 'NotAcceptable') return 'json';
  try {
    return negotiate(accept, allEncodings).encoding;
  } catch {
    return 'json';
  }
}

/** An answer to a request about a resource, in the encoding that was asked for, with the warnings collected so far. */
function respond(request: ResourceRequest, answer: Answer, status = 200): Response {
  if (request.audit) request.audit.answer = answer;
  return withWarnings(encodedResponse(request.accepted.encoding, answer, status), request.warnings);
}

function withWarnings(response: Response, warnings: readonly string[]): Response {
  for (const value of warningValues(warnings)) response.headers.append('warning', value);
  return response;
}

/** One object. */
export function respondEntry(
  request: ResourceRequest,
  entry: Entry,
  status = 200,
  resource: Pick<AnyResource, 'columns' | 'schema' | 'conversion' | 'storedForm'> = request.resource,
): Response {
  if (request.accepted.asList)
    throw notAcceptable('you requested PartialObjectMetadataList, but the requested object is not a list', entry.object);
  if (request.audit) request.audit.entry = entry;
  const shown = { ...shownOf(request), columns: true };
  const answer: Answer = {
    schema: shownSchema(resource.schema, shown),
    text: () => shownText(entry, resource, shown, request.api.clock.now()),
    object: () => shownObject(entry, resource, shown),
  };
  return respond(request, answer, status);
}

/** A list of objects. */
export function respondList(request: ResourceRequest, { entries, ...list }: ListAnswer): Response {
  const { resource, accepted } = request;
  if (accepted.format === 'metadata' && !accepted.asList)
    throw notAcceptable('you requested PartialObjectMetadata, but the requested object is a list', {
      apiVersion: resource.apiVersion,
      kind: resource.listKind,
    });
  const shown = shownOf(request);
  const metadata: ListMeta = {
    resourceVersion: String(list.revision),
    ...(list.continue !== undefined && { continue: list.continue }),
    ...(list.remainingItemCount !== undefined && { remainingItemCount: list.remainingItemCount }),
  };
  return respond(request, {
    schema: listSchema(shownSchema(resource.schema, shown)),
    text: () => shownListText(entries, metadata, resource, shown, request.api.clock.now()),
    object: () => shownListObject(entries, metadata, resource, shown),
    size: () => entries.reduce((sum, { text }) => sum + text.length, 0),
  });
}

/** Found out with the answer at hand, as upstream: what was to be written has been written. Names the type as upstream does. */
function notAcceptable(problem: string, { apiVersion, kind }: TypeMeta): StatusError {
  const scope = apiVersion === 'v1' ? 'core' : apiVersion.split(/[./]/, 1)[0];
  return new StatusError('NotAcceptable', `${problem} (*${scope}.${kind})`);
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
  return respond(
    request,
    { schema: StatusSchema as ObjectSchema, text: () => JSON.stringify(status), object: () => status },
    code,
  );
}
