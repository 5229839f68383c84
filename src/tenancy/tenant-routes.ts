import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createToken, hashToken } from '../authn/tokens.ts';
import { TenantQuotas } from '../db/quotas.ts';
import type { ManagementEnv, ManagementOptions } from './context.ts';
import { newId } from './ids.ts';
import { permissionNames, roles } from './permissions.ts';
import { may } from './principal.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, empty, json, routeGroup } from './route.ts';
import { Instant, page, pageOf, PageQuery } from './shapes.ts';
import { changeTenant, deleteTenant, findTenant, insertTenant, listTenants, type TenantRecord } from './tenant-records.ts';

const tenancy = ['Tenant'];
const platform = ['Platform'];

const Name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must consist of lower case alphanumeric characters or '-'")
  .refine((name) => !/^t-[0-9a-z]{10}$/.test(name), 'must not have the form of an id (t- and ten characters)')
  .meta({ example: 'acme' });

const Tenant = z.object({ id: z.string(), name: z.string(), createdAt: Instant, quotas: TenantQuotas }).openapi('Tenant');
const CreateTenant = z
  .strictObject({
    name: Name,
    quotas: TenantQuotas.default({}),
    owner: z
      .strictObject({ email: z.email().max(254).toLowerCase(), name: z.string().max(100).default('') })
      .meta({ description: 'The first member.' }),
  })
  .openapi('CreateTenant');
const NewTenant = Tenant.extend({
  owner: z.object({ id: z.string(), email: z.string(), token: z.string().meta({ description: 'An API key of his; it is shown this once.' }) }),
}).openapi('NewTenant');

const Self = z
  .object({
    tenant: z.object({ id: z.string(), name: z.string() }),
    name: z.string(),
    role: z.enum(roles),
    apiKey: z.string().nullable(),
    member: z.string().nullable(),
    clusters: z.array(z.string()).nullable().meta({ description: 'Ids of the only clusters that the key is for.' }),
    permissions: z.array(z.enum(permissionNames)).meta({ description: 'What may be done with this token.' }),
  })
  .openapi('Self');

const whoami = defineRoute({
  operationId: 'whoami',
  method: 'get',
  path: '/v1/whoami',
  tags: tenancy,
  summary: 'Says who asks, and what he may do',
  permission: 'self.read',
  responses: { 200: json(Self, 'Who asks') },
});

const getOwn = defineRoute({
  operationId: 'getTenant',
  method: 'get',
  path: '/v1/tenant',
  tags: tenancy,
  summary: 'Shows the own tenant with its quotas',
  permission: 'tenant.read',
  responses: { 200: json(Tenant, 'The tenant') },
});

const updateOwn = defineRoute({
  operationId: 'updateTenant',
  method: 'patch',
  path: '/v1/tenant',
  tags: tenancy,
  summary: 'Renames the own tenant',
  permission: 'tenant.update',
  request: { body: body(z.strictObject({ name: Name }).openapi('UpdateTenant')) },
  responses: { 200: json(Tenant, 'The tenant as it is now') },
});

const list = defineRoute({
  operationId: 'listTenants',
  method: 'get',
  path: '/v1/tenants',
  tags: platform,
  summary: 'Lists tenants by name',
  permission: 'tenants.read',
  request: { query: PageQuery },
  responses: { 200: json(page(Tenant).openapi('TenantPage'), 'A page of tenants') },
});

const create = defineRoute({
  operationId: 'createTenant',
  method: 'post',
  path: '/v1/tenants',
  tags: platform,
  summary: 'Creates a tenant with its first owner',
  permission: 'tenants.create',
  request: { body: body(CreateTenant) },
  responses: { 201: json(NewTenant, 'The new tenant, with an API key of its owner') },
});

const params = z.object({ tenant: z.string().meta({ description: 'An id or a name.' }) });

const getAny = defineRoute({
  operationId: 'getAnyTenant',
  method: 'get',
  path: '/v1/tenants/{tenant}',
  tags: platform,
  summary: 'Shows a tenant',
  permission: 'tenants.read',
  request: { params },
  responses: { 200: json(Tenant, 'The tenant') },
});

const updateAny = defineRoute({
  operationId: 'updateAnyTenant',
  method: 'patch',
  path: '/v1/tenants/{tenant}',
  tags: platform,
  summary: 'Renames a tenant, or says what it may use',
  description: 'Quotas are replaced as a whole. A cluster that is awake learns of them when it is loaded the next time.',
  permission: 'tenants.update',
  request: { params, body: body(z.strictObject({ name: Name.optional(), quotas: TenantQuotas.optional() }).openapi('UpdateAnyTenant')) },
  responses: { 200: json(Tenant, 'The tenant as it is now') },
});

