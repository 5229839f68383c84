import type { Snapshot } from '../../../src/machinery/reader.ts';
import type { Plan } from '../../../src/machinery/reconcile.ts';
import type { StatusError } from '../../../src/machinery/status.ts';
import type { SimChange, SimState } from '../state.ts';

/**
 * What is going on. In a storm anything. In calm weather people scale and update what there is, and nothing goes wrong but
 * the cluster's own process. In a drain people evict pods, and no node does anything.
 */
export type Weather = 'storm' | 'calm' | 'drain';

/** What a commit made of the state. */
export interface Commit {
  before: SimState;
  after: SimState;
  changes: readonly SimChange[];
  weather: Weather;
  /** The states since the cluster was last at rest, the oldest first, the one after this commit last. None in a storm. */
  sinceRest: readonly SimState[];
  now: Date;
}

/** What a controller planned, and what it was planned on. */
export interface Decision {
  controller: string;
  key: string;
  plan: Plan;
  snapshot: Snapshot;
  /** How the plan before this one failed. */
  failures: readonly StatusError[];
  now: Date;
}

/**
 * Something that must hold. Each check says in a sentence what is wrong, or nothing. One that remembers is made anew for
 * every run.
 */
export interface Invariant {
  /** After every commit. */
  commit?(commit: Commit): string[];
  /** Of every plan, before it is carried out. */
  decision?(decision: Decision): string[];
  /** When all nodes are healthy, nobody asks for anything, and the controllers have nothing left to do. */
  rest?(state: SimState, now: Date): string[];
}

/** An object as problems name it. */
export const titleOf = ({ kind, metadata }: { kind: string; metadata: { namespace?: string; name: string } }): string =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
