/** Whether a value fits its schema: the keywords of JSON Schema, with upstream's messages (kube-openapi's validate). */
import { limits } from '../../lib/limits.ts';
import { isPlain, samePlain, type Plain } from '../plain.ts';
import type { FieldError } from '../status.ts';
import { formatOf, isOfFormat } from './formats.ts';
import { Effort, TooMuchEffort } from './effort.ts';
import { validateNumber } from './number.ts';
import { nowhere } from './paths.ts';
import { compilePattern } from './pattern.ts';
import { canonical } from './lists.ts';
import {
  forbiddenProperty,
  general,
  missing,
  notInEnum,
  Result,
  single,
  tooLong,
  tooMany,
  wrongType,
  wrongValue,
  type Place,
} from './problems.ts';
import { itemsOf, valuesOf, type JSONSchemaProps } from './schema.ts';

/** A value as it was before a change, where it can be told which one that is. What has not changed is not complained about. */
export interface Before {
  readonly value: unknown;
}

/**
 * Everything wrong with a value.
 *
 * @param before the value before the change, for updates
 * @param prefix where the value is in its object, for a part of one (`status`)
 */
export function validateValue(value: unknown, schema: JSONSchemaProps, before?: Before, prefix = ''): FieldError[] {
  try {
    return check(schema, value, { path: '', prefix, effort: new Effort() }, before).problems.map(({ error }) => error);
  } catch (error) {
    if (!(error instanceof TooMuchEffort)) throw error;
    const message = `Too long: to be validated against its schema within ${limits.validationSteps} steps`;
    return [{ reason: 'FieldValueTooLong', field: prefix || nowhere, message }];
  }
}

/** Of looking at a value with a schema, and at one choice of an enum. */
const stepsPerVisit = 40;
const stepsPerChoice = 2;
/** Instructions of a regular expression that are a step, for each character. */
const instructionsPerStep = 8;

/** @param isPart the schema is one of several about the same value (a junctor's): only its fields are forgiven */
function check(schema: JSONSchemaProps, value: unknown, place: Place, before: Before | undefined, isPart = false): Result {
  place.effort.spend(stepsPerVisit);
  const result = new Result();
  if (value === null) {
    result.merge(checkType(schema, value, place));
    if (schema.enum?.length) result.merge(checkEnum(schema.enum, value, place));
  } else {
    const parts = [
      checkType(schema, value, place),
      checkJunctors(schema, value, place, before),
      ...(typeof value === 'string' ? [checkText(schema, value, place), checkFormat(schema, value, place)] : []),
      ...(typeof value === 'number' ? [validateNumber(schema, value, place)] : []),
      ...(Array.isArray(value) ? [checkList(schema, value, place, before)] : []),
      ...(schema.enum?.length ? [checkEnum(schema.enum, value, place)] : []),
      ...(isPlain(value) ? [checkObject(schema, value, place, before)] : []),
    ];
    for (const part of parts) result.merge(part).matches++;
    result.matches++;
  }
  // What was wrong before may stay so.
  if (!result.isValid && !isPart && before && samePlain(before.value, value)) result.problems.length = 0;
  return result;
}

const typesOf = (schema: JSONSchemaProps): readonly string[] =>
  schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : [];

/** Beyond these, a number counts as one with a fraction. */
const isInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isInteger(value)) return 'integer';
  return typeof value;
}

function checkType(schema: JSONSchemaProps, value: unknown, place: Place): Result {
  const types = typesOf(schema);
  const format = formatOf(schema);
  const fine = new Result();
  if (types.length === 0 && format === '') return fine;
  fine.matches++;
  const found = typeNameOf(value);
  if (value === null) return types.length > 0 && !schema.nullable ? single(wrongType(place, types.join(','), 'null')) : fine;
  const fits = types.includes(found) || (found === 'integer' && types.includes('number'));
  const isTextOrList = typeof value === 'string' || Array.isArray(value);
  if (!isTextOrList && format !== '' && !fits)
    return single(wrongType(place, format, found === 'integer' ? 'int64' : found === 'number' ? 'double' : ''));
  if (isTextOrList && format !== '' && !types.includes('number') && !types.includes('integer')) return fine;
  return fits ? fine : single(wrongType(place, types.join(','), found));
}

function checkEnum(choices: readonly unknown[], value: unknown, place: Place): Result {
  place.effort.spend(choices.length * stepsPerChoice);
  const fits = value !== null && choices.some((choice) => choice !== null && samePlain(choice, value));
  return fits ? new Result() : single(notInEnum(place, value, choices));
}

