import type { AnyResource } from './resource.ts';

/** Every kind that a cluster knows. Built once from an explicit list. */
export interface Scheme {
  readonly resources: readonly AnyResource[];
  /** By path: `apps`, `v1`, `deployments`. */
  byPlural(group: string, version: string, plural: string): AnyResource | undefined;
  /** By type meta: `apps/v1`, `Deployment`. */
  byKind(apiVersion: string, kind: string): AnyResource | undefined;
  /** By storage key: `deployments.apps`. */
  byResource(resource: string): AnyResource | undefined;
}

export function createScheme(resources: readonly AnyResource[]): Scheme {
  const plurals = new Map(resources.map((r) => [`${r.group}/${r.version}/${r.plural}`, r]));
  const kinds = new Map(resources.map((r) => [`${r.apiVersion}/${r.kind}`, r]));
  const stored = new Map(resources.map((r) => [r.resource, r]));
  return {
    resources,
    byPlural: (group, version, plural) => plurals.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => kinds.get(`${apiVersion}/${kind}`),
    byResource: (resource) => stored.get(resource),
  };
}
