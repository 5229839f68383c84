import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import { gone } from '../machinery/status.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { Unconverted } from '../resources/customresources/conversion.ts';
import { errorEvent } from '../server/watch/event.ts';
import { compileWatch, type WatchMatcher } from '../server/watch/match.ts';
import type { WatchSpec } from '../server/watch/spec.ts';
import { StoreError, type Change, type Store } from '../storage/store.ts';
import type { EncodedEvent } from '../tunnel/watch-frames.ts';

/** Where the events of one watch go. Both calls are cheap and never wait; a reader that cannot keep up is dropped elsewhere. */
export interface WatchSink {
  /** `revisions` are those of the events; now everything up to `position` has been seen. */
  send(position: number, revisions: readonly number[], events: readonly EncodedEvent[]): void;
  /** Nothing will follow: the kind is not served any more, or the last event says why. */
  end?(): void;
  /** Makes the position durable (in the socket's attachment), so that it outlives the object's memory. */
  save(position: number): void;
}

/** Cuts events into messages of `limits.watchMessageBytes`, one event at least. What fits into one stays the array it is. */
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
  if (start < events.length) yield start === 0 ? events : events.slice(start);
}

export interface Subscription {
  readonly spec: WatchSpec;
  position: number;
}

/** About what it takes a Worker to pass a message on to its client. */
const deliveryMsPerWatch = 0.1;
const deliveryIntervalMsMax = 50;

interface Attached extends Subscription {
  readonly sink: WatchSink;
  /** What the sink was last told and what was last saved. */
  sentPosition: number;
  savedPosition: number;
}

/** Watches that want the same: what they see of a commit is worked out once. */
interface Group {
  readonly spec: WatchSpec;
  readonly resource: string;
  matches: WatchMatcher;
  readonly members: Set<Attached>;
}

interface Batch {
  readonly revisions: readonly number[];
  readonly events: readonly EncodedEvent[];
  /** The last event says that the watch is over. */
  readonly failed?: boolean;
}

/**
 * Hands the changes of commits to the watches that want them. Watches are found by kind, so that a change costs only those
 * who watch its kind, and those that want the same share the work. The changes of commits that follow each other closely
 * go out together: the more watches were served, the longer the next delivery waits, so that it does not outrun the
 * Workers that pass events on. Positions are saved when the cluster comes to rest, not with each event.
 */
export class WatchHub {
  readonly #scheme: Scheme;
  readonly #clock: Clock;
  readonly #schedule: (task: () => void, delayMs: number) => void;
  /** By what is watched, as JSON. */
  readonly #groups = new Map<string, Group>();
  readonly #byResource = new Map<string, Set<Group>>();
  #pending: Change[] = [];
  /** Not before this time, in ms since the epoch, is the next delivery. */
  #nextDeliveryMs = 0;

  /** `schedule` runs a task after a delay, at 0 when what waits already has had its turn. */
  constructor(scheme: Scheme, clock: Clock, schedule: (task: () => void, delayMs: number) => void) {
    this.#scheme = scheme;
    this.#clock = clock;
    this.#schedule = schedule;
  }

  /**
   * Gives `sink` what was committed after `position`, then everything that will be. Rejects with `Expired` when the log
   * does not reach back that far, and with what the store throws.
   */
  async attach(store: Store, spec: WatchSpec, position: number, sink: WatchSink): Promise<Subscription> {
    const key = JSON.stringify(spec);
    const matches = this.#groups.get(key)?.matches ?? compileWatch(spec, this.#scheme);
    const attached: Attached = { spec, position, sink, sentPosition: position, savedPosition: position };
    // The last look at the store's revision and joining the others happen without a pause: nothing falls in between. What
    // still waits to be delivered is at or below that revision, and passed over then.
    while (attached.position < store.revision) {
      const changes = await changesAfter(store, attached.position);
      if (changes.length === 0) break;
      const batch = this.#batchOf(spec, matches, changes);
      this.#send(attached, changes, batch);
      if (batch.failed) sink.end?.();
    }
    this.#join(key, attached, matches);
    return attached;
  }

  detach(subscription: Subscription): void {
    const key = JSON.stringify(subscription.spec);
    const group = this.#groups.get(key);
    if (!group) return;
    group.members.delete(subscription as Attached);
    if (group.members.size > 0) return;
    this.#groups.delete(key);
    this.#byResource.get(group.resource)?.delete(group);
  }

