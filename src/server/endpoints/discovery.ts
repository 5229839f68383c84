import { Hono, type Context } from 'hono';
import { discoveryOf, type Discovery, type Precedence } from '../../machinery/discovery.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { prioritiesOf } from '../../resources/apiregistration/local.ts';
import { outOfReach, unreachableVersions } from '../aggregation.ts';
import type { ClusterApi } from '../api.ts';
import { notServed } from '../http/resolve.ts';
import { documentOf, documentResponse, keptDocuments } from './documents.ts';
import { servedSubresources } from './served-subresources.ts';

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Documents {
  /** What versions there are that others serve. */
  readonly others: string;
  readonly discovery: Discovery;
  readonly kept: ReturnType<typeof keptDocuments>;
}
const documents = new WeakMap<Scheme, Documents>();

/** Of the kinds of each moment once. */
function documentsOf(api: Pick<ClusterApi, 'scheme' | 'committed'>): Documents {
  const scheme = api.scheme.snapshot;
  const unreachable = unreachableVersions(scheme, api.committed);
  const others = unreachable.length === 0 ? '' : JSON.stringify(unreachable);
  let of = documents.get(scheme);
  if (of?.others !== others) {
    of = {
      others,
      discovery: discoveryOf(scheme, servedSubresources(scheme), precedenceOf, unreachable),
      kept: keptDocuments(),
    };
    documents.set(scheme, of);
  }
  return of;
}

function precedenceOf(group: string, version: string): Precedence {
  const { groupPriorityMinimum, versionPriority } = prioritiesOf(group, version);
  return { group: groupPriorityMinimum, version: versionPriority };
}

/** What kinds there are: the documents under /api and /apis, as they always were and aggregated (KEP-3352). */
export function discoveryRoutes(api: Pick<ClusterApi, 'scheme' | 'committed'>): Hono {
  const root = (part: 'core' | 'groups', legacy: (discovery: Discovery, context: Context) => object) => (context: Context) => {
    const { discovery, kept } = documentsOf(api);
    return asksForAggregated(context.req.header('accept'))
      ? documentResponse(
          context,
          kept(part, () => JSON.stringify(discovery.aggregated(part))),
          { 'content-type': aggregatedType },
        )
      : documentResponse(context, documentOf(JSON.stringify(legacy(discovery, context))));
  };
  const current = () => documentsOf(api).discovery;
  const found = (context: Context, document: object | undefined) => {
    const { group = '', version = '' } = context.req.param() as { group?: string; version?: string };
    if (!document) throw outOfReach(api.committed, group, version) ?? notServed();
    return documentResponse(context, documentOf(JSON.stringify(document)));
  };

  const routes = new Hono();
  routes.get(
    '/api',
    root('core', (discovery, { req }) => discovery.apiVersions(new URL(req.url).host)),
  );
  routes.get(
    '/apis',
    root('groups', (discovery) => discovery.groupList()),
  );
  routes.get('/api/:version', (c) => found(c, current().resourceList('', c.req.param('version'))));
  routes.get('/apis/:group', (c) => found(c, current().group(c.req.param('group'))));
  routes.get('/apis/:group/:version', (c) => found(c, current().resourceList(c.req.param('group'), c.req.param('version'))));
  return routes;
}

/** Whether v2 of the aggregated form is what the client takes first; clients that can name it prefer it. */
function asksForAggregated(accept: string | undefined): boolean {
  const first = accept?.split(',').find((range) => /^\s*application\/json\b/.test(range));
  if (!first) return false;
  const parameters = first.split(';').map((parameter) => parameter.trim());
  return ['g=apidiscovery.k8s.io', 'v=v2', 'as=APIGroupDiscoveryList'].every((parameter) => parameters.includes(parameter));
}
