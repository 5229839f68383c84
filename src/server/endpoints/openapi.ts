import { Hono } from 'hono';
import { openapiOf } from '../../machinery/openapi/documents.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { StatusError } from '../../machinery/status.ts';
import { notServed } from '../http/resolve.ts';
import { documentResponse } from './documents.ts';
import { servedSubresources } from './served-subresources.ts';
import { versionInfo } from './version.ts';

/** The only form in which kubectl asks for version 2. */
const v2Protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** The same without the `@`, which a media type may not have: clients parse that of an answer. */
const v2ProtobufAnswer = v2Protobuf.replace('@', '.');

/** The schemas of everything, for `kubectl explain`, validation and patches: OpenAPI v3 by group version, v2 whole. */
export function openapiRoutes(scheme: Scheme): Hono {
  const openapi = openapiOf(scheme, servedSubresources(scheme), versionInfo.gitVersion);
  const routes = new Hono();
  routes.get('/openapi/v3', (c) => documentResponse(c, openapi.index()));
  routes.get('/openapi/v3/*', (c) => {
    const path = c.req.path.slice('/openapi/v3/'.length);
    const text = openapi.v3(path);
    if (text === undefined) throw notServed();
    // An address with the hash of its document never changes what it gives.
    const isPinned = c.req.query('hash') !== undefined && c.req.query('hash') === openapi.hash(path);
    return documentResponse(c, text, isPinned ? { 'cache-control': 'public, immutable' } : {});
  });
  routes.get('/openapi/v2', (c) => {
    const ranges = (c.req.header('accept') ?? '*/*').split(',').map((range) => range.split(';')[0]!.trim());
    for (const range of ranges) {
      if (range === v2Protobuf) return documentResponse(c, openapi.v2Protobuf(), { 'content-type': v2ProtobufAnswer });
      if (['application/json', 'application/*', '*/*'].includes(range)) return documentResponse(c, openapi.v2());
    }
    throw new StatusError('NotAcceptable', `only the following media types are accepted: application/json, ${v2Protobuf}`);
  });
  return routes;
}
