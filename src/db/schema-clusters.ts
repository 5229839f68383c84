import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, jsonText, revisionNumber } from './columns.ts';

// Tenants, their clusters, and what is in these.

export const tenants = pgTable(
  'tenants',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    quotas: jsonText('quotas').notNull().default('{}'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    uniqueIndex('tenants_name_key')
      .on(table.name)
      .where(sql`deleted_at is null`),
  ],
);

export const clusters = pgTable(
  'clusters',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id),
    name: text('name').notNull(),
    epoch: revisionNumber('epoch').notNull().default(0),
    revision: revisionNumber('revision').notNull().default(1),
    compactedRevision: revisionNumber('compacted_revision').notNull().default(1),
    createdAt: instant('created_at').notNull().defaultNow(),
    deletedAt: instant('deleted_at'),
    settings: jsonText('settings').notNull().default('{}'),
    suspendedAt: instant('suspended_at'),
    historyFrom: instant('history_from').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('clusters_tenant_id_name_key')
      .on(table.tenantId, table.name)
      .where(sql`deleted_at is null`),
  ],
);

export const objects = pgTable(
  'objects',
  {
    clusterId: text('cluster_id').notNull(),
    resource: text('resource').notNull(),
    namespace: text('namespace').notNull(),
    name: text('name').notNull(),
    uid: text('uid').notNull(),
    revision: revisionNumber('revision').notNull(),
    data: jsonText('data').notNull(),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.namespace, table.resource, table.name] })],
);

export const log = pgTable(
  'log',
  {
    clusterId: text('cluster_id').notNull(),
    revision: revisionNumber('revision').notNull(),
    type: text('type', { enum: ['ADDED', 'MODIFIED', 'DELETED'] }).notNull(),
    resource: text('resource').notNull(),
    namespace: text('namespace').notNull(),
    name: text('name').notNull(),
    uid: text('uid').notNull(),
    previousRevision: revisionNumber('previous_revision').notNull(),
    data: jsonText('data').notNull(),
    writtenAt: instant('written_at').notNull().defaultNow(),
    userName: text('user_name').notNull().default(''),
    fieldManager: text('field_manager').notNull().default(''),
    previousData: jsonText('previous_data'),
  },
  (table) => [index('log_cluster_id_revision_idx').on(table.clusterId, table.revision)],
);

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
