/** Types from the schemas of the built-in kinds. */
import { resolve, type ObjectSchema, type Schema } from '../../machinery/schema.ts';
import {
  boolDeclared,
  bytesDeclared,
  dateTimeDeclared,
  doubleDeclared,
  dynDeclared,
  intDeclared,
  intOrStringDeclared,
  listDeclared,
  mapDeclared,
  objectDeclared,
  stringDeclared,
  type Declared,
} from './declared.ts';
import { propertyOf } from './names.ts';

const kept = new WeakMap<Schema, Declared>();

/** The type of a schema. Fields are looked up when they are asked for, so a schema may contain itself. */
export function declareKind(schema: Schema): Declared {
  const resolved = resolve(schema);
  const known = kept.get(resolved);
  if (known) return known;
  const declared = declare(resolved);
  kept.set(resolved, declared);
  return declared;
}

function declare(schema: ReturnType<typeof resolve>): Declared {
  switch (schema.kind) {
    case 'string':
      if (schema.format === 'byte') return bytesDeclared();
      return schema.format ? dateTimeDeclared : stringDeclared();
    case 'integer':
      return intDeclared;
    case 'number':
      return doubleDeclared;
    case 'boolean':
      return boolDeclared;
    case 'int-or-string':
      return intOrStringDeclared();
    // Published as a text.
    case 'quantity':
      return stringDeclared();
    case 'any':
      return dynDeclared;
    case 'list':
      return listDeclared(declareKind(schema.items), undefined, { listType: schema.listType, mapKeys: schema.mapKeys });
    case 'map':
      return mapDeclared(declareKind(schema.values));
    case 'object':
      return declareObject(schema);
  }
}

function declareObject({ name, fields }: ObjectSchema): Declared {
  return objectDeclared(name, (written) => {
    const property = propertyOf(written);
    return property !== undefined && Object.hasOwn(fields, property) ? declareKind(fields[property]!.schema) : undefined;
  });
}
