/**
 * Names of fields as expressions write them. Not every property of a schema is an identifier: `my-field` is written
 * `my__dash__field`, as apiserver/pkg/cel's Escape.
 */

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const signs: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};
const words = Object.fromEntries(Object.entries(signs).map(([sign, word]) => [word, sign]));

/** The name that an expression uses for a property; `undefined` if it cannot be written. */
export function escapeName(property: string): string | undefined {
  if (reserved.has(property)) return `__${property}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(property)) return undefined;
  return property.replace(/__|[-./]/g, (sign) => signs[sign]!);
}

/** The property behind a name; `undefined` if the name has an escape that there is none of. Keywords need no escape. */
export function unescapeName(name: string): string | undefined {
  if (!name.includes('__')) return name;
  let wrong = false;
  const property = name.replace(/__[^_]+__/g, (word) => {
    const sign = words[word];
    if (sign !== undefined) return sign;
    const keyword = word.slice(2, -2);
    if (!reserved.has(keyword) || word.length !== name.length) wrong = true;
    return keyword;
  });
  return wrong ? undefined : property;
}

/** The property that a name stands for, if there is one that is written so. A keyword may be written as it is. */
export function propertyOf(name: string): string | undefined {
  const property = unescapeName(name);
  return property !== undefined && (escapeName(property) === name || reserved.has(name)) ? property : undefined;
}
