import { DurableObject } from 'cloudflare:workers';
import { createDatabase } from '../db/client.ts';
import { settingsOf, type Env } from '../env.ts';
import { systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { Outbox } from './outbox.ts';
import { OutboxDeliverer } from './outbox-deliverer.ts';
import { createSender } from './sender.ts';

/** While something is delivered, an alarm this far away makes sure that somebody comes back to it. */
const watchdogMs = 30_000;
/** An alarm's handler waits no longer than this; then the next alarm takes over. */
const handlerMaxMs = 300_000;

/**
 * The Durable Object that delivers the webhooks of one cluster, so that slow receivers keep this one awake and not the cluster.
 * It is woken after commits with deliveries and by its own alarm. All that must last is in Postgres.
 */
export class Deliverer extends DurableObject<Env> {
  #deliverer: OutboxDeliverer | undefined;

  /** There are new deliveries for these subscriptions; or, with `changed`, the subscriptions are different now. */
  async wake(cluster: string, { subscriptions, changed }: { subscriptions: readonly string[]; changed: boolean }): Promise<void> {
    const { kv } = this.ctx.storage;
    if (kv.get<string>('cluster') !== cluster) kv.put('cluster', cluster);
    await this.#watch();
    const deliverer = this.#open(cluster);
    if (changed) deliverer.forgetTargets();
    void this.#run(deliverer, changed ? undefined : subscriptions);
  }

  /** The cluster was deleted. */
  async forget(): Promise<void> {
    this.#deliverer = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    const cluster = this.ctx.storage.kv.get<string>('cluster');
    if (cluster === undefined) return;
    await this.#watch();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const longEnough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, handlerMaxMs);
    });
    await Promise.race([this.#run(this.#open(cluster)), longEnough]);
    clearTimeout(timer);
  }

  /** Sees to it that there is an alarm soon, whatever happens to us. */
  async #watch(): Promise<void> {
    const next = await this.ctx.storage.getAlarm();
    const watchdog = Date.now() + watchdogMs;
    if (next === null || next > watchdog) await this.ctx.storage.setAlarm(watchdog);
  }

  async #run(deliverer: OutboxDeliverer, subscriptions?: readonly string[]): Promise<void> {
    const nextMs = await deliverer.run(subscriptions);
    // Whoever runs it by now sets the alarm.
    if (deliverer !== this.#deliverer || deliverer.isRunning) return;
    if (nextMs === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(nextMs);
  }

  #open(cluster: string): OutboxDeliverer {
    if (this.#deliverer) return this.#deliverer;
    const settings = settingsOf(this.env);
    const database = createDatabase({ url: settings.databaseUrl, fetchEndpoint: settings.databaseFetchEndpoint });
    const stub = this.env.CLUSTER.getByName(cluster);
    return (this.#deliverer = new OutboxDeliverer({
      outbox: new Outbox(database, cluster),
      send: createSender({
        fetch: (input, init) => fetch(input, init),
        clock: systemClock,
        allowPrivate: settings.webhooksReachPrivateAddresses,
      }),
      clock: systemClock,
      random: systemRandom,
      targets: () => stub.webhookTargets(cluster),
      report: (reports) => stub.reportDeliveries(cluster, reports),
      onError: (message) => console.error(`webhooks of cluster ${cluster}: ${message}`),
    }));
  }
}
