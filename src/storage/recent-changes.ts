import type { Change } from './store.ts';

export interface RecentChangesLimits {
  /** Changes kept. */
  recentEvents: number;
  /** Bytes kept, old and new objects together; counted in UTF-16 units, which is what they take at most twice. */
  recentEventBytes: number;
}

/** The newest changes, for watches that start a little in the past. Revisions follow each other without a hole. */
export class RecentChanges {
  readonly #limits: RecentChangesLimits;
  #changes: Change[] = [];
  /** Where the changes that are still kept begin; those before are cut off in one go now and then. */
  #start = 0;
  #size = 0;

  constructor(limits: RecentChangesLimits) {
    this.#limits = limits;
  }

  push(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.#size += sizeOf(change);
    }
    const { recentEvents, recentEventBytes } = this.#limits;
    while (this.#changes.length - this.#start > recentEvents || this.#size > recentEventBytes) this.#drop();
    this.#cut();
  }

  /** Every change after `revision`, or undefined if not all of them are kept. `newest` is the cluster's newest revision. */
  after(revision: number, newest: number): readonly Change[] | undefined {
    const wanted = newest - revision;
    if (wanted > this.#changes.length - this.#start) return undefined;
    return wanted === 0 ? [] : this.#changes.slice(-wanted);
  }

  #drop(): void {
    this.#size -= sizeOf(this.#changes[this.#start]!);
    this.#start++;
  }

  #cut(): void {
    if (this.#start <= this.#changes.length / 2) return;
    this.#changes = this.#changes.slice(this.#start);
    this.#start = 0;
  }
}

/** How much memory a change holds on to. */
export const sizeOf = ({ entry, previous }: Change): number => entry.text.length + (previous?.text.length ?? 0);
