import { asksToWatch, parseResourcePath } from '../http/path.ts';

/** Whether a request to the cluster's API starts a watch. `url` is absolute or a path with a query. */
export function isWatchRequest(method: string, url: string): boolean {
  if (method !== 'GET') return false;
  const question = url.indexOf('?');
  const mayAsk = question >= 0 && url.includes('watch', question);
  if (!mayAsk && !url.includes('/watch/')) return false;
  const { pathname, searchParams } = new URL(url, 'https://cluster');
  const path = parseResourcePath(pathname);
  if (!path || path.resource === '') return false;
  if (path.watch) return true;
  // A single object is watched with a field selector, or on the old path.
  return path.name === '' && asksToWatch(searchParams);
}
