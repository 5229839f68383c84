/** Server-side apply: a configuration is merged into the object, and what it says is from then on managed by its applier. */
import { rfc3339 } from '../../lib/clock.ts';
import { MalformedValue } from '../decode/scalars.ts';
import { TypeMismatch, walkObject } from '../decode/walk.ts';
import { withoutManagedFields, type KubeObject } from '../meta.ts';
import { isPlain, type Plain } from '../plain.ts';
import type { AnyResource } from '../resource.ts';
import { badRequest } from '../status.ts';
import { compare, type Comparison } from './compare.ts';
import { conflictError, type Conflict } from './conflict.ts';
import { fieldSetOf } from './field-set.ts';
import { lastAppliedFields, lastAppliedManager, updateLastApplied } from './last-applied.ts';
import { entryOf, fieldsOf, isOf, sortEntries, type Entries, type Manager } from './managers.ts';
import { mergeConfiguration } from './merge.ts';
import { prune } from './prune.ts';
import { commonLeaves, difference, intersection, isEmptySet, leaf, union, type FieldSet } from './set.ts';
import { scopeOf } from './scope.ts';
import { kindType, type StructType } from './type.ts';
import { leaveTo, updateEntries } from './update.ts';
import { joinErrors, typeErrors } from './validate.ts';

type Kind = Pick<AnyResource, 'schema' | 'apiVersion' | 'kind' | 'group' | 'version' | 'hasStatus' | 'strategy'>;

/** An applied configuration that fits its kind. */
export interface Configuration {
  readonly kind: Kind;
  readonly value: Plain;
}

export interface Apply {
  /** The object before; undefined if there is none. */
  readonly live: KubeObject | undefined;
  readonly manager: Omit<Manager, 'operation'>;
  /** Takes over what others manage. */
  readonly force: boolean;
  readonly now: Date;
}

export interface Applied {
  /** The object with the configuration in it and without managedFields. Shares with its inputs. */
  readonly object: KubeObject;
  readonly managedFields: Entries;
}

/** Who managed an object before anybody was known to. */
const beforeFirstApply = 'before-first-apply';

/**
 * Checks a configuration as the client sent it. Throws 400 for another kind or version, for managedFields, for fields that
 * the kind does not have, wrong types and items that cannot be told apart. Upstream says 500 to the last three, without a
 * reason; what a client got wrong is no failure of the server.
 */
export function checkConfiguration(kind: Kind, value: unknown): Configuration {
  const object = isPlain(value) ? value : {};
  const [group, version] = splitApiVersion(textOf(object.apiVersion));
  if (group !== kind.group || version !== kind.version || object.kind !== kind.kind)
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${textOf(object.kind)}`);
  const metadata = isPlain(object.metadata) ? object.metadata : {};
  if (Array.isArray(metadata.managedFields)) throw badRequest('metadata.managedFields must be nil');
  const errors = typeErrors(kindType(kind.schema), object);
  if (errors.length > 0)
    throw badRequest(`failed to create typed patch object (${describe(kind, object)}): ${joinErrors(errors)}`);
  return { kind, value: object };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

function splitApiVersion(apiVersion: string): [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return [apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1)];
}

function describe({ group, version, kind }: Kind, { metadata }: Plain): string {
  const { namespace, name } = isPlain(metadata) ? metadata : {};
  return `${textOf(namespace)}/${textOf(name)}; ${group}/${version}, Kind=${kind}`;
}

/**
 * Applies a configuration. Without `force`, changing what others manage is a 409 that names all of it, except for fields
 * that the same user's client-side apply set. Time passes for the manager's entry only if the object changes.
 */
export function apply(configuration: Configuration, request: Apply): Applied {
  const { kind } = configuration;
  const { live, now } = request;
  const scope = scopeOf(kind, request.manager.subresource);
  const before = live ? (withoutManagedFields(live) as unknown as Plain) : {};
  let entries: Entries = live?.metadata.managedFields ?? [];
  if (entries.length === 0 && live) {
    const unknown = { ...request.manager, name: beforeFirstApply };
    entries = updateEntries(scope, undefined, before as unknown as KubeObject, [], unknown, now);
  }
  const applied = merge(configuration, before, entries, scope, request);
  if (request.manager.name === lastAppliedManager) updateLastApplied(applied.object, configuration.value);
  return { object: applied.object as unknown as KubeObject, managedFields: applied.managedFields };
}

function merge({ kind, value }: Configuration, before: Plain, entries: Entries, scope: StructType, request: Apply) {
  const type = kindType(kind.schema);
  const manager: Manager = { ...request.manager, operation: 'Apply' };
  const own = entries.find((entry) => isOf(entry, manager));
  const others = entries.filter((entry) => entry !== own && entry.apiVersion === kind.apiVersion);
  const fields = claimed(scope, value);
  const managed = others.reduce((all, entry) => union(all, fieldsOf(entry)), fields);
  const merged = mergeConfiguration(type, before, value);
  const pruned = own && own.apiVersion === kind.apiVersion ? prune(type, merged, fieldsOf(own), managed) : merged;
  const object = normalised(kind, pruned, value);

  const comparison = compare(scope, before, object);
  if (!request.force) refuseConflicts(kind, before, others, setBy(comparison, fields), manager);
  const isSame = noChange(compare(type, before, object));
  const time = isSame ? own?.time : rfc3339(request.now);
  const left = leaveTo(others, kind.apiVersion, comparison);
  if (!isEmptySet(fields)) left.push(entryOf(manager, fields, time));
  return { object, managedFields: sortEntries(left) };
}

/**
 * What the applier changes: the paths that came or became different, and the values that its configuration says in so many
 * words are empty (`rules: []`), which are stored as nothing. What else goes went because nobody manages it.
 */
const setBy = ({ changed, removed }: Comparison, fields: FieldSet): FieldSet => union(changed, commonLeaves(removed, fields));

const noChange = ({ changed, removed }: Comparison) => isEmptySet(changed) && isEmptySet(removed);

/** What a configuration claims. Not metadata itself: it belongs to the object. */
const claimed = (scope: StructType, value: Plain): FieldSet => difference(fieldSetOf(scope, value), { 'f:metadata': leaf });

/** Quantities, times, nulls and empty lists in the one form they are stored in, so that only what differs counts as a change. */
function normalised(kind: Kind, object: Plain, configuration: Plain): Plain {
  try {
    return walkObject(kind.schema, object).value as Plain;
  } catch (error) {
    if (!(error instanceof TypeMismatch || error instanceof MalformedValue)) throw error;
    const subject = describe(kind, configuration);
    throw badRequest(`failed to convert new object (${subject}) to proper version: ${error.message}`);
  }
}

function refuseConflicts(kind: Kind, before: Plain, others: Entries, changed: FieldSet, manager: Manager): void {
  if (isEmptySet(changed)) return;
  const conflicts = others.flatMap((entry) => conflictOf(entry, intersection(fieldsOf(entry), changed)));
  if (conflicts.length === 0) return;
  const allowed =
    manager.name === lastAppliedManager ? lastAppliedFields(kindType(kind.schema), kind.apiVersion, before) : undefined;
  const refused = allowed ? conflicts.flatMap(({ entry, fields }) => conflictOf(entry, difference(fields, allowed))) : conflicts;
  if (refused.length > 0) throw conflictError(refused);
}

const conflictOf = (entry: Conflict['entry'], fields: FieldSet): Conflict[] => (isEmptySet(fields) ? [] : [{ entry, fields }]);
