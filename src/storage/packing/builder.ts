import { isPlain, setOwn, type Plain } from '../../machinery/plain.ts';

/**
 * How a piece of an object is made of values; data and not functions, because there are many. A number is the value with that
 * index; of an array or an object, `sample` is copied and what `parts` names is put in; an object with `keys` is made anew,
 * because values are among its keys.
 */
type Recipe =
  | number
  | { readonly sample: readonly unknown[] | Plain; readonly parts: readonly (readonly [string | number, Recipe])[] }
  | { readonly keys: readonly (string | number)[]; readonly values: readonly (Recipe | { readonly same: unknown })[] };

/** Makes objects of values. What is the same for all of them is parsed once, and shared. */
export class Builder {
  readonly #recipe: Recipe;

  /** @param runs the texts around the holes @param sources which value each hole has */
  constructor(runs: readonly string[], sources: readonly number[]) {
    const whole = runs.join('');
    // Texts are made by `JSON.stringify`, which escapes no letter: what is not in the text is in no string of it.
    let mark = '~hole~';
    while (whole.includes(mark)) mark += '~';
    const marked = runs.map((run, i) => (i === 0 ? run : `"${mark}${sources[i - 1]}"${run}`)).join('');
    this.#recipe = recipeOf(JSON.parse(marked), mark)!;
  }

  build(values: readonly unknown[]): unknown {
    return make(this.#recipe, values);
  }
}

function make(recipe: Recipe, values: readonly unknown[]): unknown {
  if (typeof recipe === 'number') return values[recipe];
  if ('keys' in recipe) {
    const object: Plain = {};
    for (const [i, key] of recipe.keys.entries()) {
      const value = recipe.values[i]!;
      const name = typeof key === 'number' ? (values[key] as string) : key;
      setOwn(object, name, typeof value === 'object' && 'same' in value ? value.same : make(value, values));
    }
    return object;
  }
  if (Array.isArray(recipe.sample)) {
    const copy: unknown[] = recipe.sample.slice();
    for (const [i, part] of recipe.parts) copy[i as number] = make(part, values);
    return copy;
  }
  const copy: Plain = { ...(recipe.sample as Plain) };
  for (const [key, part] of recipe.parts) setOwn(copy, key as string, make(part, values));
  return copy;
}

/** How the value is made, or nothing if there is no hole in it. */
function recipeOf(value: unknown, mark: string): Recipe | undefined {
  const holeOf = (text: string): number | undefined => (text.startsWith(mark) ? Number(text.slice(mark.length)) : undefined);
  if (typeof value === 'string') return holeOf(value);
  if (Array.isArray(value)) {
    const parts = value.flatMap((item, i) => partOf(i, recipeOf(item, mark)));
    return parts.length > 0 ? { sample: value, parts } : undefined;
  }
  if (!isPlain(value)) return undefined;
  const keys = Object.keys(value);
  if (keys.some((key) => holeOf(key) !== undefined)) {
    return {
      keys: keys.map((key) => holeOf(key) ?? key),
      values: keys.map((key) => recipeOf(value[key], mark) ?? { same: value[key] }),
    };
  }
  const parts = keys.flatMap((key) => partOf(key, recipeOf(value[key], mark)));
  return parts.length > 0 ? { sample: value, parts } : undefined;
}

const partOf = (key: string | number, recipe: Recipe | undefined): [string | number, Recipe][] =>
  recipe === undefined ? [] : [[key, recipe]];
