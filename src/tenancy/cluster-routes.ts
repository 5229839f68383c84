import { hashToken } from '../authn/tokens.ts';
import { unknownControllers } from '../db/cluster-settings.ts';
import { checkAuthentication } from './cluster-authentication.ts';
import { changeClusterSettings, createCluster, deleteCluster, listClusters, setSuspended, type ClusterRecord } from './cluster-records.ts';
import { Cluster, ClusterPage, clusterView, CreateCluster, ListClusters, UpdateCluster, Usage } from './cluster-shapes.ts';
import type { ManagementOptions } from './context.ts';
import { invalidParts, Problem } from './problem.ts';
import { body, defineRoute, empty, json, routeGroup } from './route.ts';
import { serverUrl } from './server-url.ts';
import { ClusterPath, pageOf } from './shapes.ts';

const tags = ['Clusters'];
const params = ClusterPath;
const etagHeader = { ETag: { description: 'Changes with the settings.', schema: { type: 'string' as const } } };
const defaultClustersPerTenantMax = 10_000;

const create = defineRoute({
  operationId: 'createCluster',
  method: 'post',
  path: '/v1/clusters',
  tags,
  summary: 'Creates a cluster',
  description: 'kubectl can use it when this has been answered.',
  permission: 'clusters.create',
  request: { body: body(CreateCluster) },
  responses: { 201: json(Cluster, 'The new cluster') },
});

const list = defineRoute({
  operationId: 'listClusters',
  method: 'get',
  path: '/v1/clusters',
  tags,
  summary: 'Lists clusters by name',
  permission: 'clusters.read',
  request: { query: ListClusters },
  responses: { 200: json(ClusterPage, 'A page of clusters') },
});

const get = defineRoute({
  operationId: 'getCluster',
  method: 'get',
  path: '/v1/clusters/{cluster}',
  tags,
  summary: 'Shows a cluster',
  permission: 'clusters.read',
  request: { params },
  responses: { 200: { ...json(Cluster, 'The cluster'), headers: etagHeader } },
});

const update = defineRoute({
  operationId: 'updateCluster',
  method: 'patch',
  path: '/v1/clusters/{cluster}',
  tags,
  summary: 'Changes settings of a cluster',
  description:
    'The settings that are said replace those that were. The cluster starts anew with them; watches and nodes connect again. With `If-Match`, only if the settings are still those of that `ETag`.',
  permission: 'clusters.update',
  request: { params, body: body(UpdateCluster) },
  responses: { 200: { ...json(Cluster, 'The cluster as it is now'), headers: etagHeader } },
});

const suspend = defineRoute({
  operationId: 'suspendCluster',
  method: 'post',
  path: '/v1/clusters/{cluster}/suspend',
  tags,
  summary: 'Suspends a cluster',
  description: 'Its API answers 503 to everybody, its controllers stop, and its nodes are cut off; what runs on them goes on.',
  permission: 'clusters.suspend',
  request: { params },
  responses: { 200: json(Cluster, 'The suspended cluster') },
});

const resume = defineRoute({
  operationId: 'resumeCluster',
  method: 'post',
  path: '/v1/clusters/{cluster}/resume',
  tags,
  summary: 'Resumes a suspended cluster',
  permission: 'clusters.suspend',
  request: { params },
  responses: { 200: json(Cluster, 'The cluster') },
});

const remove = defineRoute({
  operationId: 'deleteCluster',
  method: 'delete',
  path: '/v1/clusters/{cluster}',
  tags,
  summary: 'Deletes a cluster with everything in it',
  permission: 'clusters.delete',
  request: { params },
  responses: { 204: empty('It is gone, and its tokens with it') },
});

const usage = defineRoute({
  operationId: 'getClusterUsage',
  method: 'get',
  path: '/v1/clusters/{cluster}/usage',
  tags,
  summary: 'Shows what a cluster has used since its creation',
  permission: 'usage.read',
  request: { params },
  responses: { 200: json(Usage, 'Its usage') },
});

