import type { Backend, ChangeRow, CommitRow, LoadedState, Lock, LogRow, NewDelivery, Row } from './backend.ts';
import { StoreError } from './store.ts';

/** What a database holds of one cluster. Given to several backends, they compete for its lock. */
export class MemoryCluster {
  epoch = 0;
  revision = 1;
  compactedRevision = 1;
  readonly rows = new Map<string, Row>();
  readonly log: ChangeRow[] = [];
  /** The outbox. */
  readonly deliveries: (NewDelivery & { revision: number })[] = [];
}

/** A backend in memory, with the same contract as the one on Postgres. For tests and for trying things out. */
export class MemoryBackend implements Backend {
  readonly #cluster: MemoryCluster;

  constructor(cluster: MemoryCluster = new MemoryCluster()) {
    this.#cluster = cluster;
  }

  async load(take?: (rows: readonly Row[]) => void): Promise<LoadedState> {
    const { revision, compactedRevision } = this.#cluster;
    let rows = [...this.#cluster.rows.values()];
    if (take) {
      take(rows);
      rows = [];
    }
    return { epoch: ++this.#cluster.epoch, revision, compactedRevision, settings: '{}', rows };
  }

  async renew(epoch: number): Promise<Lock> {
    this.#checkLock(epoch);
    return { epoch: ++this.#cluster.epoch, revision: this.#cluster.revision };
  }

  async commit(epoch: number, baseRevision: number, rows: readonly CommitRow[]): Promise<void> {
    this.#checkLock(epoch);
    if (this.#cluster.revision !== baseRevision) throw fenced();
    for (const { deliveries = [], ...row } of rows) {
      for (const delivery of deliveries) this.#cluster.deliveries.push({ ...delivery, revision: row.revision });
      const { resource, namespace, name, revision, text, type } = row;
      const path = JSON.stringify([resource, namespace, name]);
      this.#cluster.log.push(row);
      if (type === 'DELETED') this.#cluster.rows.delete(path);
      else this.#cluster.rows.set(path, { resource, namespace, name, revision, text });
    }
    this.#cluster.revision += rows.length;
  }

  async log(revision: number, limit: number): Promise<LogRow[]> {
    const { log, compactedRevision } = this.#cluster;
    if (revision < compactedRevision) throw new StoreError('compacted', `the log begins after revision ${compactedRevision}`);
    const at = (wanted: number) => log[wanted - (log[0]?.revision ?? 0)];
    return log.filter((row) => row.revision > revision).slice(0, limit).map((row) => {
      const previous = row.previousRevision > 0 ? at(row.previousRevision) : undefined;
      return { ...row, ...(previous && { previousText: previous.text }) };
    });
  }

  async compact(epoch: number, revision: number): Promise<void> {
    this.#checkLock(epoch);
    const { log } = this.#cluster;
    this.#cluster.compactedRevision = Math.max(this.#cluster.compactedRevision, revision);
    while (log[0] && log[0].revision <= revision) log.shift();
  }

  #checkLock(epoch: number): void {
    if (this.#cluster.epoch !== epoch) throw fenced();
  }
}

const fenced = (): StoreError => new StoreError('fenced', 'another holder took the lock of the cluster');