  /** What is watched, and by how many. */
  *watches(): Generator<[spec: WatchSpec, count: number]> {
    for (const [key, { members }] of this.#groups) yield [JSON.parse(key) as WatchSpec, members.size];
  }

  /** The changes of a commit, in order. */
  deliver(changes: readonly Change[]): void {
    const wanted = changes.filter(({ entry }) => this.#byResource.get(entry.key.resource)?.size);
    if (wanted.length === 0) return;
    if (this.#pending.length === 0)
      this.#schedule(() => this.#flush(), Math.max(0, this.#nextDeliveryMs - this.#clock.now().getTime()));
    this.#pending.push(...wanted);
  }

  /**
   * Kinds came, changed or went, after what was delivered last. Their watches go on with the kinds as they are now; those
   * of kinds that are not served any more end, as upstream's do.
   */
  kindsChanged(resources: ReadonlySet<string>): void {
    for (const resource of resources)
      for (const group of this.#byResource.get(resource) ?? []) {
        if (this.#pending.length > 0) this.#flush();
        try {
          group.matches = compileWatch(group.spec, this.#scheme);
        } catch {
          for (const { sink } of group.members) sink.end?.();
        }
      }
  }

  /**
   * The cluster is at rest at `revision`: every watch has seen everything up to there. Tells those who are further behind
   * in what they were told, so that their bookmarks move on, and saves the positions.
   */
  rest(revision: number): void {
    this.#flush();
    for (const { members } of this.#groups.values())
      for (const attached of members) {
        attached.position = Math.max(attached.position, revision);
        if (attached.spec.bookmarks && attached.sentPosition < attached.position) this.#tell(attached, [], []);
        if (attached.savedPosition === attached.position) continue;
        attached.savedPosition = attached.position;
        attached.sink.save(attached.position);
      }
  }

  #join(key: string, attached: Attached, matches: WatchMatcher): void {
    let group = this.#groups.get(key);
    if (!group) {
      group = { spec: attached.spec, resource: attached.spec.resource, matches, members: new Set() };
      this.#groups.set(key, group);
      const peers = this.#byResource.get(group.resource);
      if (peers) peers.add(group);
      else this.#byResource.set(group.resource, new Set([group]));
    }
    group.members.add(attached);
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    let served = 0;
    for (const [resource, changes] of byKind(pending))
      for (const { spec, matches, members } of this.#byResource.get(resource) ?? []) {
        const batch = this.#batchOf(spec, matches, changes);
        for (const attached of members) {
          this.#send(attached, changes, batch);
          if (batch.failed) attached.sink.end?.();
        }
        if (batch.events.length > 0) served += members.size;
      }
    this.#nextDeliveryMs = this.#clock.now().getTime() + Math.min(deliveryIntervalMsMax, served * deliveryMsPerWatch);
  }

  /** The last event of what a webhook would have to convert says that the client has to list again, which asks the webhook. */
  #batchOf(spec: WatchSpec, matches: WatchMatcher, changes: readonly Change[]): Batch {
    const now = this.#clock.now();
    const revisions: number[] = [];
    const events: EncodedEvent[] = [];
    for (const change of changes) {
      let event: EncodedEvent | undefined;
      let failed = false;
      try {
        event = matches(change, now);
      } catch (error) {
        if (!(error instanceof Unconverted)) throw error;
        failed = true;
        event = errorEvent(spec, gone('the objects of this version have to be converted: list them again').toStatus());
      }
      if (event === undefined) continue;
      revisions.push(change.revision);
      events.push(event);
      if (failed) return { revisions, events, failed };
    }
    return { revisions, events };
  }

  /** Sends one watch what it has not seen of a batch, which was made of `changes`. */
  #send(attached: Attached, changes: readonly Change[], { revisions, events }: Batch): void {
    const last = changes.at(-1)?.revision ?? 0;
    if (last <= attached.position) return;
    const seen = attached.position;
    let from = revisions.findIndex((revision) => revision > seen);
    if (from < 0) from = events.length;
    // The very array, where nothing has to be left out, so that the sinks of a group can share what they make of it.
    const unseen = from === 0 ? events : events.slice(from);
    for (const part of messagesOf(unseen)) {
      const end = from + part.length;
      attached.position = end === events.length ? last : revisions[end - 1]!;
      this.#tell(attached, revisions.slice(from, end), part);
      from = end;
    }
    attached.position = last;
  }

  #tell(attached: Attached, revisions: readonly number[], events: readonly EncodedEvent[]): void {
    attached.sentPosition = attached.position;
    attached.sink.send(attached.position, revisions, events);
  }
}

function byKind(changes: readonly Change[]): Map<string, Change[]> {
  const kinds = new Map<string, Change[]>();
  for (const change of changes) {
    const known = kinds.get(change.entry.key.resource);
    if (known) known.push(change);
    else kinds.set(change.entry.key.resource, [change]);
  }
  return kinds;
}

async function changesAfter(store: Store, revision: number): Promise<readonly Change[]> {
  try {
    return await store.changesAfter(revision);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'compacted') throw gone(`too old resource version: ${revision}`);
    throw error;
  }
}
