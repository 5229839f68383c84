/** Random values of a schema, and random changes of them. For tests of what must hold for every object. */
import { copyPlain, type Plain } from '../../src/machinery/plain.ts';
import { resolve, type ListSchema, type ObjectSchema, type Schema } from '../../src/machinery/schema.ts';
import type { Dice } from './dice.ts';

const texts = ['a', 'b', 'kube-system', 'ünï', 'x'.repeat(40)];
/** Types that contain themselves are cut off here. */
const depthMax = 12;
const schemaDepthMax = 8;

/** A value of the schema. About half of what may be left out is; items of keyed lists have different keys. */
export function valueOf(schema: Schema, dice: Dice, depth = 0): unknown {
  const node = resolve(schema);
  switch (node.kind) {
    case 'string':
      if (node.format === 'date-time') return `2026-05-01T12:00:${10 + dice.below(50)}Z`;
      if (node.format === 'micro-time') return `2026-05-01T12:00:00.${100_000 + dice.below(900_000)}Z`;
      if (node.format === 'byte') return btoa(dice.some(texts.slice(0, 3)));
      return dice.some(node.enum ?? texts);
    case 'integer':
      return 1 + dice.below(5);
    case 'number':
      return dice.below(100) / 4 + 0.5;
    case 'boolean':
      return dice.once(2);
    case 'quantity':
      return dice.some(['100m', '1Gi', '5', '12k']);
    case 'int-or-string':
      return dice.some([80, 'http', '25%']);
    case 'any':
      if (node.either) return valueOf(dice.once(2) ? node.either.object : node.either.or, dice, depth);
      return dice.some<unknown>([{ a: 1, b: { c: ['x'] } }, 'text', 7, [1, { a: 'b' }]]);
    case 'list':
      return depth > depthMax ? [] : listOf(node, dice, depth);
    case 'map':
      return Object.fromEntries(
        ['k', 'l', 'm'].filter(() => dice.once(2)).map((key) => [key, valueOf(node.values, dice, depth + 1)]),
      );
    case 'object':
      return objectOf(node, dice, depth);
  }
}

function objectOf({ name: type, fields }: ObjectSchema, dice: Dice, depth: number): Plain {
  const object: Plain = {};
  // Of a type that holds itself in many fields there would be no end.
  const depthEnd = type.endsWith('.JSONSchemaProps') ? schemaDepthMax : depthMax;
  for (const [name, { schema, required }] of Object.entries(fields))
    if (required || (depth <= depthEnd && dice.once(2))) object[name] = valueOf(schema, dice, depth + 1);
  return object;
}

/** What tells the items of a list apart: for patches and for server-side apply. */
const keysOf = ({ patch, mapKeys = [] }: ListSchema): string[] => [
  ...new Set([...(patch?.mergeKey === undefined ? [] : [patch.mergeKey]), ...mapKeys]),
];

function listOf(list: ListSchema, dice: Dice, depth: number): unknown[] {
  const items = Array.from({ length: dice.below(4) }, () => valueOf(list.items, dice, depth + 1));
  const keys = keysOf(list);
  if (keys.length > 0) return items.map((item, i) => keyed(item as Plain, list, keys, i));
  const isSet = list.listType === 'set' || list.patch !== undefined;
  return isSet ? [...new Map(items.map((item) => [JSON.stringify(item), item])).values()] : items;
}

/** The item with keys of its own, which are the same for the same place: so two lists have items in common. */
function keyed(item: Plain, { items }: ListSchema, keys: readonly string[], place: number): Plain {
  const { fields } = resolve(items) as ObjectSchema;
  for (const key of keys) {
    const { kind } = resolve(fields[key]!.schema);
    item[key] = kind === 'integer' ? 100 + place : `key-${place}`;
  }
  return item;
}

/** Another value of the schema, with much of the old one in it: what a client might have made of it. */
export function changed(schema: Schema, value: unknown, dice: Dice): unknown {
  const other = valueOf(schema, dice);
  return mixed(value, other, dice);
}

function mixed(left: unknown, right: unknown, dice: Dice): unknown {
  if (!isPlain(left) || !isPlain(right)) return copyPlain(dice.once(3) ? right : left);
  const result: Plain = {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (key in left && key in right) result[key] = mixed(left[key], right[key], dice);
    else if (key in left ? !dice.once(4) : dice.once(4)) result[key] = copyPlain(left[key] ?? right[key]);
  }
  return result;
}

export const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
