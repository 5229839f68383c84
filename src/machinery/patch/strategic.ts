/**
 * Strategic merge patches, as apimachinery/pkg/util/strategicpatch: a merge patch in which lists with a merge key are
 * merged element by element, and in which directives (`$patch`, `$retainKeys`, `$setElementOrder/…`,
 * `$deleteFromPrimitiveList/…`) say what a merge cannot. kubectl apply, edit, set, label, … send these.
 */
import { copyPlain, isPlain, setOwn, type Plain } from '../plain.ts';
import { resolve, type ListSchema, type ObjectSchema, type Schema } from '../schema.ts';
import { badRequest } from '../status.ts';
import { goKind, unprocessable } from './errors.ts';
import { dedupe, keysOf, orderElements, type KeyOf } from './list-order.ts';

const directive = '$patch';
const retainKeys = '$retainKeys';
const orderPrefix = '$setElementOrder';
const deletePrefix = '$deleteFromPrimitiveList';

const badRetainKeys = () => badRequest('invalid patch format of retainKeys');
const badOrder = () => badRequest('invalid patch format of setElementOrder list');
const badPrimitives = () => badRequest('invalid patch format of primitive list');

/**
 * Applies a patch to an object of the schema. The inputs are not changed; the result shares what the patch leaves alone
 * with `current`, and nothing with the patch. Throws 400 BadRequest for a malformed patch, 422 for lists of lists.
 */
export function applyStrategicMergePatch(schema: ObjectSchema, current: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) throw badRequest(`json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`);
  return mergeObject(isPlain(current) ? current : {}, patch, schema);
}

/** `schema` is that of the object or map, or nothing where any JSON may stand. */
function mergeObject(original: Plain, patch: Plain, schema: Schema | undefined): Plain {
  if (directive in patch) return replaced(patch);
  const result: Plain = retained(original, patch);
  const ordered = new Set<string>();
  for (const key in patch) {
    if (!key.startsWith(orderPrefix)) continue;
    const name = nameAfter(key, orderPrefix, badOrder);
    ordered.add(name);
    mergeOrdered(result, patch, name, patch[key], schema);
  }
  for (const key in patch) {
    if (key === retainKeys || key.startsWith(orderPrefix) || ordered.has(key)) continue;
    if (key.startsWith(deletePrefix)) deletePrimitives(result, nameAfter(key, deletePrefix, badPrimitives), patch[key]);
    else mergeField(result, key, patch[key], schema);
  }
  return result;
}

/** The whole object is replaced (`$patch: replace`) or emptied (`$patch: delete`). */
function replaced(patch: Plain): Plain {
  const { [directive]: how, ...rest } = patch;
  if (how === 'replace') return copyPlain(rest);
  if (how === 'delete') return {};
  throw badRequest(`unknown patch type: ${String(how)}`);
}

/** A copy of the original, without what `$retainKeys` does not name. */
function retained(original: Plain, patch: Plain): Plain {
  if (!(retainKeys in patch)) return { ...original };
  const keys = patch[retainKeys];
  if (!Array.isArray(keys)) throw badRetainKeys();
  for (const key in patch) {
    const isDirective = key === retainKeys || key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
    if (!isDirective && patch[key] !== null && !keys.includes(key)) throw badRetainKeys();
  }
  const result: Plain = {};
  for (const key in original) if (keys.includes(key)) setOwn(result, key, original[key]);
  return result;
}

function nameAfter(key: string, prefix: string, wrong: () => Error): string {
  if (key[prefix.length] !== '/') throw wrong();
  return key.slice(prefix.length + 1);
}

function mergeField(result: Plain, key: string, value: unknown, schema: Schema | undefined): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const old = Object.hasOwn(result, key) ? result[key] : undefined;
  if (isPlain(old) && isPlain(value))
    result[key] = replaces(schema, key) ? copyPlain(value) : mergeObject(old, value, fieldSchema(schema, key));
  else if (Array.isArray(old) && Array.isArray(value)) result[key] = mergeList(old, value, fieldSchema(schema, key));
  else {
    const clean = withoutDirectives(value);
    if (clean === undefined) delete result[key];
    else setOwn(result, key, clean);
  }
}

function replaces(schema: Schema | undefined, key: string): boolean {
  const node = schema && resolve(schema);
  return node?.kind === 'object' && Object.hasOwn(node.fields, key) && node.fields[key]!.replace === true;
}

/** The schema of a field. Throws 400 where the schema has no such field, because nothing says how to merge it. */
function fieldSchema(schema: Schema | undefined, key: string): Schema | undefined {
  const node = schema && resolve(schema);
  if (node?.kind === 'map') return node.values;
  if (node?.kind !== 'object') return undefined;
  if (!Object.hasOwn(node.fields, key))
    throw badRequest(
      `unable to find api field in struct ${node.name.slice(node.name.lastIndexOf('.') + 1)} for the json field "${key}"`,
    );
  return node.fields[key]!.schema;
}

