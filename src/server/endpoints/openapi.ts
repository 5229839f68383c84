import { Hono } from 'hono';
import { openapiOf, type GroupDocuments, type OpenAPI } from '../../machinery/openapi/documents.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { StatusError } from '../../machinery/status.ts';
import { mediaTypes, parseAccept } from '../http/accept.ts';
import { notServed } from '../http/resolve.ts';
import { documentResponse, keptDocuments } from './documents.ts';
import { servedSubresources } from './served-subresources.ts';
import { versionInfo } from './version.ts';

/** The only form in which kubectl asks for version 2. */
const v2Protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** The same without the `@`, which a media type may not have: clients parse that of an answer. */
const v2ProtobufAnswer = v2Protobuf.replace('@', '.');
const v2Types = [mediaTypes.json, v2Protobuf, v2ProtobufAnswer];
/** A document behind an address with its hash is kept for a year without asking again. */
const pinned = 'public, immutable, max-age=31536000';

interface Documents {
  readonly openapi: OpenAPI;
  readonly kept: ReturnType<typeof keptDocuments>;
}
const documents = new WeakMap<Scheme, Documents>();
/** What custom resources leave as it is when they come and go. */
const groupDocuments: GroupDocuments = new WeakMap();

/** Of the kinds of each moment once: they are megabytes, and the same in all clusters of a process that serve the same kinds. */
export function documentsOf({ snapshot: scheme }: Scheme): Documents {
  let of = documents.get(scheme);
  if (!of) {
    of = { openapi: openapiOf(scheme, servedSubresources(scheme), versionInfo.gitVersion, groupDocuments), kept: keptDocuments() };
    documents.set(scheme, of);
  }
  return of;
}

/** The schemas of everything, for `kubectl explain`, validation and patches: OpenAPI v3 by group version, v2 whole. */
export function openapiRoutes(scheme: Scheme): Hono {
  const routes = new Hono();
  routes.get('/openapi/v3', (c) => {
    const { openapi, kept } = documentsOf(scheme);
    return documentResponse(
      c,
      kept('v3', () => openapi.index()),
    );
  });
  routes.get('/openapi/v3/*', (c) => {
    const { openapi, kept } = documentsOf(scheme);
    const path = c.req.path.slice('/openapi/v3/'.length).replace(/\/$/, '');
    const text = openapi.v3(path);
    if (text === undefined) throw notServed();
    chosenType(c.req.header('accept'), [mediaTypes.json]);
    const hash = c.req.query('hash');
    // Relative, because a cluster may be anywhere below a host.
    if (hash && hash !== openapi.hash(path))
      return new Response(null, { status: 301, headers: { location: `?hash=${openapi.hash(path)}` } });
    return documentResponse(
      c,
      kept(`v3/${path}`, () => text),
      hash ? { 'cache-control': pinned } : {},
    );
  });
  routes.get('/openapi/v2', (c) => {
    const { openapi, kept } = documentsOf(scheme);
    return chosenType(c.req.header('accept'), v2Types) === mediaTypes.json
      ? documentResponse(
          c,
          kept('v2', () => openapi.v2()),
        )
      : documentResponse(
          c,
          kept('v2 protobuf', () => openapi.v2Protobuf()),
          { 'content-type': v2ProtobufAnswer },
        );
  });
  return routes;
}

/** The one of the served types that is wanted most. Throws 406 if none is. */
function chosenType(accept: string | undefined, served: readonly string[]): string {
  for (const { type } of parseAccept(accept || '*/*')) {
    const found = served.find((each) => type === '*/*' || type === 'application/*' || type === each);
    if (found) return found;
  }
  throw new StatusError('NotAcceptable', `only the following media types are accepted: ${served.join(', ')}`);
}
