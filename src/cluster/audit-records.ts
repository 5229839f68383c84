import { maintainAuditPartitions } from '../db/audit-partitions.ts';
import type { Database } from '../db/client.ts';
import { databaseError } from '../db/errors.ts';
import { limits } from '../lib/limits.ts';
import { eventText, type AuditEvent } from '../server/audit/event.ts';

/** An event as it is stored: JSON, and what can be asked for beside it. */
export interface AuditRow {
  text: string;
  columns: readonly (string | null)[];
}

/** Longer ids are cut in the index; whoever asks for one cuts it in the same way. */
const auditIdMax = 256;

const columnNames = [
  'audit_id',
  'stage',
  'at',
  'user_name',
  'impersonated',
  'verb',
  'api_group',
  'resource',
  'subresource',
  'namespace',
  'name',
  'decision',
] as const;

/** The row of an event. */
export function rowOf(event: AuditEvent): AuditRow {
  const { objectRef = {}, annotations = {}, responseStatus } = event;
  const decided = annotations['authorization.k8s.io/decision'] ?? (isRefusal(responseStatus?.code) ? 'forbid' : '');
  const columns = [
    event.auditID.slice(0, auditIdMax),
    event.stage,
    event.stageTimestamp,
    event.user.username ?? '',
    event.impersonatedUser?.username ?? null,
    event.verb,
    objectRef.apiGroup ?? '',
    objectRef.resource ?? '',
    objectRef.subresource ?? '',
    objectRef.namespace ?? '',
    objectRef.name ?? '',
    decided,
  ];
  return { text: eventText(event, limits.auditEventBytes), columns: columns.map(storable) };
}

/** Nobody was asked: who may not be taken for somebody else, or is not known any more, is refused before that. */
const isRefusal = (code: number | undefined): boolean => code === 401 || code === 403;

/** Postgres has no NUL and no halves of characters in texts, which paths and headers can have. */
const storable = (text: string | null) => text && text.replaceAll('\u0000', '\ufffd').replace(/\p{Surrogate}/gu, '\ufffd');

// Who inserts for a cluster waits for who did before: ids become visible in their order.
const insertSql = `with turn as materialized (select pg_advisory_xact_lock(hashtextextended($1, 7)))
insert into audit_events (cluster_id, id, ${columnNames.join(', ')}, event)
select $1, nextval('audit_events_id_seq'), ${columnNames.map((name) => (name === 'at' ? 'at::timestamptz' : name)).join(', ')}, event::json
from turn, unnest(${[...columnNames, 'event'].map((_, i) => `$${i + 2}::text[]`).join(', ')})
  with ordinality as new (${[...columnNames, 'event'].join(', ')}, place)
order by place`;

/** Events after $2: at most $3, and no more than $4 characters, but one at least. */
const nextSql = `select id, event from (
  select id, event, row_number() over (order by id) as place, sum(length(event)) over (order by id) as characters
  from (select id, event::text as event from audit_events where cluster_id = $1 and id > $2 order by id limit $3) as next
) as counted
where place = 1 or characters <= $4
order by id`;

const openSql = `insert into audit_webhooks as own (cluster_id, url, delivered_id)
values ($1, $2, coalesce((select max(id) from audit_events where cluster_id = $1), 0))
on conflict (cluster_id) do update set
  delivered_id = case when own.url = excluded.url then own.delivered_id else excluded.delivered_id end,
  failures = case when own.url = excluded.url then own.failures else 0 end,
  url = excluded.url
returning delivered_id`;

const deliveredSql = `update audit_webhooks set delivered_id = greatest(delivered_id, $3), failures = 0 where cluster_id = $1 and url = $2`;
const failedSql = `update audit_webhooks set failures = failures + 1 where cluster_id = $1 and url = $2 returning failures`;

/** The audit events of one cluster in the database. All reject with `DatabaseError`. */
export class AuditRecords {
  readonly #query: Database['query'];
  readonly #cluster: string;

  constructor({ query }: Pick<Database, 'query'>, cluster: string) {
    this.#query = query;
    this.#cluster = cluster;
  }

  /** Appends events, in their order. All or none. */
  async append(rows: readonly AuditRow[]): Promise<void> {
    const columns = columnNames.map((_, i) => rows.map(({ columns }) => columns[i]));
    const params = [this.#cluster, ...columns, rows.map(({ text }) => text)];
    try {
      await this.#query(insertSql, params);
    } catch (error) {
      if (databaseError(error).code !== 'no-partition') throw error;
      await maintainAuditPartitions(this.#query, { daysAhead: 0 });
      await this.#query(insertSql, params);
    }
  }

  /** Up to which event the webhook at this URL has got. One that is new begins with what is to come. */
  async open(url: string): Promise<number> {
    const [row] = await this.#query(openSql, [this.#cluster, url]);
    return Number(row![0]);
  }

  /** The events after that one, as JSON; as many as fit into one request. */
  async after(id: number): Promise<{ id: number; text: string }[]> {
    const rows = await this.#query(nextSql, [this.#cluster, id, limits.auditBatchEvents, limits.auditBatchBytes]);
    return rows.map(([own, text]) => ({ id: Number(own), text: text! }));
  }

  /** The webhook has got the events up to that one. */
  async delivered(url: string, id: number): Promise<void> {
    await this.#query(deliveredSql, [this.#cluster, url, id]);
  }

  /** The webhook could not be reached: how often in a row by now. */
  async failed(url: string): Promise<number> {
    const [row] = await this.#query(failedSql, [this.#cluster, url]);
    return Number(row?.[0] ?? 1);
  }
}
