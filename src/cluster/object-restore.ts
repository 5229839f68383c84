import { noteRestore, runningRestore, type RestoreRecord } from '../db/restore-records.ts';
import type { Database } from '../db/client.ts';
import { authenticatedGroup, mastersGroup } from '../machinery/user.ts';
import { StoreError } from '../storage/store.ts';
import { planRestore, restoreOn, type PlannedStep, type Restore, type RestoreOptions } from './restore.ts';
import type { ClusterRuntime } from './runtime.ts';

/** The alarm that goes on with a restore, whatever happened in between. */
export const restoreAlarm = 'restore';
/** Steps between two notes of how far it got: so many are looked at again after a crash. */
const stepsPerNote = 50;
/** How long one alarm goes on; the next one follows. */
const turnMs = 20_000;
const againMs = 10_000;

/** The part of a cluster's object that restores it to a moment. */
export class ObjectRestore {
  readonly #database: () => Database;
  readonly #setAlarm: (timeMs: number) => void;
  #isRunning = false;

  constructor(database: () => Database, setAlarm: (timeMs: number) => void) {
    this.#database = database;
    this.#setAlarm = setAlarm;
  }

  /** Answers what a restore would do; without one, sees to it that the one that was noted begins soon. */
  async asked(runtime: ClusterRuntime, planned: Pick<Restore, 'revision' | 'scope'> | undefined): Promise<PlannedStep[] | undefined> {
    if (planned) return this.plan(runtime, planned);
    this.#setAlarm(Date.now());
    return undefined;
  }

  /** What a restore would do. Undefined if the log does not reach back. */
  async plan(runtime: ClusterRuntime, restore: Pick<Restore, 'revision' | 'scope'>): Promise<PlannedStep[] | undefined> {
    try {
      return await planRestore(this.#optionsOf(runtime, ''), restore);
    } catch (error) {
      if (isCompacted(error)) return undefined;
      throw error;
    }
  }

  /** Goes on with the restore of the cluster that is running, if there is one. Never rejects. */
  async goOn(cluster: string, runtime: ClusterRuntime): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Should this instance end before it is done.
    this.#setAlarm(Date.now() + turnMs + againMs);
    try {
      await this.#turns(cluster, runtime, Date.now() + turnMs);
    } catch (error) {
      console.error(`cluster ${cluster}: restore: ${error instanceof Error ? error.name : 'unknown error'}`);
      this.#setAlarm(Date.now() + againMs);
    } finally {
      this.#isRunning = false;
    }
  }

  async #turns(cluster: string, runtime: ClusterRuntime, untilMs: number): Promise<void> {
    const { orm } = this.#database();
    const record = await runningRestore<Restore['scope']>(orm, cluster);
    if (!record) return;
    const options = this.#optionsOf(runtime, record.createdBy);
    let restore: Restore = record;
    for (;;) {
      const turn = await restoreOn(options, restore, stepsPerNote).catch((error: unknown) => failedForGood(error, record));
      const ended = turn.more ? undefined : ({ state: turn.succeeded ? 'succeeded' : 'failed' } as const);
      const { position = { attempts: 0 }, steps, done, problems } = turn.restore;
      const isOurs = await noteRestore(orm, record.id, { position, steps, done, problems, ...ended });
      if (!isOurs || !turn.more) return;
      restore = turn.restore;
      if (turn.waitMs > 0 || Date.now() > untilMs) return this.#setAlarm(Date.now() + turn.waitMs);
    }
  }

  #optionsOf(runtime: ClusterRuntime, name: string): RestoreOptions {
    const user = { name, groups: [mastersGroup, authenticatedGroup] };
    return {
      store: runtime.store,
      scheme: runtime.scheme,
      ask: async (method, path, body) => {
        const headers = { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'hibernetes-restore' };
        const init = { method, headers, body: JSON.stringify(body) };
        const response = await runtime.fetch(new Request(`https://cluster${path}`, init), { user, address: 'https://cluster' });
        return { ok: response.ok, status: response.status, text: await response.text() };
      },
    };
  }
}

const isCompacted = (error: unknown): error is StoreError => error instanceof StoreError && error.code === 'compacted';

/** The log went on and has forgotten the moment: no other attempt would find it. */
function failedForGood(error: unknown, record: RestoreRecord<Restore['scope']>) {
  if (!isCompacted(error)) throw error;
  const problems = [...record.problems, { object: '', message: error.message }];
  return { more: false as const, restore: { ...record, problems }, succeeded: false };
}
