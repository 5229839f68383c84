-- The outbox: what webhooks are to be told, committed together with the change that it tells of (`docs/webhooks.md`).
--
-- subscription: the uid of the subscription. subject: the key of the object; deliveries of one subject and subscription are
-- made in the order of their revisions. state: pending, delivered, or dead (given up). held: an earlier delivery of the same
-- subject has to succeed first; such rows are out of the index of what is due, so that a long queue behind one failure
-- costs nothing. attempts: the last ones, as JSON. Rows that are done are kept for the log, within bounds.
create table deliveries (
  cluster_id text collate "C" not null,
  subscription text collate "C" not null,
  revision bigint not null,
  subject text collate "C" not null,
  event text collate "C" not null,
  body text not null,
  state text collate "C" not null default 'pending',
  held boolean not null default false,
  attempt_count integer not null default 0,
  attempts json not null default '[]',
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (cluster_id, subscription, revision)
);

create index deliveries_due_idx on deliveries (cluster_id, subscription, due_at) where state = 'pending' and not held;
create index deliveries_subject_idx on deliveries (cluster_id, subscription, subject, revision) where state = 'pending';
create index deliveries_done_idx on deliveries (cluster_id, subscription, state, revision) where state <> 'pending';
