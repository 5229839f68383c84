/** What the API tells about itself: the legacy documents under /api and /apis, and the aggregated ones (v2). */
import type { AnyResource } from './resource.ts';
import type { ObjectSchema } from './schema.ts';
import type { Scheme } from './scheme.ts';

/** A subresource that is served, as discovery and OpenAPI publish it. */
export interface ServedSubresource {
  /** `ResourceDefinition.resource` of the kind that has it. */
  parent: string;
  /** The `apiVersion` that has it, of a kind that is served in several. Absent: all of them. */
  parentVersion?: string;
  /** `status`, `scale`, `exec`, … */
  name: string;
  /** The kind of its bodies: that of the parent for `status`, `autoscaling/v1` Scale for `scale`. */
  group: string;
  version: string;
  kind: string;
  verbs: readonly string[];
  /** The schema of its bodies where that is not the parent's. */
  schema?: ObjectSchema;
  /** A collection of the parent's group that takes the same bodies, with the name in them only: the older way. */
  collection?: { readonly plural: string; readonly singular: string };
  /** It passes a connection on (`exec`, `proxy`, `log`), so its bodies are not objects of the API. */
  connects?: boolean;
}

export const isSubresourceOf = ({ parent, parentVersion }: ServedSubresource, { resource, apiVersion }: AnyResource): boolean =>
  parent === resource && (parentVersion ?? apiVersion) === apiVersion;

/** Which groups and versions come before which: the higher number first, then by name. */
export interface Precedence {
  readonly group: number;
  readonly version: number;
}

/** A version that somebody else serves, who cannot be asked what is in it. */
export interface UnreachableVersion {
  readonly group: string;
  readonly version: string;
  readonly precedence: Precedence;
}

interface GroupVersion {
  groupVersion: string;
  version: string;
}

export interface APIResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: readonly string[];
  group?: string;
  version?: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
}

export interface Discovery {
  /** GET /api. `serverAddress` is the host and port that clients reach. */
  apiVersions(serverAddress: string): object;
  /** GET /apis. */
  groupList(): object;
  /** GET /apis/GROUP. */
  group(name: string): object | undefined;
  /** GET /api/v1 and /apis/GROUP/VERSION. */
  resourceList(group: string, version: string): object | undefined;
  /** GET /api (`core`) and /apis (`groups`) as `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`. */
  aggregated(part: 'core' | 'groups'): object;
}

/**
 * Computes every discovery document. Groups and versions come by their precedence; without one, groups in the order of the
 * scheme, versions the most stable first. `unreachable` are none of the scheme's.
 */
export function discoveryOf(
  scheme: Scheme,
  subresources: readonly ServedSubresource[],
  precedenceOf: (group: string, version: string) => Precedence = () => ({ group: 0, version: 0 }),
  unreachable: readonly UnreachableVersion[] = [],
): Discovery {
  const known = orderedVersions(scheme, precedenceOf, unreachable);
  const groups = [...known.keys()];
  const versionsOf = (group: string) => known.get(group) ?? [];
  const isReached = (group: string, version: string) =>
    !unreachable.some((each) => each.group === group && each.version === version);
  const resourcesOf = (group: string, version: string) =>
    byPlural(scheme.served.filter((each) => each.group === group && each.version === version));
  const subresourcesOf = (resource: AnyResource) => {
    // Upstream has status before scale for custom resources.
    const first = resource.schema.structural ? 1 : -1;
    return subresources.filter((each) => isSubresourceOf(each, resource)).sort((a, b) => (a.name < b.name ? first : -first));
  };

  const collectionsOf = (resources: readonly AnyResource[]): Collection[] =>
    resources.flatMap((parent) => subresourcesOf(parent).flatMap((sub) => (sub.collection ? [{ ...sub.collection, parent, sub }] : [])));

  const describe = (name: string) => {
    const versions = versionsOf(name).map((version): GroupVersion => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  };
  const named = groups.filter((group) => group !== '');
  const aggregatedOf = (resources: readonly AnyResource[]) =>
    byPlural([...resources, ...collectionsOf(resources)]).map((each) =>
      'sub' in each ? aggregatedCollection(each) : aggregatedResource(each, subresourcesOf(each)),
    );

  return {
    apiVersions: (serverAddress) => ({
      kind: 'APIVersions',
      versions: versionsOf(''),
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
    }),
    groupList: () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(describe) }),
    group: (name) => (named.includes(name) ? { kind: 'APIGroup', apiVersion: 'v1', ...describe(name) } : undefined),
    resourceList(group, version) {
      const resources = resourcesOf(group, version);
      if (resources.length === 0) return undefined;
      return {
        kind: 'APIResourceList',
        // Upstream leaves it out for the core group, whose list is older than the field.
        ...(group !== '' && { apiVersion: 'v1' }),
        groupVersion: group === '' ? version : `${group}/${version}`,
        resources: byPlural([...resources, ...collectionsOf(resources)]).flatMap((each) =>
          'sub' in each
            ? [legacyCollection(each)]
            : [legacyResource(each), ...subresourcesOf(each).map((sub) => legacySubresource(each, sub))],
        ),
      };
    },
    aggregated: (part) => ({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: (part === 'core' ? groups.filter((group) => group === '') : named).map((group) => ({
        metadata: group === '' ? {} : { name: group },
        versions: versionsOf(group).map((version) => ({
          version,
          ...(isReached(group, version)
            ? {
                resources: aggregatedOf(resourcesOf(group, version)),
                freshness: 'Current',
              }
            : { freshness: 'Stale' }),
        })),
      })),
    }),
  };
}