/** In code points. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function checkText({ maxLength, minLength, pattern }: JSONSchemaProps, text: string, place: Place): Result {
  const length = maxLength === undefined && minLength === undefined ? 0 : lengthOf(text);
  if (maxLength !== undefined && length > maxLength) return single(tooLong(place, maxLength));
  if (minLength !== undefined && length < minLength)
    return single(wrongValue(place, text, `should be at least ${minLength} chars long`));
  if (pattern && !fits(pattern, text, place)) return single(wrongValue(place, text, `should match '${pattern}'`));
  return new Result();
}

function fits(pattern: string, text: string, { effort }: Place): boolean {
  const compiled = compilePattern(pattern);
  effort.spend((text.length + 1) * (1 + compiled.programSize() / instructionsPerStep));
  return compiled.test(text);
}

function checkFormat(schema: JSONSchemaProps, text: string, place: Place): Result {
  const format = formatOf(schema);
  return format === '' || isOfFormat(format, text) ? new Result() : single(wrongType(place, format, text));
}

function checkList(schema: JSONSchemaProps, list: readonly unknown[], place: Place, before: Before | undefined): Result {
  const result = new Result();
  const items = itemsOf(schema);
  if (items) {
    const old = correlateItems(schema, before);
    for (const [i, item] of list.entries())
      result.merge(check(items, item, { ...place, path: `${place.path}[${i}]` }, old(item)));
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && list.length < minItems)
    result.add(wrongValue(place, list.length, `should have at least ${minItems} items`));
  if (maxItems !== undefined && list.length > maxItems) result.add(tooMany(place, list.length, maxItems, 'items'));
  if (schema.uniqueItems && new Set(list.map(canonical)).size < list.length)
    result.add(wrongValue(place, undefined, "shouldn't contain duplicates"));
  result.matches++;
  return result;
}

/** Which old item a new one was: told by the keys of keyed lists, and not at all in others. */
export function correlateItems(schema: JSONSchemaProps, before: Before | undefined): (item: unknown) => Before | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!before || !Array.isArray(before.value) || schema['x-kubernetes-list-type'] !== 'map' || !keys?.length) return () => undefined;
  const properties = itemsOf(schema)?.properties ?? {};
  const keyOf = (item: unknown) =>
    isPlain(item) ? canonical(keys.map((key) => item[key] ?? properties[key]?.default ?? null)) : undefined;
  const old = new Map<string | undefined, unknown>();
  for (const item of before.value as unknown[]) old.set(keyOf(item), item);
  return (item) => {
    const key = keyOf(item);
    return key !== undefined && old.has(key) ? { value: old.get(key) } : undefined;
  };
}

function checkObject(schema: JSONSchemaProps, object: Plain, place: Place, before: Before | undefined): Result {
  const result = new Result();
  const count = Object.keys(object).length;
  const { minProperties, maxProperties, properties = {}, additionalProperties, required = [] } = schema;
  place.effort.spend(required.length);
  if (minProperties !== undefined && count < minProperties)
    result.add(wrongValue(place, count, `should have at least ${minProperties} properties`));
  if (maxProperties !== undefined && count > maxProperties) result.add(tooMany(place, count, maxProperties, 'properties'));
  const values = valuesOf(schema);
  for (const key in object) {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!own && additionalProperties === false) result.add(forbiddenProperty(place, key));
    const below = own ?? values;
    if (!below) continue;
    const path = own && place.path === '' ? key : `${place.path}.${key}`;
    result.merge(check(below, object[key], { ...place, path }, oldField(place, key, before)));
  }
  for (const name of required) if (!Object.hasOwn(object, name)) result.add(missing(place, name));
  return result;
}

function oldField({ path }: Place, key: string, before: Before | undefined): Before | undefined {
  if (!before || !isPlain(before.value) || !Object.hasOwn(before.value, key)) return undefined;
  // Old and new object are shown in the same version.
  return path === '' && (key === 'apiVersion' || key === 'kind') ? undefined : { value: before.value[key] };
}

function checkJunctors(schema: JSONSchemaProps, value: unknown, place: Place, before: Before | undefined): Result {
  const main = new Result();
  const against = (part: JSONSchemaProps) => check(part, value, place, before, true);
  const name = JSON.stringify(place.path);
  if (schema.anyOf?.length) {
    const results = schema.anyOf.map(against);
    const fitting = results.find(({ isValid }) => isValid);
    if (!fitting) main.add(general(place, `${name} must validate at least one schema (anyOf)`));
    main.merge(fitting ?? mostFitting(results));
  }
  if (schema.oneOf?.length) {
    const results = schema.oneOf.map(against);
    const fitting = results.filter(({ isValid }) => isValid);
    if (fitting.length === 1) main.merge(fitting[0]!);
    else {
      const found = fitting.length === 0 ? 'Found none valid' : `Found ${fitting.length} valid alternatives`;
      main.add(general(place, `${name} must validate one and only one schema (oneOf). ${found}`));
      if (fitting.length === 0) main.merge(mostFitting(results));
    }
  }
  if (schema.allOf?.length) {
    const results = schema.allOf.map(against);
    for (const result of results) main.merge(result);
    const fitting = results.filter(({ isValid }) => isValid).length;
    if (fitting < results.length)
      main.add(general(place, `${name} must validate all the schemas (allOf)${fitting === 0 ? '. None validated' : ''}`));
  }
  if (schema.not && against(schema.not).isValid) main.add(general(place, `${name} must not validate the schema (not)`));
  main.matches++;
  return main;
}

const mostFitting = (results: readonly Result[]): Result =>
  results.reduce((best, result) => (result.matches > best.matches ? result : best));
