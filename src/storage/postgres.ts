import type { Database } from '../db/client.ts';
import { readClusterSettings } from '../db/cluster-settings.ts';
import { DatabaseError, databaseError } from '../db/errors.ts';
import { maintainLogPartitions } from '../db/log-partitions.ts';
import { EncryptionError } from '../db/platform-keys.ts';
import { effectiveQuotas, readTenantQuotas } from '../db/quotas.ts';
import type { SqlRow } from '../db/sql.ts';
import { limits } from '../lib/limits.ts';
import {
  CommitOutcomeUnknown,
  type Backend,
  type CommitRow,
  type EarlierRow,
  type LoadedState,
  type Lock,
  type LogRow,
  type Row,
  type Scope,
} from './backend.ts';
import { isSealed, type PlacedText, type RowEncryption } from './encryption.ts';
import { commitStatement, compactSql, earlierSql, lockSql, logSql, pageSql, renewSql, revisionAtSql } from './postgres-sql.ts';
import { StoreError } from './store.ts';

export interface PostgresBackendOptions {
  /** Objects in one page of a load, and their bytes. */
  pageRows?: number;
  pageBytes?: number;
  /** What of the rows is encrypted. Without it nothing is, and what was encrypted cannot be read. */
  encryption?: RowEncryption;
}

/** One cluster's rows in Postgres. Over HTTP: each call is one request and holds no connection. */
export class PostgresBackend implements Backend {
  readonly #database: Pick<Database, 'query' | 'transaction'>;
  readonly #clusterId: string;
  readonly #pageRows: number;
  readonly #pageBytes: number;
  readonly #encryption: RowEncryption | undefined;

  constructor(database: Pick<Database, 'query' | 'transaction'>, clusterId: string, options: PostgresBackendOptions = {}) {
    this.#database = database;
    this.#clusterId = clusterId;
    this.#pageRows = options.pageRows ?? 20_000;
    this.#pageBytes = options.pageBytes ?? limits.databasePageBytes;
    this.#encryption = options.encryption;
  }

