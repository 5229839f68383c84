import { z } from '@hono/zod-openapi';
import type { ManagementOptions } from './context.ts';
import { newId } from './ids.ts';
import { changeMember, deleteMember, deleteTokensOf, findMember, insertMember, listMembers, type MemberRecord } from './member-records.ts';
import { isAtLeast, roles, type Role } from './permissions.ts';
import type { Principal } from './principal.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, empty, json, routeGroup } from './route.ts';
import { Instant, page, pageOf, PageQuery } from './shapes.ts';

const tags = ['Members'];
const membersMax = 1_000;

const RoleName = z.enum(roles).meta({ description: 'Each may do what those before it may.' });
const Email = z.email().max(254).toLowerCase().meta({ example: 'ada@example.com' });
const Name = z.string().max(100);

const Member = z.object({ id: z.string(), email: z.string(), name: z.string(), role: RoleName, createdAt: Instant }).openapi('Member');
const CreateMember = z.strictObject({ email: Email, name: Name.default(''), role: RoleName }).openapi('CreateMember');
const UpdateMember = z.strictObject({ name: Name.optional(), role: RoleName.optional() }).openapi('UpdateMember');
const params = z.object({ member: z.string().meta({ description: 'An id or an address.' }) });

const list = defineRoute({
  operationId: 'listMembers',
  method: 'get',
  path: '/v1/members',
  tags,
  summary: 'Lists members by address',
  permission: 'members.read',
  request: { query: PageQuery },
  responses: { 200: json(page(Member).openapi('MemberPage'), 'A page of members') },
});

const create = defineRoute({
  operationId: 'createMember',
  method: 'post',
  path: '/v1/members',
  tags,
  summary: 'Adds a member',
  description: 'He gets in with an API key of his own (`POST /v1/api-keys` with `member`). Nobody gives a role above his own.',
  permission: 'members.write',
  request: { body: body(CreateMember) },
  responses: { 201: json(Member, 'The new member') },
});

const get = defineRoute({
  operationId: 'getMember',
  method: 'get',
  path: '/v1/members/{member}',
  tags,
  summary: 'Shows a member',
  permission: 'members.read',
  request: { params },
  responses: { 200: json(Member, 'The member') },
});

const update = defineRoute({
  operationId: 'updateMember',
  method: 'patch',
  path: '/v1/members/{member}',
  tags,
  summary: 'Changes the name or the role of a member',
  permission: 'members.write',
  request: { params, body: body(UpdateMember) },
  responses: { 200: json(Member, 'The member as it is now') },
});

const remove = defineRoute({
  operationId: 'deleteMember',
  method: 'delete',
  path: '/v1/members/{member}',
  tags,
  summary: 'Removes a member',
  description: 'His API keys and the tokens of clusters that speak for him end with him.',
  permission: 'members.write',
  request: { params },
  responses: { 204: empty('He is gone') },
});

export const memberView = ({ id, email, name, role, createdAt }: MemberRecord): z.infer<typeof Member> => ({
  id,
  email,
  name,
  role,
  createdAt: createdAt.toISOString(),
});

/** `/v1/members`: the people of a tenant. */
export function memberRoutes(options: ManagementOptions) {
  const { orm } = options.database;
  const group = routeGroup();

  const existing = async ({ tenant }: Principal, idOrEmail: string): Promise<MemberRecord> => {
    const member = await findMember(orm, tenant, idOrEmail);
    if (!member) throw new Problem('not_found', 'there is no such member');
    return member;
  };

  group.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const found = await listMembers(orm, c.get('principal').tenant, { limit: limit + 1, after: cursor });
    return c.json(pageOf(found, limit, memberView, (each) => each.email), 200);
  });

  group.openapi(create, async (c) => {
    const wanted = c.req.valid('json');
    const principal = c.get('principal');
    mustBeAtLeast(principal, wanted.role);
    const member = { ...wanted, id: newId('m', options.random), tenantId: principal.tenant, createdAt: options.clock.now() };
    if ((await listMembers(orm, principal.tenant, { limit: membersMax })).length >= membersMax)
      throw new Problem('quota_exceeded', `a tenant has ${membersMax} members at most`);
    const created = await insertMember(orm, member);
    if (!created) throw new Problem('name_taken', `${wanted.email} is a member already`);
    return c.json(memberView(created), 201, { Location: `/v1/members/${created.id}` });
  });

  group.openapi(get, async (c) => c.json(memberView(await existing(c.get('principal'), c.req.valid('param').member)), 200));

  group.openapi(update, async (c) => {
    const change = c.req.valid('json');
    const principal = c.get('principal');
    const member = await existing(principal, c.req.valid('param').member);
    mustBeAtLeast(principal, member.role);
    if (change.role) mustBeAtLeast(principal, change.role);
    const changed = Object.keys(change).length === 0 ? member : await changeMember(orm, member, change);
    if (!changed) throw lastOwner();
    return c.json(memberView(changed), 200);
  });

  group.openapi(remove, async (c) => {
    const principal = c.get('principal');
    const member = await existing(principal, c.req.valid('param').member);
    mustBeAtLeast(principal, member.role);
    if (!(await deleteMember(orm, member))) throw lastOwner();
    await deleteTokensOf(orm, principal.tenant, member.email);
    return c.body(null, 204);
  });

  return group;
}

const lastOwner = () => new Problem('conflict', 'a tenant that has owners keeps one');

/** Nobody has to do with a role above his own. */
export function mustBeAtLeast(principal: Principal, role: Role): void {
  if (!isAtLeast(principal.role, role)) throw new Problem('forbidden', `this needs the role ${role}`);
}