const remove = defineRoute({
  operationId: 'deleteTenant',
  method: 'delete',
  path: '/v1/tenants/{tenant}',
  tags: platform,
  summary: 'Deletes a tenant that has no clusters',
  permission: 'tenants.delete',
  request: { params },
  responses: { 204: empty('It is gone, and its keys with it') },
});

const view = ({ id, name, createdAt, quotas }: TenantRecord): z.infer<typeof Tenant> => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  quotas,
});

/** `/v1/whoami`, `/v1/tenant`: one's own. `/v1/tenants`: for who runs the platform. */
export function tenantRoutes(options: ManagementOptions) {
  const { clock, random } = options;
  const { orm } = options.database;
  const group = routeGroup();

  const existing = async (idOrName: string): Promise<TenantRecord> => {
    const tenant = await findTenant(orm, idOrName);
    if (!tenant) throw new Problem('not_found', 'there is no such tenant');
    return tenant;
  };
  /** A tenant from above. */
  const named = async (c: Context<ManagementEnv>, idOrName: string): Promise<TenantRecord> => {
    const tenant = await existing(idOrName);
    c.set('auditedTenant', tenant.id);
    return tenant;
  };
  const nameTaken = (name = '') => new Problem('name_taken', `there is a tenant named ${name} already`);

  group.openapi(whoami, async (c) => {
    const principal = c.get('principal');
    const { id, name } = await existing(principal.tenant);
    return c.json(
      {
        tenant: { id, name },
        name: principal.name,
        role: principal.role,
        apiKey: principal.key ?? null,
        member: principal.member ?? null,
        clusters: principal.clusters ? [...principal.clusters] : null,
        permissions: permissionNames.filter((permission) => may(principal, permission)),
      },
      200,
    );
  });

  group.openapi(getOwn, async (c) => c.json(view(await existing(c.get('principal').tenant)), 200));

  group.openapi(updateOwn, async (c) => {
    const { name } = c.req.valid('json');
    const { tenant } = c.get('principal');
    const changed = await changeTenant(orm, tenant, { name });
    if (!changed) throw nameTaken(name);
    return c.json(view(changed), 200);
  });

  group.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const found = await listTenants(orm, { limit: limit + 1, after: cursor });
    return c.json(pageOf(found, limit, view, (each) => each.name), 200);
  });

  group.openapi(create, async (c) => {
    const { name, quotas, owner } = c.req.valid('json');
    const createdAt = clock.now();
    const tenant = { id: newId('t', random), name, quotas, createdAt };
    const member = { ...owner, id: newId('m', random), tenantId: tenant.id, role: 'owner' as const, createdAt };
    const key = {
      id: newId('k', random),
      tenantId: tenant.id,
      memberId: member.id,
      name: 'first key',
      role: 'owner' as const,
      clusterIds: null,
      actions: null,
      createdBy: c.get('principal').name,
      createdAt,
      expiresAt: null,
    };
    const token = createToken('api', options.secretBytes);
    const secret = { hash: await hashToken(token), createdAt, userName: member.email };
    if (!(await insertTenant(orm, tenant, { member, key, secret }))) throw nameTaken(name);
    c.set('auditedTenant', tenant.id);
    const answer = { ...view(tenant), owner: { id: member.id, email: member.email, token } };
    return c.json(answer, 201, { Location: `/v1/tenants/${tenant.id}`, 'Cache-Control': 'no-store' });
  });

  group.openapi(getAny, async (c) => c.json(view(await named(c, c.req.valid('param').tenant)), 200));

  group.openapi(updateAny, async (c) => {
    const change = c.req.valid('json');
    const tenant = await named(c, c.req.valid('param').tenant);
    const changed = Object.keys(change).length === 0 ? tenant : await changeTenant(orm, tenant.id, change);
    if (!changed) throw nameTaken(change.name);
    return c.json(view(changed), 200);
  });

  group.openapi(remove, async (c) => {
    const { id } = await named(c, c.req.valid('param').tenant);
    if (!(await deleteTenant(orm, id, clock.now()))) throw new Problem('conflict', 'the tenant has clusters');
    return c.body(null, 204);
  });

  return group;
}
