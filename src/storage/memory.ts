import type { Backend, CommitRow, EarlierRow, LoadedState, Lock, LogRow, NewDelivery, Row, Scope } from './backend.ts';
import { StoreError } from './store.ts';

/** What a database holds of one cluster. Given to several backends, they compete for its lock. */
export class MemoryCluster {
  epoch = 0;
  revision = 1;
  compactedRevision = 1;
  readonly rows = new Map<string, Row>();
  readonly log: (CommitRow & { writtenMs: number })[] = [];
  /** Since when the log is complete. */
  historyFromMs: number;
  readonly now: () => number;
  /** The outbox. */
  readonly deliveries: (NewDelivery & { revision: number })[] = [];

  constructor(now: () => number = Date.now) {
    this.now = now;
    this.historyFromMs = now();
  }
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
      this.#cluster.log.push({ ...row, writtenMs: this.#cluster.now() });
      if (type === 'DELETED') this.#cluster.rows.delete(path);
      else this.#cluster.rows.set(path, { resource, namespace, name, revision, text });
    }
    this.#cluster.revision += rows.length;
  }

  async log(revision: number, limit: number): Promise<LogRow[]> {
    const { log, compactedRevision } = this.#cluster;
    if (revision < compactedRevision) throw new StoreError('compacted', `the log begins after revision ${compactedRevision}`);
    return log
      .filter((row) => row.revision > revision)
      .slice(0, limit)
      .map((line) => {
        const previousText = this.#before(line);
        const { type, resource, namespace, name, uid, previousRevision, text } = line;
        const row = { revision: line.revision, type, resource, namespace, name, uid, previousRevision, text };
        return { ...row, ...(previousText !== undefined && { previousText }) };
      });
  }

  async earlier(revision: number, until: number, { resource, namespace, name }: Scope, bytesMax: number): Promise<EarlierRow[]> {
    const { log, compactedRevision } = this.#cluster;
    if (revision < compactedRevision) throw compacted(revision);
    const first = new Map<string, EarlierRow>();
    let bytes = 0;
    for (const line of log) {
      const { type, resource: ownResource, namespace: ownNamespace, name: ownName } = line;
      const path = JSON.stringify([ownResource, ownNamespace, ownName]);
      const isIn = line.revision > revision && line.revision <= until && !first.has(path);
      const fits = (resource ?? ownResource) === ownResource && (namespace ?? ownNamespace) === ownNamespace;
      if (!isIn || !fits || (name ?? ownName) !== ownName) continue;
      const text = this.#before(line);
      bytes += text?.length ?? 0;
      const key = { resource: ownResource, namespace: ownNamespace, name: ownName };
      first.set(path, { ...key, type, revision: line.previousRevision, ...(text !== undefined && { text }) });
    }
    if (bytes > bytesMax) throw compacted(revision);
    return [...first.values()];
  }

  async revisionAt(time: Date): Promise<number> {
    const { log, compactedRevision, historyFromMs } = this.#cluster;
    if (time.getTime() < historyFromMs) throw new StoreError('compacted', 'the log does not reach back to that time');
    return log.findLast(({ writtenMs }) => writtenMs <= time.getTime())?.revision ?? compactedRevision;
  }

  /** The state before a line, where it is known. */
  #before({ carriedText, previousRevision }: CommitRow): string | undefined {
    const { log } = this.#cluster;
    const at = previousRevision > 0 ? log[previousRevision - (log[0]?.revision ?? 0)] : undefined;
    return carriedText ?? at?.text;
  }

  async compact(epoch: number, revision: number): Promise<void> {
    this.#checkLock(epoch);
    const { log } = this.#cluster;
    this.#cluster.compactedRevision = Math.max(this.#cluster.compactedRevision, revision);
    while (log[0] && log[0].revision <= revision) {
      this.#cluster.historyFromMs = Math.max(this.#cluster.historyFromMs, log[0].writtenMs);
      log.shift();
    }
  }

  #checkLock(epoch: number): void {
    if (this.#cluster.epoch !== epoch) throw fenced();
  }
}

const compacted = (revision: number): StoreError =>
  new StoreError('compacted', `the log no longer reaches back to revision ${revision}`);
const fenced = (): StoreError => new StoreError('fenced', 'another holder took the lock of the cluster');
