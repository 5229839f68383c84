import { Hono } from 'hono';
import { wellKnownGroups, type Identity } from '../authn/identity.ts';
import { countTokens, insertToken } from '../authn/token-records.ts';
import { createToken, hashToken, type TokenKind } from '../authn/tokens.ts';
import { unknownControllers } from '../db/cluster-settings.ts';
import type { ManagementEnv, ManagementOptions } from './app.ts';
import { changeClusterSettings, createCluster, deleteCluster, findCluster, listClusters, type ClusterRecord } from './cluster-records.ts';
import { kubeconfig } from './kubeconfig.ts';
import { parseBody, parseQuery } from './parse.ts';
import { Problem } from './problem.ts';
import { CreateCluster, CreateNodeToken, ListClusters, UpdateCluster } from './schemas.ts';

const defaultClustersPerTenantMax = 10_000;
const defaultTokensPerClusterMax = 1_000;

/** `/v1/clusters`; a cluster in a path is its name or its id. */
export function clusterRoutes(options: ManagementOptions): Hono<ManagementEnv> {
  const { clock, settings } = options;
  const { orm } = options.database;
  const routes = new Hono<ManagementEnv>();

  const serverUrl = (requestUrl: string, id: string) => `${settings.publicUrl ?? new URL(requestUrl).origin}/clusters/${id}`;
  const view = (requestUrl: string, cluster: ClusterRecord) => ({
    id: cluster.id,
    name: cluster.name,
    server: serverUrl(requestUrl, cluster.id),
    createdAt: cluster.createdAt.toISOString(),
    settings: cluster.settings,
  });
  const existing = async (identity: Identity, nameOrId: string): Promise<ClusterRecord> => {
    const cluster = await findCluster(orm, identity.tenant, nameOrId);
    if (!cluster) throw new Problem('not_found', 'there is no such cluster');
    return cluster;
  };
  const checkControllers = (names: readonly string[] = []) => {
    const unknown = unknownControllers(names, settings.controllerNames);
    if (unknown.length === 0) return;
    const detail = `not in the list of known controllers: ${unknown.join(', ')} (known: ${settings.controllerNames.join(', ')})`;
    throw new Problem('invalid', `/settings/controllers: ${detail}`, [{ pointer: '/settings/controllers', detail }]);
  };
  const issueToken = async (cluster: ClusterRecord, wanted: WantedToken) => {
    const token = createToken(wanted.kind, options.secretBytes);
    const createdAt = clock.now();
    const expiresAt = wanted.ttlSeconds === undefined ? undefined : new Date(createdAt.getTime() + wanted.ttlSeconds * 1000);
    const max = settings.tokensPerClusterMax ?? defaultTokensPerClusterMax;
    if ((await countTokens(orm, cluster.id, createdAt)) >= max)
      throw new Problem('quota_exceeded', `a cluster has ${max} tokens at most`);
    const identity = { tenant: cluster.tenant, cluster: cluster.id, user: { name: wanted.user, groups: [wanted.group] } };
    await insertToken(orm, { hash: await hashToken(token), identity, description: wanted.description, createdAt, expiresAt });
    return { token, expiresAt };
  };

  routes.post('/', async (c) => {
    const { name, settings: own } = await parseBody(c, CreateCluster);
    checkControllers(own.controllers);
    const max = settings.clustersPerTenantMax ?? defaultClustersPerTenantMax;
    const wanted = { tenant: c.get('identity').tenant, name, createdAt: clock.now(), settings: own };
    const created = await createCluster(orm, wanted, max, options.random);
    if (created === 'name-taken') throw new Problem('name_taken', `there is a cluster named ${name} already`);
    if (created === 'quota-exceeded') throw new Problem('quota_exceeded', `a tenant has ${max} clusters at most`);
    return c.json(view(c.req.url, created), 201, { Location: `/v1/clusters/${created.id}` });
  });

  routes.get('/', async (c) => {
    const { limit, cursor } = parseQuery(c, ListClusters);
    // One more than asked for says whether there is another page.
    const found = await listClusters(orm, c.get('identity').tenant, { limit: limit + 1, afterName: cursor });
    const items = found.slice(0, limit);
    const more = found.length > limit && { nextCursor: items.at(-1)?.name };
    return c.json({ items: items.map((cluster) => view(c.req.url, cluster)), ...more });
  });

  routes.get('/:cluster', async (c) => c.json(view(c.req.url, await existing(c.get('identity'), c.req.param('cluster')))));

  routes.patch('/:cluster', async (c) => {
    const { settings: change } = await parseBody(c, UpdateCluster);
    checkControllers(change.controllers);
    const { id } = await existing(c.get('identity'), c.req.param('cluster'));
    const changed = await changeClusterSettings(orm, id, change);
    if (!changed) throw new Problem('not_found', 'there is no such cluster');
    await options.clusters.reload(id);
    return c.json(view(c.req.url, changed));
  });

  routes.delete('/:cluster', async (c) => {
    const cluster = await existing(c.get('identity'), c.req.param('cluster'));
    await deleteCluster(orm, cluster.id, clock.now());
    // The deletion stands; an object that cannot be reached learns of it at its next commit.
    await options.clusters.forget(cluster.id).catch((error: unknown) => options.onError?.(error));
    return c.body(null, 204);
  });

  routes.get('/:cluster/kubeconfig', async (c) => {
    const cluster = await existing(c.get('identity'), c.req.param('cluster'));
    const user = 'kubernetes-admin';
    const { token } = await issueToken(cluster, {
      kind: 'kubeconfig',
      user,
      group: wellKnownGroups.masters,
      description: 'kubeconfig',
    });
    const { certificateAuthority } = settings;
    const text = kubeconfig({ name: cluster.name, server: serverUrl(c.req.url, cluster.id), user, token, certificateAuthority });
    return c.body(text, 200, { 'Content-Type': 'application/yaml', 'Cache-Control': 'no-store' });
  });

  routes.post('/:cluster/node-tokens', async (c) => {
    const wanted = await parseBody(c, CreateNodeToken, {});
    const cluster = await existing(c.get('identity'), c.req.param('cluster'));
    const { token, expiresAt } = await issueToken(cluster, {
      kind: 'node',
      user: 'hibernetes:node-joiner',
      group: wellKnownGroups.nodeJoiners,
      description: wanted.description ?? 'join token',
      ttlSeconds: wanted.ttlSeconds,
    });
    const body = { token, server: serverUrl(c.req.url, cluster.id), expiresAt: expiresAt?.toISOString() ?? null };
    return c.json(body, 201, { 'Cache-Control': 'no-store' });
  });

  routes.get('/:cluster/usage', async (c) => {
    const cluster = await existing(c.get('identity'), c.req.param('cluster'));
    const { awakeSeconds, objects, bytes, requests } = await options.clusters.usage(cluster.id);
    return c.json({ awakeSeconds, objects, bytes, requests });
  });

  return routes;
}

interface WantedToken {
  kind: TokenKind;
  user: string;
  group: string;
  description: string;
  ttlSeconds?: number;
}
