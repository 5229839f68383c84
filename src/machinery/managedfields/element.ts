/** Path elements as FieldsV1 writes them, and as errors show them. */
import { depthMax } from '../decode/json.ts';
import { isPlain } from '../plain.ts';
import { leaf, self, type FieldSet } from './set.ts';

/** The element of a field, or of a key of a map. */
export const fieldElement = (name: string): string => `f:${name}`;

/** The element of an item of a set. */
export const valueElement = (value: unknown): string => `v:${JSON.stringify(value)}`;

/** The element of an item of a keyed list. The names must be in order, each with its value. */
export function keyElement(names: readonly string[], values: readonly unknown[]): string {
  let text = '';
  for (let i = 0; i < names.length; i++)
    if (values[i] !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(names[i])}:${JSON.stringify(values[i])}`;
  return `k:{${text}}`;
}

/** A path as errors show it: `.spec.containers[name="web"].image`. */
export const showPath = (path: readonly string[]): string => path.map(showElement).join('');

export function showElement(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k': {
      const fields = Object.entries(JSON.parse(rest) as Record<string, unknown>);
      return `[${fields.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

/** FieldsV1 that make no sense. */
export class MalformedFields extends Error {}

/**
 * The set in FieldsV1 that a client sent, in the one form in which paths can be compared. Elements of unknown types are
 * left out, as upstream does. Throws `MalformedFields`.
 */
export function parseFields(value: unknown): FieldSet {
  return parseNode(value ?? {}, 0) ?? leaf;
}

function parseNode(value: unknown, depth: number): FieldSet | undefined {
  if (!isPlain(value)) throw new MalformedFields('fields must be objects');
  if (depth > depthMax) throw new MalformedFields('exceeded max depth');
  const node: Record<string, FieldSet> = {};
  let children = 0;
  let known = 0;
  for (const key in value) {
    known++;
    if (key === self) continue;
    const element = canonical(key);
    if (element === undefined) continue;
    const child = parseNode(value[key], depth + 1);
    if (child === undefined) continue;
    node[element] = child;
    children++;
  }
  // As upstream: what holds only what is not understood is a path of its own.
  if (children === 0) return known === 0 || depth > 0 ? leaf : undefined;
  return self in value && depth > 0 ? { [self]: leaf, ...node } : node;
}

/** The element in its one form; undefined for a type that is not known. */
function canonical(key: string): string | undefined {
  if (key.length < 2 || key[1] !== ':') throw new MalformedFields(`not a path element: ${JSON.stringify(key)}`);
  const rest = key.slice(2);
  switch (key[0]) {
    case 'f':
      return key;
    case 'v':
      return valueElement(parse(rest));
    case 'k': {
      const fields = parse(rest);
      if (!isPlain(fields)) throw new MalformedFields(`not a key: ${JSON.stringify(key)}`);
      const names = Object.keys(fields).sort();
      return keyElement(
        names,
        names.map((name) => fields[name]),
      );
    }
    case 'i':
      if (!/^-?\d+$/.test(rest)) throw new MalformedFields(`not a position: ${JSON.stringify(key)}`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MalformedFields(`not a JSON value: ${JSON.stringify(text)}`);
  }
}
