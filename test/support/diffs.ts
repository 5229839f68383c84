/** Patches that make one object of another, as clients compute them. */
import { isDeepStrictEqual } from 'node:util';
import type { Plain } from '../../src/machinery/plain.ts';
import { resolve, type ListSchema, type Schema } from '../../src/machinery/schema.ts';
import { isPlain } from './schema-values.ts';

const keysOfBoth = (from: Plain, to: Plain) => new Set([...Object.keys(from), ...Object.keys(to)]);

/** A JSON merge patch. */
export function mergeDiff(from: Plain, to: Plain): Plain {
  const patch: Plain = {};
  for (const key of keysOfBoth(from, to)) {
    const [old, wanted] = [from[key], to[key]];
    if (!(key in to)) patch[key] = null;
    else if (isPlain(old) && isPlain(wanted)) patch[key] = mergeDiff(old, wanted);
    else if (!isDeepStrictEqual(old, wanted)) patch[key] = wanted;
  }
  return patch;
}

/** A JSON patch. */
export function jsonDiff(from: unknown, to: unknown, path = ''): { op: string; path: string; value?: unknown }[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length)
    return from.flatMap((item, i) => jsonDiff(item, to[i], `${path}/${i}`));
  if (!isPlain(from) || !isPlain(to)) return [{ op: 'replace', path, value: to }];
  return [...keysOfBoth(from, to)].flatMap((key) => {
    const at = `${path}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
    if (!(key in to)) return [{ op: 'remove', path: at }];
    return key in from ? jsonDiff(from[key], to[key], at) : [{ op: 'add', path: at, value: to[key] }];
  });
}

/** A strategic merge patch, with the directives that kubectl writes. */
export function strategicDiff(schema: Schema | undefined, from: Plain, to: Plain): Plain {
  const node = schema && resolve(schema);
  const patch: Plain = {};
  for (const key of keysOfBoth(from, to)) {
    const [old, wanted] = [from[key], to[key]];
    if (!(key in to)) patch[key] = null;
    else if (isDeepStrictEqual(old, wanted)) continue;
    else {
      const field = node?.kind === 'object' ? node.fields[key] : undefined;
      const child = field?.schema ?? (node?.kind === 'map' ? node.values : undefined);
      const list = child && resolve(child);
      if (isPlain(old) && isPlain(wanted)) patch[key] = field?.replace ? wanted : strategicDiff(child, old, wanted);
      else if (Array.isArray(old) && Array.isArray(wanted) && list?.kind === 'list' && list.patch)
        Object.assign(patch, listDiff(key, list, old, wanted));
      else patch[key] = wanted;
    }
  }
  return patch;
}

function listDiff(name: string, { patch, items }: ListSchema, from: unknown[], to: unknown[]): Plain {
  const mergeKey = patch!.mergeKey;
  if (mergeKey === undefined) {
    const gone = from.filter((item) => !to.includes(item));
    const added = to.filter((item) => !from.includes(item));
    return {
      ...(gone.length > 0 && { [`$deleteFromPrimitiveList/${name}`]: gone }),
      ...(added.length > 0 && { [name]: added }),
      [`$setElementOrder/${name}`]: to,
    };
  }
  const keyOf = (item: unknown) => (item as Plain)[mergeKey];
  const changes = (to as Plain[]).flatMap((item) => {
    const old = from.find((each) => keyOf(each) === keyOf(item)) as Plain | undefined;
    if (!old) return [item];
    const change = strategicDiff(items, old, item);
    return Object.keys(change).length > 0 ? [{ [mergeKey]: keyOf(item), ...change }] : [];
  });
  const gone = from.filter((item) => !to.some((each) => keyOf(each) === keyOf(item)));
  return {
    [name]: [...changes, ...gone.map((item) => ({ $patch: 'delete', [mergeKey]: keyOf(item) }))],
    [`$setElementOrder/${name}`]: to.map((item) => ({ [mergeKey]: keyOf(item) })),
  };
}
