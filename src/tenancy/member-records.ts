import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { members, tenants, tokens } from '../db/schema.ts';
import { unlessDuplicate } from './duplicate.ts';
import type { Role } from './permissions.ts';

type Orm = Database['orm'];

export interface MemberRecord {
  id: string;
  tenantId: string;
  /** In lower case. */
  email: string;
  name: string;
  role: Role;
  createdAt: Date;
}

/** Undefined if somebody of the tenant has that address already. */
export async function insertMember(orm: Orm, member: MemberRecord): Promise<MemberRecord | undefined> {
  const [row] = (await unlessDuplicate(orm.insert(members).values(member).returning())) ?? [];
  return row;
}

/** The tenant's member with that id or address. */
export async function findMember(orm: Orm, tenant: string, idOrEmail: string): Promise<MemberRecord | undefined> {
  const named = or(eq(members.id, idOrEmail), eq(members.email, idOrEmail.toLowerCase()));
  const [row] = await orm
    .select()
    .from(members)
    .where(and(eq(members.tenantId, tenant), named))
    .limit(1);
  return row;
}

/** The tenant's members in order of their addresses. */
export async function listMembers(orm: Orm, tenant: string, page: { limit: number; after?: string }): Promise<MemberRecord[]> {
  const after = page.after === undefined ? undefined : gt(members.email, page.after);
  return orm
    .select()
    .from(members)
    .where(and(eq(members.tenantId, tenant), after))
    .orderBy(asc(members.email))
    .limit(page.limit);
}

/** Changes a member; undefined if the tenant would be left without an owner. */
export async function changeMember(
  orm: Orm,
  { id, tenantId }: MemberRecord,
  change: { name?: string; role?: Role },
): Promise<MemberRecord | undefined> {
  const allowed = change.role === undefined || change.role === 'owner' ? undefined : isNotLastOwner(id);
  const [, changed] = await orm.batch([
    lockTenant(orm, tenantId),
    orm
      .update(members)
      .set(change)
      .where(and(eq(members.id, id), allowed))
      .returning(),
  ]);
  return changed[0];
}

/** Removes a member with all of his keys; false if the tenant would be left without an owner. */
export async function deleteMember(orm: Orm, { id, tenantId }: MemberRecord): Promise<boolean> {
  const [, removed] = await orm.batch([
    lockTenant(orm, tenantId),
    orm
      .delete(members)
      .where(and(eq(members.id, id), isNotLastOwner(id)))
      .returning({ id: members.id }),
  ]);
  return removed.length > 0;
}

/** His tokens carry his name, which is what clusters know him by: tokens of clusters that he made end with him. */
export async function deleteTokensOf(orm: Orm, tenant: string, email: string): Promise<void> {
  await orm.delete(tokens).where(and(eq(tokens.tenantId, tenant), eq(tokens.userName, email)));
}

/** Two owners who remove each other do it one after the other. */
const lockTenant = (orm: Orm, id: string) => orm.select({ id: tenants.id }).from(tenants).where(eq(tenants.id, id)).for('update');

const isNotLastOwner = (id: string) => sql`(${members.role} <> 'owner' or exists (
  select from members as other where other.tenant_id = ${members.tenantId} and other.role = 'owner' and other.id <> ${id}))`;

