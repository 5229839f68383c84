import { badRequest } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';

/** Where a page of a list begins: behind this name. */
export interface Place {
  /** The state that is listed; undefined for the latest. */
  revision?: number;
  /** When the list began, in seconds since the epoch; undefined for a list of the latest state. */
  begun?: number;
  namespace: string;
  name: string;
}

/** The revision of tokens that go on with the latest state, as upstream. */
const latest = -1;

/**
 * A continue token in upstream's form: base64url of JSON with the version, the revision and the key to go on from; and the
 * time at which the list began, by which it ends.
 */
export function encodeContinue({ revision = latest, begun, namespace, name }: Place, namespaced: boolean): string {
  const path = namespaced ? `${namespace}/${name}` : name;
  const json = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${path}\0`, begun });
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws 400 for what is no token. */
export function decodeContinue(token: string): Place {
  let parsed: { v?: unknown; rv?: unknown; start?: unknown; begun?: unknown };
  try {
    parsed = JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    throw invalidToken('continue key is not valid');
  }
  const { v, rv, start, begun } = parsed ?? {};
  if (v !== 'meta.k8s.io/v1')
    throw invalidToken(`continue key is not valid: server does not recognize this encoded version ${String(v)}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv < latest || rv === 0)
    throw invalidToken('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '')
    throw invalidToken('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  const path = start.endsWith('\0') ? start.slice(0, -1) : start;
  const slash = path.indexOf('/');
  return {
    ...(rv !== latest && { revision: rv }),
    ...(typeof begun === 'number' && { begun }),
    namespace: slash < 0 ? '' : path.slice(0, slash),
    name: path.slice(slash + 1),
  };
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
