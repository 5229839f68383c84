import { badRequest } from '../../machinery/status.ts';
import type { Entry, ObjectKey } from '../../storage/store.ts';

/** Where a page of a list begins. */
export interface Place {
  revision: number;
  namespace: string;
  name: string;
}

/** A continue token in upstream's form: base64url of JSON with the version, the revision and the key to go on from. */
export function encodeContinue(revision: number, namespaced: boolean, last: ObjectKey): string {
  const path = namespaced ? `${last.namespace}/${last.name}` : last.name;
  const json = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${path}\0` });
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws 400 for what is no token. */
export function decodeContinue(token: string): Place {
  let parsed: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    parsed = JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    throw invalidToken('continue key is not valid');
  }
  const { v, rv, start } = parsed ?? {};
  if (v !== 'meta.k8s.io/v1')
    throw invalidToken(`continue key is not valid: server does not recognize this encoded version ${String(v)}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv <= 0)
    throw invalidToken('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '')
    throw invalidToken('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  const path = start.endsWith('\0') ? start.slice(0, -1) : start;
  const slash = path.indexOf('/');
  return { revision: rv, namespace: slash < 0 ? '' : path.slice(0, slash), name: path.slice(slash + 1) };
}

const invalidToken = (message: string) => badRequest(`invalid continue token: ${message}`);

/** The index of the first entry after a place. `entries` are in order of namespace, then name. */
export function firstAfter(entries: readonly Entry[], place: Place): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { namespace, name } = entries[middle]!.key;
    const after = namespace > place.namespace || (namespace === place.namespace && name > place.name);
    if (after) high = middle;
    else low = middle + 1;
  }
  return low;
}
