-- What the owner of a cluster has set (`src/db/cluster-settings.ts`); what is left out has its default.
alter table clusters add column settings json not null default '{}';
