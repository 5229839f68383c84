import type { Database } from '../db/client.ts';
import type { AuditSettings } from '../db/audit-settings.ts';
import type { Clock } from '../lib/clock.ts';
import { Readings, type MetricsRegistry } from '../lib/metrics.ts';
import type { Random } from '../lib/random.ts';
import type { WebhookClient } from '../server/webhooks/client.ts';
import { AuditLog } from './audit-log.ts';
import { AuditRecords } from './audit-records.ts';
import { AuditSink, type DurableTimer } from './audit-sink.ts';

export interface ClusterAuditOptions {
  database: Pick<Database, 'query'>;
  cluster: string;
  webhooks: WebhookClient;
  timer: DurableTimer;
  clock: Clock;
  random: Random;
  schedule(task: () => void, delayMs: number): void;
  onError(message: string): void;
}

/** The audit of one cluster: its log, and the webhook that gets what is in it. */
export class ClusterAudit {
  readonly log: AuditLog;
  readonly #options: ClusterAuditOptions;
  readonly #records: AuditRecords;
  #sink: AuditSink | undefined;

  constructor(options: ClusterAuditOptions) {
    const { database, cluster, schedule, onError } = options;
    this.#options = options;
    this.#records = new AuditRecords(database, cluster);
    this.log = new AuditLog({
      append: async (rows) => {
        await this.#sink?.open();
        await this.#records.append(rows);
      },
      schedule,
      onStored: () => this.#sink?.wake(),
      onError,
    });
  }

  /** Takes the webhook of new settings, and goes on where it was left. */
  configure({ webhook }: AuditSettings): void {
    this.#sink?.stop();
    const { webhooks, timer, clock, random, onError } = this.#options;
    this.#sink = webhook && new AuditSink({ webhook, records: this.#records, webhooks, timer, clock, random, onError });
    if (this.#sink) this.#sink.wake();
    else timer.set(undefined);
  }

  /** The time that was set has come. */
  due(): void {
    this.#sink?.wake();
  }
}

/** Upstream's metrics of the audit. Counted from the wake-up of the cluster. */
export function addAuditMetrics(registry: MetricsRegistry, { counts }: AuditLog): void {
  const counter = (name: string, help: string, labels: readonly string[], read: () => [string[], number][]) =>
    registry.add(new Readings({ name: `apiserver_audit_${name}`, help, labels }, read, 'counter'));
  counter('event_total', 'Audit events that were made.', [], () => [[[], counts.events]]);
  counter('error_total', 'Audit events that were lost: too many waited, or the database did not take them.', ['plugin'], () => [
    [['buffered'], counts.dropped],
    [['database'], counts.failed],
  ]);
  counter('level_total', 'Requests, by the level at which they are audited.', ['level'], () =>
    [...counts.levels].map(([level, value]) => [[level], value]),
  );
}
