import type { AnyResource } from './resource.ts';

/** Every kind that a cluster knows. */
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
  /**
   * The kinds as they are now, in an object that never changes: what is made of them (documents, say) can be kept with it.
   * A scheme that never changes is its own.
   */
  readonly snapshot: Scheme;
}

/** A scheme whose kinds come and go, as custom resources do. Whoever holds it sees the newest kinds. */
export interface LiveScheme extends Scheme {
  /** Puts these kinds beside the built-in ones, in the place of those of before. Built-in kinds win over others of their name. */
  replace(kinds: readonly SchemeKinds[]): void;
}

/** A kind in all versions: those that are served, and the one that is stored, which may not be served. */
export interface SchemeKinds {
  readonly served: readonly AnyResource[];
  readonly stored: AnyResource;
}

/** `served` has every kind as it is stored, and other versions of it, in the order in which they are published. */
export const createScheme = (served: readonly AnyResource[]): Scheme => build(served, served.filter(isStored));

const isStored = ({ conversion }: AnyResource): boolean => !conversion;

function build(served: readonly AnyResource[], resources: readonly AnyResource[]): Scheme {
  const plurals = new Map(served.map((r) => [`${r.group}/${r.version}/${r.plural}`, r]));
  const kinds = new Map(served.map((r) => [`${r.apiVersion}/${r.kind}`, r]));
  const stored = new Map(resources.map((r) => [r.resource, r]));
  const scheme: Scheme = {
    resources,
    served,
    byPlural: (group, version, plural) => plurals.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => kinds.get(`${apiVersion}/${kind}`),
    byResource: (resource, apiVersion) =>
      apiVersion === undefined
        ? stored.get(resource)
        : served.find((each) => each.resource === resource && each.apiVersion === apiVersion),
    get snapshot() {
      return scheme;
    },
  };
  return scheme;
}

/** A scheme that starts with the built-in kinds. Those are the same objects as in `builtin`, and so are their lists while there are no others. */
export function liveScheme(builtin: Scheme): LiveScheme {
  const own = new Set(builtin.resources.map(({ resource }) => resource));
  let current = builtin;
  return {
    get resources() {
      return current.resources;
    },
    get served() {
      return current.served;
    },
    byPlural: (group, version, plural) => current.byPlural(group, version, plural),
    byKind: (apiVersion, kind) => current.byKind(apiVersion, kind),
    byResource: (resource, apiVersion) => current.byResource(resource, apiVersion),
    get snapshot() {
      return current;
    },
    replace(kinds) {
      const others = kinds.filter(({ stored: { resource, apiVersion, kind } }) => !own.has(resource) && !builtin.byKind(apiVersion, kind));
      current =
        others.length === 0
          ? builtin
          : build(
              [...builtin.served, ...others.flatMap(({ served }) => served)],
              [...builtin.resources, ...others.map(({ stored }) => stored)],
            );
    },
  };
}
