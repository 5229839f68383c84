import { databaseError } from '../db/errors.ts';
import { limits } from '../lib/limits.ts';
import type { AuditEntry, AuditQueue } from '../server/audit/auditor.ts';
import type { AuditLevel } from '../server/audit/policy.ts';
import { rowOf, type AuditRow } from './audit-records.ts';

export interface AuditLogOptions {
  append(rows: readonly AuditRow[]): Promise<void>;
  /** A timer. The log holds one only while events wait. */
  schedule(task: () => void, delayMs: number): void;
  /** More events are in the database. */
  onStored(): void;
  /** Says what went wrong, without anything of an event. */
  onError(message: string): void;
}

/** How long events wait for others to be written with. Also what a crash loses. */
const gatherMs = 250;
/** A batch that the database does not take is tried so often, ever later, and then dropped. */
const attemptsMax = 6;
const retryMs = 500;

/**
 * The audit events of a cluster on their way to the database: written after the answer, many at once, in order. Bounded: what
 * does not fit in, or is not taken by the database in half a minute, is dropped and counted.
 */
export class AuditLog implements AuditQueue {
  /** What was counted since the beginning, for metrics. */
  readonly counts = { events: 0, dropped: 0, failed: 0, levels: new Map<AuditLevel, number>() };
  readonly #options: AuditLogOptions;
  #waiting: AuditEntry[] = [];
  #waitingBytes = 0;
  #isScheduled = false;
  #writing: Promise<void> | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  countLevel(level: AuditLevel): void {
    const { levels } = this.counts;
    levels.set(level, (levels.get(level) ?? 0) + 1);
  }

  add(entry: AuditEntry): void {
    this.counts.events++;
    if (this.#waiting.length >= limits.auditEventsQueued || this.#waitingBytes + entry.bytes > limits.auditBytesQueued) {
      this.counts.dropped++;
      return;
    }
    this.#waiting.push(entry);
    this.#waitingBytes += entry.bytes;
    if (this.#isFull()) void this.flush();
    else this.#gather();
  }

  /** Writes what waits. Never rejects. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#isFull()) void this.flush();
      else if (this.#waiting.length > 0) this.#gather();
    });
    return this.#writing;
  }

  #isFull(): boolean {
    return this.#waiting.length >= limits.auditBatchEvents || this.#waitingBytes >= limits.auditBatchBytes;
  }

  #gather(): void {
    if (this.#isScheduled || this.#writing) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      void this.flush();
    }, gatherMs);
  }

  async #write(): Promise<void> {
    const rows = this.#take();
    if (rows.length > 0 && (await this.#append(rows))) this.#options.onStored();
  }

  /** The rows of the next batch. An event that cannot be made is dropped and counted. */
  #take(): AuditRow[] {
    const rows: AuditRow[] = [];
    let taken = 0;
    let length = 0;
    while (taken < this.#waiting.length && taken < limits.auditBatchEvents && length < limits.auditBatchBytes) {
      const entry = this.#waiting[taken++]!;
      this.#waitingBytes -= entry.bytes;
      try {
        const row = rowOf(entry.build());
        rows.push(row);
        length += row.text.length;
      } catch (error) {
        this.#fail(1, error instanceof Error ? error.name : 'unknown error');
      }
    }
    this.#waiting = this.#waiting.slice(taken);
    return rows;
  }

  /** Whether at least one of the rows is stored. */
  async #append(rows: readonly AuditRow[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.append(rows);
        return true;
      } catch (error) {
        const { code, message } = databaseError(error);
        if (code === 'rejected' && rows.length > 1) return this.#appendOneByOne(rows);
        if (code === 'rejected' || attempt === attemptsMax) {
          this.#fail(rows.length, message);
          return false;
        }
      }
      await new Promise<void>((resolve) => this.#options.schedule(resolve, retryMs * 2 ** (attempt - 1)));
    }
  }

  /** One of them is at fault, and must not take the others with it. */
  async #appendOneByOne(rows: readonly AuditRow[]): Promise<boolean> {
    let stored = false;
    for (const row of rows) stored = (await this.#append([row])) || stored;
    return stored;
  }

  #fail(events: number, why: string): void {
    this.counts.failed += events;
    this.#options.onError(`audit: ${events} events were lost: ${why}`);
  }
}
