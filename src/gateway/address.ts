/** What a URL asks for. */
export type Address =
  /** The management API. */
  | { kind: 'management' }
  /** A cluster's API; `path` is the path there, with its query. */
  | { kind: 'cluster'; cluster: string; path: string }
  | { kind: 'none' };

/** An id as the management API gives it; the first label of a host or the second segment of a path. */
const clusterId = /^c-[a-z0-9]{4,60}$/;

/**
 * Clusters are at `https://HOST/clusters/ID/…` and at `https://ID.HOST/…` (for clients that take no path prefix);
 * everything below `/v1` is the management API.
 */
export function parseAddress(url: URL): Address {
  const label = url.hostname.slice(0, Math.max(0, url.hostname.indexOf('.')));
  if (clusterId.test(label)) return { kind: 'cluster', cluster: label, path: url.pathname + url.search };
  const { pathname } = url;
  if (pathname === '/v1' || pathname.startsWith('/v1/')) return { kind: 'management' };
  if (!pathname.startsWith('/clusters/')) return { kind: 'none' };
  const end = pathname.indexOf('/', '/clusters/'.length);
  const cluster = pathname.slice('/clusters/'.length, end < 0 ? undefined : end);
  if (!clusterId.test(cluster)) return { kind: 'none' };
  return { kind: 'cluster', cluster, path: (end < 0 ? '/' : pathname.slice(end)) + url.search };
}
