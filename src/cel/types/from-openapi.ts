/**
 * Types from structural OpenAPI schemas, those of CustomResourceDefinitions: what expressions can reach of an object, and
 * how large it can be. As `SchemaDeclType` of apiserver/pkg/cel/common.
 */
import { isPlain } from '../../machinery/plain.ts';
import {
  boolDeclared,
  bytesDeclared,
  dateDeclared,
  dateTimeDeclared,
  doubleDeclared,
  durationDeclared,
  intDeclared,
  intOrStringDeclared,
  listDeclared,
  mapDeclared,
  objectDeclared,
  stringDeclared,
  type Declared,
} from './declared.ts';
import { propertyOf } from './names.ts';
import { anonymous } from './type.ts';

/** The parts of a schema that matter here. */
export interface OpenApiSchema {
  readonly type?: string;
  readonly format?: string;
  readonly items?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** One declaration a schema, because they are compared and kept. */
const asValue = new WeakMap<OpenApiSchema, Declared | null>();
const asResource = new WeakMap<OpenApiSchema, Declared | null>();

/**
 * The type of a schema; `undefined` for what expressions cannot look into: no type, or lists of such. `isResource` for the
 * root of an object, which has `apiVersion`, `kind`, `metadata.name` and `metadata.generateName` whatever the schema says.
 */
export function declareSchema(
  schema: OpenApiSchema,
  isResource = schema['x-kubernetes-embedded-resource'] === true,
): Declared | undefined {
  const kept = isResource ? asResource : asValue;
  const known = kept.get(schema);
  if (known !== undefined) return known ?? undefined;
  const declared = declare(schema, isResource);
  const made = declared && schema.nullable ? { ...declared, nullable: true } : declared;
  kept.set(schema, made ?? null);
  return made;
}

function declare(schema: OpenApiSchema, isResource: boolean): Declared | undefined {
  if (schema['x-kubernetes-int-or-string']) return intOrStringDeclared(lengthOf(schema));
  switch (schema.type) {
    case 'array':
      return list(schema);
    case 'object':
      return object(schema, isResource);
    case 'string':
      return text(schema);
    case 'boolean':
      return boolDeclared;
    case 'number':
      return doubleDeclared;
    case 'integer':
      return intDeclared;
    default:
      return undefined;
  }
}

/** In bytes: a character has four at most. */
const lengthOf = ({ maxLength }: OpenApiSchema) => (maxLength === undefined ? undefined : Math.max(0, maxLength) * 4);
const atLeastZero = (count: number | undefined) => (count === undefined ? undefined : Math.max(0, count));

function text(schema: OpenApiSchema): Declared {
  switch (schema.format) {
    case 'byte':
      return bytesDeclared(atLeastZero(schema.maxLength));
    case 'duration':
      return durationDeclared;
    case 'date':
      return dateDeclared;
    case 'date-time':
      return dateTimeDeclared;
    default:
      return stringDeclared(lengthOf(schema) ?? longestValue(schema.enum));
  }
}

function longestValue(values: readonly unknown[] | undefined): number | undefined {
  if (!values || values.length === 0) return undefined;
  const encoder = new TextEncoder();
  return Math.max(0, ...values.map((value) => (typeof value === 'string' ? encoder.encode(value).length : 0)));
}

function list(schema: OpenApiSchema): Declared | undefined {
  const item = schema.items && declareSchema(schema.items);
  if (!item) return undefined;
  const listType = schema['x-kubernetes-list-type'];
  return listDeclared(item, atLeastZero(schema.maxItems), {
    ...((listType === 'set' || listType === 'map' || listType === 'atomic') && { listType }),
    mapKeys: schema['x-kubernetes-list-map-keys'],
  });
}

const typeAndMeta: Readonly<Record<string, OpenApiSchema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } },
};

const isText = (schema: OpenApiSchema | undefined) => schema?.type === 'string';

/** Whether the schema has itself what every resource has. */
function hasTypeAndMeta(properties: Readonly<Record<string, OpenApiSchema>>): boolean {
  const { metadata, apiVersion, kind } = properties;
  const meta = metadata?.type === 'object' ? metadata.properties : undefined;
  return isText(apiVersion) && isText(kind) && isText(meta?.name) && isText(meta?.generateName);
}

function object(schema: OpenApiSchema, isResource: boolean): Declared | undefined {
  const { additionalProperties, maxProperties } = schema;
  if (isPlain(additionalProperties) && !isResource) {
    const value = declareSchema(additionalProperties as OpenApiSchema);
    return value && mapDeclared(value, atLeastZero(maxProperties));
  }
  const own = schema.properties ?? {};
  const properties = isResource && !hasTypeAndMeta(own) ? { ...own, ...typeAndMeta } : own;
  const find = (property: string): Declared | undefined =>
    Object.hasOwn(properties, property) ? declareSchema(properties[property]!) : undefined;
  let size: number | undefined;
  return objectDeclared(
    anonymous,
    (name) => {
      const property = propertyOf(name);
      return property === undefined ? undefined : find(property);
    },
    () => (size ??= leastSize(schema, find)),
  );
}

/** The braces, and what has to be there. */
function leastSize({ required = [], properties = {} }: OpenApiSchema, find: (property: string) => Declared | undefined): number {
  let size = 2;
  for (const name of required) {
    const declared = find(name);
    const hasDefault = Object.hasOwn(properties, name) && properties[name]!.default !== undefined;
    if (declared && !hasDefault) size += name.length + declared.minSize() + 4;
  }
  return size;
}
