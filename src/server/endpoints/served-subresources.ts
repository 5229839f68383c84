import type { ServedSubresource } from '../../machinery/discovery.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { TokenRequestSchema } from '../../resources/authentication/tokenrequest.ts';
import { legacyBindings } from '../http/resolve.ts';
import { bindingKind } from '../subresources/binding.ts';
import { evictionKind } from '../subresources/eviction.ts';
import { subresources, type Method, type Subresource } from '../subresources/index.ts';
import { ScaleSchema } from '../subresources/scale.ts';

type Published = Pick<ServedSubresource, 'group' | 'version' | 'kind' | 'schema' | 'connects' | 'collection'>;

const verbs: Record<Method, string> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Subresources whose bodies are not the object itself: what they are instead. */
const foreign: Record<string, (resource: AnyResource) => Published> = {
  scale: () => ({ group: 'autoscaling', version: 'v1', kind: 'Scale', schema: ScaleSchema }),
  binding: () => ({
    group: '',
    version: 'v1',
    kind: 'Binding',
    schema: bindingKind.schema,
    collection: { plural: legacyBindings, singular: 'binding' },
  }),
  token: () => ({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', schema: TokenRequestSchema as ObjectSchema }),
  eviction: () => ({ group: 'policy', version: 'v1', kind: 'Eviction', schema: evictionKind.schema }),
  exec: () => ({ group: '', version: 'v1', kind: 'PodExecOptions', connects: true }),
  attach: () => ({ group: '', version: 'v1', kind: 'PodAttachOptions', connects: true }),
  portforward: () => ({ group: '', version: 'v1', kind: 'PodPortForwardOptions', connects: true }),
  proxy: ({ kind }) => ({ group: '', version: 'v1', kind: `${kind}ProxyOptions`, connects: true }),
};

/** The subresources of every kind as discovery and OpenAPI publish them, from the table that serves them. */
export function servedSubresources(scheme: Scheme): readonly ServedSubresource[] {
  return scheme.served.flatMap((resource) =>
    subresources.filter((subresource) => subresource.of(resource)).map((subresource) => publish(resource, subresource)),
  );
}

function publish(resource: AnyResource, { name, methods }: Subresource): ServedSubresource {
  const own = {
    group: resource.group,
    version: resource.version,
    kind: resource.kind,
    ...(name === 'log' && { connects: true }),
  };
  return {
    parent: resource.resource,
    parentVersion: resource.apiVersion,
    name,
    verbs: (Object.keys(methods) as Method[]).map((method) => verbs[method]),
    ...(foreign[name]?.(resource) ?? own),
  };
}
