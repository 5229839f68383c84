import { z } from '@hono/zod-openapi';
import { createToken, hashToken } from '../authn/tokens.ts';
import {
  countApiKeys,
  deleteApiKey,
  insertApiKey,
  listApiKeys,
  rotateApiKey,
  type ApiKeyRecord,
  type ListedApiKey,
} from './api-key-records.ts';
import { findCluster } from './cluster-records.ts';
import type { ManagementOptions } from './context.ts';
import { newId } from './ids.ts';
import { findMember } from './member-records.ts';
import { mustBeAtLeast } from './member-routes.ts';
import { actionNames, isAtLeast, roles } from './permissions.ts';
import { covers, type Principal } from './principal.ts';
import { invalidParts, Problem } from './problem.ts';
import { body, defineRoute, empty, json, optionalBody, routeGroup } from './route.ts';
import { Instant, page, pageOf, PageQuery } from './shapes.ts';

const tags = ['API keys'];
const keysMax = 1_000;
const daySeconds = 86_400;
const defaultOverlapSeconds = 3_600;

const RoleName = z.enum(roles);
const ttlSeconds = z.int().min(60).max(10 * 365 * daySeconds);

const apiKeyParts = {
  id: z.string(),
  name: z.string(),
  role: RoleName.meta({ description: 'What the key can do at most; a member’s key can do no more than the member.' }),
  member: z.string().nullable().meta({ description: 'The id of the member whose key it is; null for the tenant’s own.' }),
  clusters: z.array(z.string()).nullable().meta({ description: 'Ids of the only clusters that it is for.' }),
  actions: z.array(z.string()).nullable().meta({ description: 'The only actions that it is for.' }),
  createdBy: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable().meta({ description: 'To ten minutes.' }),
};
const ApiKey = z.object(apiKeyParts).openapi('ApiKey');
const NewApiKey = z
  .object({ ...apiKeyParts, token: z.string().meta({ description: 'The secret; it is shown this once.' }) })
  .openapi('NewApiKey');

const CreateApiKey = z
  .strictObject({
    name: z.string().min(1).max(100).meta({ example: 'ci' }),
    role: RoleName.optional().meta({ description: 'Default: that of who asks.' }),
    member: z.string().max(254).optional().meta({ description: 'Id or address of the member whose key it is to be.' }),
    clusters: z.array(z.string().max(63)).min(1).max(100).optional().meta({ description: 'Names or ids of the only clusters.' }),
    actions: z.array(z.enum(actionNames)).min(1).max(100).optional().meta({ description: 'The only actions, as `clusters.read` or `tokens.*`.' }),
    ttlSeconds: ttlSeconds.optional().meta({ description: 'Default: it does not expire.' }),
  })
  .openapi('CreateApiKey');

const RotateApiKey = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(30 * daySeconds)
      .default(defaultOverlapSeconds)
      .meta({ description: 'How long the secret that was goes on.' }),
    ttlSeconds: ttlSeconds.optional().meta({ description: 'Default: the key expires when it would have.' }),
  })
  .openapi('RotateApiKey');

const params = z.object({ key: z.string().meta({ description: 'Its id.' }) });

const list = defineRoute({
  operationId: 'listApiKeys',
  method: 'get',
  path: '/v1/api-keys',
  tags,
  summary: 'Lists API keys',
  description: 'Below the role admin: one’s own.',
  permission: 'api-keys.read',
  request: { query: PageQuery },
  responses: { 200: json(page(ApiKey).openapi('ApiKeyPage'), 'A page of keys') },
});

const create = defineRoute({
  operationId: 'createApiKey',
  method: 'post',
  path: '/v1/api-keys',
  tags,
  summary: 'Makes an API key',
  description: 'Below the role admin: for oneself. A key can never do more than who made it.',
  permission: 'api-keys.write',
  request: { body: body(CreateApiKey) },
  responses: { 201: json(NewApiKey, 'The new key with its secret') },
});

const get = defineRoute({
  operationId: 'getApiKey',
  method: 'get',
  path: '/v1/api-keys/{key}',
  tags,
  summary: 'Shows an API key',
  permission: 'api-keys.read',
  request: { params },
  responses: { 200: json(ApiKey, 'The key, without its secret') },
});

const remove = defineRoute({
  operationId: 'deleteApiKey',
  method: 'delete',
  path: '/v1/api-keys/{key}',
  tags,
  summary: 'Revokes an API key',
  description: 'Within half a minute it opens nothing any more.',
  permission: 'api-keys.write',
  request: { params },
  responses: { 204: empty('It is gone') },
});

const rotate = defineRoute({
  operationId: 'rotateApiKey',
  method: 'post',
  path: '/v1/api-keys/{key}/rotate',
  tags,
  summary: 'Gives an API key another secret',
  description: 'The secret that was goes on for the overlap, so that nothing stops while the new one is put in place.',
  permission: 'api-keys.write',
  request: { params, body: optionalBody(RotateApiKey) },
  responses: { 200: json(NewApiKey, 'The key with its new secret') },
});

const view = (key: ListedApiKey): z.infer<typeof ApiKey> => ({
  id: key.id,
  name: key.name,
  role: key.role,
  member: key.memberId,
  clusters: key.clusterIds,
  actions: key.actions,
  createdBy: key.createdBy,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
});

