/**
 * Sets of paths into an object, in the very form of FieldsV1, so that nothing has to be decoded or encoded: a tree whose
 * keys are path elements (`f:name` a field, `k:{"name":"web"}` an item of a keyed list, `v:"x"` an item of a set, `i:0` an
 * item by its position). A node without keys is a path of the set; one with keys is a path of the set if it also has the
 * key `.`. The root is never one. Trees are never changed: results share what they can with their inputs.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

type Building = Record<string, FieldSet>;

/** A path of the set with nothing below it; as a root, the empty set. */
export const leaf: FieldSet = Object.freeze({});

/** As the key of a node with others: the node's own path belongs to the set. */
export const self = '.';

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the path of a node (not a root) is in the set. */
export const isMember = (node: FieldSet): boolean => self in node || isEmptySet(node);

/** A node that is in the set and has these below it. */
export const withSelf = (children: FieldSet | undefined): FieldSet =>
  children === undefined || isEmptySet(children) ? leaf : self in children ? children : { [self]: leaf, ...children };

/** The paths that are in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  return isEmptySet(a) ? b : mergeChildren(a, b);
}

function mergeChildren(a: FieldSet, b: FieldSet): FieldSet {
  let merged: Building | undefined;
  for (const element in b) {
    const before = a[element];
    const after = before === undefined ? b[element]! : element === self ? before : unionNode(before, b[element]!);
    if (after !== before) (merged ??= { ...a })[element] = after;
  }
  return merged ?? a;
}

function unionNode(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isEmptySet(a)) return isEmptySet(b) ? a : withSelf(b);
  return isEmptySet(b) ? withSelf(a) : mergeChildren(a, b);
}

/** The paths of `a` that are not in `b`; `a` itself if that is all of them. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return leaf;
  return isEmptySet(a) || isEmptySet(b) ? a : (subtract(a, b) ?? leaf);
}

/** Takes from the children of `a` those of `b`. Undefined if no path remains. */
function subtract(a: FieldSet, b: FieldSet): FieldSet | undefined {
  let touched = false;
  for (const element in b) {
    const node = a[element];
    if (node !== undefined && (element === self || subtractNode(node, b[element]!) !== node)) {
      touched = true;
      break;
    }
  }
  if (!touched) return a;
  const rest: Building = {};
  let children = 0;
  for (const element in a) {
    const node = a[element]!;
    const other = b[element];
    const kept = other === undefined ? node : element === self ? undefined : subtractNode(node, other);
    if (kept === undefined) continue;
    rest[element] = kept;
    if (element !== self) children++;
  }
  if (children > 0) return rest;
  return self in rest ? leaf : undefined;
}

function subtractNode(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (isEmptySet(a)) return isMember(b) ? undefined : a;
  if (!isEmptySet(b)) return subtract(a, b);
  if (!(self in a)) return a;
  const { [self]: _, ...children } = a;
  return children;
}

/** The paths that are in both, and have nothing below them in either. */
export function commonLeaves(a: FieldSet, b: FieldSet): FieldSet {
  let common: Building | undefined;
  for (const element in a) {
    const [node, other] = [a[element]!, b[element]];
    if (other === undefined || element === self || isEmptySet(node) !== isEmptySet(other)) continue;
    const found = isEmptySet(node) ? leaf : commonLeaves(node, other);
    if (isEmptySet(node) || !isEmptySet(found)) (common ??= {})[element] = found;
  }
  return common ?? leaf;
}

/** The paths that are in both. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => intersect(a, b) ?? leaf;

function intersect(a: FieldSet, b: FieldSet): FieldSet | undefined {
  let common: Building | undefined;
  for (const element in a) {
    const other = b[element];
    if (other === undefined || element === self) continue;
    const node = intersectNode(a[element]!, other);
    if (node !== undefined) (common ??= {})[element] = node;
  }
  return common;
}

function intersectNode(a: FieldSet, b: FieldSet): FieldSet | undefined {
  const children = intersect(a, b);
  return isMember(a) && isMember(b) ? withSelf(children) : children;
}

/** Whether every path of `a` is in `b`. */
export const isSubset = (a: FieldSet, b: FieldSet): boolean => isEmptySet(difference(a, b));

/** Every path of the set, each as its elements: what a node holds itself first, then what is below, in order. */
export function* pathsOf(set: FieldSet, prefix: readonly string[] = []): Generator<readonly string[]> {
  const elements = Object.keys(set)
    .filter((element) => element !== self)
    .sort(byElement);
  for (const element of elements) if (isMember(set[element]!)) yield [...prefix, element];
  for (const element of elements) yield* pathsOf(set[element]!, [...prefix, element]);
}

const kinds = 'fkvi';

/** Upstream's order of path elements: fields, keys, values, positions; each by what they say. */
function byElement(a: string, b: string): number {
  if (a[0] !== b[0]) return kinds.indexOf(a[0]!) - kinds.indexOf(b[0]!);
  if (a[0] === 'i') return Number(a.slice(2)) - Number(b.slice(2));
  return a < b ? -1 : a > b ? 1 : 0;
}
