import { decodeEntries, isReset, sameButTimes, usableEntries, type Entries } from '../../machinery/managedfields/managers.ts';
import { scopeOf } from '../../machinery/managedfields/scope.ts';
import { updateEntries } from '../../machinery/managedfields/update.ts';
import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import { samePlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { DecisionContext } from './context.ts';

/** What is to be written. */
export interface Wanted {
  object: KubeObject;
  /** Who manages what from then on. Absent: worked out from what the write changes. */
  managedFields?: Entries;
}

/**
 * Writes down in `wanted.object` who manages what. To be called when the object is as the client meant it: defaults filled
 * in, but before the server adds its own (upstream asks its FieldManager between decoding and admission).
 */
export function writeManagedFields(
  resource: AnyResource,
  { object, managedFields }: Wanted,
  live: KubeObject | undefined,
  subresource: string,
  context: DecisionContext,
): void {
  const metadata: Partial<ObjectMeta> = object.metadata;
  const entries = managedFields ?? entriesAfter(resource, object, live, subresource, context);
  if (entries.length > 0) metadata.managedFields = entries as ObjectMeta['managedFields'];
  else delete metadata.managedFields;
}

function entriesAfter(
  resource: AnyResource,
  object: KubeObject,
  live: KubeObject | undefined,
  subresource: string,
  { options, now }: DecisionContext,
): Entries {
  const sent = subresource === '' ? object.metadata.managedFields : undefined;
  const before = entriesBefore(sent, live?.metadata.managedFields ?? [], resource.apiVersion);
  const manager = { name: options.fieldManager, apiVersion: resource.apiVersion, subresource };
  return updateEntries(scopeOf(resource, subresource), live, object, before, manager, now);
}

/** Clients may set managedFields, to forget managers or to rename them. Who sends none, or nonsense, does not know of them. */
function entriesBefore(sent: Entries | undefined, live: Entries, apiVersion: string): Entries {
  if (sent === undefined || sent === live) return live;
  if (isReset(sent)) return [];
  if (samePlain(sent, live)) return live;
  const entries = decodeEntries(sent);
  return entries && entries.length > 0 ? usableEntries(entries, apiVersion) : live;
}

/**
 * Whether an update changes nothing, times of managers aside: it must not be written, or clients that apply the same over
 * and over would wake everybody who watches.
 */
export function isUnchanged(next: KubeObject, old: KubeObject): boolean {
  const { managedFields } = next.metadata;
  const before = old.metadata.managedFields;
  if (managedFields === before) return samePlain(next, old);
  if (!managedFields || !before || !sameButTimes(managedFields, before)) return false;
  return samePlain({ ...next, metadata: { ...next.metadata, managedFields: before } }, old);
}
