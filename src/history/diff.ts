import type { KubeObject } from '../machinery/meta.ts';
import { samePlain } from '../machinery/plain.ts';

/** A field that a write changed. */
export interface FieldChange {
  /** As `spec.template.spec.containers[name=web].image`; keys with a dot or a bracket are in quotes. */
  path: string;
  /** Missing if there was none. */
  old?: unknown;
  /** Missing if there is none any more. */
  new?: unknown;
  /** The values are nobody's business here: only that they changed is told. */
  hidden?: true;
}

export interface Diff {
  changes: FieldChange[];
  /** How many more there are than are shown. */
  omitted: number;
}

const changesMax = 200;
/** A longer value is shown by its beginning. */
const valueCharactersMax = 4_096;

/** What changes with every write, and tells nothing. */
const noise: ReadonlySet<string> = new Set(['metadata.managedFields', 'metadata.resourceVersion', 'metadata.generation']);

/** What of a Secret may be seen: whatever else it has, the annotation with its last configuration included, may be one. */
const visibleOfSecrets = /^(apiVersion|kind|type|immutable|metadata(\.(name|namespace|uid|labels|finalizers|ownerReferences|creationTimestamp|deletionTimestamp)\b.*)?)$/;

/**
 * The fields in which two states of an object differ, in the order of the object; without one of them, all of the other's.
 * Lists whose items have names are compared by these. Values of Secrets are never shown.
 */
export function fieldDiff(before: KubeObject | undefined, after: KubeObject | undefined): Diff {
  const changes: FieldChange[] = [];
  const isSecret = [before, after].some((object) => object?.kind === 'Secret' && object.apiVersion === 'v1');
  let omitted = 0;
  const found = (path: string, old: unknown, value: unknown): void => {
    if (changes.length >= changesMax) return void omitted++;
    if (isSecret && !visibleOfSecrets.test(path)) return void changes.push({ path, hidden: true });
    changes.push({ path, ...(old !== undefined && { old: shortened(old) }), ...(value !== undefined && { new: shortened(value) }) });
  };
  compare('', before ?? {}, after ?? {}, found);
  return { changes, omitted };
}

type Found = (path: string, old: unknown, value: unknown) => void;

function compare(path: string, old: unknown, value: unknown, found: Found): void {
  if (noise.has(path) || samePlain(old, value)) return;
  // Metadata is never told as a whole: there is noise in it, and what Secrets hide.
  if (path === 'metadata' && (old === undefined || value === undefined)) return compare(path, old ?? {}, value ?? {}, found);
  if (isMap(old) && isMap(value)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(value)])) compare(inMap(path, key), old[key], value[key], found);
    return;
  }
  const [oldItems, items] = [byName(old), byName(value)];
  if (oldItems && items) {
    for (const name of new Set([...oldItems.keys(), ...items.keys()]))
      compare(`${path}[name=${name}]`, oldItems.get(name), items.get(name), found);
    // The same items in another order.
    if ([...oldItems.keys()].join('\0') !== [...items.keys()].join('\0') && oldItems.size === items.size && sameKeys(oldItems, items))
      found(`${path}[]`, [...oldItems.keys()], [...items.keys()]);
    return;
  }
  found(path, old, value);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sameKeys = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean => [...a.keys()].every((key) => b.has(key));

/** The items of a list by their names; undefined if not all of them have one of their own. */
function byName(value: unknown): Map<string, unknown> | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const items = new Map<string, unknown>();
  for (const item of value) {
    const name: unknown = isMap(item) ? item['name'] : undefined;
    if (typeof name !== 'string' || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

function inMap(path: string, key: string): string {
  if (/[.[\]"]/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function shortened(value: unknown): unknown {
  const json = JSON.stringify(value);
  return json.length <= valueCharactersMax ? value : `${json.slice(0, valueCharactersMax)}…`;
}
