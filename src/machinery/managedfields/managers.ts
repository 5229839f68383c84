/** The entries of metadata.managedFields: who manages what. */
import type { ManagedFieldsEntry } from '../meta.ts';
import { samePlain } from '../plain.ts';
import { MalformedFields, parseFields } from './element.ts';
import { isEmptySet, leaf, union, type FieldSet } from './set.ts';

/** Who writes. */
export interface Manager {
  /** The name that the client gave, or that of its program. */
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
}

export type Entries = readonly ManagedFieldsEntry[];

export const fieldsOf = (entry: ManagedFieldsEntry): FieldSet => (entry.fieldsV1 ?? leaf) as FieldSet;

/** Whether an entry is that of a manager. One that applies is the same in every version. */
export const isOf = (entry: ManagedFieldsEntry, manager: Manager): boolean =>
  entry.manager === manager.name &&
  entry.operation === manager.operation &&
  (entry.subresource ?? '') === manager.subresource &&
  (manager.operation === 'Apply' || entry.apiVersion === manager.apiVersion);

/** The entry of a manager, its fields in upstream's order. `time` is a `metav1.Time`. */
export function entryOf(manager: Manager, fields: FieldSet, time: string | undefined): ManagedFieldsEntry {
  const { name, operation, apiVersion, subresource } = manager;
  return {
    manager: name,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource && { subresource }),
  };
}

/** The entry with other fields; undefined if none are left. */
export function withFields(entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry | undefined {
  if (fields === entry.fieldsV1) return entry;
  return isEmptySet(fields) ? undefined : { ...entry, fieldsV1: fields };
}

/**
 * The entries that a client sent; undefined if they make no sense, which upstream takes as if none had been sent. Throws
 * nothing.
 */
export function decodeEntries(sent: Entries): Entries | undefined {
  const entries = new Map<string, ManagedFieldsEntry>();
  for (const entry of sent) {
    const { manager = '', operation, apiVersion, fieldsType, subresource = '', time } = entry;
    if ((operation !== 'Apply' && operation !== 'Update') || !apiVersion || fieldsType !== 'FieldsV1') return undefined;
    try {
      const of: Manager = { name: manager, operation, apiVersion, subresource };
      entries.set(identityOf(of), entryOf(of, parseFields(entry.fieldsV1), time));
    } catch (error) {
      if (error instanceof MalformedFields) return undefined;
      throw error;
    }
  }
  return [...entries.values()];
}

const identityOf = ({ name, operation, apiVersion, subresource }: Manager): string =>
  JSON.stringify([name, operation, operation === 'Apply' ? '' : apiVersion, subresource]);

/** Whether a client asks to forget who manages what: an empty list, or one entry that is empty. */
export const isReset = (sent: Entries): boolean =>
  sent.length === 0 || (sent.length === 1 && Object.values(sent[0]!).every((value) => value === undefined));

/** The entries that still mean something: with fields, and of the version that the kind is served in. */
export const usableEntries = (entries: Entries, apiVersion: string): Entries =>
  sortEntries(entries.filter((entry) => entry.apiVersion === apiVersion && !isEmptySet(fieldsOf(entry))));

/** Upstream's order: those who apply first, then by time, name, version, subresource. */
export function sortEntries(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return entries.length < 2 ? entries : entries.sort(byOrder);
}

function byOrder(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    order(a.operation, b.operation) ||
    order(a.time, b.time) ||
    order(a.manager, b.manager) ||
    order(a.apiVersion, b.apiVersion) ||
    order(a.subresource, b.subresource)
  );
}

/** Times are in one form, so their order is that of their texts. */
const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** As many managers are kept that update; older ones are put together. Upstream's number. */
const updateManagersMax = 10;
const ancientChanges = 'ancient-changes';

/** Puts the oldest entries of managers that update together until there are no more than ten. */
export function capEntries(entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  let excess = entries.reduce((count, { operation }) => count + (operation === 'Update' ? 1 : 0), 0) - updateManagersMax;
  if (excess <= 0) return entries;
  const rest = sortEntries([...entries]);
  const firstOf = new Map<string, ManagedFieldsEntry>();
  for (const entry of rest.filter(({ operation }) => operation === 'Update')) {
    if (excess <= 0) break;
    const { apiVersion = '', time } = entry;
    const first = firstOf.get(apiVersion);
    if (!first) {
      firstOf.set(apiVersion, entry);
      continue;
    }
    const bucket: Manager = { name: ancientChanges, operation: 'Update', apiVersion, subresource: '' };
    const at = rest.indexOf(entry);
    // It is what others were put together with.
    if (at < 0) continue;
    const present = rest.find((each) => each !== entry && isOf(each, bucket)) ?? first;
    rest.splice(at, 1);
    rest[rest.indexOf(present)] = entryOf(bucket, union(fieldsOf(present), fieldsOf(entry)), time);
    excess--;
  }
  return rest;
}

/** Whether two lists of entries say the same, times aside. */
export function sameButTimes(a: Entries, b: Entries): boolean {
  return (
    a.length === b.length &&
    a.every((entry) => {
      const { manager = '', operation, apiVersion = '', subresource = '' } = entry;
      const of: Manager = { name: manager, operation: operation as Manager['operation'], apiVersion, subresource };
      const other = b.find((each) => isOf(each, of));
      return other?.apiVersion === apiVersion && samePlain(entry.fieldsV1, other.fieldsV1);
    })
  );
}
