import { z } from '@hono/zod-openapi';
import { cloneCluster } from './clone.ts';
import { inHistory, historyOf, revisionOf } from './cluster-history.ts';
import { Cluster, ClusterName, clusterView } from './cluster-shapes.ts';
import type { ManagementOptions } from './context.ts';
import { may } from './principal.ts';
import { Problem } from './problem.ts';
import { body, defineRoute, json, routeGroup } from './route.ts';
import { serverUrl } from './server-url.ts';
import { ClusterPath } from './shapes.ts';

const defaultClustersPerTenantMax = 10_000;

const CloneCluster = z
  .strictObject({
    name: ClusterName,
    asOf: z.string().max(40).optional().meta({ description: 'A revision of the source, or a time in RFC 3339; default: now.' }),
    secrets: z.boolean().default(false).meta({ description: 'With its Secrets: needs `secrets.export`.' }),
  })
  .openapi('CloneCluster');

const clone = defineRoute({
  operationId: 'cloneCluster',
  method: 'post',
  path: '/v1/clusters/{cluster}/clone',
  tags: ['History'],
  summary: 'Makes a new cluster of what a cluster is, or was at a moment',
  description:
    'With the settings of the source, and without its nodes, leases, events, pods and subscriptions to webhooks. Objects keep their uids; tokens of the source are good for nothing in it. kubectl can use it when this has been answered.',
  permission: 'clusters.create',
  request: { params: ClusterPath, body: body(CloneCluster) },
  responses: { 201: json(Cluster, 'The new cluster') },
});

export function cloneRoutes(options: ManagementOptions) {
  const { clock, settings } = options;
  const group = routeGroup();

  group.openapi(clone, async (c) => {
    const { name, asOf, secrets } = c.req.valid('json');
    const source = c.get('cluster');
    if (secrets && !may(c.get('principal'), 'secrets.export'))
      throw new Problem('forbidden', 'a clone with Secrets needs the permission secrets.export');
    const revision = asOf === undefined ? (await inHistory(historyOf(options, source.id).bounds())).revision : await revisionOf(options, source.id, asOf, { pointer: '/asOf' });
    const max = settings.clustersPerTenantMax ?? defaultClustersPerTenantMax;
    const made = await inHistory(cloneCluster(options, source, { name, revision, secrets, createdAt: clock.now(), max }));
    if (made === 'name-taken') throw new Problem('name_taken', `there is a cluster named ${name} already`);
    if (made === 'quota-exceeded') throw new Problem('quota_exceeded', 'the tenant may not have more clusters');
    c.set('auditedCluster', made.id);
    return c.json(clusterView(made, serverUrl(settings.publicUrl, c.req.url, made.id)), 201, { Location: `/v1/clusters/${made.id}` });
  });

  return group;
}
