/** What a path of the resource API names. Words as upstream's RequestInfo. */
export interface ResourcePath {
  group: string;
  version: string;
  /** The plural name. */
  resource: string;
  /** '' without one. */
  namespace: string;
  /** '' for the collection. */
  name: string;
  subresource: string;
  /** What follows the subresource, for proxies. */
  rest: readonly string[];
  /** The old form of a watch: /api/v1/watch/…. */
  watch: boolean;
}

const namespaceSubresources: ReadonlySet<string> = new Set(['status', 'finalize']);

/**
 * Reads `/api/VERSION/…` and `/apis/GROUP/VERSION/…`. Undefined for any other path, and for those that stop before the
 * resource (discovery).
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const segments = splitPath(path);
  if (!segments) return undefined;
  const [prefix] = segments;
  const start = prefix === 'api' ? 1 : prefix === 'apis' ? 2 : undefined;
  if (start === undefined || segments.length <= start + 1) return undefined;
  const group = prefix === 'apis' ? segments[1]! : '';
  const version = segments[start]!;
  let parts = segments.slice(start + 1);
  const watch = parts[0] === 'watch' && parts.length > 1;
  if (watch) parts = parts.slice(1);
  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 2 && !namespaceSubresources.has(parts[2]!)) {
    namespace = parts[1]!;
    parts = parts.slice(2);
  }
  const [resource = '', name = '', subresource = '', ...rest] = parts;
  return { group, version, resource, namespace, name, subresource, rest, watch };
}

/** The segments of a path, decoded; undefined if one is empty or badly encoded. A slash at the end is nothing. */
export function splitPath(path: string): string[] | undefined {
  const trimmed = path.endsWith('/') ? path.slice(1, -1) : path.slice(1);
  const segments = trimmed.split('/');
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment === '') return undefined;
    if (!segment.includes('%')) continue;
    try {
      segments[i] = decodeURIComponent(segment);
    } catch {
      return undefined;
    }
  }
  return segments;
}

/** Whether a query says that the request is a watch. Upstream takes anything but these two for yes. */
export function asksToWatch(query: URLSearchParams): boolean {
  const watch = query.get('watch');
  return watch !== null && watch !== 'false' && watch !== '0';
}
