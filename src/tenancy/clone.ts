import { livingResources, isTokenSecret } from '../history/left-alone.ts';
import { databaseError } from '../db/errors.ts';
import { addSql, cloneSql } from '../storage/history-sql.ts';
import type { PastObject } from '../storage/history.ts';
import { StoreError } from '../storage/store.ts';
import { encryptionOf, historyOf } from './cluster-history.ts';
import { findCluster, type ClusterRecord } from './cluster-records.ts';
import type { ManagementOptions } from './context.ts';
import { unlessDuplicate } from './duplicate.ts';
import { newId } from './ids.ts';

export interface CloneWish {
  name: string;
  /** Of the source. */
  revision: number;
  secrets: boolean;
  createdAt: Date;
  /** Clusters that the tenant may have. */
  max: number;
}

/**
 * What stays behind besides what is always left alone: pods, which are on nodes of the source and are made anew by their
 * controllers; and subscriptions to webhooks, with which a clone would speak for its source.
 */
const leftBehind = [...livingResources, 'pods', 'webhooksubscriptions.automation.hibernetes.dev', 'clusterwebhooksubscriptions.automation.hibernetes.dev'];

/** How far above the source's the revisions of a clone begin, so that no client takes one for the other. */
const raisedBy = 1_000_000;

/**
 * Makes a cluster of what another one was at a revision. While it is under way the clone is a cluster that will have been deleted: nobody
 * sees it, and should this end halfway its rows are purged. Throws `StoreError('compacted')`.
 */
export async function cloneCluster(options: ManagementOptions, source: ClusterRecord, wish: CloneWish): Promise<ClusterRecord | 'name-taken' | 'quota-exceeded'> {
  const { database, random } = options;
  const id = newId('c', random);
  const { name, revision, createdAt } = wish;
  const params = [id, source.id, name, createdAt.toISOString(), wish.max, raisedBy];
  const [made] = await database.query(makeSql, params);
  if (!made) return (await findCluster(database.orm, source.tenant, name)) ? 'name-taken' : 'quota-exceeded';
  try {
    await copy(database, [source.id, revision, id, [...leftBehind, 'secrets']]);
    if (wish.secrets) await copySecrets(options, source.id, id, revision);
    const published = await unlessDuplicate(database.query(publishSql, [id]));
    if (published?.length) return { ...source, id, name, createdAt, suspendedAt: null };
    await database.query(giveUpSql, [id]);
    return 'name-taken';
  } catch (error) {
    // Should this fail as well, its time will come.
    await database.query(giveUpSql, [id]).catch(() => undefined);
    throw error;
  }
}

async function copy({ query }: ManagementOptions['database'], params: readonly unknown[]): Promise<void> {
  try {
    await query(cloneSql, params);
  } catch (error) {
    // not_null_violation: a state that the log does not know any more.
    if (databaseError(error).sqlState === '23502') throw new StoreError('compacted', 'the log no longer reaches back that far');
    throw error;
  }
}

/** Secrets are sealed for their place, so those of the clone are sealed anew. */
async function copySecrets(options: ManagementOptions, source: string, clone: string, revision: number): Promise<void> {
  const encryption = encryptionOf(options, clone);
  for await (const page of historyOf(options, source).state(revision, 'secrets')) {
    const texts = await Promise.all(page.map((row) => encryption.sealText({ ...row, text: withoutToken(row) })));
    const keys = page.map(({ resource, namespace, name, uid, text }) => ({ resource, namespace, name, uid, revision: revisionOf(text) }));
    await options.database.query(addSql, [clone, JSON.stringify(keys), `[${texts.join()}]`]);
  }
}

const revisionOf = (text: string): number => Number(JSON.parse(text).metadata.resourceVersion);

/** A token of a ServiceAccount is none in another cluster: its controller fills in a new one. */
function withoutToken({ text }: PastObject): string {
  const secret = JSON.parse(text);
  if (!isTokenSecret(secret)) return text;
  delete secret.data;
  return JSON.stringify(secret);
}

const makeSql = `insert into clusters (id, tenant_id, name, created_at, settings, revision, compacted_revision, deleted_at)
select $1, tenants.id, $3, $4, source.settings, source.revision + $6::bigint, source.revision + $6::bigint, now() + interval '1 hour'
from tenants join clusters as source on source.tenant_id = tenants.id and source.id = $2 and source.deleted_at is null
where tenants.deleted_at is null
  and not exists (select from clusters where tenant_id = tenants.id and name = $3 and deleted_at is null)
  and (select count(*) from clusters where tenant_id = tenants.id and deleted_at is null) < least($5::int, (tenants.quotas->>'clusters')::int)
on conflict do nothing
returning id`;

const publishSql = 'update clusters set deleted_at = null where id = $1 and deleted_at > now() returning id';
const giveUpSql = 'update clusters set deleted_at = now() where id = $1 and deleted_at > now()';
