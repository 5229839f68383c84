/** Structural schemas: the part of OpenAPI v3 in which CustomResourceDefinitions say what their objects look like. */
/** A rule in CEL on a value (`x-kubernetes-validations`). */
export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}

/** A schema as it is written in a CustomResourceDefinition. What is not structural in it has been refused there. */
export interface JSONSchemaProps {
  $ref?: string;
  $schema?: string;
  id?: string;
  description?: string;
  title?: string;
  type?: string;
  format?: string;
  default?: unknown;
  example?: unknown;
  externalDocs?: { description?: string; url?: string };
  nullable?: boolean;
  enum?: unknown[];
  maximum?: number;
  exclusiveMaximum?: boolean;
  minimum?: number;
  exclusiveMinimum?: boolean;
  multipleOf?: number;
  maxLength?: number;
  minLength?: number;
  pattern?: string;
  maxItems?: number;
  minItems?: number;
  uniqueItems?: boolean;
  maxProperties?: number;
  minProperties?: number;
  required?: string[];
  items?: JSONSchemaProps | JSONSchemaProps[];
  additionalItems?: JSONSchemaProps | boolean;
  properties?: Record<string, JSONSchemaProps>;
  additionalProperties?: JSONSchemaProps | boolean;
  patternProperties?: Record<string, JSONSchemaProps>;
  dependencies?: Record<string, JSONSchemaProps | string[]>;
  definitions?: Record<string, JSONSchemaProps>;
  allOf?: JSONSchemaProps[];
  anyOf?: JSONSchemaProps[];
  oneOf?: JSONSchemaProps[];
  not?: JSONSchemaProps;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-validations'?: ValidationRule[];
}

/** The schema of the items of a list. Lists of schemas are not structural, and count as none. */
export const itemsOf = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined => (Array.isArray(items) ? undefined : items);

/** The schema of what is not in `properties`, where there is one. */
export const valuesOf = ({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined;

/** The schema of a property by that name. */
export const propertyOf = ({ properties }: JSONSchemaProps, name: string): JSONSchemaProps | undefined =>
  properties && Object.hasOwn(properties, name) ? properties[name] : undefined;

/** The schema of a key of an object: of the property, or of additional properties. */
export const schemaOfKey = (schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined =>
  propertyOf(schema, name) ?? valuesOf(schema);

/** What every object has, whatever its schema says, and embedded ones too. */
export const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** The schema of a whole object, for what treats it like an object that is embedded in another. */
export const asResource = (schema: JSONSchemaProps): JSONSchemaProps =>
  schema['x-kubernetes-embedded-resource'] ? schema : { ...schema, 'x-kubernetes-embedded-resource': true };

/** Every schema in a schema, itself first, junctors and what is not structural included. */
export function* schemasIn(schema: JSONSchemaProps): Generator<JSONSchemaProps> {
  yield schema;
  for (const child of childrenOf(schema)) yield* schemasIn(child);
}

function* childrenOf(schema: JSONSchemaProps): Generator<JSONSchemaProps> {
  const { items, additionalItems, additionalProperties, not } = schema;
  for (const each of [items, additionalItems, additionalProperties, not].flat()) if (typeof each === 'object') yield each;
  for (const list of [schema.allOf, schema.anyOf, schema.oneOf]) if (list) yield* list;
  for (const map of [schema.properties, schema.patternProperties, schema.definitions]) if (map) yield* Object.values(map);
  for (const each of Object.values(schema.dependencies ?? {})) if (!Array.isArray(each)) yield each;
}