/** What `ServedSubresource.collection` says, with whose it is. */
interface Collection {
  readonly plural: string;
  readonly singular: string;
  readonly parent: AnyResource;
  readonly sub: ServedSubresource;
}

const byPlural = <T extends { readonly plural: string }>(each: readonly T[]): T[] =>
  [...each].sort((a, b) => (a.plural < b.plural ? -1 : 1));

/** The versions of each group, the group that comes first first. */
function orderedVersions(
  { served }: Scheme,
  precedenceOf: (group: string, version: string) => Precedence,
  unreachable: readonly UnreachableVersion[],
): Map<string, string[]> {
  const groups = new Map<string, Map<string, Precedence>>();
  const note = (group: string, version: string, precedence: () => Precedence) => {
    const versions = groups.get(group) ?? new Map<string, Precedence>();
    groups.set(group, versions);
    if (!versions.has(version)) versions.set(version, precedence());
  };
  for (const { group, version } of served) note(group, version, () => precedenceOf(group, version));
  for (const { group, version, precedence } of unreachable) note(group, version, () => precedence);
  const highest = (versions: Map<string, Precedence>) => Math.max(...[...versions.values()].map(({ group }) => group));
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  const ordered = [...groups].map(([group, versions]) => ({ group, versions, precedence: highest(versions) }));
  ordered.sort((a, b) => b.precedence - a.precedence || (a.precedence === 0 ? 0 : byName(a.group, b.group)));
  return new Map(
    ordered.map(({ group, versions }) => [
      group,
      [...versions.keys()].sort((a, b) => versions.get(b)!.version - versions.get(a)!.version || compareVersions(a, b)),
    ]),
  );
}

const optional = ({ shortNames, categories }: AnyResource) => ({
  ...(shortNames.length > 0 && { shortNames }),
  ...(categories.length > 0 && { categories }),
});

const legacyResource = (resource: AnyResource): APIResource => ({
  name: resource.plural,
  singularName: resource.singular,
  namespaced: resource.namespaced,
  kind: resource.kind,
  verbs: resource.announcedVerbs ?? resource.verbs,
  ...optional(resource),
});

const isForeign = (resource: AnyResource, sub: ServedSubresource) =>
  sub.group !== resource.group || sub.version !== resource.version;

const legacySubresource = (resource: AnyResource, sub: ServedSubresource): APIResource => ({
  name: `${resource.plural}/${sub.name}`,
  singularName: '',
  namespaced: resource.namespaced,
  ...(isForeign(resource, sub) && { group: sub.group, version: sub.version }),
  kind: sub.kind,
  verbs: [...sub.verbs].sort(),
});

const legacyCollection = ({ plural, singular, parent, sub }: Collection): APIResource => ({
  name: plural,
  singularName: singular,
  namespaced: parent.namespaced,
  kind: sub.kind,
  verbs: [...sub.verbs].sort(),
});

// Upstream says nothing of group and version where they are the parent's, but for custom resources.
const ownKind = ({ group, version, schema }: AnyResource, kind: string) =>
  schema.structural ? responseKind(group, version, kind) : responseKind('', '', kind);
const responseKind = (group: string, version: string, kind: string) => ({ group, version, kind });

const aggregatedResource = (resource: AnyResource, subs: readonly ServedSubresource[]) => ({
  resource: resource.plural,
  responseKind: ownKind(resource, resource.kind),
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: resource.announcedVerbs ?? resource.verbs,
  ...optional(resource),
  ...(subs.length > 0 && {
    subresources: subs.map((sub) => ({
      subresource: sub.name,
      responseKind: isForeign(resource, sub) ? responseKind(sub.group, sub.version, sub.kind) : ownKind(resource, sub.kind),
      verbs: [...sub.verbs].sort(),
    })),
  }),
});

const aggregatedCollection = ({ plural, singular, parent, sub }: Collection) => ({
  resource: plural,
  responseKind: ownKind(parent, sub.kind),
  scope: parent.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: singular,
  verbs: [...sub.verbs].sort(),
});

/** The order of API versions: stable before beta before alpha, then the higher number first; anything else last, by name. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return right.stage - left.stage || right.major - left.major || right.minor - left.minor;
}

function parseVersion(version: string): { stage: number; major: number; minor: number } | undefined {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (!match) return undefined;
  const stage = match[2] === 'alpha' ? 0 : match[2] === 'beta' ? 1 : 2;
  return { stage, major: Number(match[1]), minor: Number(match[3] ?? 0) };
}
