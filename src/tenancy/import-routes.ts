import { z } from '@hono/zod-openapi';
import { resourceNamed } from '../history/kinds.ts';
import { rankOf } from '../history/order.ts';
import { limits } from '../lib/limits.ts';
import { authenticatedGroup, mastersGroup } from '../machinery/user.ts';
import type { ManagementOptions } from './context.ts';
import { importManifests, readManifests } from './import.ts';
import { body, defineRoute, json, routeGroup } from './route.ts';
import { ClusterPath } from './shapes.ts';

const ImportManifests = z
  .strictObject({
    manifests: z.string().meta({ description: 'YAML documents, or JSON. They are applied in an order in which they can be.' }),
    dryRun: z.boolean().default(false),
    force: z.boolean().default(false).meta({ description: 'Takes over fields that others manage.' }),
  })
  .openapi('ImportManifests');

const ImportReport = z
  .object({
    items: z.array(
      z.object({
        kind: z.string(),
        namespace: z.string().optional(),
        name: z.string(),
        result: z.enum(['created', 'configured', 'unchanged', 'failed']),
        message: z.string().optional(),
      }),
    ),
    failed: z.int(),
  })
  .openapi('ImportReport');

const imported = defineRoute({
  operationId: 'importManifests',
  method: 'post',
  path: '/v1/clusters/{cluster}/import',
  tags: ['History'],
  summary: 'Applies manifests to a cluster',
  description: 'Server-side, as the field manager `hibernetes-import`, each as a request of its own: what fails is in the report, and does not keep the others back.',
  permission: 'manifests.write',
  bodyBytesMax: limits.requestBodyBytes,
  request: { params: ClusterPath, body: body(ImportManifests) },
  responses: { 200: json(ImportReport, 'What became of each object') },
});

export function importRoutes({ clusters }: ManagementOptions) {
  const group = routeGroup();

  group.openapi(imported, async (c) => {
    const { manifests, dryRun, force } = c.req.valid('json');
    const { id } = c.get('cluster');
    const user = { name: c.get('principal').name, groups: [mastersGroup, authenticatedGroup] };
    const rank = ({ kind, apiVersion }: { kind: string; apiVersion: string }) =>
      rankOf(resourceNamed(apiVersion.includes('.') && !/\.k8s\.io\//.test(apiVersion) ? `${kind}.${apiVersion}` : kind));
    const sorted = readManifests(manifests).sort((a, b) => rank(a) - rank(b));
    const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
    const items = await importManifests(sorted, { ask: (request) => clusters.askAs(id, user, request), dryRun, force, pause });
    return c.json({ items, failed: items.filter(({ result }) => result === 'failed').length }, 200);
  });

  return group;
}
