import { parseClusterAddress } from '../lib/cluster-address.ts';

/** What a URL asks for. */
export type Address =
  /** The management API. */
  | { kind: 'management' }
  /** An incoming hook. */
  | { kind: 'hook' }
  /** A cluster's API; `path` is the path there, with its query. */
  | { kind: 'cluster'; cluster: string; path: string }
  /** A path of the API of a cluster that the URL does not name: the token does. */
  | { kind: 'cluster-of-token'; path: string }
  | { kind: 'none' };

/**
 * What clients ask a Kubernetes API for at its root: those that take a host without a path (in clusters they know host and
 * port only) come here.
 */
const clusterPaths = /^\/(api|apis|version|openapi|openid|\.well-known|healthz|livez|readyz|metrics)(?=[/?]|$)/;

/**
 * Clusters are at `https://HOST/clusters/ID/…` and at `https://ID.HOST/…`; everything below `/v1` is the management API, whose
 * documentation is at `/docs`; incoming hooks are below `/hooks`; other paths may be those of the one cluster that a token is for. `url` is absolute.
 */
export function parseAddress(url: string): Address {
  const cluster = parseClusterAddress(url);
  if (cluster) return { kind: 'cluster', ...cluster };
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const target = start < 0 ? '/' : url.slice(start);
  if (/^\/(v1|docs)(?=[/?]|$)/.test(target)) return { kind: 'management' };
  if (target.startsWith('/hooks/')) return { kind: 'hook' };
  return clusterPaths.test(target) ? { kind: 'cluster-of-token', path: target } : { kind: 'none' };
}

/** Where a client that sent a request to this URL reaches the cluster. Its tokens are issued by, and for, this address. */
export function addressOf(url: string, cluster: string): string {
  const hostStart = url.indexOf('//') + 2;
  const pathStart = url.indexOf('/', hostStart);
  const origin = pathStart < 0 ? url : url.slice(0, pathStart);
  return origin.startsWith(`${cluster}.`, hostStart) ? origin : `${origin}/clusters/${cluster}`;
}
