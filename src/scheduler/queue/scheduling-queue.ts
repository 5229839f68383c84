import { Heap } from '../../lib/heap.ts';
import type { ObjectChange } from '../../machinery/reader.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { profileOf, type ProfileTable } from '../profile.ts';
import { carryOver, podInfoOf, type PodInfo } from '../snapshot/pod-info.ts';
import { isWorthALook, type EventTable } from './events.ts';
import { isPending } from './pending.ts';

/** A pod fails for the first time: it waits this long at least. Doubled each time, up to the maximum. */
const backoffMs = { first: 1_000, max: 10_000 };

/**
 * A pod that something may have helped comes before its back-off ends when no other is active (upstream's
 * SchedulerPopFromBackoffQ), but after so many failures it waits: hopeless pods must not keep a busy cluster at it.
 */
const earlyAttempts = 3;

/** Pods that nothing made schedulable are looked at again after this time, in case nobody told of what did. */
export const flushAfterMs = 5 * 60_000;

/** A pod that waits for a node. */
export interface QueuedPod {
  info: PodInfo;
  /**
   * `active`: its turn comes. `backoff`: the same, after those that are active or at its time. `unschedulable`: waits for an
   * event. `gated`: may not be looked at yet. `popped`: being looked at. `gone`: waits no more.
   */
  state: 'active' | 'backoff' | 'unschedulable' | 'gated' | 'popped' | 'gone';
  /** Failures in a row. */
  attempts: number;
  /** When it last failed, in ms since the epoch. */
  failedMs: number;
  /** The plugins whose events are worth a look; empty: it failed for no fault of its own and waits for its back-off only. */
  rejectors: ReadonlySet<string>;
  /** Counts the changes of `state`. */
  turn: number;
}

/** A pod's place in a heap, which it has left once its turn is another. */
interface Place {
  readonly queued: QueuedPod;
  readonly turn: number;
  readonly info: PodInfo;
  readonly atMs: number;
}

/**
 * The pods that wait for a node: `active` ones in the order of queue sort, those backing off, unschedulable ones until an
 * event that one of the plugins that turned them down has asked for, and those behind gates. Time is an argument.
 */
export class SchedulingQueue {
  readonly #profiles: ProfileTable;
  readonly #events: EventTable;
  readonly #pods = new Map<string, QueuedPod>();
  readonly #active: Heap<Place>;
  /** Those backing off that may come early, and those that wait for their time. */
  readonly #early: Heap<Place>;
  readonly #timed: Heap<Place>;
  readonly #unschedulable = new Set<QueuedPod>();
  readonly #popped = new Set<QueuedPod>();

  constructor(profiles: ProfileTable, events: EventTable) {
    this.#profiles = profiles;
    this.#events = events;
    const inOrder = (a: Place, b: Place) => profiles.queueSort.compare(a.info, b.info);
    this.#active = new Heap(inOrder);
    const inTime = (a: Place, b: Place) => a.atMs - b.atMs || inOrder(a, b);
    this.#early = new Heap(inTime);
    this.#timed = new Heap(inTime);
  }

  /** The pods that wait, by uid. */
  get pods(): ReadonlyMap<string, QueuedPod> {
    return this.#pods;
  }

  /** Whether a pod waits for an event. */
  get awaitsEvents(): boolean {
    return this.#unschedulable.size > 0;
  }

