import type { AnyResource } from './resource.ts';

/** Every kind that a cluster knows. Built once from an explicit list. */
export interface Scheme {
  /** Every kind once, as it is stored. */
  readonly resources: readonly AnyResource[];
  /** Every kind in every version in which it is served. */
  readonly served: readonly AnyResource[];
  /** By path, as it is served there: `apps`, `v1`, `deployments`. */
  byPlural(group: string, version: string, plural: string): AnyResource | undefined;
  /** By type meta, as it is served so: `apps/v1`, `Deployment`. */
  byKind(apiVersion: string, kind: string): AnyResource | undefined;
  /** By storage key (`deployments.apps`): as it is stored, or as it is served in a version (`apps/v1`). */
  byResource(resource: string, apiVersion?: string): AnyResource | undefined;
}

/** `served` has every kind as it is stored, and other versions of it, in the order in which they are published. */
export function createScheme(served: readonly AnyResource[]): Scheme {
  const resources = served.filter(({ conversion }) => !conversion);
  const plurals = new Map(served.map((r) => [`${r.group}/${r.version}/${r.plural}`, r]));
  const kinds = new Map(served.map((r) => [`${r.apiVersion}/${r.kind}`, r]));
  const stored = new Map(resources.map((r) => [r.resource, r]));
  return {
    resources,
    served,
    byPlural: (group, version, plural) => plurals.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => kinds.get(`${apiVersion}/${kind}`),
    byResource: (resource, apiVersion) =>
      apiVersion === undefined
        ? stored.get(resource)
        : served.find((each) => each.resource === resource && each.apiVersion === apiVersion),
  };
}
