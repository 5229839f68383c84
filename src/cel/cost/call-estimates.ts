/**
 * What a call costs before it is known what it is called with, from the sizes that its arguments can have: the rules of
 * cel-go (checker/cost.go, ext) and of Kubernetes (apiserver/pkg/cel/library/cost.go). They decide which rules a
 * CustomResourceDefinition may have, so they are kept to the digit.
 */
import type { Expression } from '../syntax/ast.ts';
import { sameType, type Type } from '../types/type.ts';
import { checkCost, listCreation, regexFactor, structCreation, textFactor } from './calls.ts';
import { add, between, fixed, multiply, nothing, one, times, union, unknownSize, type Range } from './range.ts';

/** An argument, or what a function is called on. */
export interface Operand {
  readonly type: Type;
  readonly size: Range;
  readonly expression: Expression;
  /** The size of the items of a list; unknown for what is none. */
  readonly item: () => Range;
}

export interface CallEstimate {
  /** Without the arguments'. */
  readonly cost: Range;
  /** Of the result, if it has a size. */
  readonly size?: Range;
}

type Estimate = (args: readonly Operand[], target: Operand | undefined) => CallEstimate | undefined;

const free = { cost: one };

/** A pass over the first argument (or what it is called on). */
const scan =
  (factor: number, keepsSize = false): Estimate =>
  ([arg]) =>
    arg && { cost: times(arg.size, factor * textFactor), ...(keepsSize && { size: arg.size }) };

const isText = ({ kind }: Type) => kind === 'string' || kind === 'bytes';

/** A look at each item of a list, with its characters; `indexOf` is one of strings, too. */
const eachItem: Estimate = (_, target) => {
  if (!target) return undefined;
  const item = target.type.parameters[0];
  if (!item) return { cost: times(target.size, textFactor) };
  const itemCost = isText(item) ? add(one, times(target.item(), textFactor)) : one;
  return { cost: multiply(target.size, itemCost) };
};

const regex =
  (isFinder: boolean): Estimate =>
  (args, target) => {
    const [text, pattern] = target ? [target, args[0]] : [args[0], args[1]];
    if (!text || !pattern || !target) return undefined;
    const cost = multiply(times(add(text.size, one), textFactor), times(pattern.size, regexFactor));
    return isFinder ? { cost, size: between(0, text.size.max) } : { cost };
  };

const selector: Estimate = ([text]) =>
  text && {
    cost: add(fixed(listCreation), times(text.size, textFactor), times(times(text.size, 0.5), listCreation + structCreation)),
  };

/** The most and the fewest replacements, by the sizes of all three texts. */
const replace: Estimate = ([old, replacement], target) => {
  if (!target || !old || !replacement) return undefined;
  const { size } = target;
  const count = { min: 0, max: 0 };
  const kept = { min: 0, max: 0 };
  if (old.size.min === 0) [count.max, kept.max] = [size.max + 1, size.max];
  else if (replacement.size.max <= old.size.min) kept.max = size.max;
  else count.max = Math.ceil(size.max / old.size.min);
  if (old.size.max === 0) [count.min, kept.min] = [size.min + 1, size.min];
  else if (old.size.max <= replacement.size.min) kept.min = size.min;
  else count.min = Math.ceil(size.min / old.size.max);
  return { cost: times(size, 2 * textFactor), size: add(multiply(count, replacement.size), kept) };
};

const literalInt = ({ expression }: Operand): number | undefined =>
  expression.kind === 'literal' && typeof expression.value === 'bigint' ? Math.max(0, Number(expression.value)) : undefined;

const split: Estimate = ([, count], target) =>
  target && {
    cost: times(target.size, 2 * textFactor),
    size: between(0, (count && literalInt(count)) ?? target.size.max),
  };

const join: Estimate = ([separator], target) => {
  if (!target) return undefined;
  const items = target.type.parameters[0] ? multiply(target.size, target.item()) : nothing;
  const gaps = between(Math.max(0, target.size.min - 1), Math.max(0, target.size.max - 1));
  const size = separator ? add(items, multiply(separator.size, gaps)) : items;
  return { cost: times(size, textFactor), size };
};

/** Four bytes of an address, or sixteen, compared twice. */
const addressBytes = between(4, 16);
const contains =
  (isText: boolean, isCidr: boolean): Estimate =>
  ([other]) =>
    other && {
      cost: add(
        times(add(addressBytes, addressBytes), textFactor),
        isCidr ? add(times(addressBytes, textFactor), one) : nothing,
        isText ? times(other.size, textFactor) : nothing,
      ),
    };

/** Patterns of formats have 128 characters at most. */
const validate: Estimate = ([text]) => text && { cost: times(times(text.size, textFactor), 128 * regexFactor) };

/** Kinds of values that are equal by a glance. */
const glances = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
]);

const equality: Estimate = ([a, b]) => {
  if (!a || !b) return undefined;
  if (sameType(a.type, b.type)) {
    if (glances.has(a.type.name)) return free;
    if (a.type.name === 'kubernetes.NamedFormat') return { cost: times(between(1, 64), textFactor) };
    if (a.type.name === 'kubernetes.URL')
      return { cost: times(between(1, b.size.max === unknownSize ? 1 : b.size.max), textFactor) };
  }
  return comparison([a, b], undefined);
};

