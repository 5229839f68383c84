/** What MutatingAdmissionPolicies construct: `JSONPatch{op: …}` and `Object{spec: Object.spec{…}}`. */
import { global, type Functions } from '../functions.ts';
import { declaredOf, dynDeclared } from '../types/declared.ts';
import { dynType, objectType, stringType, type Type } from '../types/type.ts';
import { isFault, ListValue, MapValue, type Outcome } from '../values/value.ts';

const text = declaredOf(stringType);
const patchFields: Readonly<Record<string, Type>> = { op: stringType, from: stringType, path: stringType, value: dynType };

const patchType = objectType('JSONPatch', (name) =>
  Object.hasOwn(patchFields, name) ? (patchFields[name] === dynType ? dynDeclared : text) : undefined,
);

/** The object types of mutations by name. An object takes any field, and what a field is called is part of its type's name. */
export function mutationType(name: string): Type | undefined {
  if (name === 'JSONPatch') return patchType;
  return name === 'Object' || name.startsWith('Object.') ? objectType(name, () => dynDeclared) : undefined;
}

export const jsonPatch: Functions = {
  'jsonpatch.escapeKey': [
    global('string_jsonpatch_escapeKey_string', [stringType], stringType, ([key]) =>
      (key as string).replace(/[~/]/g, (sign) => (sign === '~' ? '~0' : '~1')),
    ),
  ],
};

/**
 * Whether the objects within an `Object{…}` are called like the fields they stand in: `Object.spec` in the field `spec`.
 * What is wrong, or an empty list.
 */
export function misnamedObjects(value: Outcome, path = 'Object'): string[] {
  if (isFault(value)) return [];
  if (value instanceof ListValue) return [...value].flatMap((item) => misnamedObjects(item, path));
  if (!(value instanceof MapValue)) return [];
  const name = value.objectType?.name;
  const wrong =
    name === undefined || name === path
      ? []
      : [
          `unexpected type name ${JSON.stringify(name)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`,
        ];
  for (const key of value.keys())
    wrong.push(...misnamedObjects(value.find(key) ?? null, name === undefined ? path : `${path}.${String(key)}`));
  return wrong;
}
