import type { Database } from '../db/client.ts';
import type { SqlStatement } from '../db/sql.ts';
import * as sql from './outbox-sql.ts';

/** One attempt, as the log shows it. */
export interface Attempt {
  /** RFC 3339, in milliseconds. */
  at: string;
  /** How long the receiver took to answer, or until it was given up. */
  latencyMs: number;
  /** The answer's status; missing if there was no answer. */
  statusCode?: number;
  /** How the answer begins. */
  answer?: string;
  /** Why the attempt failed. */
  error?: string;
}

/** A delivery on its way. */
export interface Delivery {
  readonly revision: number;
  readonly subject: string;
  readonly event: string;
  readonly body: string;
  readonly attemptCount: number;
  readonly attempts: readonly Attempt[];
  readonly createdMs: number;
  /** The revision before it of the same subject that is not done either. */
  readonly previousRevision?: number;
}

export interface Outcome {
  revision: number;
  state: 'pending' | 'delivered' | 'dead';
  /** For `pending`: until the next attempt. */
  delayMs: number;
  attempts: readonly Attempt[];
}

/** What came of a round of deliveries, carried out as a whole. */
export interface Settlement {
  outcomes: readonly Outcome[];
  /** What comes after these has to wait. */
  hold: readonly { subject: string; revision: number }[];
  /** What waits behind these subjects may go. */
  release: readonly string[];
}

export interface Message {
  subscription: string;
  revision: number;
  subject: string;
  event: string;
  body: string;
}

const removedAtOnce = 5_000;
/** Who has read the subscriptions may not know yet one that was made meanwhile: what is younger than this stays. */
const unknownMs = 300_000;

/** The outbox of one cluster in Postgres, for whoever empties it. Set-based: the number of statements does not follow that of rows. */
export class Outbox {
  readonly #database: Pick<Database, 'query' | 'transaction'>;
  readonly #cluster: string;

  constructor(database: Pick<Database, 'query' | 'transaction'>, cluster: string) {
    this.#database = database;
    this.#cluster = cluster;
  }

  /** Deliveries that are due, by revision, `rows` at most and about `bytes` of them; none of `except`. */
  async take(subscription: string, { rows, bytes, except }: { rows: number; bytes: number; except: readonly number[] }): Promise<Delivery[]> {
    const found = await this.#query(sql.takeSql, subscription, rows, bytes, except);
    return found.map(([revision, subject, event, body, attemptCount, attempts, createdMs, previousRevision]) => ({
      revision: Number(revision),
      subject: subject!,
      event: event!,
      body: body!,
      attemptCount: Number(attemptCount),
      attempts: JSON.parse(attempts!) as Attempt[],
      createdMs: Number(createdMs),
      ...(previousRevision != null && { previousRevision: Number(previousRevision) }),
    }));
  }

  /** Writes down what came of deliveries. Gives the subjects of `release` of which more may wait. */
  async settle(subscription: string, { outcomes, hold, release }: Settlement, releasedMax: number): Promise<string[]> {
    const own = [this.#cluster, subscription];
    const statements: SqlStatement[] = [];
    if (outcomes.length > 0) {
      const rows = outcomes.map(({ revision, state, delayMs, attempts }) => ({
        revision,
        state,
        delay_ms: delayMs,
        attempts: JSON.stringify(attempts),
      }));
      statements.push({ text: sql.settleSql, params: [...own, JSON.stringify(rows)] });
    }
    if (hold.length > 0) statements.push({ text: sql.holdSql, params: [...own, JSON.stringify(hold)] });
    if (release.length > 0) statements.push({ text: sql.releaseSql, params: [...own, release, releasedMax] });
    if (statements.length === 0) return [];
    const results = await this.#database.transaction(statements, { isolationLevel: 'ReadCommitted' });
    return release.length > 0 ? results.at(-1)!.map(([subject]) => subject!) : [];
  }

  /** After a start: mends what an end in the middle left behind. Gives the subjects of which something is held, `max` at most. */
  async recover(subscription: string, max: number): Promise<string[]> {
    await this.#query(sql.mendSql, subscription);
    return (await this.#query(sql.heldSql, subscription, max)).map(([subject]) => subject!);
  }

  async hasten(subscription: string): Promise<void> {
    await this.#query(sql.hastenSql, subscription);
  }

  /** In how many milliseconds each of these subscriptions has something to do. Those with nothing are left out. */
  async nextDue(subscriptions: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.#database.query(sql.nextDueSql, [this.#cluster, subscriptions]);
    return new Map(rows.map(([uid, ms]) => [uid!, Number(ms)]));
  }

  /** How many deliveries wait, up to `max`, and how many were given up. */
  async count(subscription: string, max: number): Promise<{ pending: number; dead: number }> {
    const [row] = await this.#query(sql.countSql, subscription, max);
    return { pending: Number(row![0]), dead: Number(row![1]) };
  }

  async prune(subscription: string, kept: { delivered: number; dead: number }): Promise<void> {
    await this.#query(sql.pruneSql, subscription, 'delivered', kept.delivered);
    await this.#query(sql.pruneSql, subscription, 'dead', kept.dead);
  }

  /** Forgets the deliveries of subscriptions that are no more. */
  async keepOnly(subscriptions: readonly string[], olderThanMs = unknownMs): Promise<void> {
    for (;;) {
      const removed = await this.#database.query(sql.removeOthersSql, [this.#cluster, subscriptions, removedAtOnce, olderThanMs]);
      if (removed.length < removedAtOnce) return;
    }
  }

  /** Puts messages in, also such as were delivered before. What still waits stays as it is. */
  async replay(messages: readonly Message[]): Promise<void> {
    if (messages.length > 0) await this.#database.query(sql.replaySql, [this.#cluster, JSON.stringify(messages)]);
  }

  /** Starts a delivery anew. False if it is not there. */
  async redeliver(subscription: string, revision: number): Promise<boolean> {
    return (await this.#query(sql.redeliverSql, subscription, revision)).length > 0;
  }

  #query(text: string, subscription: string, ...params: readonly unknown[]) {
    return this.#database.query(text, [this.#cluster, subscription, ...params]);
  }
}
