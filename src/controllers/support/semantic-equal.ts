import { compareQuantities, parseQuantity } from '../../machinery/quantity.ts';
import { resolve, type Schema } from '../../machinery/schema.ts';

/**
 * Objects that upstream holds by value, so that an absent one cannot be told from an empty one. All others are held by
 * pointer, where the difference may mean something: an absent `namespaceSelector` is this namespace, an empty one is all.
 */
const heldByValue: ReadonlySet<string> = new Set([
  'io.k8s.api.core.v1.ResourceRequirements',
  'io.k8s.api.core.v1.VolumeResourceRequirements',
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
]);

/**
 * Whether two values of a schema mean the same (upstream's `equality.Semantic`): the order of keys does not matter, and an
 * absent list or map is as good as an empty one, and quantities are compared as amounts.
 */
export function semanticEqual(schema: Schema, a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const resolved = resolve(schema);
  switch (resolved.kind) {
    case 'list': {
      const [listA, listB] = [asList(a), asList(b)];
      return listA.length === listB.length && listA.every((item, i) => semanticEqual(resolved.items, item, listB[i]));
    }
    case 'map':
      return equalMembers(a ?? {}, b ?? {}, () => resolved.values);
    case 'object':
      if ((a ?? undefined) === (b ?? undefined)) return true;
      if (!heldByValue.has(resolved.name) && (!a || !b)) return false;
      return equalMembers(a ?? {}, b ?? {}, (key) => resolved.fields[key]?.schema ?? { kind: 'any' });
    case 'quantity':
      return typeof a === 'string' && typeof b === 'string' && compareQuantities(parseQuantity(a), parseQuantity(b)) === 0;
    case 'any':
      return canonicalJson(a) === canonicalJson(b);
    default:
      return (a ?? undefined) === (b ?? undefined);
  }
}

/** The value in one written form: keys sorted, absent and null left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .sort()
    .filter((key) => value[key] !== undefined && value[key] !== null)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function equalMembers(a: unknown, b: unknown, schemaOf: (key: string) => Schema): boolean {
  if (!isObject(a) || !isObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) if (!semanticEqual(schemaOf(key), a[key], b[key])) return false;
  return true;
}
