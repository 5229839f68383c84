import type { JSONSchemaProps } from '../../machinery/structural/schema.ts';
import {
  any,
  boolean,
  field,
  int64,
  list,
  listOf,
  map,
  object,
  ref,
  required,
  string,
  type AnySchema,
  type BooleanSchema,
  type ListSchema,
  type NumberSchema,
  type ObjectSchema,
} from '../../machinery/schema.ts';

export const definition = (name: string) => `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`;

const number: NumberSchema = { kind: 'number' };
const json: AnySchema = { ...any, name: definition('JSON') };
const self = ref<JSONSchemaProps>(() => JSONSchemaPropsSchema);

/** Types that are published as any JSON: a schema, or something else. */
const orElse = (name: string, or: ListSchema | BooleanSchema): AnySchema => ({
  ...any,
  name: definition(name),
  either: { object: self, or },
});
const schemaOrBool = orElse('JSONSchemaPropsOrBool', boolean);
const schemaOrArray = orElse('JSONSchemaPropsOrArray', list(self));
const schemaOrNames = orElse('JSONSchemaPropsOrStringArray', list(string));

const ValidationRuleSchema = object(definition('ValidationRule'), {
  fieldPath: field(string, { doc: 'The field that a violation is said to be of, relative to the value, as .spec.size.' }),
  message: field(string, { doc: 'What is said of a violation. One line.' }),
  messageExpression: field(string, { doc: 'A CEL expression for what is said of a violation; it wins over message.' }),
  optionalOldSelf: field(boolean, { doc: 'Whether a rule about oldSelf also runs when there is none; oldSelf is optional then.' }),
  reason: field(string, {
    doc: 'FieldValueInvalid (the default), FieldValueForbidden, FieldValueRequired or FieldValueDuplicate.',
  }),
  rule: required(string, { doc: 'A CEL expression about self, and oldSelf for changes, that must be true.' }),
});

const ExternalDocumentationSchema = object(definition('ExternalDocumentation'), {
  description: field(string, { doc: 'What the document is about.' }),
  url: field(string, { doc: 'Where it is.' }),
});

/** A schema, as CustomResourceDefinitions hold it. */
export const JSONSchemaPropsSchema: ObjectSchema<JSONSchemaProps> = object(definition('JSONSchemaProps'), {
  $ref: field(string, { doc: 'Not supported.' }),
  $schema: field(string, { doc: 'Not supported.' }),
  additionalItems: field(schemaOrBool, { doc: 'Not supported.' }),
  additionalProperties: field(schemaOrBool, { doc: 'The schema of keys that are not among the properties, or whether there may be any.' }),
  allOf: field(list(self), { doc: 'Schemas that must all fit. They may restrict, but not define fields.' }),
  anyOf: field(list(self), { doc: 'Schemas of which at least one must fit. They may restrict, but not define fields.' }),
  default: field(json, { doc: 'What the field is if it is left out. Filled in on writes, and when stored objects are read.' }),
  definitions: field(map(self), { doc: 'Not supported.' }),
  dependencies: field(map(schemaOrNames), { doc: 'Not supported.' }),
  description: field(string, { doc: 'What the field means, for kubectl explain.' }),
  enum: field(list(json), { doc: 'The values that are allowed.' }),
  example: field(json, { doc: 'An example.' }),
  exclusiveMaximum: field(boolean, { doc: 'Whether maximum itself is not allowed.' }),
  exclusiveMinimum: field(boolean, { doc: 'Whether minimum itself is not allowed.' }),
  externalDocs: field(ExternalDocumentationSchema, { doc: 'A document about the field.' }),
  format: field(string, { doc: 'The format of a text or number, as date-time, uri or int32. Unknown ones are ignored.' }),
  id: field(string, { doc: 'Not supported.' }),
  items: field(schemaOrArray, { doc: 'The schema of the items of a list.' }),
  maxItems: field(int64, { doc: 'How many items a list may have.' }),
  maxLength: field(int64, { doc: 'How many characters a text may have.' }),
  maxProperties: field(int64, { doc: 'How many keys an object may have.' }),
  maximum: field(number, { doc: 'The largest number that is allowed.' }),
  minItems: field(int64, { doc: 'How many items a list must have.' }),
  minLength: field(int64, { doc: 'How many characters a text must have.' }),
  minProperties: field(int64, { doc: 'How many keys an object must have.' }),
  minimum: field(number, { doc: 'The smallest number that is allowed.' }),
  multipleOf: field(number, { doc: 'What a number must be a multiple of.' }),
  not: field(self, { doc: 'A schema that must not fit.' }),
  nullable: field(boolean, { doc: 'Whether null is a value. Otherwise a null counts as if the field had been left out.' }),
  oneOf: field(list(self), { doc: 'Schemas of which exactly one must fit. They may restrict, but not define fields.' }),
  pattern: field(string, { doc: 'A regular expression (RE2) that a text must match somewhere.' }),
  patternProperties: field(map(self), { doc: 'Not supported.' }),
  properties: field(map(self), { doc: 'The schemas of the fields of an object.' }),
  required: field(list(string), { doc: 'The fields that an object must have.' }),
  title: field(string, { doc: 'A title.' }),
  type: field(string, { doc: 'array, boolean, integer, number, object or string.' }),
  uniqueItems: field(boolean, { doc: 'Whether all items of a list must differ.' }),
  'x-kubernetes-embedded-resource': field(boolean, {
    doc: 'Whether the field is an object of the API, with apiVersion, kind and metadata.',
  }),
  'x-kubernetes-int-or-string': field(boolean, { doc: 'Whether the field is an integer or a text.' }),
  'x-kubernetes-list-map-keys': field(list(string), { doc: 'The fields that tell the items of a list of type map apart.' }),
  'x-kubernetes-list-type': field(string, {
    doc: 'How lists are merged: atomic (the default), set, or map, whose items are told apart by keys.',
  }),
  'x-kubernetes-map-type': field(string, { doc: 'How objects are merged: granular (the default) or atomic.' }),
  'x-kubernetes-preserve-unknown-fields': field(boolean, { doc: 'true: fields that the schema does not know are kept.' }),
  'x-kubernetes-validations': field(
    listOf(ValidationRuleSchema, { listType: 'map', mapKeys: ['rule'], patch: { mergeKey: 'rule' } }),
    { doc: 'Rules in CEL that values must keep.' },
  ),
}) as ObjectSchema<JSONSchemaProps>;
