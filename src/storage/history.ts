import type { Database } from '../db/client.ts';
import type { SqlRow } from '../db/sql.ts';
import { limits } from '../lib/limits.ts';
import type { Scope } from './backend.ts';
import { isSealed, type RowEncryption } from './encryption.ts';
import { boundsSql, linesSql, resourcesSql, statePageSql } from './history-sql.ts';
import { StoreError, type ObjectKey } from './store.ts';

/** Where the log of a cluster begins and ends. It is complete after `compactedRevision`, since `from`. */
export interface Bounds {
  compactedRevision: number;
  revision: number;
  from: Date;
}

/** A line of the log, for people. */
export interface HistoryLine extends ObjectKey {
  revision: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  uid: string;
  time: string;
  /** '' for the cluster itself. */
  user: string;
  fieldManager: string;
  /** The object's JSON after the write; the last state of one that was deleted. */
  text: string;
  /** Before it; missing where there was none, or the log does not know it any more. */
  previousText?: string;
}

/** An object as it was. */
export interface PastObject extends ObjectKey {
  uid: string;
  text: string;
}

const pageRows = 2_000;

/**
 * How a cluster was, read off its rows without waking it. Throws `StoreError('compacted')` for what the log does not know any
 * more, `StoreError('gone')` without the cluster, and a `DatabaseError` or an `EncryptionError`.
 */
export class ClusterHistory {
  readonly #query: Database['query'];
  readonly #cluster: string;
  readonly #encryption: RowEncryption;

  constructor({ query }: Pick<Database, 'query'>, cluster: string, encryption: RowEncryption) {
    this.#query = query;
    this.#cluster = cluster;
    this.#encryption = encryption;
  }

  async bounds(): Promise<Bounds> {
    const [row] = await this.#query(boundsSql, [this.#cluster]);
    if (!row) throw new StoreError('gone', 'there is no such cluster');
    return { compactedRevision: Number(row[0]), revision: Number(row[1]), from: new Date(row[2]!) };
  }

  /** Lines of revisions after `after` and up to `upTo`, newest first; as many as fit, one at least if there is one. */
  async lines({ after, upTo }: { after: number; upTo: number }, scope: Scope, limit: number): Promise<HistoryLine[]> {
    const { resource = null, namespace = null, name = null } = scope;
    const bytes = limits.databasePageBytes;
    const rows = await this.#query(linesSql, [this.#cluster, after, upTo, resource, namespace, name, limit, bytes]);
    return Promise.all(rows.map((row) => this.#lineOf(row)));
  }

  /** The kinds that may have had objects at a revision, by their storage keys. */
  async resources(revision: number, namespace?: string): Promise<string[]> {
    return (await this.#query(resourcesSql, [this.#cluster, revision, namespace ?? null])).map(([resource]) => resource!);
  }

  /** The objects of a kind at a revision, in order of namespace and name, in pages. */
  async *state(revision: number, resource: string, namespace?: string): AsyncGenerator<PastObject[]> {
    let after = ['', ''];
    for (;;) {
      const asked = [this.#cluster, revision, resource, namespace ?? null, ...after, pageRows, limits.databasePageBytes];
      const rows = await this.#query(statePageSql, asked);
      if (!rows[0]) throw new StoreError('gone', 'there is no such cluster');
      if (revision < Number(rows[0][0])) throw compacted();
      const page = rows.filter(([, , name]) => name !== null);
      if (page.length === 0) return;
      yield await this.#opened(resource, page);
      const [, lastNamespace, lastName, , , , more] = page.at(-1)!;
      if (more === null) return;
      after = [lastNamespace!, lastName!];
    }
  }

  #opened(resource: string, page: readonly SqlRow[]): Promise<PastObject[]> {
    const rows = page.map(([, namespace, name, uid, text]) => {
      if (text == null) throw compacted();
      return { resource, namespace: namespace!, name: name!, uid: uid!, text };
    });
    return this.#encryption.opened(rows).then((texts) => rows.map((row, i) => ({ ...row, text: texts[i]! })));
  }

  async #lineOf(row: SqlRow): Promise<HistoryLine> {
    const [revision, type, resource, namespace, name, uid, time, user, fieldManager, text, previousText, previousUid] = row;
    const key = { resource: resource!, namespace: namespace!, name: name! };
    const open = async (sealed: string, own: string) =>
      isSealed({ text: sealed }) ? this.#encryption.openText({ ...key, uid: own, text: sealed }) : sealed;
    return {
      ...key,
      revision: Number(revision),
      type: type as HistoryLine['type'],
      uid: uid!,
      time: time!,
      user: user!,
      fieldManager: fieldManager!,
      text: await open(text!, uid!),
      ...(previousText != null && { previousText: await open(previousText, previousUid!) }),
    };
  }
}

const compacted = (): StoreError => new StoreError('compacted', 'the log no longer reaches back that far');
