import { Hono, type Context } from 'hono';
import { discoveryOf } from '../../machinery/discovery.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { notServed } from '../http/resolve.ts';
import { documentOf, documentResponse, keptDocuments } from './documents.ts';
import { servedSubresources } from './served-subresources.ts';

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What kinds there are: the documents under /api and /apis, as they always were and aggregated (KEP-3352). */
export function discoveryRoutes(scheme: Scheme): Hono {
  const discovery = discoveryOf(scheme, servedSubresources(scheme));
  const kept = keptDocuments();
  const root = (part: 'core' | 'groups', legacy: (context: Context) => object) => (context: Context) =>
    asksForAggregated(context.req.header('accept'))
      ? documentResponse(
          context,
          kept(part, () => JSON.stringify(discovery.aggregated(part))),
          { 'content-type': aggregatedType },
        )
      : documentResponse(context, documentOf(JSON.stringify(legacy(context))));
  const found = (context: Context, document: object | undefined) => {
    if (!document) throw notServed();
    return documentResponse(context, documentOf(JSON.stringify(document)));
  };

  const routes = new Hono();
  routes.get(
    '/api',
    root('core', ({ req }) => discovery.apiVersions(new URL(req.url).host)),
  );
  routes.get(
    '/apis',
    root('groups', () => discovery.groupList()),
  );
  routes.get('/api/:version', (c) => found(c, discovery.resourceList('', c.req.param('version'))));
  routes.get('/apis/:group', (c) => found(c, discovery.group(c.req.param('group'))));
  routes.get('/apis/:group/:version', (c) => found(c, discovery.resourceList(c.req.param('group'), c.req.param('version'))));
  return routes;
}

/** Whether v2 of the aggregated form is what the client takes first; clients that can name it prefer it. */
function asksForAggregated(accept: string | undefined): boolean {
  const first = accept?.split(',').find((range) => /^\s*application\/json\b/.test(range));
  if (!first) return false;
  const parameters = first.split(';').map((parameter) => parameter.trim());
  return ['g=apidiscovery.k8s.io', 'v=v2', 'as=APIGroupDiscoveryList'].every((parameter) => parameters.includes(parameter));
}
