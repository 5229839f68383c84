import { z } from '@hono/zod-openapi';
import { JwtAuthenticator } from '../db/jwt-authenticator.ts';
import type { ManagementOptions } from './context.ts';
import { newId } from './ids.ts';
import { deleteIssuer, findIssuer, insertIssuer, listIssuers, replaceIssuer, type IssuerRecord } from './issuer-records.ts';
import { checkIssuer } from './cluster-authentication.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, empty, json, routeGroup } from './route.ts';
import { Instant, page, pageOf, PageQuery } from './shapes.ts';

const tags = ['OIDC issuers'];
const issuersMax = 64;

const Name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must consist of lower case alphanumeric characters or '-'")
  .refine((name) => !/^i-[0-9a-z]{10}$/.test(name), 'must not have the form of an id (i- and ten characters)');
const Config = JwtAuthenticator.meta({ id: 'JWTAuthenticator' });
const Issuer = z.object({ id: z.string(), name: z.string(), createdAt: Instant, jwt: Config }).openapi('Issuer');
const params = z.object({ issuer: z.string().meta({ description: 'Its name or its id.' }) });

const list = defineRoute({
  operationId: 'listIssuers',
  method: 'get',
  path: '/v1/issuers',
  tags,
  summary: 'Lists issuers by name',
  permission: 'issuers.read',
  request: { query: PageQuery },
  responses: { 200: json(page(Issuer).openapi('IssuerPage'), 'A page of issuers') },
});

const create = defineRoute({
  operationId: 'createIssuer',
  method: 'post',
  path: '/v1/issuers',
  tags,
  summary: 'Lets the tokens of an OpenID Connect issuer into all clusters of the tenant',
  description: 'In the words of an entry of `jwt` in Kubernetes’ AuthenticationConfiguration. What its users may do, roles in the clusters say.',
  permission: 'issuers.write',
  request: { body: body(z.strictObject({ name: Name, jwt: Config }).openapi('CreateIssuer')) },
  responses: { 201: json(Issuer, 'The new issuer') },
});

const get = defineRoute({
  operationId: 'getIssuer',
  method: 'get',
  path: '/v1/issuers/{issuer}',
  tags,
  summary: 'Shows an issuer',
  permission: 'issuers.read',
  request: { params },
  responses: { 200: json(Issuer, 'The issuer') },
});

const replace = defineRoute({
  operationId: 'replaceIssuer',
  method: 'put',
  path: '/v1/issuers/{issuer}',
  tags,
  summary: 'Replaces what is known of an issuer',
  permission: 'issuers.write',
  request: { params, body: body(z.strictObject({ jwt: Config }).openapi('ReplaceIssuer')) },
  responses: { 200: json(Issuer, 'The issuer as it is now') },
});

const remove = defineRoute({
  operationId: 'deleteIssuer',
  method: 'delete',
  path: '/v1/issuers/{issuer}',
  tags,
  summary: 'Lets the tokens of an issuer in no more',
  permission: 'issuers.write',
  request: { params },
  responses: { 204: empty('It is gone') },
});

const view = ({ id, name, createdAt, config }: IssuerRecord): z.infer<typeof Issuer> => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  jwt: config,
});

/** `/v1/issuers`: who else may say who somebody is, for kubectl users of the tenant's clusters. */
export function issuerRoutes(options: ManagementOptions) {
  const { orm } = options.database;
  const group = routeGroup();
  const notFound = () => new Problem('not_found', 'there is no such issuer');

  group.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const found = await listIssuers(orm, c.get('principal').tenant, { limit: limit + 1, after: cursor });
    return c.json(pageOf(found, limit, view, (each) => each.name), 200);
  });

  group.openapi(create, async (c) => {
    const { name, jwt } = c.req.valid('json');
    const { tenant } = c.get('principal');
    checkIssuer(jwt);
    const others = await listIssuers(orm, tenant, { limit: issuersMax });
    if (others.length >= issuersMax) throw new Problem('quota_exceeded', `a tenant has ${issuersMax} issuers at most`);
    if (others.some(({ config }) => config.issuer.url === jwt.issuer.url))
      throw new Problem('conflict', `there is an entry for ${jwt.issuer.url} already`);
    const issuer = { id: newId('i', options.random), tenantId: tenant, name, config: jwt, createdAt: options.clock.now() };
    const created = await insertIssuer(orm, issuer);
    if (!created) throw new Problem('name_taken', `there is an issuer named ${name} already`);
    return c.json(view(created), 201, { Location: `/v1/issuers/${created.id}` });
  });

  group.openapi(get, async (c) => {
    const issuer = await findIssuer(orm, c.get('principal').tenant, c.req.valid('param').issuer);
    if (!issuer) throw notFound();
    return c.json(view(issuer), 200);
  });

  group.openapi(replace, async (c) => {
    const issuer = await findIssuer(orm, c.get('principal').tenant, c.req.valid('param').issuer);
    const { jwt } = c.req.valid('json');
    checkIssuer(jwt);
    const replaced = issuer && (await replaceIssuer(orm, issuer.id, jwt));
    if (!replaced) throw notFound();
    return c.json(view(replaced), 200);
  });

  group.openapi(remove, async (c) => {
    const removed = await deleteIssuer(orm, c.get('principal').tenant, c.req.valid('param').issuer);
    if (!removed) throw notFound();
    return c.body(null, 204);
  });

  return group;
}
