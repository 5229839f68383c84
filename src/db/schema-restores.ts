import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, jsonText, revisionNumber } from './columns.ts';
import { clusters } from './schema.ts';

export const restores = pgTable(
  'restores',
  {
    id: text('id').primaryKey(),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    revision: revisionNumber('revision').notNull(),
    scope: jsonText('scope').notNull(),
    state: text('state', { enum: ['running', 'succeeded', 'failed', 'cancelled'] }).notNull().default('running'),
    position: jsonText('position'),
    steps: integer('steps'),
    done: integer('done').notNull().default(0),
    problems: jsonText('problems').notNull().default('[]'),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('restores_cluster_id_created_at_idx').on(table.clusterId, table.createdAt),
    uniqueIndex('restores_running_key')
      .on(table.clusterId)
      .where(sql`state = 'running'`),
  ],
);
