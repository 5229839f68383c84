import { vi } from 'vitest';

interface Task {
  task: () => void;
  atMs: number;
}

/**
 * Time as a simulation has it. Timers follow a time that only goes on, as those of a process do; the clock on the wall can
 * jump forward and back. Nothing passes but by `pass`. The few timers of the server's own (`setTimeout`) follow along.
 */
export class SimClock {
  #elapsedMs = 0;
  #offsetMs = Date.parse('2026-01-01T00:00:00Z');
  #tasks: Task[] = [];

  now(): Date {
    return new Date(this.#elapsedMs + this.#offsetMs);
  }

  /** How much time has passed since the start, whatever the clock on the wall says. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Sets the clock on the wall forward, or back. */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  schedule(task: () => void, delayMs: number): () => void {
    const scheduled = { task, atMs: this.#elapsedMs + delayMs };
    this.#tasks.push(scheduled);
    return () => void (this.#tasks = this.#tasks.filter((other) => other !== scheduled));
  }

  /** Lets time pass, and what is due happen. Whether anything was. */
  pass(ms: number): boolean {
    this.#elapsedMs += ms;
    if (ms > 0) vi.advanceTimersByTime(ms);
    const due = this.#tasks.filter(({ atMs }) => atMs <= this.#elapsedMs).sort((a, b) => a.atMs - b.atMs);
    this.#tasks = this.#tasks.filter((task) => !due.includes(task));
    for (const { task } of due) task();
    return due.length > 0;
  }

  /** In how many milliseconds the next timer is due, if there is one. */
  get nextMs(): number | undefined {
    if (this.#tasks.length === 0) return undefined;
    return Math.max(0, Math.min(...this.#tasks.map(({ atMs }) => atMs)) - this.#elapsedMs);
  }
}