/** `/v1/api-keys`: what opens the management API. */
export function apiKeyRoutes(options: ManagementOptions) {
  const { clock } = options;
  const { orm } = options.database;
  const group = routeGroup();

  /** Which keys somebody has to do with: all, those of the member he is, or the one that he is. */
  const visible = ({ role, member, key }: Principal) => (isAtLeast(role, 'admin') ? {} : member ? { member } : { id: key ?? '' });
  const existing = async (principal: Principal, id: string): Promise<ListedApiKey> => {
    const [key] = await listApiKeys(orm, principal.tenant, { limit: 1, ...visible(principal), id });
    const own = visible(principal).id;
    if (!key || (own !== undefined && own !== id)) throw new Problem('not_found', 'there is no such key');
    return key;
  };
  const after = (seconds: number) => new Date(clock.now().getTime() + seconds * 1_000);
  const newSecret = async (userName: string) => {
    const token = createToken('api', options.secretBytes);
    return { token, secret: { hash: await hashToken(token), createdAt: clock.now(), userName } };
  };
  const nameOf = async (key: Pick<ApiKeyRecord, 'tenantId' | 'memberId' | 'name'>): Promise<string> =>
    (key.memberId !== null && (await findMember(orm, key.tenantId, key.memberId))?.email) || `key:${key.name}`;

  group.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const principal = c.get('principal');
    const found = await listApiKeys(orm, principal.tenant, { limit: limit + 1, after: cursor, ...visible(principal) });
    return c.json(pageOf(found, limit, view, (each) => each.id), 200);
  });

  group.openapi(create, async (c) => {
    const wanted = c.req.valid('json');
    const principal = c.get('principal');
    const { tenant } = principal;
    const role = wanted.role ?? principal.role;
    mustBeAtLeast(principal, role);
    const member = wanted.member === undefined ? undefined : await findMember(orm, tenant, wanted.member);
    if (wanted.member !== undefined && !member) throw invalidParts([{ pointer: '/member', detail: 'there is no such member' }]);
    if (member) mustBeAtLeast(principal, member.role);
    if (!isAtLeast(principal.role, 'admin') && (member?.id ?? null) !== (principal.member ?? ''))
      throw new Problem('forbidden', 'below the role admin one makes keys for oneself, as a member');
    if ((await countApiKeys(orm, tenant)) >= keysMax) throw new Problem('quota_exceeded', `a tenant has ${keysMax} keys at most`);
    const key: ApiKeyRecord = {
      id: newId('k', options.random),
      tenantId: tenant,
      memberId: member?.id ?? null,
      name: wanted.name,
      role,
      clusterIds: wanted.clusters ? await clusterIds(tenant, wanted.clusters) : null,
      actions: grantedActions(principal, wanted.actions),
      createdBy: principal.name,
      createdAt: clock.now(),
      expiresAt: wanted.ttlSeconds === undefined ? null : after(wanted.ttlSeconds),
    };
    const { token, secret } = await newSecret(member?.email ?? `key:${key.name}`);
    await insertApiKey(orm, key, secret);
    const headers = { Location: `/v1/api-keys/${key.id}`, 'Cache-Control': 'no-store' };
    return c.json({ ...view({ ...key, lastUsedAt: null }), token }, 201, headers);
  });

  group.openapi(get, async (c) => c.json(view(await existing(c.get('principal'), c.req.valid('param').key)), 200));

  group.openapi(remove, async (c) => {
    const principal = c.get('principal');
    const key = await existing(principal, c.req.valid('param').key);
    if (principal.key !== key.id) mustCover(principal, key);
    await deleteApiKey(orm, key.id);
    return c.body(null, 204);
  });

  group.openapi(rotate, async (c) => {
    const { overlapSeconds = defaultOverlapSeconds, ttlSeconds: ttl } = c.req.valid('json');
    const principal = c.get('principal');
    const key = await existing(principal, c.req.valid('param').key);
    // Who holds the new secret can do what the key can.
    if (principal.key !== key.id) mustCover(principal, key);
    const expiresAt = ttl === undefined ? key.expiresAt : after(ttl);
    const { token, secret } = await newSecret(await nameOf(key));
    await rotateApiKey(orm, key, secret, { overlap: after(overlapSeconds), expiresAt });
    return c.json({ ...view({ ...key, expiresAt }), token }, 200, { 'Cache-Control': 'no-store' });
  });

  const clusterIds = async (tenant: string, names: readonly string[]): Promise<string[]> => {
    const found = await Promise.all(names.map((name) => findCluster(orm, tenant, name)));
    const missing = found.flatMap((each, i) => (each ? [] : [{ pointer: `/clusters/${i}`, detail: 'there is no such cluster' }]));
    if (missing.length > 0) throw invalidParts(missing);
    return [...new Set(found.map((each) => each!.id))];
  };

  return group;
}

/** Nobody has to do with a key that can do more than he can. */
function mustCover(principal: Principal, key: ApiKeyRecord): void {
  mustBeAtLeast(principal, key.role);
  const { actions: own } = principal;
  if (own && (key.actions === null || !key.actions.every((each) => own.some((action) => covers(action, each)))))
    throw new Problem('forbidden', 'this key can do more than the one that asks');
}

/** The actions of a new key: none that who asks does not have. */
function grantedActions({ actions }: Principal, wanted: readonly string[] | undefined): string[] | null {
  if (!actions) return wanted ? [...wanted] : null;
  const missing = (wanted ?? []).filter((each) => !actions.some((own) => covers(own, each)));
  if (missing.length > 0) throw new Problem('forbidden', `this key does not have the actions ${missing.join(', ')}`);
  return [...(wanted ?? actions)];
}
