import { valuesOf, propertyOf, type JSONSchemaProps } from './schema.ts';

export interface FoundField {
  /** The names on the way. */
  readonly names: readonly string[];
  /** As errors show it: `spec.labels[app]`. */
  readonly text: string;
  readonly schema: JSONSchemaProps;
}

/** A path that leads nowhere, in upstream's words. */
export class InvalidFieldPath extends Error {}

/** The field that a path (`.spec.color`, `.spec['my key']`) leads to in a schema. Throws `InvalidFieldPath`. */
export function findField(path: string, root: JSONSchemaProps, allowBrackets = true): FoundField {
  const names: string[] = [];
  let text = '';
  let schema = root;
  const enter = (name: string) => {
    const isNamed = schema.properties !== undefined;
    const below = isNamed ? propertyOf(schema, name) : valuesOf(schema);
    if (!below) throw new InvalidFieldPath('does not refer to a valid field');
    names.push(name);
    text += isNamed ? `${text && '.'}${name}` : `[${name}]`;
    schema = below;
  };
  const tokens = path.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|'/g) ?? [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const next = tokens[++i];
    if (token !== '.' && token !== '[') throw new InvalidFieldPath(`expected [ or . but got: ${token}`);
    if (token === '[' && !allowBrackets) throw new InvalidFieldPath('array notation is not allowed');
    if (next === undefined) throw new InvalidFieldPath('unexpected end of JSON path');
    if (token === '.') {
      enter(next);
      continue;
    }
    if (next.length < 2 || !next.startsWith("'") || !next.endsWith("'"))
      throw new InvalidFieldPath(`expected single quoted string but got ${next}`);
    enter(next.slice(1, -1).replace(/\\(.)/g, '$1'));
    const end = tokens[++i];
    if (end === undefined) throw new InvalidFieldPath('unexpected end of JSON path');
    if (end !== ']') throw new InvalidFieldPath(`expected ] but got ${end}`);
  }
  return { names, text, schema };
}
