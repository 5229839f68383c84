import { z } from '@hono/zod-openapi';
import { DatabaseError } from '../db/errors.ts';
import { limits } from '../lib/limits.ts';
import type { ManagementOptions } from './context.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, json, routeGroup } from './route.ts';
import { checkedQuery, queryCharactersMax } from './sql/check.ts';
import { Refusal } from './sql/parts.ts';

/** What of a query the audit log tells. */
const auditedCharacters = 1_000;

const SqlQuery = z
  .strictObject({
    query: z.string().min(1).max(queryCharactersMax).meta({ example: "select cluster, namespace, count(*) from objects where kind = 'Pod' group by 1, 2" }),
  })
  .openapi('SqlQuery');

const SqlAnswer = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.unknown())).meta({ description: 'The values of each row in the order of the columns, as Postgres writes them in JSON.' }),
    truncated: z.boolean().meta({ description: `There is more: an answer has ${limits.sqlRows} rows and ${limits.sqlAnswerBytes} bytes of them at most.` }),
  })
  .openapi('SqlAnswer');

const ask = defineRoute({
  operationId: 'querySql',
  method: 'post',
  path: '/v1/sql',
  tags: ['History'],
  summary: 'Asks about the objects of all clusters, and the log of their changes, in SQL',
  description: `One SELECT over the tables \`objects\` and \`log\`, with joins, subqueries, WITH, window functions and JSON operators. Secrets are not in them. What is not supported is refused by name (\`sql_refused\`). It has ${limits.sqlMs / 1_000} seconds (\`sql_timeout\`); ${limits.sqlPerTenant} run at a time. The audit log holds the beginning of the query.`,
  permission: 'sql.query',
  request: { body: body(SqlQuery) },
  responses: { 200: json(SqlAnswer, 'What it found') },
});

/** `/v1/sql`. The query that is run is not the text that came (`sql/check.ts`), and Postgres lets it see nothing else (`migrations/0015-sql.sql`). */
export function sqlRoutes({ database }: ManagementOptions) {
  const group = routeGroup();

  group.openapi(ask, async (c) => {
    const { query } = c.req.valid('json');
    c.set('auditedDetail', query.slice(0, auditedCharacters).replaceAll('\0', ''));
    const checked = await checkedQuery(query).catch((error: unknown) => {
      throw error instanceof Refusal ? new Problem('sql_refused', error.message) : error;
    });
    const statements = [
      { text: 'select tenant_sql.enter($1, $2, $3)', params: [c.get('principal').tenant, limits.sqlPerTenant, limits.sqlMs] },
      { text: 'select tenant_sql.run($1, $2, $3)', params: [checked, limits.sqlRows, limits.sqlAnswerBytes] },
    ];
    const [, answer] = await database.transaction(statements, { isolationLevel: 'ReadCommitted', readOnly: true }).catch((error: unknown) => {
      throw sqlProblem(error);
    });
    const text = answer![0]![0]!;
    if (text.startsWith('{"error"')) throw new Problem('sql_failed', (JSON.parse(text) as { error: string }).error);
    // Not parsed: numbers stay as Postgres wrote them.
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
    return new Response(text, { headers }) as never;
  });

  return group;
}

function sqlProblem(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.sqlState === '57014') return new Problem('sql_timeout', `the query took more than ${limits.sqlMs / 1_000} seconds`);
  if (error.sqlState === '55P03') return new Problem('too_many_requests', `${limits.sqlPerTenant} queries of the tenant are under way`);
  return error;
}
