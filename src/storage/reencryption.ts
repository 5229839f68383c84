import type { Database } from '../db/client.ts';
import { EncryptionError } from '../db/platform-keys.ts';
import { limits } from '../lib/limits.ts';
import type { RowEncryption } from './encryption.ts';
import type { ObjectKey } from './store.ts';

export interface ReencryptionOptions {
  /** Rows that are looked at in all, before somebody else gets a turn. */
  rowsMax: number;
  /** Rows, and their bytes, that one statement changes at most. */
  batchRows?: number;
  batchBytes?: number;
}

export interface Reencryption {
  /** Rows that were not sealed with the newest key. */
  found: number;
  /** Those of them that now are. The others were locked or written in between, or did not open. */
  sealed: number;
  /** Those that did not open: left as they are. */
  failed: number;
  /** Whether all rows of the cluster were looked at. */
  complete: boolean;
}

/**
 * Seals the rows of a cluster's objects with the newest key of its tenant, where they should be and are not. It needs no lock
 * and wakes nobody: a row is replaced only if it still is what was read, its revision stays, and rows that a commit holds are
 * left alone, so neither waits for the other. Bounded; run again, it goes on. Throws a `DatabaseError`.
 *
 * The log is not touched. It goes with its partitions, and the keys stay as long as these.
 */
export async function reencryptObjects(
  { query }: Pick<Database, 'query'>,
  clusterId: string,
  encryption: RowEncryption,
  { rowsMax, batchRows = 500, batchBytes = limits.databasePageBytes / 2 }: ReencryptionOptions,
): Promise<Reencryption> {
  const progress: Reencryption = { found: 0, sealed: 0, failed: 0, complete: false };
  const prefix = await encryption.currentPrefix();
  let after: ObjectKey = { namespace: '', resource: '', name: '' };
  while (progress.found < rowsMax) {
    const limit = Math.min(batchRows, rowsMax - progress.found);
    const position = [after.namespace, after.resource, after.name];
    const page = await query(staleSql, [clusterId, [...encryption.resources], prefix, ...position, limit, batchBytes]);
    if (page.length === 0) return { ...progress, complete: true };
    const rows = page.map(([resource, namespace, name, uid, revision, text]) => ({
      resource: resource!,
      namespace: namespace!,
      name: name!,
      uid: uid!,
      revision: Number(revision),
      text: text!,
    }));
    const replacements = await Promise.all(
      rows.map(async (row) => {
        try {
          return { ...row, sealed: await encryption.sealText({ ...row, text: await encryption.openText(row) }) };
        } catch (error) {
          if (error instanceof EncryptionError) return undefined;
          throw error;
        }
      }),
    );
    const replaceable = replacements.filter((replacement) => replacement !== undefined);
    const replaced =
      replaceable.length === 0
        ? []
        : await query(replaceSql, [
            clusterId,
            JSON.stringify(replaceable.map(({ resource, namespace, name, revision }) => ({ resource, namespace, name, revision }))),
            JSON.stringify(replaceable.map(({ text }) => text)),
            `[${replaceable.map(({ sealed }) => sealed).join()}]`,
          ]);
    progress.found += rows.length;
    progress.failed += rows.length - replaceable.length;
    progress.sealed += replaced.length;
    after = rows.at(-1)!;
  }
  return progress;
}

/** Rows of the kinds $2 that do not begin with $3, after ($4, $5, $6): at most $7, and no more than $8 bytes, but one at least. */
const staleSql = `select resource, namespace, name, uid, revision, data from (
  select *, row_number() over key as number, sum(octet_length(data)) over key as bytes from (
    select resource, namespace, name, uid, revision, data::text as data
    from objects
    where cluster_id = $1 and resource = any($2) and not starts_with(data::text, $3) and (namespace, resource, name) > ($4, $5, $6)
    order by namespace, resource, name
    limit $7
  ) as next
  window key as (order by namespace, resource, name)
) as numbered
where number = 1 or bytes <= $8
order by namespace, resource, name`;

/**
 * Replaces the rows $2, if their texts still are $3, by $4. Rows that somebody has locked are skipped: a commit locks several
 * in an order of its own, and waiting for one while holding another could end in a deadlock.
 */
const replaceSql = `with replacement as materialized (
  select * from rows from (
    json_to_recordset($2::json) as (resource text, namespace text, name text, revision bigint),
    json_array_elements_text($3::json),
    json_array_elements($4::json)
  ) as replacement (resource, namespace, name, revision, old, new)
), unchanged as (
  select objects.namespace, objects.resource, objects.name, new from objects
  join replacement on objects.namespace = replacement.namespace and objects.resource = replacement.resource
    and objects.name = replacement.name and objects.revision = replacement.revision and objects.data::text = replacement.old
  where objects.cluster_id = $1
  for update of objects skip locked
)
update objects set data = unchanged.new from unchanged
where objects.cluster_id = $1 and objects.namespace = unchanged.namespace and objects.resource = unchanged.resource
  and objects.name = unchanged.name
returning objects.name`;