const comparison: Estimate = ([a, b]) => {
  if (!a || !b) return undefined;
  const max = Math.min(a.size.max, b.size.max);
  return { cost: times(between(max > 0 ? 1 : 0, max), textFactor) };
};

const sum: Estimate = ([a, b]) => a && b && { cost: times(add(a.size, b.size), textFactor), size: add(a.size, b.size) };

const sets =
  (factor: number): Estimate =>
  ([a, b]) =>
    a && b && { cost: add(times(multiply(a.size, b.size), factor), one) };

const allocated = (factor: number, size: Range): CallEstimate => ({
  cost: add(times(size, factor), one, fixed(listCreation)),
  size,
});

const slice: Estimate = ([start, end], target) => {
  if (!target || !start || !end) return undefined;
  return allocated(1, fixed(Math.max(0, (literalInt(end) ?? target.size.max) - (literalInt(start) ?? 0))));
};

const flatten: Estimate = ([depth], target) => target && allocated(depth ? (literalInt(depth) ?? unknownSize) : 1, target.size);

const selfCompared = (list: Operand | undefined): CallEstimate | undefined => {
  const item = list?.type.parameters[0];
  return list && allocated(item && isText(item) ? 2 + textFactor : 2, multiply(list.size, list.size));
};

const quote: Estimate = ([text]) =>
  text && { cost: times(text.size, textFactor), size: between(text.size.min + 2, text.size.max * 2 + 2) };

/** By overload. */
const byOverload: Readonly<Record<string, Estimate>> = {
  list_sets_contains_list: sets(1),
  list_sets_intersects_list: sets(1),
  list_sets_equivalent_list: sets(2),
  list_slice: slice,
  list_flatten: flatten,
  list_flatten_int: flatten,
  lists_range: ([count]) => count && allocated(1, fixed(literalInt(count) ?? unknownSize)),
  list_reverse: (_, target) => target && allocated(1, target.size),
  list_distinct: (_, target) => target && allocated(2, multiply(target.size, target.size)),
  list_sort: (_, target) => selfCompared(target),
  list_sortByAssociatedKeys: ([keys]) => selfCompared(keys),
  cidr_ip: () => free,
  cidr_contains_ip_string: contains(true, false),
  cidr_contains_ip_ip: contains(false, false),
  cidr_contains_cidr_string: contains(true, true),
  cidr_contains_cidr: contains(false, true),
  string_format: (_, target) => target && { cost: times(target.size, textFactor) },
  string_to_bytes: ([text]) => text && { cost: times(text.size, textFactor), size: between(text.size.min, text.size.max * 4) },
  bytes_to_string: ([bytes]) =>
    bytes && { cost: times(bytes.size, textFactor), size: between(Math.floor(bytes.size.min / 4), bytes.size.max) },
  strings_quote: quote,
  starts_with_string: scan(1),
  ends_with_string: scan(1),
  in_list: ([, list]) => list && { cost: list.size },
  matches_string: regex(false),
  contains_string: ([other], target) =>
    target && other && { cost: multiply(times(target.size, textFactor), times(other.size, textFactor)) },
  logical_and: () => ({ cost: nothing }),
  logical_or: () => ({ cost: nothing }),
  conditional: ([, yes, no]) => yes && no && { cost: nothing, size: union(yes.size, no.size) },
  add_string: sum,
  add_bytes: sum,
  add_list: ([a, b]) => a && b && { cost: one, size: add(a.size, b.size) },
  equals: equality,
  not_equals: comparison,
  ...Object.fromEntries(
    ['less', 'greater', 'less_equals', 'greater_equals'].flatMap((order) =>
      ['string', 'bytes'].map((type) => [`${order}_${type}`, comparison]),
    ),
  ),
};

const onTarget =
  (estimate: Estimate): Estimate =>
  (args, target) =>
    target && estimate([target, ...args], target);

/** By function. */
const byFunction: Readonly<Record<string, Estimate>> = {
  check: () => ({ cost: fixed(checkCost) }),
  fieldSelector: selector,
  labelSelector: selector,
  isSorted: eachItem,
  sum: eachItem,
  max: eachItem,
  min: eachItem,
  indexOf: eachItem,
  lastIndexOf: eachItem,
  url: scan(1, true),
  'jsonpatch.escapeKey': scan(1, true),
  lowerAscii: onTarget(scan(1, true)),
  upperAscii: onTarget(scan(1, true)),
  substring: onTarget(scan(1, true)),
  trim: onTarget(scan(1, true)),
  replace,
  split,
  join,
  find: regex(true),
  findAll: regex(true),
  cidr: scan(1),
  ip: scan(1),
  isIP: scan(1),
  isCIDR: scan(1),
  'ip.isCanonical': scan(2),
  quantity: scan(1),
  isQuantity: scan(1),
  semver: scan(1),
  isSemver: scan(1),
  validate,
};

/** The estimate of a call. Everything without a rule costs one, and its size is not known. */
export function estimateCall(
  name: string,
  overload: string,
  args: readonly Operand[],
  target: Operand | undefined,
): CallEstimate {
  const rule = byOverload[overload] ?? (Object.hasOwn(byFunction, name) ? byFunction[name] : undefined);
  return rule?.(args, target) ?? free;
}