/** What a patch adds where nothing was: without nulls, and without objects that only carry a directive. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isPlain(value)) return value;
  if (directive in value) return undefined;
  const result: Plain = {};
  for (const key in value) {
    if (value[key] === null) continue;
    const clean = withoutDirectives(value[key]);
    if (clean !== undefined) setOwn(result, key, clean);
  }
  return result;
}

const listSchema = (schema: Schema | undefined): ListSchema | undefined => {
  const node = schema && resolve(schema);
  return node?.kind === 'list' ? node : undefined;
};

function mergeList(original: unknown[], patch: unknown[], schema: Schema | undefined): unknown[] {
  const list = listSchema(schema);
  if (!list?.patch) return copyPlain(patch);
  if (original.length === 0 && patch.length === 0) return original;
  const elements = elementKind(original, patch);
  if (elements !== 'object') {
    const merged = dedupe([...original, ...patch]);
    return orderElements(merged, patch, original, (item) => item);
  }
  const { mergeKey } = list.patch;
  if (mergeKey === undefined) throw badRequest('cannot merge lists without merge key for struct');
  return mergeElements(original, patch as Plain[], mergeKey, list.items);
}

/** All elements must be of one kind. */
function elementKind(...lists: unknown[][]): string {
  let kind: string | undefined;
  for (const item of lists.flat(1)) {
    const own = goKind(item);
    if (own === 'array') throw unprocessable('lists of lists are not supported');
    kind ??= own;
    if (own !== kind) throw badRequest('list element types are not identical');
  }
  return kind ?? 'null';
}

function mergeElements(original: unknown[], patch: Plain[], mergeKey: string, items: Schema): unknown[] {
  const keyOf: KeyOf = (item) => mergeKeyOf(item, mergeKey);
  const plain: Plain[] = [];
  const deleted = new Set<unknown>();
  let replace = false;
  for (const element of patch) {
    const how = element[directive];
    if (!(directive in element)) plain.push(element);
    else if (how === 'delete') deleted.add(keyOf(element));
    else if (how === 'replace') replace = true;
    else if (how === 'merge') throw badRequest('merging lists cannot yet be specified in the patch');
    else throw badRequest(`unknown patch type: ${String(how)}`);
  }
  if (replace) return copyPlain(plain);
  const remaining =
    deleted.size === 0 ? original : original.filter((item) => !deleted.has(isPlain(item) ? item[mergeKey] : item));
  const merged = [...remaining];
  const positions = keysOf(merged, (item) => (isPlain(item) ? item[mergeKey] : undefined));
  for (const element of plain) {
    const key = keyOf(element);
    const position = positions.get(key);
    if (position !== undefined) merged[position] = mergeObject(merged[position] as Plain, element, items);
    else {
      positions.set(key, merged.length);
      merged.push(copyPlain(element));
    }
  }
  return orderElements(merged, plain, remaining, keyOf);
}

function mergeKeyOf(item: unknown, mergeKey: string): unknown {
  if (!isPlain(item)) throw badRequest(`expected a map[string]interface {}, but received a ${goKind(item)}`);
  if (!Object.hasOwn(item, mergeKey)) throw badRequest(`map does not contain declared merge key: ${mergeKey}`);
  return item[mergeKey];
}

/** `$setElementOrder/name`: merges the list `name`, then puts its elements in that order; others keep their places. */
function mergeOrdered(result: Plain, patch: Plain, name: string, order: unknown, schema: Schema | undefined): void {
  if (!Array.isArray(order)) throw badOrder();
  const list = fieldSchema(schema, name);
  const mergeKey = listSchema(list)?.patch?.mergeKey;
  const old = Object.hasOwn(result, name) ? result[name] : undefined;
  const change = Object.hasOwn(patch, name) ? patch[name] : undefined;
  for (const each of [old, change])
    if (each !== undefined && !Array.isArray(each)) throw badRequest(`expected a []interface {}, but received a ${goKind(each)}`);
  const keyOf: KeyOf = mergeKey === undefined ? (item) => item : (item) => mergeKeyOf(item, mergeKey);
  if (Array.isArray(change)) checkOrder(change, order, keyOf);
  let merged: unknown[];
  if (Array.isArray(old)) merged = Array.isArray(change) ? mergeList(old, change, list) : old;
  else if (Array.isArray(change)) merged = withoutDirectives(change) as unknown[];
  else return;
  result[name] = orderElements(merged, order, Array.isArray(old) ? old : [], keyOf);
}

/** The elements of the patch must come in the order that it asks for, and all be in it. */
function checkOrder(change: unknown[], order: unknown[], keyOf: KeyOf): void {
  const wanted = change.filter((item) => !(isPlain(item) && directive in item)).map(keyOf);
  if (wanted.length === 0 || order.length === 0) return;
  let at = 0;
  for (const item of order) if (at < wanted.length && keyOf(item) === wanted[at]) at++;
  if (at < wanted.length) throw badRequest("The order in patch list doesn't match $setElementOrder list");
}

/** `$deleteFromPrimitiveList/name`: takes elements out of a list of primitives. */
function deletePrimitives(result: Plain, name: string, values: unknown): void {
  if (values === null) {
    delete result[name];
    return;
  }
  if (!Array.isArray(values)) throw badPrimitives();
  const old = Object.hasOwn(result, name) ? result[name] : undefined;
  if (Array.isArray(old)) result[name] = old.filter((item) => !values.includes(item));
}
