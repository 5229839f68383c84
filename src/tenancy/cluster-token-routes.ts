import { z } from '@hono/zod-openapi';
import { deleteClusterToken, listClusterTokens, type ListedToken } from '../authn/token-records.ts';
import { clusterRoles, issueToken, roleOf, tokenOfNodes, tokenOfRole, type ClusterRole } from './cluster-tokens.ts';
import type { ManagementOptions } from './context.ts';
import { kubeconfig } from './kubeconfig.ts';
import { isAtLeast } from './permissions.ts';
import type { Principal } from './principal.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, empty, json, optionalBody, routeGroup } from './route.ts';
import { serverUrl } from './server-url.ts';
import { ClusterPath, Instant, page, pageOf, PageQuery } from './shapes.ts';

const tags = ['Access to clusters'];
const params = ClusterPath;

const RoleName = z.enum(clusterRoles).meta({
  description: '`admin` may do everything, `edit` and `view` what the ClusterRoles of these names allow, `none` what roles in the cluster say.',
});
const Namespace = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be the name of a namespace');
const Namespaces = z.array(Namespace).min(1).max(100).meta({ description: 'The only ones that it opens; lists show only them.' });
const ttl = z.coerce.number().int().min(60).max(10 * 365 * 86_400);
const Description = z.string().max(200).meta({ description: 'What it is for, for people.' });

const KubeconfigQuery = z.strictObject({
  ttlSeconds: ttl.optional().meta({ description: 'Default: its token does not expire.' }),
  role: RoleName.optional().meta({ description: 'Default: `admin`; for viewers, who get nothing else, `view`.' }),
  namespaces: z
    .string()
    .max(6_400)
    .transform((text) => text.split(','))
    .pipe(Namespaces)
    .optional()
    .openapi({ type: 'string', description: 'The only ones that it opens, with commas in between.' }),
});

const getKubeconfig = defineRoute({
  operationId: 'getKubeconfig',
  method: 'get',
  path: '/v1/clusters/{cluster}/kubeconfig',
  tags,
  summary: 'Makes a kubeconfig with a token of its own',
  permission: 'kubeconfig.create',
  request: { params, query: KubeconfigQuery },
  responses: { 200: { description: 'A kubeconfig', content: { 'application/yaml': { schema: z.string() } } } },
});

const clusterTokenParts = {
  id: z.string(),
  role: z.enum([...clusterRoles, 'node']).meta({ description: '`node` is a join token.' }),
  user: z.string().meta({ description: 'As whom the cluster knows it.' }),
  namespaces: z.array(z.string()).nullable(),
  description: z.string(),
  createdBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable().meta({ description: 'To ten minutes.' }),
};
const ClusterToken = z.object(clusterTokenParts).openapi('ClusterToken');

const CreateToken = z
  .strictObject({
    description: Description.default(''),
    role: RoleName.default('admin'),
    user: z
      .string()
      .max(100)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must consist of lower case alphanumeric characters, '-' and '.'")
      .optional()
      .meta({ description: 'As whom the cluster is to know it. Default: who asks.' }),
    namespaces: Namespaces.optional(),
    ttlSeconds: ttl.optional().meta({ description: 'Default: it does not expire.' }),
  })
  .openapi('CreateClusterToken');

const NewToken = z
  .object({ id: z.string(), token: z.string(), server: z.url(), expiresAt: Instant.nullable() })
  .openapi('NewClusterToken');

const list = defineRoute({
  operationId: 'listClusterTokens',
  method: 'get',
  path: '/v1/clusters/{cluster}/tokens',
  tags,
  summary: 'Lists the tokens of a cluster',
  description: 'Those of kubeconfigs and join tokens too, but not those of ServiceAccounts.',
  permission: 'tokens.read',
  request: { params, query: PageQuery },
  responses: { 200: json(page(ClusterToken).openapi('ClusterTokenPage'), 'A page of tokens, without their secrets') },
});

const create = defineRoute({
  operationId: 'createClusterToken',
  method: 'post',
  path: '/v1/clusters/{cluster}/tokens',
  tags,
  summary: 'Makes a token of a cluster',
  permission: 'tokens.write',
  request: { params, body: body(CreateToken) },
  responses: { 201: json(NewToken, 'The token; it is shown this once') },
});

const remove = defineRoute({
  operationId: 'deleteClusterToken',
  method: 'delete',
  path: '/v1/clusters/{cluster}/tokens/{token}',
  tags,
  summary: 'Revokes a token of a cluster',
  description: 'Within half a minute it opens nothing any more.',
  permission: 'tokens.write',
  request: { params: ClusterPath.extend({ token: z.string().meta({ description: 'Its id.' }) }) },
  responses: { 204: empty('It is gone') },
});

