/** What makes a schema structural (`ValidateStructural` upstream): every field has a type, and junctors only restrict. */
import { limits } from '../../lib/limits.ts';
import { samePlain } from '../plain.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../status.ts';
import { patternSize } from './pattern-size.ts';
import { patternError } from './pattern.ts';
import { itemsOf, schemasIn, valuesOf, type JSONSchemaProps } from './schema.ts';

type Level = 'root' | 'item' | 'field';

/** Everything that keeps a schema from being structural, by message. What is no schema at all is said elsewhere. */
export function validateStructural(schema: JSONSchemaProps, path: string): FieldError[] {
  const tooLarge = validatePatternSizes(schema, path);
  if (tooLarge) return [tooLarge];
  const errors = [...validateInvariants(schema, 'root', path), ...validateCompleteness(schema, schema, path, path)];
  const text = ({ field, message }: FieldError) => `${field}: ${message}`;
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Compiling many large regular expressions takes as long as compiling one that is too large. */
function validatePatternSizes(schema: JSONSchemaProps, path: string): FieldError | undefined {
  let size = 0;
  for (const { pattern } of schemasIn(schema)) if (pattern) size += Math.min(patternSize(pattern), limits.patternInstructions);
  return size > limits.definitionPatternInstructions
    ? fieldForbidden(path, `patterns have ${size} instructions together, must have at most ${limits.definitionPatternInstructions}`)
    : undefined;
}

function validateInvariants(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const items = itemsOf(schema);
  if (schema.type === 'array' && !items) errors.push(fieldRequired(`${path}.items`, 'must be specified'));
  if (items) errors.push(...validateInvariants(items, 'item', `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...validateInvariants(property, 'field', `${path}.properties[${name}]`));
  const values = valuesOf(schema);
  if (schema.additionalProperties !== undefined && level === 'root')
    errors.push(fieldForbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  if (values) errors.push(...validateInvariants(values, 'field', `${path}.additionalProperties`));
  return [
    ...errors,
    ...validateExtensions(schema, path),
    ...validateValidation(schema, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf), level, path),
    ...validateType(schema, level, path),
    ...validateMeta(schema, level, path),
  ];
}

function validateType(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const { type = '' } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'];
  if (embedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    return [type === '' ? fieldRequired(`${path}.type`, why) : fieldInvalid(`${path}.type`, type, why)];
  }
  if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) {
    const where = { root: 'at the root', item: 'for specified array items', field: 'for specified object fields' }[level];
    return [fieldRequired(`${path}.type`, `must not be empty ${where}`)];
  }
  return level === 'root' && type !== '' && type !== 'object' ? [fieldInvalid(`${path}.type`, type, 'must be object at the root')] : [];
}

function validateExtensions(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { additionalProperties, properties = {} } = schema;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'];
  const embedded = schema['x-kubernetes-embedded-resource'];
  const because = 'must be false if x-kubernetes-int-or-string is true';
  if (schema['x-kubernetes-int-or-string']) {
    if (keeps) errors.push(fieldInvalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, because));
    if (embedded) errors.push(fieldInvalid(`${path}.x-kubernetes-embedded-resource`, true, because));
  }
  if (!embedded) return errors;
  if (additionalProperties !== undefined)
    errors.push(fieldForbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (!keeps && Object.keys(properties).length === 0)
    errors.push(
      fieldRequired(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

/** `apiVersion`, `kind` and `metadata` are what they are; a schema may only bound the names. */
function validateMeta(schema: JSONSchemaProps, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const isObject = level === 'root' || schema['x-kubernetes-embedded-resource'];
  for (const [name, property] of [
    ['kind', kind],
    ['apiVersion', apiVersion],
  ] as const)
    if (isObject && property && property.type !== 'string')
      errors.push(fieldInvalid(`${path}.properties[${name}].type`, property.type ?? '', 'must be string'));
  if (!metadata) return errors;
  const at = `${path}.properties[metadata]`;
  if (isObject && metadata.type !== 'object') errors.push(fieldInvalid(`${at}.type`, metadata.type ?? '', 'must be object'));
  if (level === 'root' && !boundsNamesOnly(metadata))
    errors.push(
      fieldForbidden(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'),
    );
  return errors;
}

function boundsNamesOnly({ type: _type, default: _default, properties = {}, ...rest }: JSONSchemaProps): boolean {
  return Object.keys(rest).length === 0 && Object.keys(properties).every((name) => name === 'name' || name === 'generateName');
}

const isIntOrString = (anyOf: readonly JSONSchemaProps[] | undefined): boolean =>
  samePlain(anyOf, [{ type: 'integer' }, { type: 'string' }]);

function validateValidation(schema: JSONSchemaProps, skipAnyOf: boolean, skipAllOf: boolean, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const nested = (part: JSONSchemaProps, at: string, skip = false) => errors.push(...validateNested(part, skip, level, at));
  if (!skipAnyOf) schema.anyOf?.forEach((part, i) => nested(part, `${path}.anyOf[${i}]`));
  schema.allOf?.forEach((part, i) => nested(part, `${path}.allOf[${i}]`, skipAllOf && i === 0));
  schema.oneOf?.forEach((part, i) => nested(part, `${path}.oneOf[${i}]`));
  if (schema.not) nested(schema.not, `${path}.not`);
  const wrong = schema.pattern ? patternError(schema.pattern) : undefined;
  if (wrong !== undefined)
    errors.push(fieldInvalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${wrong}`));
  return errors;
}

/** What a junctor may not say, by keyword, and how it should be instead. */
const notNested: readonly [keyof JSONSchemaProps, string][] = [
  ['type', 'empty'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

function validateNested(schema: JSONSchemaProps, skipAnyOf: boolean, level: Level, path: string): FieldError[] {
  const errors = validateValidation(schema, skipAnyOf, false, level, path);
  const items = itemsOf(schema);
  if (items) errors.push(...validateNested(items, false, level, `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...validateNested(property, false, 'field', `${path}.properties[${name}]`));
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false)
    errors.push(fieldForbidden(`${path}.additionalProperties`, 'must be undefined to be structural'));
  for (const [keyword, wanted] of notNested)
    if (isSaid(schema[keyword])) errors.push(fieldForbidden(`${path}.${keyword}`, `must be ${wanted} to be structural`));
  if (schema.properties && Object.hasOwn(schema.properties, 'metadata'))
    errors.push(fieldForbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  return errors;
}

const isSaid = (value: unknown) =>
  value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);

/** What junctors speak of has to be there outside of them. */
function validateCompleteness(part: JSONSchemaProps, schema: JSONSchemaProps, path: string, partPath: string): FieldError[] {
  const junctors = [
    ...(part.not ? [[part.not, `${partPath}.not`] as const] : []),
    ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
      (part[name] ?? []).map((each, i) => [each, `${partPath}.${name}[${i}]`] as const),
    ),
  ];
  return junctors.flatMap(([each, at]) => validateNestedCompleteness(each, schema, path, at));
}

function validateNestedCompleteness(
  part: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  path: string,
  partPath: string,
): FieldError[] {
  if (!schema) return [fieldRequired(path, `because it is defined in ${partPath}`)];
  const errors = validateCompleteness(part, schema, path, partPath);
  const items = itemsOf(part);
  if (items) errors.push(...validateNestedCompleteness(items, itemsOf(schema), `${path}.items`, `${partPath}.items`));
  for (const [name, property] of Object.entries(part.properties ?? {})) {
    const below = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    errors.push(...validateNestedCompleteness(property, below, `${path}.properties[${name}]`, `${partPath}.properties[${name}]`));
  }
  return errors;
}
