import type { Clock } from '../lib/clock.ts';
import { Histogram, type MetricsRegistry } from '../lib/metrics.ts';
import { CommitOutcomeUnknown, type Backend } from '../storage/backend.ts';
import { StoreError } from '../storage/store.ts';

/** The backend, with its commits counted and timed. */
export function measuredBackend(backend: Backend, registry: MetricsRegistry, clock: Clock): Backend {
  const seconds = registry.add(
    new Histogram({
      name: 'hibernetes_commit_duration_seconds',
      help: 'How long commits to the database took.',
      labels: ['outcome'],
      bounds: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15],
    }),
  );
  const changes = registry.add(
    new Histogram({
      name: 'hibernetes_commit_changes',
      help: 'How many writes went into one commit.',
      bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    }),
  );
  return {
    load: (take) => backend.load(take),
    renew: (epoch) => backend.renew(epoch),
    log: (revision, limit) => backend.log(revision, limit),
    earlier: (revision, until, scope, bytesMax) => backend.earlier(revision, until, scope, bytesMax),
    revisionAt: (time) => backend.revisionAt(time),
    compact: (epoch, revision) => backend.compact(epoch, revision),
    commit: async (epoch, baseRevision, rows) => {
      const startedMs = clock.now().getTime();
      let outcome = 'ok';
      try {
        await backend.commit(epoch, baseRevision, rows);
        changes.of().observe(rows.length);
      } catch (error) {
        outcome = error instanceof CommitOutcomeUnknown ? 'unknown' : error instanceof StoreError ? error.code : 'failed';
        throw error;
      } finally {
        seconds.of(outcome).observe((clock.now().getTime() - startedMs) / 1_000);
      }
    },
  };
}
