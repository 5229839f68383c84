import { sql } from 'drizzle-orm';
import { bigint, boolean, doublePrecision, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, jsonText, revisionNumber } from './columns.ts';
import { clusters, tenants } from './schema-clusters.ts';

// The tables as the migrations make them (a test compares the two). What they are for is said in `migrations/`.

export * from './schema-clusters.ts';

export const members = pgTable(
  'members',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    name: text('name').notNull().default(''),
    role: text('role', { enum: ['viewer', 'member', 'admin', 'owner'] }).notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('members_tenant_id_email_key').on(table.tenantId, table.email)],
);

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    memberId: text('member_id').references(() => members.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    role: text('role', { enum: ['viewer', 'member', 'admin', 'owner'] }).notNull(),
    clusterIds: text('cluster_ids').array(),
    actions: text('actions').array(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at'),
  },
  (table) => [index('api_keys_tenant_id_idx').on(table.tenantId), index('api_keys_member_id_idx').on(table.memberId)],
);

export const tokens = pgTable(
  'tokens',
  {
    hash: text('hash').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id').references(() => clusters.id, { onDelete: 'cascade' }),
    userName: text('user_name').notNull(),
    groups: text('groups')
      .array()
      .notNull()
      .default(sql`'{}'`),
    namespaces: text('namespaces').array(),
    description: text('description').notNull().default(''),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at'),
    id: text('id')
      .notNull()
      .default(sql`gen_random_uuid()::text`),
    apiKeyId: text('api_key_id').references(() => apiKeys.id, { onDelete: 'cascade' }),
    createdBy: text('created_by').notNull().default(''),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    index('tokens_tenant_id_idx').on(table.tenantId),
    index('tokens_cluster_id_idx').on(table.clusterId),
    uniqueIndex('tokens_id_key').on(table.id),
    index('tokens_api_key_id_idx').on(table.apiKeyId),
  ],
);

export const signingKeys = pgTable(
  'signing_keys',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    keyId: text('key_id').notNull(),
    publicKey: text('public_key').notNull(),
    privateKey: text('private_key'),
    createdAt: instant('created_at').notNull().defaultNow(),
    signsAt: instant('signs_at').notNull().defaultNow(),
    supersededAt: instant('superseded_at'),
    tokensUntil: instant('tokens_until'),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.keyId] })],
);

export const certificateAuthorities = pgTable(
  'certificate_authorities',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    keyId: text('key_id').notNull(),
    certificate: text('certificate').notNull(),
    privateKey: text('private_key'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.clusterId, table.keyId] })],
);

export const deliveries = pgTable(
  'deliveries',
  {
    clusterId: text('cluster_id').notNull(),
    subscription: text('subscription').notNull(),
    revision: revisionNumber('revision').notNull(),
    subject: text('subject').notNull(),
    event: text('event').notNull(),
    body: text('body').notNull(),
    state: text('state', { enum: ['pending', 'delivered', 'dead'] }).notNull().default('pending'),
    held: boolean('held').notNull().default(false),
    attemptCount: integer('attempt_count').notNull().default(0),
    attempts: jsonText('attempts').notNull().default('[]'),
    dueAt: instant('due_at').notNull().defaultNow(),
    createdAt: instant('created_at').notNull().defaultNow(),
    doneAt: instant('done_at'),
  },
  (table) => [
    primaryKey({ columns: [table.clusterId, table.subscription, table.revision] }),
    index('deliveries_due_idx').on(table.clusterId, table.subscription, table.dueAt).where(sql`state = 'pending' and not held`),
    index('deliveries_subject_idx')
      .on(table.clusterId, table.subscription, table.subject, table.revision)
      .where(sql`state = 'pending'`),
    index('deliveries_done_idx')
      .on(table.clusterId, table.subscription, table.state, table.revision)
      .where(sql`state <> 'pending'`),
  ],
);

export const tenantKeys = pgTable(
  'tenant_keys',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    version: integer('version').notNull(),
    platformKeyId: text('platform_key_id').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.version] })],
);

export const reencryptedClusters = pgTable('reencrypted_clusters', {
  clusterId: text('cluster_id')
    .primaryKey()
    .references(() => clusters.id, { onDelete: 'cascade' }),
  version: integer('version').notNull(),
});

