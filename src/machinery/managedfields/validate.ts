/** Whether an applied configuration fits its type. The words are upstream's structured-merge-diff, which clients look for. */
import { isPlain, type Plain } from '../plain.ts';
import { showElement } from './element.ts';
import { itemElement, UnusableItem } from './items.ts';
import { anyList, anyMap, type ListType, type MapType, type ScalarType, type StructType, type Type } from './type.ts';

/** Everything wrong with a configuration, each with its path. Duplicates in keyed lists and sets are errors unless allowed. */
export function typeErrors(type: StructType, value: Plain): string[] {
  const errors: string[] = [];
  check(type, value, '', errors);
  return errors;
}

/** Several errors as one text. */
export const joinErrors = (errors: readonly string[]): string =>
  errors.length === 1 ? errors[0]! : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');

function check(type: Type, value: unknown, path: string, errors: string[]): void {
  if (value === null || value === undefined) return;
  const fail = (message: string) => void errors.push(path === '' ? message : `${path}: ${message}`);
  switch (type.kind) {
    case 'scalar': {
      const wrong = scalarError(type, value);
      return wrong === undefined ? undefined : fail(wrong);
    }
    case 'any':
      if (Array.isArray(value)) return check(anyList, value, path, errors);
      return isPlain(value) ? check(anyMap, value, path, errors) : undefined;
    case 'list':
      if (!Array.isArray(value)) return fail(`expected list, got ${shown(value)}`);
      return checkItems(type, value, path, errors);
    case 'struct':
    case 'map':
      if (!isPlain(value)) return fail(`expected map, got ${shown(value)}`);
      return checkFields(type, value, path, errors);
  }
}

function checkFields(type: StructType | MapType, value: Plain, path: string, errors: string[]): void {
  for (const name in value) {
    const at = `${path}.${name}`;
    const child = type.kind === 'map' ? type.values : type.fields.get(name)?.type;
    if (!child) errors.push(`${at}: field not declared in schema`);
    else check(child, value[name], at, errors);
  }
}

function checkItems(type: ListType, items: readonly unknown[], path: string, errors: string[]): void {
  const fail = (message: string) => void errors.push(path === '' ? message : `${path}: ${message}`);
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    let element = `i:${i}`;
    if (type.listType !== 'atomic') {
      try {
        element = itemElement(type, item);
      } catch (error) {
        if (!(error instanceof UnusableItem)) throw error;
        return fail(`element ${i}: ${error.message}`);
      }
      if (seen.has(element)) fail(`duplicate entries for key ${showElement(element)}`);
      seen.add(element);
    }
    check(type.items, item, path + showElement(element), errors);
  }
}

function scalarError({ accepts }: ScalarType, value: unknown): string | undefined {
  switch (accepts) {
    case 'numeric':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${shownRaw(value)}}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${shown(value)}`;
    case 'untyped':
      return typeof value === 'object' ? `expected any scalar, got ${shown(value)}` : undefined;
  }
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'map[string]interface {}' : typeof value;
}

// Values that hold others are not shown: they may be of a Secret, and messages end up in logs.
const shownRaw = (value: unknown) => (typeof value === 'object' ? goType(value) : JSON.stringify(value));
const shown = (value: unknown) => `&{${typeof value === 'string' ? value : shownRaw(value)}}`;
