import { z } from '@hono/zod-openapi';
import { ClusterSettings, ClusterSettingsChange } from '../db/cluster-settings.ts';
import type { ClusterRecord } from './cluster-records.ts';
import { Instant, page, PageQuery } from './shapes.ts';

/** The form of a cluster's id. No name may have it, since both are accepted in the same place. */
const clusterIdPattern = /^c-[0-9a-z]{10}$/;

export const ClusterName = z
  .string()
  .max(63, 'must be no more than 63 characters')
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  )
  .refine((name) => !clusterIdPattern.test(name), 'must not have the form of a cluster id (c- and ten characters)')
  .meta({ example: 'prod' });

const Settings = ClusterSettings.meta({ id: 'ClusterSettings' });

export const CreateCluster = z.strictObject({ name: ClusterName, settings: Settings.prefault({}) }).openapi('CreateCluster');

/** The settings that are said replace those that were; the others stay. */
export const UpdateCluster = z.strictObject({ settings: ClusterSettingsChange }).openapi('UpdateCluster');

/** `cursor` is the last name of the page before. */
export const ListClusters = PageQuery;

export const Cluster = z
  .object({
    id: z.string().meta({ description: 'Global, and never used twice.', example: 'c-0123456789' }),
    name: z.string(),
    server: z.url().meta({ description: 'The address of its Kubernetes API.' }),
    createdAt: Instant,
    suspendedAt: Instant.nullable().meta({ description: 'Since when its API answers nobody and nothing runs in it.' }),
    settings: Settings,
  })
  .openapi('Cluster');

export const ClusterPage = page(Cluster).openapi('ClusterPage');

export const Usage = z
  .object({
    awakeSeconds: z.number().meta({ description: 'How long its object was in memory, the ten seconds until each eviction included.' }),
    activeSeconds: z.number().meta({ description: 'How long something kept its object from being evicted.' }),
    objects: z.number().meta({ description: 'How many objects it has now.' }),
    bytes: z.number().meta({ description: 'The length of these as JSON.' }),
    requests: z.number().meta({ description: 'Requests of clients, watches among them.' }),
    messages: z.number().meta({ description: 'Messages of its nodes, without heartbeats.' }),
    alarms: z.number().meta({ description: 'How often it was woken by its own timers.' }),
  })
  .openapi('Usage');

/** A cluster as it is answered. `server` is its address. */
export const clusterView = (cluster: ClusterRecord, server: string): z.infer<typeof Cluster> => ({
  id: cluster.id,
  name: cluster.name,
  server,
  createdAt: cluster.createdAt.toISOString(),
  suspendedAt: cluster.suspendedAt?.toISOString() ?? null,
  settings: cluster.settings,
});