export const oidcIssuers = pgTable(
  'oidc_issuers',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    config: jsonText('config').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('oidc_issuers_tenant_id_name_key').on(table.tenantId, table.name)],
);

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    status: integer('status'),
    answer: text('answer'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    index('idempotency_keys_created_at_idx').using('brin', table.createdAt),
  ],
);

export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'number' })
      .primaryKey()
      .default(sql`nextval('audit_log_id_seq')`),
    tenantId: text('tenant_id').notNull(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    apiKeyId: text('api_key_id'),
    operation: text('operation').notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    clusterId: text('cluster_id'),
    status: integer('status').notNull(),
    code: text('code'),
    address: text('address'),
    userAgent: text('user_agent'),
    idempotencyKey: text('idempotency_key'),
    detail: text('detail'),
  },
  (table) => [
    index('audit_log_tenant_id_id_idx').on(table.tenantId, table.id),
    index('audit_log_at_idx').using('brin', table.at),
  ],
);

export const auditEvents = pgTable(
  'audit_events',
  {
    clusterId: text('cluster_id').notNull(),
    id: bigint('id', { mode: 'number' })
      .notNull()
      .default(sql`nextval('audit_events_id_seq')`),
    auditId: text('audit_id').notNull(),
    stage: text('stage').notNull(),
    at: instant('at').notNull(),
    userName: text('user_name').notNull(),
    impersonated: text('impersonated'),
    verb: text('verb').notNull(),
    apiGroup: text('api_group').notNull(),
    resource: text('resource').notNull(),
    subresource: text('subresource').notNull(),
    namespace: text('namespace').notNull(),
    name: text('name').notNull(),
    decision: text('decision').notNull(),
    event: jsonText('event').notNull(),
    writtenAt: instant('written_at').notNull().defaultNow(),
  },
  (table) => [
    index('audit_events_cluster_id_id_idx').on(table.clusterId, table.id),
    index('audit_events_cluster_id_audit_id_idx').on(table.clusterId, table.auditId),
  ],
);

export const auditWebhooks = pgTable('audit_webhooks', {
  clusterId: text('cluster_id')
    .primaryKey()
    .references(() => clusters.id, { onDelete: 'cascade' }),
  url: text('url').notNull(),
  deliveredId: bigint('delivered_id', { mode: 'number' }).notNull(),
  failures: integer('failures').notNull().default(0),
});

export const hooks = pgTable(
  'hooks',
  {
    id: text('id').primaryKey(),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    namespace: text('namespace').notNull(),
    config: jsonText('config').notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    tokens: doublePrecision('tokens').notNull(),
    refilledAt: instant('refilled_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('hooks_cluster_id_name_key').on(table.clusterId, table.name)],
);

export const hookSecrets = pgTable(
  'hook_secrets',
  {
    id: text('id').primaryKey(),
    hookId: text('hook_id')
      .notNull()
      .references(() => hooks.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    hash: text('hash'),
    secret: text('secret'),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at'),
  },
  (table) => [index('hook_secrets_hook_id_idx').on(table.hookId), index('hook_secrets_cluster_id_idx').on(table.clusterId)],
);

export const hookReceipts = pgTable(
  'hook_receipts',
  {
    hookId: text('hook_id')
      .notNull()
      .references(() => hooks.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    id: bigint('id', { mode: 'number' })
      .notNull()
      .default(sql`nextval('hook_receipts_id_seq')`),
    delivery: text('delivery').notNull(),
    event: text('event').notNull(),
    address: text('address'),
    receivedAt: instant('received_at').notNull(),
    attemptedAt: instant('attempted_at').notNull(),
    attempts: integer('attempts').notNull().default(1),
    state: text('state', { enum: ['running', 'done', 'filtered', 'failed'] }).notNull().default('running'),
    dryRun: boolean('dry_run').notNull().default(false),
    error: text('error'),
    results: jsonText('results').notNull().default('[]'),
  },
  (table) => [
    primaryKey({ columns: [table.hookId, table.key] }),
    uniqueIndex('hook_receipts_hook_id_id_key').on(table.hookId, table.id),
    index('hook_receipts_received_at_idx').using('brin', table.receivedAt),
  ],
);
