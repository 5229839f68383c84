import type { Database } from '../db/client.ts';
import { DatabaseError, databaseError } from '../db/errors.ts';
import { maintainLogPartitions } from '../db/log-partitions.ts';
import type { SqlRow } from '../db/sql.ts';
import { limits } from '../lib/limits.ts';
import { CommitOutcomeUnknown, type Backend, type CommitRow, type LoadedState, type Lock, type LogRow, type Row } from './backend.ts';
import { commitStatement, compactSql, lockSql, logSql, pageSql, renewSql } from './postgres-sql.ts';
import { StoreError } from './store.ts';

export interface PostgresBackendOptions {
  /** Objects in one page of a load, and their bytes. */
  pageRows?: number;
  pageBytes?: number;
}

/** One cluster's rows in Postgres. Over HTTP: each call is one request and holds no connection. */
export class PostgresBackend implements Backend {
  readonly #database: Pick<Database, 'query' | 'transaction'>;
  readonly #clusterId: string;
  readonly #pageRows: number;
  readonly #pageBytes: number;

  constructor(database: Pick<Database, 'query' | 'transaction'>, clusterId: string, options: PostgresBackendOptions = {}) {
    this.#database = database;
    this.#clusterId = clusterId;
    this.#pageRows = options.pageRows ?? 20_000;
    this.#pageBytes = options.pageBytes ?? limits.databasePageBytes;
  }

  async load(): Promise<LoadedState> {
    // The second statement sees what was committed before the first one got the row, which an isolation of the whole
    // transaction would not; until the end of the transaction nobody else can commit.
    const [locked, firstPage] = await this.#transaction(
      [{ text: lockSql, params: [this.#clusterId] }, this.#page()],
      { isolationLevel: 'ReadCommitted' },
    );
    const [epoch, revision, compactedRevision] = numbers(locked!) ?? throwGone();
    const settings = locked![0]![3]!;
    const rows = firstPage!.map(rowOf);
    let more = hasMore(firstPage!);
    // While the epoch stays ours nobody commits, so further pages belong to the same state.
    while (more) {
      const [lock, page] = await this.#transaction(
        [{ text: 'select epoch from clusters where id = $1', params: [this.#clusterId] }, this.#page(rows.at(-1))],
        { isolationLevel: 'RepeatableRead', readOnly: true },
      );
      if (numbers(lock!)?.[0] !== epoch) throw fenced();
      for (const row of page!) rows.push(rowOf(row));
      more = hasMore(page!);
    }
    return { epoch: epoch!, revision: revision!, compactedRevision: compactedRevision!, settings, rows };
  }

  async renew(epoch: number): Promise<Lock> {
    const [renewed, revision] = numbers(await this.#query(renewSql, [this.#clusterId, epoch])) ?? throwFenced();
    return { epoch: renewed!, revision: revision! };
  }

  async commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void> {
    const { text, params } = commitStatement(this.#clusterId, epoch, baseRevision, rows);
    let landed: readonly SqlRow[];
    try {
      landed = await this.#database.query(text, params).catch(async (error: unknown) => {
        if (databaseError(error).code !== 'no-partition') throw error;
        // Nobody has made today's partition of the log: a late maintenance must not stop a cluster.
        await maintainLogPartitions(this.#database.query, { daysAhead: 0 });
        return this.#database.query(text, params);
      });
    } catch (error) {
      if (databaseError(error).code === 'unknown') throw new CommitOutcomeUnknown();
      throw unavailable(error);
    }
    if (landed.length === 0) throw fenced();
  }

  async log(revision: number, limit: number): Promise<LogRow[]> {
    const lines = await this.#query(logSql, [this.#clusterId, revision, limit, this.#pageBytes]);
    const compactedRevision = Number((lines[0] ?? throwGone())[0]);
    const rows = lines.filter((line) => line[1] !== null).map(logRowOf);
    // Partitions go after the revision was raised, so a missing first line is only a partition that went just now.
    if (revision < compactedRevision || (rows[0] && rows[0].revision !== revision + 1)) {
      throw new StoreError('compacted', `the log no longer reaches back to revision ${revision}`);
    }
    return rows;
  }

  async compact(epoch: number, revision: number): Promise<void> {
    const compacted = await this.#query(compactSql, [this.#clusterId, epoch, revision]);
    if (compacted.length === 0) throw fenced();
  }

  #page(after?: Row) {
    const position = [after?.namespace ?? '', after?.resource ?? '', after?.name ?? ''];
    return { text: pageSql, params: [this.#clusterId, ...position, this.#pageRows, this.#pageBytes] };
  }

  async #query(...[text, params]: Parameters<Database['query']>): Promise<readonly SqlRow[]> {
    try {
      return await this.#database.query(text, params);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async #transaction(...[statements, options]: Parameters<Database['transaction']>): Promise<(readonly SqlRow[])[]> {
    try {
      return await this.#database.transaction(statements, options);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** The first row as numbers. */
const numbers = (rows: readonly SqlRow[]): number[] | undefined => rows[0]?.map(Number);

const rowOf = ([resource, namespace, name, revision, text]: SqlRow): Row => ({
  resource: resource!,
  namespace: namespace!,
  name: name!,
  revision: Number(revision),
  text: text!,
});

/** The last columns of a page tell the row's number and how many there are after the page's beginning, up to the limit. */
function hasMore(page: readonly SqlRow[]): boolean {
  const last = page.at(-1);
  return last !== undefined && last[5] !== 'last';
}

const logRowOf = (line: SqlRow): LogRow => {
  const [, revision, type, resource, namespace, name, uid, previousRevision, text, previousText] = line;
  return {
    revision: Number(revision),
    type: type as LogRow['type'],
    resource: resource!,
    namespace: namespace!,
    name: name!,
    uid: uid!,
    previousRevision: Number(previousRevision),
    text: text!,
    ...(previousText != null && { previousText }),
  };
};

const unavailable = (error: unknown): StoreError => {
  const { code, message } = error instanceof DatabaseError ? error : databaseError(error);
  return new StoreError('unavailable', code === 'unknown' ? 'the database did not answer' : message);
};
const fenced = (): StoreError => new StoreError('fenced', 'another holder took the lock of the cluster');
const throwFenced = (): never => {
  throw fenced();
};
const throwGone = (): never => {
  throw new StoreError('gone', 'there is no such cluster');
};
