import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from './client.ts';
import { restores } from './schema.ts';

/** What went wrong with one object of a restore. */
export interface RestoreProblem {
  object: string;
  message: string;
}

/** Where a restore stands: behind `path`, and how often the next object was tried in vain. */
export interface RestorePosition {
  path?: string;
  attempts: number;
}

/** A restore of a cluster to a revision. `scope` has what of it, and up to which revision changes are undone. */
export interface RestoreRecord<Scope = unknown> {
  id: string;
  cluster: string;
  revision: number;
  scope: Scope;
  state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  position: RestorePosition | undefined;
  /** Changed objects that are looked at; undefined before the first look. */
  steps: number | undefined;
  done: number;
  problems: RestoreProblem[];
  createdBy: string;
  createdAt: Date;
  finishedAt: Date | null;
}

type Row = typeof restores.$inferSelect;

const recordOf = <Scope>({ clusterId, scope, position, steps, problems, ...row }: Row): RestoreRecord<Scope> => ({
  ...row,
  cluster: clusterId,
  scope: JSON.parse(scope) as Scope,
  position: position === null ? undefined : (JSON.parse(position) as RestorePosition),
  steps: steps ?? undefined,
  problems: JSON.parse(problems) as RestoreProblem[],
});

/** Notes a new restore. Throws a `duplicate` if one of the cluster is running. */
export async function insertRestore<Scope>(
  orm: Database['orm'],
  { id, cluster, revision, scope, createdBy }: Pick<RestoreRecord<Scope>, 'id' | 'cluster' | 'revision' | 'scope' | 'createdBy'>,
): Promise<RestoreRecord<Scope>> {
  const [row] = await orm
    .insert(restores)
    .values({ id, clusterId: cluster, revision, scope: JSON.stringify(scope), createdBy })
    .returning();
  return recordOf(row!);
}

export async function runningRestore<Scope>(orm: Database['orm'], cluster: string): Promise<RestoreRecord<Scope> | undefined> {
  const [row] = await orm
    .select()
    .from(restores)
    .where(and(eq(restores.clusterId, cluster), eq(restores.state, 'running')))
    .limit(1);
  return row && recordOf(row);
}

export async function findRestore<Scope>(orm: Database['orm'], cluster: string, id: string): Promise<RestoreRecord<Scope> | undefined> {
  const [row] = await orm
    .select()
    .from(restores)
    .where(and(eq(restores.clusterId, cluster), eq(restores.id, id)))
    .limit(1);
  return row && recordOf(row);
}

/** The newest ones first. */
export async function listRestores<Scope>(orm: Database['orm'], cluster: string, limit: number): Promise<RestoreRecord<Scope>[]> {
  const rows = await orm
    .select()
    .from(restores)
    .where(eq(restores.clusterId, cluster))
    .orderBy(desc(restores.createdAt))
    .limit(limit);
  return rows.map((row) => recordOf(row));
}

/** Notes how far a restore got; with a `state`, that it ended. False if it is not running any more: who works on it stops. */
export async function noteRestore(
  orm: Database['orm'],
  id: string,
  { position, steps, done, problems, state }: Pick<RestoreRecord, 'steps' | 'done' | 'problems'> & { position: RestorePosition; state?: 'succeeded' | 'failed' | 'cancelled' },
): Promise<boolean> {
  const ended = state && { state, finishedAt: sql`now()` };
  const rows = await orm
    .update(restores)
    .set({ position: JSON.stringify(position), steps: steps ?? null, done, problems: JSON.stringify(problems), ...ended })
    .where(and(eq(restores.id, id), eq(restores.state, 'running')))
    .returning({ id: restores.id });
  return rows.length > 0;
}

/** Stops a restore where it is. Undefined if it is not running. */
export async function cancelRestore<Scope>(orm: Database['orm'], cluster: string, id: string): Promise<RestoreRecord<Scope> | undefined> {
  const [row] = await orm
    .update(restores)
    .set({ state: 'cancelled', finishedAt: sql`now()` })
    .where(and(eq(restores.clusterId, cluster), eq(restores.id, id), eq(restores.state, 'running')))
    .returning();
  return row && recordOf(row);
}