const CreateNodeToken = z
  .strictObject({
    description: Description.optional(),
    ttlSeconds: ttl.optional().meta({ description: 'Default: does not expire, since a node shows it again whenever it reconnects.' }),
  })
  .openapi('CreateNodeToken');

const createNodeToken = defineRoute({
  operationId: 'createNodeToken',
  method: 'post',
  path: '/v1/clusters/{cluster}/node-tokens',
  tags,
  summary: 'Makes a token with which nodes join',
  permission: 'node-tokens.write',
  request: { params, body: optionalBody(CreateNodeToken) },
  responses: { 201: json(NewToken, 'The token; it is shown this once') },
});

/** `/v1/clusters/{cluster}/…`: what opens a cluster. */
export function clusterTokenRoutes(options: ManagementOptions) {
  const { settings } = options;
  const { orm } = options.database;
  const group = routeGroup();
  const addressOf = (requestUrl: string, id: string) => serverUrl(settings.publicUrl, requestUrl, id);

  group.openapi(getKubeconfig, async (c) => {
    const { role: wanted, ttlSeconds, namespaces } = c.req.valid('query');
    const cluster = c.get('cluster');
    const principal = c.get('principal');
    const role = checkedRole(principal, wanted);
    const { name: createdBy } = principal;
    const user = userOf(principal);
    const made = { ...tokenOfRole(role), user, namespaces, description: 'kubeconfig', createdBy, ttlSeconds };
    const { token } = await issueToken(options, cluster, made);
    const { certificateAuthority } = settings;
    const text = kubeconfig({ name: cluster.name, server: addressOf(c.req.url, cluster.id), user, token, certificateAuthority });
    return c.body(text, 200, { 'Content-Type': 'application/yaml', 'Cache-Control': 'no-store' });
  });

  group.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const found = await listClusterTokens(orm, c.get('cluster').id, { limit: limit + 1, after: cursor });
    return c.json(pageOf(found, limit, view, (each) => each.id), 200);
  });

  group.openapi(create, async (c) => {
    const { role, user, ...wanted } = c.req.valid('json');
    const cluster = c.get('cluster');
    const principal = c.get('principal');
    const made = { ...wanted, ...tokenOfRole(role), user: user ?? userOf(principal), createdBy: principal.name };
    const { id, token, expiresAt } = await issueToken(options, cluster, made);
    const answer = { id, token, server: addressOf(c.req.url, cluster.id), expiresAt: expiresAt?.toISOString() ?? null };
    return c.json(answer, 201, { 'Cache-Control': 'no-store' });
  });

  group.openapi(remove, async (c) => {
    const removed = await deleteClusterToken(orm, c.get('cluster').id, c.req.valid('param').token);
    if (!removed) throw new Problem('not_found', 'there is no such token');
    return c.body(null, 204);
  });

  group.openapi(createNodeToken, async (c) => {
    const { description = 'join token', ttlSeconds } = c.req.valid('json');
    const cluster = c.get('cluster');
    const made = { ...tokenOfNodes, description, ttlSeconds, createdBy: c.get('principal').name };
    const { id, token, expiresAt } = await issueToken(options, cluster, made);
    const answer = { id, token, server: addressOf(c.req.url, cluster.id), expiresAt: expiresAt?.toISOString() ?? null };
    return c.json(answer, 201, { 'Cache-Control': 'no-store' });
  });

  return group;
}

/** As whom a cluster knows somebody: API keys by their own name, or their member's. */
const userOf = ({ key, name }: Principal): string => (key === undefined ? 'kubernetes-admin' : name);

/** Who may only look gets a kubeconfig that may only look. */
function checkedRole({ role }: Principal, wanted: ClusterRole | undefined): ClusterRole {
  if (isAtLeast(role, 'member')) return wanted ?? 'admin';
  if (wanted !== undefined && wanted !== 'view') throw new Problem('forbidden', 'a viewer gets a kubeconfig with the role view');
  return 'view';
}

const view = (token: ListedToken): z.infer<typeof ClusterToken> => ({
  id: token.id,
  role: roleOf(token),
  user: token.user,
  namespaces: token.namespaces,
  description: token.description,
  createdBy: token.createdBy,
  createdAt: token.createdAt.toISOString(),
  expiresAt: token.expiresAt?.toISOString() ?? null,
  lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
});
