import { Packer, type Packable } from './packing/packer.ts';

/** An entry as its pool sees it. */
export interface Pooled extends Packable {
  /** The pool that hears when the object is parsed; `undefined` for an entry that is not in the store. */
  pool: EntryPool | undefined;
  /** Whether the object was asked for since this was last set to false. */
  used: boolean;
  /** What it takes up with its parsed object, in bytes, about. */
  readonly weight: number;
  /** The weight that the pool counts for it now; 0 for one that has lost its parsed object. */
  counted: number;
  /** Forgets the parsed object; it is parsed again when somebody asks for it. */
  forgetObject(): void;
}

export interface EntryPoolLimits {
  /** Bytes of entries that are kept as they were written, with their parsed objects. */
  warmBytes: number;
  /** Bytes of replaced entries that keep their parsed objects. */
  retiredBytes: number;
}

/**
 * Keeps the memory that the entries of a store take within a bound. As long as they fit, nothing happens. Past it, those that
 * were not used for longest lose their parsed object, and their text is packed (`packing/`): they answer as before, out of
 * less. Which ones is decided as by a clock: a hand goes round, and takes what was not used since it came by last.
 */
export class EntryPool {
  readonly #limits: EntryPoolLimits;
  readonly #packer = new Packer();
  readonly #warm = new Set<Pooled>();
  #warmBytes = 0;
  #hand = this.#warm.values();
  #retired: Pooled[] = [];
  #retiredBytes = 0;

  constructor(limits: EntryPoolLimits) {
    this.#limits = limits;
  }

  /** The entry is in the store from now on. */
  admit(entry: Pooled): void {
    entry.pool = this;
    this.warmed(entry);
  }

  /** An entry that had none has a parsed object now. */
  warmed(entry: Pooled): void {
    entry.counted = entry.weight;
    this.#warmBytes += entry.counted;
    this.#warm.add(entry);
    while (this.#warmBytes > this.#limits.warmBytes && this.#warm.size > 1) this.#coolNext();
  }

  /** The entry is no longer in the store, though the log may hold on to it for a while, and who follows it may look at it. */
  retire(entry: Pooled): void {
    entry.pool = undefined;
    if (this.#warm.delete(entry)) this.#warmBytes -= entry.counted;
    entry.counted = entry.weight;
    this.#retired.push(entry);
    this.#retiredBytes += entry.counted;
    if (this.#retiredBytes > this.#limits.retiredBytes) this.#forgetRetired();
  }

  #coolNext(): void {
    const { value: entry, done } = this.#hand.next();
    if (done) this.#hand = this.#warm.values();
    else if (entry.used) entry.used = false;
    else {
      this.#warm.delete(entry);
      this.#warmBytes -= entry.counted;
      entry.counted = 0;
      this.#packer.pack(entry);
      entry.forgetObject();
    }
  }

  /** Forgets the older half at once. */
  #forgetRetired(): void {
    const older = this.#retired.splice(0, Math.ceil(this.#retired.length / 2));
    for (const entry of older) {
      this.#retiredBytes -= entry.counted;
      entry.forgetObject();
    }
  }
}
