import type { ServedSubresource } from '../../src/machinery/discovery.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { int32, object, required, string, type ObjectSchema } from '../../src/machinery/schema.ts';
import { kindSchema } from '../../src/machinery/meta.ts';
import { deployments } from '../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../src/resources/apps/replicaset.ts';
import { controllerRevisions } from '../../src/resources/apps/controllerrevision.ts';
import { builtinResources } from '../../src/resources/index.ts';

const apps = [deployments, replicaSets, controllerRevisions];

/** The built-in kinds and some of their subresources, as a server would serve them. */
export const scheme = createScheme([...new Set([...builtinResources, ...apps])]);

const scale = kindSchema('io.k8s.api.autoscaling.v1.Scale', {
  spec: object('io.k8s.api.autoscaling.v1.ScaleSpec', { replicas: int32 }),
  status: object('io.k8s.api.autoscaling.v1.ScaleStatus', { replicas: required(int32), selector: string }),
}) as ObjectSchema;

const core = { parent: 'pods', group: '', version: 'v1' };

export const subresources: readonly ServedSubresource[] = [
  ...scheme.served.flatMap((each): ServedSubresource[] => [
    ...(each.hasStatus
      ? [
          {
            parent: each.resource,
            parentVersion: each.apiVersion,
            name: 'status',
            group: each.group,
            version: each.version,
            kind: each.kind,
            verbs: ['get', 'patch', 'update'],
          },
        ]
      : []),
    ...(each.strategy.prepareForApproval
      ? [
          {
            parent: each.resource,
            name: 'approval',
            group: each.group,
            version: each.version,
            kind: each.kind,
            verbs: ['get', 'patch', 'update'],
          },
        ]
      : []),
    ...(each.scale
      ? [
          {
            parent: each.resource,
            name: 'scale',
            group: 'autoscaling',
            version: 'v1',
            kind: 'Scale',
            verbs: ['get', 'patch', 'update'],
            schema: scale,
          },
        ]
      : []),
  ]),
  { ...core, name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'], connects: true },
  {
    ...core,
    name: 'binding',
    kind: 'Binding',
    verbs: ['create'],
    collection: { plural: 'bindings', singular: 'binding' },
  },
  { ...core, name: 'eviction', group: 'policy', kind: 'Eviction', verbs: ['create'] },
  { ...core, parent: 'namespaces', name: 'finalize', kind: 'Namespace', verbs: ['update'] },
];
