import { z } from '@hono/zod-openapi';
import { stringify } from 'yaml';
import { manifestOf } from '../history/manifest.ts';
import { byRank } from '../history/order.ts';
import type { ClusterHistory } from '../storage/history.ts';
import { historyOf, historyProblem, inHistory, revisionOf } from './cluster-history.ts';
import type { ManagementOptions } from './context.ts';
import { may } from './principal.ts';
import { Problem } from './problem.ts';
import { defineRoute, routeGroup } from './route.ts';
import { ClusterPath } from './shapes.ts';

const ExportQuery = z.strictObject({
  asOf: z.string().max(40).optional().meta({ description: 'A revision, or a time in RFC 3339; default: now.' }),
  namespace: z.string().max(63).optional().meta({ description: 'Only what is in it, and the namespace itself.' }),
  secrets: z.enum(['true', 'false']).default('false').meta({ description: 'With Secrets, in plain: needs `secrets.export`.' }),
});

const exported = defineRoute({
  operationId: 'exportManifests',
  method: 'get',
  path: '/v1/clusters/{cluster}/export',
  tags: ['History'],
  summary: 'Shows the objects of a cluster as manifests, now or at a moment',
  description:
    'YAML documents in an order in which they can be applied, without what the server fills in, and without what belongs to controllers or is in every cluster. All of one moment.',
  permission: 'manifests.read',
  request: { params: ClusterPath, query: ExportQuery },
  responses: { 200: { description: 'The manifests', content: { 'application/yaml': { schema: z.string() } } } },
});

/** Reads the rows without waking the cluster. */
export function exportRoutes(options: ManagementOptions) {
  const group = routeGroup();

  group.openapi(exported, async (c) => {
    const { asOf, namespace, secrets } = c.req.valid('query');
    const { id } = c.get('cluster');
    if (secrets === 'true' && !may(c.get('principal'), 'secrets.export'))
      throw new Problem('forbidden', 'Secrets in plain need the permission secrets.export');
    const history = historyOf(options, id);
    const revision = asOf === undefined ? (await inHistory(history.bounds())).revision : await revisionOf(options, id, asOf, { parameter: 'asOf' });
    const all = await inHistory(history.resources(revision, namespace));
    const resources = all.filter((resource) => secrets === 'true' || resource !== 'secrets').sort(byRank);
    const documents = manifests(history, revision, resources, namespace);
    // What fails before the first document has a status to say so.
    const first = await documents.next().catch((error: unknown) => Promise.reject(historyProblem(error)));
    const headers = { 'Content-Type': 'application/yaml', 'Cache-Control': 'no-store', 'Hibernetes-Revision': String(revision) };
    return new Response(streamOf(first, documents), { headers }) as never;
  });

  return group;
}

async function* manifests(history: ClusterHistory, revision: number, resources: readonly string[], namespace: string | undefined): AsyncGenerator<string> {
  const places = namespace === undefined ? resources.map((resource) => ({ resource, namespace })) : [
    { resource: 'namespaces', namespace: '' },
    ...resources.map((resource) => ({ resource, namespace })),
  ];
  for (const place of places) {
    for await (const page of history.state(revision, place.resource, place.namespace)) {
      let text = '';
      for (const { resource, name, text: json } of page) {
        if (place.resource === 'namespaces' && namespace !== undefined && name !== namespace) continue;
        const manifest = manifestOf(resource, JSON.parse(json));
        if (manifest) text += `---\n${stringify(manifest, { lineWidth: 0, version: '1.1' })}`;
      }
      yield text;
    }
  }
}

/** A stream that is filled as it is read. If it fails on the way it breaks off: a part must not look like the whole. */
function streamOf(first: IteratorResult<string>, rest: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | undefined = first;
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = next ?? (await rest.next());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void rest.return(undefined),
  });
}
