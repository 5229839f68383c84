/** Field selectors (`metadata.name=web,status.phase!=Running`), as apimachinery/pkg/fields. */
import type { KubeObject } from './meta.ts';
import type { ResourceDefinition } from './resource.ts';
import { badRequest } from './status.ts';

/** One term: the field has the value, or has not. */
export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

export interface FieldSelector<T extends KubeObject = KubeObject> {
  readonly terms: readonly FieldTerm[];
  matches(object: T): boolean;
  /** The value that a field must have, if the selector says so: allows a lookup instead of a search. */
  exact(field: string): string | undefined;
  toString(): string;
}

/** Parses the terms. Throws 400 BadRequest with upstream's message. */
export function parseFieldTerms(text: string): FieldTerm[] {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text).sort()) {
    if (part === '') continue;
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator, value = ''] = match;
    terms.push({ field, equal: operator !== '!=', value: unescape(value) });
  }
  return terms;
}

/** Splits at commas that are not escaped; the escapes stay. */
const splitTerms = (text: string): string[] => text.match(/(?:\\[\s\S]|[^\\,]|\\$)+/g) ?? [];

function unescape(value: string): string {
  return value.replace(/\\([\s\S]?)|([,=])/g, (sequence, escaped: string | undefined, bare: string | undefined) => {
    // As upstream, which prints the number of the character.
    if (bare) throw badRequest(`invalid field selector: unescaped character in value: ${bare.charCodeAt(0)}`);
    if (escaped && '\\,='.includes(escaped)) return escaped;
    throw badRequest(`invalid field selector: invalid escape sequence: ${sequence}`);
  });
}

const escape = (value: string) => value.replace(/[\\,=]/g, '\\$&');

/** The selector that a client wrote, for objects of a kind. Throws 400 BadRequest for a field the kind cannot be selected by. */
export function parseFieldSelector<T extends KubeObject>(definition: ResourceDefinition<T>, text: string): FieldSelector<T> {
  const terms = parseFieldTerms(text);
  const reads = terms.map(({ field }) => readerOf(definition, field));
  return {
    terms,
    matches: (object) => terms.every((term, i) => (reads[i]!(object) === term.value) === term.equal),
    exact: (field) => terms.find((term) => term.equal && term.field === field)?.value,
    toString: () => terms.map(({ field, equal, value }) => `${field}${equal ? '=' : '!='}${escape(value)}`).join(','),
  };
}

function readerOf<T extends KubeObject>(definition: ResourceDefinition<T>, field: string): (object: T) => string {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace' && definition.namespaced) return (object) => object.metadata.namespace ?? '';
  const own = definition.selectableFields;
  if (Object.hasOwn(own, field)) return own[field]!;
  // A cluster-scoped object has an empty namespace.
  if (field === 'metadata.namespace' && !Object.keys(own).length) return () => '';
  throw badRequest(
    Object.keys(own).length || definition.schema.structural
      ? `field label not supported: ${field}`
      : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}
