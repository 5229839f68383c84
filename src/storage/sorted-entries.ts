import type { Entry } from './store.ts';

const chunkLengthMax = 512;

/**
 * Entries of one resource and namespace in order of name. Kept in chunks, so that finding costs O(log n) and a change
 * moves only its chunk; the whole as one array is made when asked for and kept until the next change.
 */
export class SortedEntries {
  #chunks: Entry[][] = [];
  #all: readonly Entry[] | undefined;

  get(name: string): Entry | undefined {
    const chunk = this.#chunks[this.#chunkOf(name)];
    const entry = chunk?.[position(chunk, name)];
    return entry?.key.name === name ? entry : undefined;
  }

  /** Adds or replaces the entry of that name. */
  set(entry: Entry): void {
    this.#all = undefined;
    const index = this.#chunkOf(entry.key.name);
    const chunk = this.#chunks[index];
    if (!chunk) {
      this.#chunks.push([entry]);
      return;
    }
    const at = position(chunk, entry.key.name);
    chunk.splice(at, chunk[at]?.key.name === entry.key.name ? 1 : 0, entry);
    if (chunk.length > chunkLengthMax) this.#chunks.splice(index + 1, 0, chunk.splice(chunkLengthMax / 2));
  }

  delete(name: string): void {
    const index = this.#chunkOf(name);
    const chunk = this.#chunks[index];
    if (!chunk) return;
    const at = position(chunk, name);
    if (chunk[at]?.key.name !== name) return;
    this.#all = undefined;
    chunk.splice(at, 1);
    if (chunk.length === 0) this.#chunks.splice(index, 1);
  }

  /** All entries. The array never changes; the next change makes a new one. */
  all(): readonly Entry[] {
    return (this.#all ??= this.#chunks.flat());
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** The chunk that has the name, or would get it: the last one that does not begin after it. */
  #chunkOf(name: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]![0]!.key.name <= name) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** Where in the chunk the name is, or would be. */
function position(chunk: readonly Entry[], name: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunk[middle]!.key.name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