/** `/v1/clusters`: a cluster in a path is its name or its id. */
export function clusterRoutes(options: ManagementOptions) {
  const { clock, settings } = options;
  const { orm } = options.database;
  const group = routeGroup();

  const view = (requestUrl: string, cluster: ClusterRecord) =>
    clusterView(cluster, serverUrl(settings.publicUrl, requestUrl, cluster.id));
  const checkControllers = (names: readonly string[] = []) => {
    const unknown = unknownControllers(names, settings.controllerNames);
    if (unknown.length === 0) return;
    const detail = `not in the list of known controllers: ${unknown.join(', ')} (known: ${settings.controllerNames.join(', ')})`;
    throw invalidParts([{ pointer: '/settings/controllers', detail }]);
  };

  group.openapi(create, async (c) => {
    const { name, settings: own } = c.req.valid('json');
    checkControllers(own.controllers);
    checkAuthentication(own.authentication);
    const max = settings.clustersPerTenantMax ?? defaultClustersPerTenantMax;
    const wanted = { tenant: c.get('principal').tenant, name, createdAt: clock.now(), settings: own };
    const created = await createCluster(options.database, wanted, max, options.random);
    if (created === 'name-taken') throw new Problem('name_taken', `there is a cluster named ${name} already`);
    if (created === 'quota-exceeded') throw new Problem('quota_exceeded', 'the tenant may not have more clusters');
    c.set('auditedCluster', created.id);
    return c.json(view(c.req.url, created), 201, { Location: `/v1/clusters/${created.id}` });
  });

  group.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const { tenant, clusters } = c.get('principal');
    const found = await listClusters(orm, tenant, { limit: limit + 1, afterName: cursor, ids: clusters });
    return c.json(pageOf(found, limit, (each) => view(c.req.url, each), (each) => each.name), 200);
  });

  group.openapi(get, async (c) => {
    const cluster = c.get('cluster');
    return c.json(view(c.req.url, cluster), 200, { ETag: await etagOf(cluster) });
  });

  group.openapi(update, async (c) => {
    const { settings: change } = c.req.valid('json');
    checkControllers(change.controllers);
    const { id, ...cluster } = c.get('cluster');
    checkAuthentication(change.authentication, id);
    const ifMatch = c.req.header('If-Match');
    const isOther = ifMatch !== undefined && ifMatch !== '*' && ifMatch !== (await etagOf(cluster));
    const expected = ifMatch === undefined ? undefined : cluster.storedSettings;
    const changed = isOther ? undefined : await changeClusterSettings(orm, id, change, expected);
    if (!changed && ifMatch !== undefined)
      throw new Problem('precondition_failed', 'the settings are not those of this ETag any more');
    if (!changed) throw new Problem('not_found', 'there is no such cluster');
    await options.clusters.reload(id);
    return c.json(view(c.req.url, changed), 200, { ETag: await etagOf(changed) });
  });

  const setState = async ({ id }: ClusterRecord, suspendedAt: Date | null): Promise<ClusterRecord> => {
    const changed = await setSuspended(orm, id, suspendedAt);
    if (!changed) throw new Problem('not_found', 'there is no such cluster');
    await options.clusters.reload(id);
    return changed;
  };
  group.openapi(suspend, async (c) => c.json(view(c.req.url, await setState(c.get('cluster'), clock.now())), 200));
  group.openapi(resume, async (c) => c.json(view(c.req.url, await setState(c.get('cluster'), null)), 200));

  group.openapi(remove, async (c) => {
    const { id } = c.get('cluster');
    await deleteCluster(orm, id, clock.now());
    // The deletion stands; an object that cannot be reached learns of it at its next commit.
    await options.clusters.forget(id).catch((error: unknown) => options.onError?.(error));
    return c.body(null, 204);
  });

  group.openapi(usage, async (c) => c.json(await options.clusters.usage(c.get('cluster').id), 200));

  return group;
}

/** The version of the settings of a cluster. */
const etagOf = async ({ storedSettings }: Pick<ClusterRecord, 'storedSettings'>): Promise<string> =>
  `"${(await hashToken(storedSettings)).slice(0, 16)}"`;
