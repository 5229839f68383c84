import type { Database } from '../db/client.ts';

/** Which audit events of a cluster are wanted; what is left out does not matter. */
export interface AuditEventFilter {
  /** Who asked, or was the request carried out as. */
  user?: string | undefined;
  verb?: string | undefined;
  resource?: { resource: string; group?: string | undefined; subresource?: string | undefined } | undefined;
  namespace?: string | undefined;
  name?: string | undefined;
  auditId?: string | undefined;
  decision?: string | undefined;
  stage?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

export interface AuditEventPage {
  /** The newest first. Each is an audit.k8s.io/v1 Event as JSON. */
  events: readonly string[];
  /** Older events than this one may follow. A page can be short, or empty, and others still follow. */
  before?: number;
}

/** So many events are looked at for one page, whether they are wanted or not. */
const scannedMax = 20_000;
/** Characters of events in a page, but one event at least. */
const charactersMax = 4 * 1024 * 1024;
/** As long as the index keeps ids. */
const auditIdMax = 256;

/** A page of a cluster's audit events that are older than `before`. Rejects with `DatabaseError`. */
export async function findAuditEvents(
  query: Database['query'],
  cluster: string,
  filter: AuditEventFilter,
  page: { limit: number; before?: number | undefined },
): Promise<AuditEventPage> {
  const { text, params } = searchSql(cluster, filter, page);
  const rows = await query(text, params);
  // There is always a row, which says what was looked at.
  const [, , scanned, lowest, found] = rows[0]!.map(Number);
  const events = rows.flatMap(([id, event]) => (id == null ? [] : [{ id: Number(id), event: event! }]));
  const last = events.at(-1);
  // More than fit into the page, or what is beyond those that were looked at.
  const before = last && found! > events.length ? last.id : scanned === scannedMax ? lowest : undefined;
  return { events: events.map(({ event }) => event), ...(before !== undefined && { before }) };
}

function searchSql(
  cluster: string,
  filter: AuditEventFilter,
  { limit, before }: { limit: number; before?: number | undefined },
): { text: string; params: unknown[] } {
  const params: unknown[] = [];
  const value = (given: unknown): string => {
    params.push(given);
    return `$${params.length}`;
  };
  const own = value(cluster);
  const { auditId, since, until, user, verb, resource, namespace, name, decision, stage } = filter;
  // What indexes and partitions know. Events are written soon after what they tell of.
  const scan = [
    `cluster_id = ${own}`,
    before !== undefined && `id < ${value(before)}::bigint`,
    auditId !== undefined && `audit_id = ${value(auditId.slice(0, auditIdMax))}`,
    since && `written_at >= ${value(since.toISOString())}::timestamptz - interval '1 hour'`,
    until && `written_at <= ${value(until.toISOString())}::timestamptz + interval '1 hour'`,
  ];
  const equals = (column: string, wanted: string | undefined) => wanted !== undefined && `${column} = ${value(wanted)}`;
  const asker = user === undefined ? undefined : value(user);
  const wanted = [
    'true',
    asker && `(user_name = ${asker} or impersonated = ${asker})`,
    equals('verb', verb),
    equals('resource', resource?.resource),
    equals('api_group', resource?.group),
    equals('subresource', resource?.subresource),
    equals('namespace', namespace),
    equals('name', name),
    equals('decision', decision),
    equals('stage', stage),
    since && `at >= ${value(since.toISOString())}::timestamptz`,
    until && `at <= ${value(until.toISOString())}::timestamptz`,
  ];
  const all = (conditions: readonly unknown[]) => conditions.filter((each) => typeof each === 'string').join(' and ');
  const columns = 'id, written_at, at, user_name, impersonated, verb, api_group, resource, subresource, namespace, name, decision, stage';
  const text = `with scanned as materialized (
  select ${columns} from audit_events where ${all(scan)} order by id desc limit ${scannedMax}
), found as (
  select id, written_at from scanned where ${all(wanted)} order by id desc limit ${value(limit + 1)}::int
), measured as (
  select e.id, e.event::text as event,
    row_number() over (order by e.id desc) as place, sum(length(e.event::text)) over (order by e.id desc) as characters
  from found join audit_events e on e.cluster_id = ${own} and e.id = found.id and e.written_at = found.written_at
)
select measured.id, event, (select count(*) from scanned), (select min(id) from scanned), (select count(*) from found)
from (select) as always
left join measured on place = 1 or (place <= ${value(limit)}::int and characters <= ${charactersMax})
order by measured.id desc`;
  return { text, params };
}
