import type { KubeObject, OwnerReference } from '../machinery/meta.ts';
import { copyPlain, samePlain } from '../machinery/plain.ts';
import { controllerOf, isLeftAlone } from './left-alone.ts';
import { ofServer, withoutGivenOut } from './manifest.ts';
import { rankOf } from './order.ts';

/** What a restore is about: what is left out may be anything. */
export interface RestoreScope {
  /** The storage key of a kind. */
  resource?: string;
  namespace?: string;
  name?: string;
  /** What was made after the moment stays. */
  keepNew?: boolean;
}

/** An object that has changed since the moment, by its place; and what it was. */
export interface Changed {
  resource: string;
  namespace: string;
  name: string;
  /** Missing if it was not there. */
  before?: KubeObject;
}

export type Action = 'create' | 'update' | 'delete';

export const pathOf = ({ resource, namespace, name }: Omit<Changed, 'before'>): string => `${resource}/${namespace}/${name}`;

/**
 * The order in which changed objects are gone through: first those that were not there, dependents first; then the others,
 * owners before what they own. It depends on nothing but what was, so that who stopped in between can go on behind the last one.
 */
export function orderOf(changed: readonly Changed[]): Changed[] {
  const byUid = new Map(changed.flatMap((each) => (each.before ? [[each.before.metadata.uid, each.before] as const] : [])));
  const depthOf = (object: KubeObject | undefined, seen: number): number =>
    seen > depthMax
      ? 0
      : Math.max(0, ...(object?.metadata.ownerReferences ?? []).map(({ uid }) => (byUid.has(uid) ? 1 + depthOf(byUid.get(uid), seen + 1) : 0)));
  const places = changed.map((each) => ({
    each,
    phase: each.before ? 1 : 0,
    // Its kind counts first: what is owned by a custom object may be needed by others all the same.
    depth: each.before ? depthOf(each.before, 0) : 0,
    rank: each.before ? rankOf(each.resource) : -rankOf(each.resource),
    path: pathOf(each),
  }));
  places.sort((a, b) => a.phase - b.phase || a.depth - b.depth || a.rank - b.rank || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return places.map(({ each }) => each);
}

/** Chains of owners that are longer go in circles. */
const depthMax = 16;

/** What has to be done for an object to be what it was; undefined if nothing has to, or it is nobody's to do. */
export function actionFor({ resource, before }: Changed, now: KubeObject | undefined, { keepNew = false }: RestoreScope): Action | undefined {
  const either = before ?? now;
  if (!either || isLeftAlone(resource, either)) return undefined;
  const isOwned = controllerOf(either) !== undefined;
  if (!before || before.metadata.deletionTimestamp !== undefined)
    return now && !before && !keepNew && !isOwned && now.metadata.deletionTimestamp === undefined ? 'delete' : undefined;
  if (!now || now.metadata.deletionTimestamp !== undefined) return 'create';
  // What a controller owns is how the controller wants it.
  return isOwned || samePlain(essence(before), essence(now)) ? undefined : 'update';
}

/** An object without what the server says and what it has become. */
function essence(object: KubeObject): object {
  const { status: _, ...rest } = copyPlain(object) as KubeObject & { status?: unknown };
  const metadata = rest.metadata as unknown as Record<string, unknown>;
  for (const field of ofServer) delete metadata[field];
  const owners = object.metadata.ownerReferences?.map(({ uid: _uid, ...owner }) => owner);
  return { ...rest, metadata: { ...metadata, ...(owners && { ownerReferences: owners }) } };
}

/**
 * The body of the request that makes the object what it was: its owners are found again by their names (`uidOf`), for one that was
 * made anew has another uid. Owners that are no more are left out.
 */
export function bodyFor(
  { resource, before }: Changed,
  action: 'create' | 'update',
  now: KubeObject | undefined,
  uidOf: (owner: OwnerReference) => string | undefined,
): KubeObject {
  const { status: _, ...object } = copyPlain(before!) as KubeObject & { status?: unknown };
  const metadata = object.metadata as unknown as Record<string, unknown>;
  for (const field of ofServer) delete metadata[field];
  const owners = (before!.metadata.ownerReferences ?? []).flatMap((owner) => {
    const uid = uidOf(owner);
    return uid === undefined ? [] : [{ ...owner, uid }];
  });
  if (owners.length > 0) metadata['ownerReferences'] = owners;
  if (action === 'create') withoutGivenOut(resource, object);
  else if (now) Object.assign(metadata, { uid: now.metadata.uid, resourceVersion: now.metadata.resourceVersion });
  return object;
}
