/** A structural schema in the language of built-in kinds, as server-side apply sees it: what is one value, and what has parts. */
import { ObjectMetaSchema } from '../meta.ts';
import {
  any,
  boolean,
  int64,
  intOrString,
  string,
  type Field,
  type ListSchema,
  type NumberSchema,
  type ObjectSchema,
  type Schema,
} from '../schema.ts';
import { itemsOf, valuesOf, type JSONSchemaProps } from './schema.ts';

const number: NumberSchema = { kind: 'number' };
const scalars: Readonly<Record<string, Schema>> = { string, boolean, integer: int64, number };

/** The fields of a kind with that schema. Type and metadata are those of every kind. */
export function fieldsOf(schema: JSONSchemaProps): Record<string, Field> {
  const fields: Record<string, Field> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    fields[name] = {
      schema: toSchema(property),
      required: false,
      ...(isScalar(property.default) && { default: property.default }),
    };
  return {
    ...fields,
    apiVersion: { schema: string, required: false },
    kind: { schema: string, required: false },
    metadata: { schema: ObjectMetaSchema, required: false },
  };
}

const isScalar = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

function toSchema(schema: JSONSchemaProps): Schema {
  if (schema['x-kubernetes-int-or-string']) return intOrString;
  if (schema.type === 'array') return toList(schema);
  if (schema.type === 'object') return toObject(schema);
  return scalars[schema.type ?? ''] ?? any;
}

function toList(schema: JSONSchemaProps): ListSchema {
  const items = itemsOf(schema);
  const listType = schema['x-kubernetes-list-type'];
  const mapKeys = schema['x-kubernetes-list-map-keys'];
  return {
    kind: 'list',
    items: items ? toSchema(items) : any,
    listType: listType === 'set' || listType === 'map' ? listType : 'atomic',
    ...(mapKeys && { mapKeys }),
  };
}

function toObject(schema: JSONSchemaProps): Schema {
  const atomic = schema['x-kubernetes-map-type'] === 'atomic';
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const values = valuesOf(schema);
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (!schema.properties && !embedded) {
    if (values) return { kind: 'map', values: toSchema(values), atomic };
    return atomic ? { kind: 'map', values: any, atomic } : any;
  }
  const own = fieldsOf(schema);
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...plain } = own;
  const properties = embedded ? own : { ...plain, ...metaProperties(schema) };
  const object: ObjectSchema = { kind: 'object', name: '', fields: properties, atomic, open: keeps };
  return object;
}

/** Properties that only happen to have the names of type and metadata. */
function metaProperties({ properties = {} }: JSONSchemaProps): Record<string, Field> {
  const named: Record<string, Field> = {};
  for (const name of ['apiVersion', 'kind', 'metadata'])
    if (Object.hasOwn(properties, name)) named[name] = { schema: toSchema(properties[name]!), required: false };
  return named;
}