  /** A pod as it is now; `undefined`: it is gone. */
  podChanged(uid: string, pod: Pod | undefined): void {
    const queued = this.#pods.get(uid);
    const profile = pod && isPending(pod) ? profileOf(this.#profiles, pod) : undefined;
    if (!pod || !profile) {
      if (queued) this.#drop(queued);
      return;
    }
    const isGated = profile.plugins.some(({ plugin }) => plugin.preEnqueue?.(pod) !== undefined);
    if (queued) {
      const asBefore = queued.info.pod === pod || carryOver(queued.info, pod);
      if (asBefore && isGated === (queued.state === 'gated')) return;
      if (!asBefore) queued.info = podInfoOf(pod);
      this.#put(queued, isGated ? 'gated' : queued.attempts > 0 ? 'backoff' : 'active');
      return;
    }
    const added: QueuedPod = { info: podInfoOf(pod), state: 'gated', attempts: 0, failedMs: 0, rejectors: none, turn: 0 };
    this.#pods.set(uid, added);
    this.#put(added, isGated ? 'gated' : 'active');
  }

  /** Something happened in the cluster: the pods it may help get another look. */
  eventHappened(change: ObjectChange): void {
    for (const queued of this.#unschedulable)
      if (isWorthALook(this.#events, change, queued)) this.#put(queued, 'backoff');
  }

  /** These pods get another look after their back-off, if they still wait for an event. */
  retry(waiting: Iterable<QueuedPod>): void {
    for (const queued of waiting) if (queued.state === 'unschedulable') this.#put(queued, 'backoff');
  }

  /** Nobody knows what happened: every pod gets another look. */
  retryAll(): void {
    this.retry(this.#unschedulable);
  }

  /** Back-offs that have ended end, and pods that have waited for too long get another look. */
  flush(nowMs: number): void {
    this.#dropStale();
    for (let first = this.#timed.peek(); first && first.atMs <= nowMs; first = this.#timed.peek()) {
      this.#put(first.queued, 'active');
      this.#dropStale();
    }
    for (const queued of this.#unschedulable) if (queued.failedMs + flushAfterMs <= nowMs) this.#put(queued, 'backoff');
  }

  /** The pod whose turn it is. */
  pop(): QueuedPod | undefined {
    this.#dropStale();
    const first = this.#active.pop() ?? this.#early.pop();
    if (first) this.#put(first.queued, 'popped');
    return first?.queued;
  }

  /** A pod that was popped has no place: it waits for an event of these plugins, or without any for its back-off. */
  failed(queued: QueuedPod, rejectors: ReadonlySet<string>, nowMs: number): void {
    queued.attempts++;
    queued.failedMs = nowMs;
    queued.rejectors = rejectors;
    this.#put(queued, rejectors.size > 0 ? 'unschedulable' : 'backoff');
  }

  /** The pods that were popped and neither failed nor were seen bound since come again: their binding did not land. */
  retryPopped(nowMs: number): void {
    for (const queued of this.#popped) this.failed(queued, none, nowMs);
  }

  /** When there is a pod to pop, in ms since the epoch. */
  nextMs(nowMs: number): number | undefined {
    this.#dropStale();
    return this.#active.size > 0 || this.#early.size > 0 ? nowMs : this.#timed.peek()?.atMs;
  }

  #put(queued: QueuedPod, state: QueuedPod['state']): void {
    this.#unschedulable.delete(queued);
    this.#popped.delete(queued);
    queued.state = state;
    queued.turn++;
    const place = { queued, turn: queued.turn, info: queued.info, atMs: backoffEndMs(queued) };
    if (state === 'active') this.#active.push(place);
    else if (state === 'backoff') (isEarly(queued) ? this.#early : this.#timed).push(place);
    else if (state === 'unschedulable') this.#unschedulable.add(queued);
    else if (state === 'popped') this.#popped.add(queued);
  }

  #drop(queued: QueuedPod): void {
    this.#put(queued, 'gone');
    this.#pods.delete(queued.info.pod.metadata.uid);
  }

  #dropStale(): void {
    for (const heap of [this.#active, this.#early, this.#timed])
      while (heap.size > 0 && heap.peek()!.turn !== heap.peek()!.queued.turn) heap.pop();
  }
}

const none: ReadonlySet<string> = new Set();

const isEarly = ({ rejectors, attempts }: QueuedPod): boolean => rejectors.size > 0 && attempts <= earlyAttempts;

const backoffEndMs = ({ attempts, failedMs }: QueuedPod): number =>
  failedMs + Math.min(backoffMs.max, backoffMs.first * 2 ** Math.max(0, attempts - 1));
