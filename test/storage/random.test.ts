import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { CommitOutcomeUnknown, type Backend } from '../../src/storage/backend.ts';
import { openStore } from '../../src/storage/cached-store.ts';
import { MemoryBackend, MemoryCluster } from '../../src/storage/memory.ts';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import { StoreError, type Change } from '../../src/storage/store.ts';
import { configMap, keyOf, valueOf } from '../support/configmaps.ts';
import { InterceptedBackend } from '../support/intercepted-backend.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

/** What a cluster holds at a revision, by `namespace/name`. */
type Model = ReadonlyMap<string, { value: string; revision: number }>;

/** One write as it was decided: what it makes of the model, and what came of it. */
interface Attempt {
  path: string;
  value: string | undefined;
  outcome?: 'acknowledged' | 'refused' | 'unknown';
}

/**
 * Thousands of writes against a store whose commits fail in every way and whose process dies at random, compared with a
 * map per revision. `SEED=…` replays a run.
 */
async function compare(open: () => Backend, seed: number, rounds: number): Promise<void> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.next() * limit);
  const faulty = (backend: Backend) => {
    const intercepted = new InterceptedBackend(backend);
    const fault = below(12);
    if (fault === 0) intercepted.commits.push(async () => Promise.reject(new StoreError('unavailable', 'no database')));
    if (fault === 1) intercepted.commits.push(async () => Promise.reject(new CommitOutcomeUnknown()));
    if (fault === 2) intercepted.commits.push(async (proceed) => proceed().then(() => Promise.reject(new CommitOutcomeUnknown())));
    if (fault < 3 && below(2)) intercepted.renewals.push(async () => Promise.reject(new StoreError('unavailable', 'no database')));
    return intercepted;
  };
  const openStoreOf = () => openStore(faulty(open()), { sleep: async () => undefined, limits: { recentEvents: 40, commitChanges: 7 } });

  /** The model at each revision; revision 1 is empty. */
  const history: Model[] = [new Map(), new Map()];
  let compacted = 1;
  let store = await openStoreOf();
  let seen: Change[] = [];
  const follow = () => store.subscribe((changes) => seen.push(...changes));
  follow();

  const apply = ({ path, value }: Attempt) => {
    const next = new Map(history.at(-1));
    if (value === undefined) next.delete(path);
    else next.set(path, { value, revision: history.length });
    history.push(next);
  };
  const contents = async (revision?: number) => {
    const { entries } = await store.list('configmaps', { revision });
    return entries.map((entry) => `${entry.key.namespace}/${entry.key.name}=${valueOf(entry)}`);
  };
  const expected = (model: Model) => [...model].map(([path, { value }]) => `${path}=${value}`).sort();

  const write = (attempts: Attempt[]): Promise<void> => {
    const [name, namespace] = [`n${below(6)}`, `ns${below(3)}`];
    const wish = below(10);
    const attempt: Attempt = { path: `${namespace}/${name}`, value: undefined };
    return store
      .write(keyOf(name, namespace), (current) => {
        if (wish === 0) throw new RangeError('refused');
        if (wish === 1 || (wish < 4 && !current)) return { type: 'keep' };
        attempts.push(attempt);
        if (wish < 4) return { type: 'delete', object: current!.object };
        attempt.value = `${valueOf(current) ?? ''}${below(10)}`.slice(-4);
        return { type: 'put', object: configMap(name, attempt.value, namespace) };
      })
      .then(
        () => void (attempt.outcome = 'acknowledged'),
        (error: Error) => {
          attempt.outcome = error instanceof StoreError && error.code === 'unknown' ? 'unknown' : 'refused';
          if (!(error instanceof StoreError)) expect(error).toBeInstanceOf(RangeError);
        },
      );
  };

  for (let round = 0; round < rounds; round++) {
    const where = `seed ${seed}, round ${round}`;
    const attempts: Attempt[] = [];
    const writes = Array.from({ length: 1 + below(12) }, () => write(attempts));
    const dies = below(5) === 0;
    if (dies) {
      // The process is gone with writes on their way: those that were not acknowledged happened up to some point.
      for (let i = below(6); i > 0; i--) await Promise.resolve();
      const acknowledged = attempts.filter(({ outcome }) => outcome === 'acknowledged').length;
      store = await openStoreOf();
      await Promise.all(writes);
      const before = history.length;
      const happened = store.revision - (before - 1);
      expect(happened, where).toBeGreaterThanOrEqual(acknowledged);
      for (const attempt of attempts.slice(0, happened)) apply(attempt);
      seen = [];
      follow();
    } else {
      await Promise.all(writes);
      // Writes fail from some point on: what was decided on a failed one failed as well.
      const outcomes = attempts.map(({ outcome }) => outcome);
      const firstFailed = outcomes.findIndex((outcome) => outcome !== 'acknowledged');
      if (firstFailed >= 0) expect(outcomes.slice(firstFailed), where).not.toContain('acknowledged');
      for (const attempt of attempts) if (attempt.outcome === 'acknowledged') apply(attempt);
      expect(outcomes, where).not.toContain('unknown');
    }
    const newest = history.length - 1;
    expect(store.revision, where).toBe(newest);
    expect(await contents(), where).toEqual(expected(history[newest]!));
    const [first] = seen;
    if (first) expect(seen.map(({ revision }) => revision), where).toEqual(seen.map((_, i) => first.revision + i));

    const revision = compacted + below(newest - compacted + 1);
    const replayed = new Map(history[revision]);
    let isLossy = false;
    for (const { type, entry, previous, revision: changed } of await store.changesAfter(revision)) {
      const path = `${entry.key.namespace}/${entry.key.name}`;
      const before = replayed.get(path);
      expect(type === 'ADDED', where).toBe(before === undefined);
      // A state from before the log's beginning may be missing, no other.
      if (before && !previous && before.revision <= compacted) isLossy = true;
      else expect(valueOf(previous), where).toBe(before?.value);
      if (type === 'DELETED') replayed.delete(path);
      else replayed.set(path, { value: valueOf(entry)!, revision: changed });
    }
    expect(expected(replayed), where).toEqual(expected(history[newest]!));
    const older = contents(revision);
    if (isLossy) await expect(older, where).rejects.toMatchObject({ code: 'compacted' });
    else expect(await older, where).toEqual(expected(history[revision]!));
    if (below(40) === 0) {
      compacted = Math.max(compacted, newest - below(20));
      await store.compact(compacted);
      store = await openStoreOf();
      seen = [];
      follow();
    }
  }
}

const newSeed = () => (process.env.SEED ? Number(process.env.SEED) : Math.floor(Math.random() * 2 ** 32));

describe('a store and a trivial model agree', () => {
  test('over memory', { timeout: 60_000 }, async () => {
    const cluster = new MemoryCluster();
    await compare(() => new MemoryBackend(cluster), newSeed(), 800);
  });

  describe('over postgres,', () => {
    let db: TestDatabase;
    beforeAll(async () => {
      db = await testDatabase();
    }, 60_000);

    test('with pages and a log read in parts', { timeout: 60_000 }, async () => {
      const id = await db.createCluster();
      await compare(() => new PostgresBackend(db.database, id, { pageRows: 5 }), newSeed(), 150);
    });
  });
});
