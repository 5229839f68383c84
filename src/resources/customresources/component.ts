/** The schema of a custom resource as OpenAPI publishes it. */
import { ObjectMetaSchema } from '../../machinery/meta.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import type { JSONSchemaProps } from '../../machinery/structural/schema.ts';
import { itemsOf, valuesOf } from '../../machinery/structural/schema.ts';

type Json = Record<string, unknown>;
type Ref = (schema: ObjectSchema) => Json;

const docs = {
  apiVersion: 'APIVersion defines the group and version of the schema that the object follows, such as v1 or apps/v1.',
  kind: 'The kind of the object, in CamelCase.',
  metadata: "Standard object's metadata: its name, labels, and so on.",
};

/** What every object has. In version 3 nothing may stand beside a reference. */
const metaProperties = (dialect: 'v2' | 'v3', ref: Ref): Json => {
  const metadata = ref(ObjectMetaSchema as ObjectSchema);
  return {
    apiVersion: { type: 'string', description: docs.apiVersion },
    kind: { type: 'string', description: docs.kind },
    metadata: { description: docs.metadata, ...(dialect === 'v3' ? { allOf: [metadata] } : metadata) },
  };
};

/**
 * The component of a kind, with the fields that selectors may name (`spec.color`). Without a schema, or with one that keeps unknown fields, version 2 says nothing of the fields:
 * clients that validate by it would take what it names for all that there is.
 */
export function componentOf(
  schema: JSONSchemaProps | undefined,
  selectable: readonly string[],
  dialect: 'v2' | 'v3',
  ref: Ref,
): Json {
  const selectors = selectable.length > 0 && {
    'x-kubernetes-selectable-fields': selectable.map((fieldPath) => ({ fieldPath })),
  };
  if (!schema || (dialect === 'v2' && schema['x-kubernetes-preserve-unknown-fields'])) return { type: 'object', ...selectors };
  const published = publish(schema, dialect, ref);
  return { ...published, ...selectors, properties: { ...(published.properties as Json), ...metaProperties(dialect, ref) } };
}

function publish(schema: JSONSchemaProps, dialect: 'v2' | 'v3', ref: Ref): Json {
  const { properties, not, allOf, anyOf, oneOf, ...rest } = schema;
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const each = (below: JSONSchemaProps) => publish(below, dialect, ref);
  const json: Json = { ...rest };
  if (items) json.items = each(items);
  if (values) json.additionalProperties = each(values);
  if (properties)
    json.properties = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, each(property)]));
  if (schema['x-kubernetes-int-or-string'] && dialect === 'v3' && !anyOf && !allOf?.[0]?.anyOf)
    json.anyOf = [{ type: 'integer' }, { type: 'string' }];
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema['x-kubernetes-embedded-resource'] && !(keeps && dialect === 'v2')) {
    json.properties = { ...(json.properties as Json | undefined), ...metaProperties(dialect, ref) };
    json.required = [...new Set([...(schema.required ?? []), 'kind', 'apiVersion'])];
  }
  if (dialect === 'v3') return { ...json, ...(not && { not }), ...(allOf && { allOf }), ...(anyOf && { anyOf }), ...(oneOf && { oneOf }) };
  return forVersion2(schema, json);
}

/** Version 2 has no junctors and no null, and kubectl takes a schema with unknown fields for one that has none. */
function forVersion2(schema: JSONSchemaProps, json: Json): Json {
  const { nullable, default: _default, ...rest } = json;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const drop = (...keywords: string[]) => keywords.forEach((keyword) => delete rest[keyword]);
  if (nullable) drop('type');
  if (nullable || keeps) drop('items', 'properties');
  if (schema.type === 'array' && !rest.items) drop('type');
  if (keeps && schema.type === 'object') drop('type');
  if (schema['x-kubernetes-int-or-string'] === true && !rest.type) rest.format ??= 'int-or-string';
  const required = (rest.required as string[] | undefined)?.filter((name) => !schema.properties?.[name]?.nullable);
  if (required?.length) rest.required = required;
  else drop('required');
  if (valuesOf(schema)?.nullable) drop('required');
  return rest;
}
