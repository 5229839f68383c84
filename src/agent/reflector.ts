import type { KubeObject } from '../machinery/meta.ts';
import type { Random } from '../lib/random.ts';
import type { Api } from './api.ts';
import type { Log } from './log.ts';
import { retryDelayMs, type RetryBounds } from './retry-delay.ts';
import type { Timers } from './timers.ts';
import type { TunnelClient } from './tunnel-client.ts';
import { TunnelError } from './tunnel-errors.ts';

export interface ReflectorOptions<T> {
  api: Api;
  tunnel: TunnelClient;
  /** The list's path with its query, as `/api/v1/pods?fieldSelector=…`. */
  path: string;
  timers: Timers;
  random: Random;
  log: Log;
  /** The first list, before any `onChange`. */
  onFirstList?(objects: readonly T[]): Promise<void>;
  /** A new state of an object. */
  onChange(object: T): void;
  onGone(object: T): void;
  backoff?: RetryBounds;
}

/**
 * Keeps a copy of a list: lists once, then watches, and goes on from the last position after a break. Lists again only if
 * the cluster no longer knows that position. Events that come twice are dropped.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #objects = new Map<string, T>();
  #position: number | undefined;
  #hasListed = false;
  #isRunning = false;
  #isStopped = false;
  #failures = 0;
  #stopWatch: () => void = () => {};
  #cancelRetry: () => void = () => {};

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
  }

  /** Starts, now and after every reconnection. */
  start(): void {
    this.#options.tunnel.onOpen(() => void this.#run());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#stopWatch();
  }

  /** All objects, as last seen. */
  all(): T[] {
    return [...this.#objects.values()];
  }

  /** The object with that uid, as last seen. */
  get(uid: string): T | undefined {
    return this.#objects.get(uid);
  }

  /** Takes in a state that came another way (the answer to a write), unless it is older than what is known. */
  observe(object: T): void {
    const known = this.#objects.get(object.metadata.uid);
    if (known && revisionOf(object) > revisionOf(known)) this.#objects.set(object.metadata.uid, object);
  }

  async #run(): Promise<void> {
    if (this.#isStopped || this.#isRunning || !this.#options.tunnel.isOpen) return;
    this.#cancelRetry();
    this.#isRunning = true;
    try {
      if (this.#position === undefined) await this.#list();
      this.#watch();
    } catch (error) {
      this.#isRunning = false;
      // A lost connection comes back by itself and starts this again.
      if (error instanceof TunnelError && (error.code === 'disconnected' || error.code === 'closed')) return;
      this.#retry(`list of ${this.#options.path} failed: ${(error as Error).message}`);
    }
  }

  async #list(): Promise<void> {
    const { items, resourceVersion } = await this.#options.api.list<T>(this.#options.path);
    if (!this.#hasListed) await this.#options.onFirstList?.(items);
    this.#hasListed = true;
    const listed = new Set(items.map((object) => object.metadata.uid));
    for (const object of this.#objects.values()) if (!listed.has(object.metadata.uid)) this.#gone(object);
    for (const object of items) this.#changed(object);
    this.#position = Number(resourceVersion);
  }

  #watch(): void {
    const url = new URL(this.#options.path, 'http://cluster');
    url.searchParams.set('watch', 'true');
    url.searchParams.set('allowWatchBookmarks', 'true');
    url.searchParams.set('resourceVersion', String(this.#position));
    this.#stopWatch = this.#options.tunnel.watch(url.pathname + url.search, {
      onEvents: (lines, position) => {
        this.#failures = 0;
        this.#events(lines, position);
      },
      onEnded: (status, message) => {
        this.#isRunning = false;
        if (status === 0) return;
        if (status === 410) this.#position = undefined;
        this.#retry(`watch of ${this.#options.path} ended: ${message}`);
      },
    });
  }

  #events(lines: readonly string[], position: number): void {
    // The position of a frame was seen: so were its events. What comes between is told apart object by object.
    if (this.#position !== undefined && position <= this.#position) return;
    for (const line of lines) this.#event(JSON.parse(line) as { type: string; object: T });
    this.#position = Math.max(this.#position ?? 0, position);
  }

  #event({ type, object }: { type: string; object: T }): void {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        return this.#changed(object);
      case 'DELETED': {
        const known = this.#objects.get(object.metadata.uid);
        return known && this.#gone(object);
      }
      case 'ERROR':
        this.#stopWatch();
        this.#isRunning = false;
        this.#position = undefined;
        return this.#retry(`watch of ${this.#options.path} failed`);
    }
  }

  #changed(object: T): void {
    const known = this.#objects.get(object.metadata.uid);
    if (known && revisionOf(object) <= revisionOf(known)) return;
    this.#objects.set(object.metadata.uid, object);
    this.#options.onChange(object);
  }

  #gone(object: T): void {
    this.#objects.delete(object.metadata.uid);
    this.#options.onGone(object);
  }

  #retry(why: string): void {
    if (this.#isStopped) return;
    const { random, backoff } = this.#options;
    const delayMs = retryDelayMs(this.#failures++, random, backoff);
    this.#options.log.warn(`${why}; again in ${Math.round(delayMs)} ms`);
    this.#cancelRetry();
    this.#cancelRetry = this.#options.timers.after(delayMs, () => void this.#run());
  }
}

const revisionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion);
