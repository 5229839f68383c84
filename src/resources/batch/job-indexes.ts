/** Lists of indexes of a job, as `1,3-5,7` (`validateIndexesFormat` upstream). */

/** What is wrong with a list of indexes; the message is upstream's. */
export class IndexesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IndexesError';
  }
}

type Interval = readonly [first: number, last: number];

/** How many indexes the list names. Throws `IndexesError` unless they are ascending and below `completions`. */
export function countIndexes(text: string, completions: number): number {
  let total = 0;
  let previous = -1;
  for (const part of partsOf(text)) {
    const [first, last] = parseInterval(part, completions);
    if (previous >= first) throw new IndexesError(`non-increasing order, previous: ${previous}, current: ${first}`);
    total += last - first + 1;
    previous = last;
  }
  return total;
}

const partsOf = (text: string): string[] => (text === '' ? [] : text.split(','));

function parseInterval(text: string, completions: number): Interval {
  const limits = text.split('-');
  if (limits.length > 2)
    throw new IndexesError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  const first = parseIndex(limits[0]!, completions);
  if (limits.length === 1) return [first, first];
  const last = parseIndex(limits[1]!, completions);
  if (first >= last) throw new IndexesError(`non-increasing order, previous: ${first}, current: ${last}`);
  return [first, last];
}

function parseIndex(text: string, completions: number): number {
  if (!/^\+?[0-9]{1,18}$/.test(text))
    throw new IndexesError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  const index = Number(text);
  if (index >= completions) throw new IndexesError(`too large index: ${JSON.stringify(text)}`);
  return index;
}

/** The first index that is in both lists. Parts that cannot be read are left out: they are reported elsewhere. */
export function overlapOf(a: string, b: string, completions: number): number | undefined {
  const [left, right] = [readable(a, completions), readable(b, completions)];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const [[firstA, lastA], [firstB, lastB]] = [left[i]!, right[j]!];
    if (firstA <= lastB && firstB <= lastA) return Math.max(firstA, firstB);
    if (firstA <= firstB) i++;
    else j++;
  }
  return undefined;
}

const readable = (text: string, completions: number): Interval[] =>
  partsOf(text).flatMap((part) => {
    try {
      return [parseInterval(part, completions)];
    } catch (error) {
      if (error instanceof IndexesError) return [];
      throw error;
    }
  });
