import type { Database } from '../db/client.ts';
import { purgeCluster } from '../db/purge.ts';
import type { NamedAlarms } from './alarms.ts';

const alarm = 'purge';
/** Rows of a statement, and statements at a time. */
const batches = { batchRows: 5_000, batchesMax: 20 };
const againMs = 1_000;
/** Where an object keeps the id of its cluster when that is deleted, and nothing else. */
const purgedKey = 'purged';

/**
 * Removes what a deleted cluster left in the database, after its deletion was answered: the last thing that its object does.
 * Should this be lost, the schedule sees to the rows.
 */
export class ObjectPurge {
  /** The cluster was deleted: nothing is to be kept any more. */
  begun = false;
  readonly #storage: DurableObjectStorage;
  readonly #alarms: NamedAlarms;
  readonly #database: () => Pick<Database, 'orm'>;

  constructor(storage: DurableObjectStorage, alarms: NamedAlarms, database: () => Pick<Database, 'orm'>) {
    this.#storage = storage;
    this.#alarms = alarms;
    this.#database = database;
  }

  /** Forgets everything but what is to be removed, soon. */
  async begin(cluster: string): Promise<void> {
    this.begun = true;
    this.#alarms.clear();
    await this.#storage.deleteAll();
    this.#storage.kv.put(purgedKey, cluster);
    this.#alarms.set(alarm, Date.now());
  }

  /** Goes on, when an alarm rings. False if the cluster was not deleted. */
  async goOn(): Promise<boolean> {
    const cluster = this.#storage.kv.get<string>(purgedKey);
    if (cluster === undefined) return false;
    this.begun = true;
    const { done } = await purgeCluster(this.#database().orm, cluster, batches).catch(() => ({ done: false }));
    if (done) await this.#storage.deleteAll();
    else this.#alarms.set(alarm, Date.now() + againMs);
    return true;
  }
}
