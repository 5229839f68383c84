import { isPlain, type Plain } from '../plain.ts';
import { fieldElement } from './element.ts';
import { itemElement } from './items.ts';
import { leaf, withSelf, type FieldSet } from './set.ts';
import { anyList, anyMap, type StructType, type Type } from './type.ts';

/**
 * What an object says: the paths of all its values, of the keys of its maps and of the items of its lists, but not of the
 * objects that only hold others. This is what an applied configuration claims. Throws `UnusableItem`.
 */
export const fieldSetOf = (type: StructType, value: Plain): FieldSet => nodeOf(type, value) ?? leaf;

/** The node of a value; undefined if it says nothing, as an empty list of items. An empty object claims its own path. */
function nodeOf(type: Type, value: unknown): FieldSet | undefined {
  if (typeof value !== 'object' || value === null) return leaf;
  const children: Record<string, FieldSet> = {};
  let said = false;
  switch (type.kind) {
    case 'scalar':
      return leaf;
    case 'any':
      return nodeOf(Array.isArray(value) ? anyList : anyMap, value);
    case 'list':
      if (type.listType === 'atomic' || !Array.isArray(value)) return leaf;
      for (const item of value) {
        const element = itemElement(type, item);
        // Of items that cannot be told apart nobody manages a part.
        children[element] = element in children ? leaf : withSelf(nodeOf(type.items, item));
        said = true;
      }
      break;
    case 'map':
      if (type.atomic || !isPlain(value)) return leaf;
      for (const name in value) {
        children[fieldElement(name)] = withSelf(nodeOf(type.values, value[name]));
        said = true;
      }
      if (!said) return leaf;
      break;
    case 'struct':
      if (type.atomic || !isPlain(value) || isEmpty(value)) return leaf;
      for (const name in value) {
        const field = value[name] === undefined ? undefined : type.fields.get(name);
        const node = field && nodeOf(field.type, value[name]);
        if (!node) continue;
        // What an open object has beyond its fields belongs to it as to a map.
        children[field.element] = field.unnamed ? withSelf(node) : node;
        said = true;
      }
  }
  return said ? children : undefined;
}

function isEmpty(value: Plain): boolean {
  for (const _ in value) return false;
  return true;
}
