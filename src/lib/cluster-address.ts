/** An id as the management API gives it; the first label of a host or the second segment of a path. */
const clusterId = /^c-[a-z0-9]{4,60}$/;
const clustersPath = '/clusters/';

/** A cluster, and the path in it that a URL goes on with, with its query. */
export interface ClusterAddress {
  cluster: string;
  path: string;
}

/**
 * The cluster that an absolute URL leads to: `https://HOST/clusters/ID/…`, or `https://ID.HOST/…` for clients that take no
 * path prefix. Undefined for any other. Taken apart by hand because this is on the way of every request.
 */
export function parseClusterAddress(url: string): ClusterAddress | undefined {
  const hostStart = url.indexOf('//') + 2;
  const pathStart = url.indexOf('/', hostStart);
  const host = url.slice(hostStart, pathStart < 0 ? undefined : pathStart);
  const target = pathStart < 0 ? '/' : url.slice(pathStart);
  const label = host.slice(0, Math.max(0, host.indexOf('.')));
  if (label.startsWith('c-') && clusterId.test(label)) return { cluster: label, path: target };
  if (!target.startsWith(clustersPath)) return undefined;
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const end = path.indexOf('/', clustersPath.length);
  const cluster = path.slice(clustersPath.length, end < 0 ? undefined : end);
  if (!clusterId.test(cluster)) return undefined;
  return { cluster, path: end < 0 ? `/${target.slice(path.length)}` : target.slice(end) };
}

/** The cluster that a URL is the address of, and not of anything in it: the issuer or an audience of a token. */
export function clusterOf(url: string): string | undefined {
  if (!url.startsWith('https://')) return undefined;
  const address = parseClusterAddress(url);
  return address?.path === '/' ? address.cluster : undefined;
}
