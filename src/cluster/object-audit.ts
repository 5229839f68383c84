import type { AuditSettings } from '../db/audit-settings.ts';
import type { Database } from '../db/client.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { endOfWatch } from '../server/audit/auditor.ts';
import type { WebhookClient } from '../server/webhooks/client.ts';
import type { NamedAlarms } from './alarms.ts';
import { ClusterAudit } from './audit.ts';
import type { AuditLog } from './audit-log.ts';

/** The alarm at which audit events go to a webhook that did not take them. */
export const auditAlarm = 'audit';

/** Where an object keeps whether its cluster has a webhook: what is stored while nobody has the settings is for that, too. */
const webhookKey = 'audit-webhook';
/** So long after the end of a watch its event is in the database. */
const storedAfterMs = 1_000;

export interface ObjectAuditOptions {
  alarms: NamedAlarms;
  kv: { get<T>(key: string): T | undefined; put(key: string, value: unknown): void };
  database(): Database;
  webhooks(): WebhookClient;
}

/** The audit of a Durable Object's cluster. Outlives the cluster in memory: events wait for the database. Made when it is needed. */
export class ObjectAudit {
  readonly #options: ObjectAuditOptions;
  #audit: ClusterAudit | undefined;

  constructor(options: ObjectAuditOptions) {
    this.#options = options;
  }

  /** The log of a cluster with these settings, whose webhook gets what is in it. */
  start(cluster: string, settings: AuditSettings): AuditLog {
    this.#options.kv.put(webhookKey, settings.webhook !== undefined);
    const audit = this.#of(cluster);
    audit.configure(settings);
    return audit.log;
  }

  /** Nobody knows the settings any more; nothing is sent until `start`. */
  stop(): void {
    this.#audit?.configure({});
  }

  /** The alarm rang. */
  due(): void {
    this.#audit?.due();
  }

  /** Notes the end of a watch by what was kept with its socket; the cluster need not be loaded for that. */
  watchEnded(cluster: string, audited: string, isLoaded: boolean): void {
    const { kv, alarms } = this.#options;
    const now = systemClock.now();
    this.#of(cluster).log.add(endOfWatch(audited, now));
    if (!isLoaded && kv.get<boolean>(webhookKey)) alarms.set(auditAlarm, now.getTime() + storedAfterMs);
  }

  #of(cluster: string): ClusterAudit {
    const { alarms, database, webhooks } = this.#options;
    return (this.#audit ??= new ClusterAudit({
      database: database(),
      cluster,
      webhooks: webhooks(),
      timer: { at: () => alarms.at(auditAlarm), set: (timeMs) => alarms.set(auditAlarm, timeMs) },
      clock: systemClock,
      random: systemRandom,
      schedule: (task, delayMs) => void setTimeout(task, delayMs),
      onError: (message) => console.error(`cluster ${cluster}: ${message}`),
    }));
  }
}
