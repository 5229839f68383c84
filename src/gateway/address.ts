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
 * everything below `/v1` is the management API. `url` is absolute; it is taken apart by hand because this is on the way of
 * every request.
 */
export function parseAddress(url: string): Address {
  const hostStart = url.indexOf('//') + 2;
  const pathStart = url.indexOf('/', hostStart);
  const host = url.slice(hostStart, pathStart < 0 ? undefined : pathStart);
  const target = pathStart < 0 ? '/' : url.slice(pathStart);
  const label = host.slice(0, Math.max(0, host.indexOf('.')));
  if (label.startsWith('c-') && clusterId.test(label)) return { kind: 'cluster', cluster: label, path: target };
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  if (path === '/v1' || path.startsWith('/v1/')) return { kind: 'management' };
  if (!path.startsWith(clustersPath)) return { kind: 'none' };
  const end = path.indexOf('/', clustersPath.length);
  const cluster = path.slice(clustersPath.length, end < 0 ? undefined : end);
  if (!clusterId.test(cluster)) return { kind: 'none' };
  return { kind: 'cluster', cluster, path: end < 0 ? `/${target.slice(path.length)}` : target.slice(end) };
}

const clustersPath = '/clusters/';