  async load(take?: (rows: readonly Row[]) => void): Promise<LoadedState> {
    // Asked for at the same time, and before the first Secret: a cluster without its keys does not start.
    const keysChecked = Promise.allSettled([this.#encryption?.check()]);
    // The second statement sees what was committed before the first one got the row, which an isolation of the whole
    // transaction would not; until the end of the transaction nobody else can commit.
    const [locked, firstPage] = await this.#transaction(
      [{ text: lockSql, params: [this.#clusterId] }, this.#page()],
      { isolationLevel: 'ReadCommitted' },
    );
    const [epoch, revision, compactedRevision] = numbers(locked!) ?? throwGone();
    const [, , , ownSettings, tenantQuotas, suspended] = locked![0]!;
    if (suspended === 't') throw new StoreError('suspended', 'the cluster is suspended');
    const settings = withTenantQuotas(ownSettings!, tenantQuotas ?? '{}');
    const [checked] = await keysChecked;
    if (checked.status === 'rejected') throw storeError(checked.reason);
    const rows: Row[] = [];
    const deliver = async (page: readonly SqlRow[]): Promise<Row | undefined> => {
      const opened = await this.#rowsOf(page);
      if (take) take(opened);
      else rows.push(...opened);
      return opened.at(-1);
    };
    let last = await deliver(firstPage!);
    let more = hasMore(firstPage!);
    // While the epoch stays ours nobody commits, so further pages belong to the same state.
    while (more) {
      const [lock, page] = await this.#transaction(
        [{ text: 'select epoch from clusters where id = $1', params: [this.#clusterId] }, this.#page(last)],
        { isolationLevel: 'RepeatableRead', readOnly: true },
      );
      if (numbers(lock!)?.[0] !== epoch) throw fenced();
      last = await deliver(page!);
      more = hasMore(page!);
    }
    return { epoch: epoch!, revision: revision!, compactedRevision: compactedRevision!, settings, rows };
  }

  async renew(epoch: number): Promise<Lock> {
    const [renewed, revision] = numbers(await this.#query(renewSql, [this.#clusterId, epoch])) ?? throwFenced();
    return { epoch: renewed!, revision: revision! };
  }

  async commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void> {
    const stored = this.#encryption?.concerns(rows) ? await this.#encryption.sealed(rows).catch(throwStoreError) : rows;
    const { text, params } = commitStatement(this.#clusterId, epoch, baseRevision, stored);
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
      throw compacted(revision);
    }
    const previous = rows.filter(({ previousText }) => previousText !== undefined);
    const [texts, previousTexts] = await Promise.all([this.#opened(rows), this.#opened(previous.map(previousOf))]);
    for (const [i, row] of rows.entries()) row.text = texts[i]!;
    for (const [i, row] of previous.entries()) row.previousText = previousTexts[i]!;
    return rows.map(({ previousUid: _, ...row }) => row);
  }

  async earlier(revision: number, until: number, { resource, namespace, name }: Scope, bytesMax: number): Promise<EarlierRow[]> {
    const params = [this.#clusterId, revision, until, resource ?? null, namespace ?? null, name ?? null, bytesMax];
    const lines = await this.#query(earlierSql, params);
    const [compactedRevision] = lines[0] ?? throwGone();
    const rows = lines.filter((line) => line[1] !== null);
    if (revision < Number(compactedRevision)) throw compacted(revision);
    if (rows.length < Number(rows[0]?.[1] ?? 0)) throw compacted(revision);
    const known = rows.map(earlierRowOf);
    const texts = await this.#opened(known.map((row) => ({ ...row, text: row.text ?? '' })));
    return known.map(({ uid: _, ...row }, i) => ({ ...row, ...(row.text !== undefined && { text: texts[i]! }) }));
  }

  async revisionAt(time: Date): Promise<number> {
    const [found] = await this.#query(revisionAtSql, [this.#clusterId, time.toISOString()]);
    const [revision, isKnown] = found ?? throwGone();
    if (isKnown !== 't') throw new StoreError('compacted', 'the log does not reach back to that time');
    return Number(revision);
  }

  async compact(epoch: number, revision: number): Promise<void> {
    const compacted = await this.#query(compactSql, [this.#clusterId, epoch, revision]);
    if (compacted.length === 0) throw fenced();
  }

  async #rowsOf(page: readonly SqlRow[]): Promise<Row[]> {
    const rows = page.map(rowOf);
    const encrypted = page.flatMap(([, , , , , , uid], i) => (uid == null ? [] : [{ row: rows[i]!, uid }]));
    const texts = await this.#opened(encrypted.map(({ row, uid }) => ({ ...row, uid })));
    for (const [i, { row }] of encrypted.entries()) row.text = texts[i]!;
    return rows;
  }

  /** The texts as they were before they were sealed. */
  async #opened(rows: readonly PlacedText[]): Promise<readonly string[]> {
    if (this.#encryption) return this.#encryption.opened(rows).catch(throwStoreError);
    if (rows.some(isSealed)) throw new StoreError('encryption', 'objects of the cluster are encrypted');
    return rows.map(({ text }) => text);
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

/** The settings with the quotas that hold: the lower ones of the cluster's own and its tenant's. */
function withTenantQuotas(settings: string, tenantQuotas: string): string {
  const { perCluster } = readTenantQuotas(tenantQuotas);
  if (!perCluster) return settings;
  const own = readClusterSettings(settings);
  return JSON.stringify({ ...own, quotas: effectiveQuotas(own.quotas, perCluster) });
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

function hasMore(page: readonly SqlRow[]): boolean {
  const last = page.at(-1);
  return last !== undefined && last[5] !== 'last';
}

const logRowOf = (line: SqlRow): LogRow & { previousUid?: string } => {
  const [, revision, type, resource, namespace, name, uid, previousRevision, text, previousText, previousUid] = line;
  return {
    revision: Number(revision),
    type: type as LogRow['type'],
    resource: resource!,
    namespace: namespace!,
    name: name!,
    uid: uid!,
    previousRevision: Number(previousRevision),
    text: text!,
    ...(previousText != null && { previousText, previousUid: previousUid! }),
  };
};

const earlierRowOf = (line: SqlRow): EarlierRow & { uid: string } => {
  const [, , resource, namespace, name, type, revision, text, uid] = line;
  const key = { resource: resource!, namespace: namespace!, name: name! };
  return { ...key, type: type as EarlierRow['type'], revision: Number(revision), uid: uid!, ...(text != null && { text }) };
};

/** The state before a line of the log, as it is stored. */
const previousOf = ({ resource, namespace, name, previousUid, previousText }: ReturnType<typeof logRowOf>): PlacedText => ({
  resource,
  namespace,
  name,
  uid: previousUid!,
  text: previousText!,
});

const storeError = (error: unknown): unknown => {
  if (error instanceof EncryptionError) return new StoreError('encryption', error.message);
  return error instanceof DatabaseError ? unavailable(error) : error;
};
const throwStoreError = (error: unknown): never => {
  throw storeError(error);
};

const unavailable = (error: unknown): StoreError => {
  const { code, message } = error instanceof DatabaseError ? error : databaseError(error);
  return new StoreError('unavailable', code === 'unknown' ? 'the database did not answer' : message);
};
const compacted = (revision: number): StoreError =>
  new StoreError('compacted', `the log no longer reaches back to revision ${revision}`);
const fenced = (): StoreError => new StoreError('fenced', 'another holder took the lock of the cluster');
const throwFenced = (): never => {
  throw fenced();
};
const throwGone = (): never => {
  throw new StoreError('gone', 'there is no such cluster');
};
