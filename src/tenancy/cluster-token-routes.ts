import { z } from '@hono/zod-openapi';
import { wellKnownGroups } from '../authn/identity.ts';
import { countTokens, insertToken } from '../authn/token-records.ts';
import { createToken, hashToken, type TokenKind } from '../authn/tokens.ts';
import type { ClusterRecord } from './cluster-records.ts';
import type { ManagementOptions } from './context.ts';
import { kubeconfig } from './kubeconfig.ts';
import { Problem } from './problem.ts';
import { defineRoute, json, optionalBody, routeGroup } from './route.ts';
import { serverUrl } from './server-url.ts';
import { ClusterPath, Instant } from './shapes.ts';

const tags = ['Access to clusters'];
const params = ClusterPath;
const defaultTokensPerClusterMax = 1_000;

const getKubeconfig = defineRoute({
  operationId: 'getKubeconfig',
  method: 'get',
  path: '/v1/clusters/{cluster}/kubeconfig',
  tags,
  summary: 'Makes a kubeconfig with a token of its own',
  permission: 'kubeconfig.create',
  request: { params },
  responses: { 200: { description: 'A kubeconfig', content: { 'application/yaml': { schema: z.string() } } } },
});

const CreateNodeToken = z
  .strictObject({
    description: z.string().max(200).optional().meta({ description: 'What the token is for, for people.' }),
    ttlSeconds: z
      .number()
      .int()
      .min(60)
      .max(10 * 365 * 86_400)
      .optional()
      .meta({ description: 'Default: does not expire, since a node shows it again whenever it reconnects.' }),
  })
  .openapi('CreateNodeToken');

const NodeToken = z.object({ token: z.string(), server: z.url(), expiresAt: Instant.nullable() }).openapi('NodeToken');

const createNodeToken = defineRoute({
  operationId: 'createNodeToken',
  method: 'post',
  path: '/v1/clusters/{cluster}/node-tokens',
  tags,
  summary: 'Makes a token with which nodes join',
  permission: 'node-tokens.write',
  request: { params, body: optionalBody(CreateNodeToken) },
  responses: { 201: json(NodeToken, 'The token; it is shown this once') },
});

interface WantedToken {
  kind: TokenKind;
  user: string;
  group: string;
  description: string;
  ttlSeconds?: number;
}

/** `/v1/clusters/{cluster}/…`: what opens a cluster. */
export function clusterTokenRoutes(options: ManagementOptions) {
  const { clock, settings } = options;
  const { orm } = options.database;
  const group = routeGroup();

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

  group.openapi(getKubeconfig, async (c) => {
    const cluster = c.get('cluster');
    const user = 'kubernetes-admin';
    const { token } = await issueToken(cluster, {
      kind: 'kubeconfig',
      user,
      group: wellKnownGroups.masters,
      description: 'kubeconfig',
    });
    const { certificateAuthority, publicUrl } = settings;
    const server = serverUrl(publicUrl, c.req.url, cluster.id);
    const text = kubeconfig({ name: cluster.name, server, user, token, certificateAuthority });
    return c.body(text, 200, { 'Content-Type': 'application/yaml', 'Cache-Control': 'no-store' });
  });

  group.openapi(createNodeToken, async (c) => {
    const wanted = c.req.valid('json');
    const cluster = c.get('cluster');
    const { token, expiresAt } = await issueToken(cluster, {
      kind: 'node',
      user: 'hibernetes:node-joiner',
      group: wellKnownGroups.nodeJoiners,
      description: wanted.description ?? 'join token',
      ttlSeconds: wanted.ttlSeconds,
    });
    const server = serverUrl(settings.publicUrl, c.req.url, cluster.id);
    return c.json({ token, server, expiresAt: expiresAt?.toISOString() ?? null }, 201, { 'Cache-Control': 'no-store' });
  });

  return group;
}
