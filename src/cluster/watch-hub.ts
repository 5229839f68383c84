import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import { gone } from '../machinery/status.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { compileWatch, type WatchMatcher } from '../server/watch/match.ts';
import type { WatchSpec } from '../server/watch/spec.ts';
import { StoreError, type Change, type Store } from '../storage/store.ts';
import type { EncodedEvent } from '../tunnel/watch-frames.ts';

/** Where the events of one watch go. Both calls are cheap and never wait; a reader that cannot keep up is dropped elsewhere. */
export interface WatchSink {
  /** `revisions` are those of the events; now everything up to `position` has been seen. */
  send(position: number, revisions: readonly number[], events: readonly EncodedEvent[]): void;
  /** Makes the position durable (in the socket's attachment), so that it outlives the object's memory. */
  save(position: number): void;
}

/** Cuts events into messages of `limits.watchMessageBytes`, one event at least. */
export function* messagesOf(events: readonly EncodedEvent[]): Generator<readonly EncodedEvent[]> {
  let start = 0;
  let size = 0;
  for (const [i, event] of events.entries()) {
    if (i > start && size + event.length > limits.watchMessageBytes) {
      yield events.slice(start, i);
      [start, size] = [i, 0];
    }
    size += event.length;
  }
  if (start < events.length) yield events.slice(start);
}

export interface Subscription {
  readonly spec: WatchSpec;
  position: number;
}

interface Attached extends Subscription {
  readonly sink: WatchSink;
  readonly matches: WatchMatcher;
  /** What the sink was last told and what was last saved. */
  sentPosition: number;
  savedPosition: number;
}

/**
 * Hands the changes of each commit to the watches that want them. Subscriptions are found by kind, so that a change costs
 * only those who watch its kind. Positions are saved when the cluster comes to rest, not with each event.
 */
export class WatchHub {
  readonly #scheme: Scheme;
  readonly #clock: Clock;
  readonly #byResource = new Map<string, Set<Attached>>();

  constructor(scheme: Scheme, clock: Clock) {
    this.#scheme = scheme;
    this.#clock = clock;
  }

  /**
   * Gives `sink` what was committed after `position`, then everything that will be. Rejects with `Expired` when the log
   * does not reach back that far, and with what the store throws.
   */
  async attach(store: Store, spec: WatchSpec, position: number, sink: WatchSink): Promise<Subscription> {
    const matches = compileWatch(spec, this.#scheme);
    const attached: Attached = { spec, position, sink, matches, sentPosition: position, savedPosition: position };
    // The last look at the store's revision and joining the others happen without a pause: nothing falls in between.
    while (attached.position < store.revision) {
      const changes = await changesAfter(store, attached.position);
      this.#deliverTo(attached, changes);
      attached.position = Math.max(attached.position, changes.at(-1)?.revision ?? store.revision);
    }
    const peers = this.#byResource.get(spec.resource);
    if (peers) peers.add(attached);
    else this.#byResource.set(spec.resource, new Set([attached]));
    return attached;
  }

  detach(subscription: Subscription): void {
    this.#byResource.get(subscription.spec.resource)?.delete(subscription as Attached);
  }

  /** The changes of a commit, right after it. */
  deliver(changes: readonly Change[]): void {
    const byResource = new Map<string, Change[]>();
    for (const change of changes) {
      const { resource } = change.entry.key;
      if (!this.#byResource.get(resource)?.size) continue;
      const list = byResource.get(resource);
      if (list) list.push(change);
      else byResource.set(resource, [change]);
    }
    for (const [resource, list] of byResource)
      for (const attached of this.#byResource.get(resource)!) this.#deliverTo(attached, list);
  }

  #deliverTo(attached: Attached, changes: readonly Change[]): void {
    const now = this.#clock.now();
    let revisions: number[] = [];
    let events: EncodedEvent[] = [];
    let size = 0;
    for (const change of changes) {
      if (change.revision <= attached.position) continue;
      attached.position = change.revision;
      const event = attached.matches(change, now);
      if (event === undefined) continue;
      revisions.push(change.revision);
      events.push(event);
      size += event.length;
      if (size < limits.watchMessageBytes) continue;
      this.#send(attached, revisions, events);
      [revisions, events, size] = [[], [], 0];
    }
    if (events.length > 0) this.#send(attached, revisions, events);
  }

  /**
   * The cluster is at rest at `revision`: every watch has seen everything up to there. Tells those who are further behind
   * in what they were told, so that their bookmarks move on, and saves the positions.
   */
  rest(revision: number): void {
    for (const peers of this.#byResource.values())
      for (const attached of peers) {
        attached.position = Math.max(attached.position, revision);
        if (attached.spec.bookmarks && attached.sentPosition < attached.position) this.#send(attached, [], []);
        if (attached.savedPosition === attached.position) continue;
        attached.savedPosition = attached.position;
        attached.sink.save(attached.position);
      }
  }

  #send(attached: Attached, revisions: readonly number[], events: readonly EncodedEvent[]): void {
    attached.sentPosition = attached.position;
    attached.sink.send(attached.position, revisions, events);
  }
}

async function changesAfter(store: Store, revision: number): Promise<readonly Change[]> {
  try {
    return await store.changesAfter(revision);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'compacted') throw gone(`too old resource version: ${revision}`);
    throw error;
  }
}
