import { TenantKeyring } from '../db/tenant-keys.ts';
import { parseMoment } from '../history/moment.ts';
import { RowEncryption } from '../storage/encryption.ts';
import { ClusterHistory } from '../storage/history.ts';
import { PostgresBackend } from '../storage/postgres.ts';
import { StoreError } from '../storage/store.ts';
import type { ManagementOptions } from './context.ts';
import { invalidParts, Problem } from './problem.ts';

export type HistoryOptions = Pick<ManagementOptions, 'database' | 'platformKeys' | 'clock'>;

/** What seals the rows of a cluster. */
export function encryptionOf({ database, platformKeys, clock }: HistoryOptions, clusterId: string): RowEncryption {
  const keys = new TenantKeyring({ orm: database.orm, owner: { cluster: clusterId }, platformKeys, clock });
  return new RowEncryption({ clusterId, keys });
}

export const historyOf = (options: HistoryOptions, clusterId: string): ClusterHistory =>
  new ClusterHistory(options.database, clusterId, encryptionOf(options, clusterId));

/** The newest revision of the cluster that was written at that time or before. */
export const revisionAt = ({ database }: HistoryOptions, clusterId: string, time: Date): Promise<number> =>
  inHistory(new PostgresBackend(database, clusterId).revisionAt(time));

/** The revision that somebody means. Throws `invalid` for what is none, or lies in the future, and `history_gone`. */
export async function revisionOf(options: HistoryOptions, clusterId: string, text: string, part: { pointer?: string; parameter?: string }): Promise<number> {
  const moment = parseMoment(text);
  if (!moment) throw invalidParts([{ ...part, detail: 'must be a revision, or a time in RFC 3339' }]);
  const inFuture = () => invalidParts([{ ...part, detail: 'lies in the future' }]);
  if ('time' in moment) {
    if (moment.time > options.clock.now()) throw inFuture();
    return revisionAt(options, clusterId, moment.time);
  }
  const { revision, compactedRevision } = await inHistory(historyOf(options, clusterId).bounds());
  if (moment.revision > revision) throw inFuture();
  if (moment.revision < compactedRevision) throw historyGone();
  return moment.revision;
}

/** What the log tells, with the problems of this API. */
export async function inHistory<T>(told: Promise<T>): Promise<T> {
  try {
    return await told;
  } catch (error) {
    throw historyProblem(error);
  }
}

export function historyProblem(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  if (error.code === 'compacted') return historyGone();
  if (error.code === 'gone') return new Problem('not_found', 'there is no such cluster');
  if (error.code === 'encryption') return new Problem('keys_unavailable', error.message);
  return error.code === 'unavailable' ? new Problem('unavailable', error.message) : error;
}

const historyGone = (): Problem => new Problem('history_gone', 'the log of the cluster does not reach back to that moment');
