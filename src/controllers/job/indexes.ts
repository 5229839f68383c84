/** Sets of completion indexes as ascending intervals, in the written form of a job's status: `1,3-5,7`. */

export interface Interval {
  readonly first: number;
  readonly last: number;
}
export type Indexes = readonly Interval[];

/** Reads a list of indexes below `completions`. Parts that cannot be read are left out: others may write statuses too. */
export function parseIndexes(text: string, completions: number): Indexes {
  const parts = text.split(',').flatMap((part) => {
    const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part);
    if (!match) return [];
    const first = Number(match[1]);
    return [{ first, last: Math.min(Number(match[2] ?? first), completions - 1) }];
  });
  return merged(parts.filter(({ first, last }) => first <= last));
}

/** Two neighbours are written one by one, three and more as a range. */
export const formatIndexes = (indexes: Indexes): string =>
  indexes
    .map(({ first, last }) => (first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`))
    .join(',');

export const countOf = (indexes: Indexes): number => indexes.reduce((sum, { first, last }) => sum + last - first + 1, 0);

export function hasIndex(indexes: Indexes, index: number): boolean {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indexes[middle]!.last < index) low = middle + 1;
    else high = middle;
  }
  return low < indexes.length && indexes[low]!.first <= index;
}

/** All indexes of the lists. */
export const union = (...lists: readonly Indexes[]): Indexes => merged(lists.flat());

export const indexesOf = (numbers: Iterable<number>): Indexes =>
  merged([...numbers].map((index) => ({ first: index, last: index })));

function merged(intervals: readonly Interval[]): Indexes {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...intervals].sort((a, b) => a.first - b.first)) {
    const previous = result.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else result.push({ first, last });
  }
  return result;
}

/** How many indexes are in both lists. */
export function countCommon(a: Indexes, b: Indexes): number {
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [left, right] = [a[i]!, b[j]!];
    count += Math.max(0, Math.min(left.last, right.last) - Math.max(left.first, right.first) + 1);
    if (left.last < right.last) i++;
    else j++;
  }
  return count;
}

/** The first `count` indexes below `completions` that are not in the list. */
export function firstMissing(indexes: Indexes, count: number, completions: number): number[] {
  const missing: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...indexes, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && missing.length < count; candidate++) missing.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return missing;
}
