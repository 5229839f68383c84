import { Counter, Readings, type MetricsRegistry, type Reading } from '../lib/metrics.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { pods } from '../resources/core/pod.ts';
import { versionInfo } from '../server/endpoints/version.ts';
import { watchReadings } from '../server/metrics/requests.ts';
import type { Change, Entry } from '../storage/store.ts';
import type { ReconcileLoop } from './reconcile-loop.ts';
import type { WatchHub } from './watch-hub.ts';

/** What is read when somebody asks for the metrics of a cluster. */
export interface ClusterSources {
  scheme: Scheme;
  /** When the cluster came into memory. */
  startedAt: Date;
  entries(resource: string): readonly Entry[];
  hub: Pick<WatchHub, 'watches'>;
  loop: Pick<ReconcileLoop, 'queues'>;
}

/** The metrics of a cluster that are not about requests. Those of upstream's have its names; counters begin at the wake-up. */
export function addClusterMetrics(registry: MetricsRegistry, sources: ClusterSources): void {
  const { scheme, startedAt, entries, hub, loop } = sources;
  const gauge = (name: string, help: string, labels: readonly string[], read: () => Iterable<Reading>) =>
    registry.add(new Readings({ name, help, labels }, read));
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = versionInfo;
  const build = {
    major,
    minor,
    git_version: gitVersion,
    git_commit: gitCommit,
    git_tree_state: gitTreeState,
    build_date: buildDate,
    go_version: goVersion,
    compiler,
    platform,
  };
  gauge('kubernetes_build_info', 'What is running.', Object.keys(build), () => [[Object.values(build), 1]]);
  gauge('process_start_time_seconds', 'When the cluster woke up, in seconds since the epoch.', [], () => [
    [[], startedAt.getTime() / 1_000],
  ]);

  const stored = scheme.resources.filter(({ verbs }) => verbs.includes('list'));
  const byKind = (read: (all: readonly Entry[]) => number) =>
    stored.map(({ group, plural, resource }): Reading => [[group, plural], read(entries(resource))]);
  const count = (all: readonly Entry[]) => all.length;
  gauge('apiserver_resource_objects', 'Objects, by kind.', ['group', 'resource'], () => byKind(count));
  gauge('apiserver_storage_objects', 'The same, under its older name.', ['resource'], () =>
    stored.map(({ resource }): Reading => [[resource], entries(resource).length]),
  );
  gauge('apiserver_resource_size_estimate_bytes', 'How large the objects are as JSON, by kind.', ['group', 'resource'], () =>
    byKind((all) => all.reduce((sum, { text }) => sum + text.length, 0)),
  );

  registry.add(
    watchReadings(function* () {
      for (const [{ resource, served, namespace }, count] of hub.watches()) {
        const kind = scheme.byResource(resource, served);
        if (kind) yield { resource: kind, namespace, count };
      }
    }),
  );

  const queue = (name: string, help: string, type: 'gauge' | 'counter', value: 'depth' | 'adds' | 'retries') =>
    registry.add(
      new Readings(
        { name, help, labels: ['name'] },
        () => [...loop.queues()].map((each): Reading => [[each.name], each[value]]),
        type,
      ),
    );
  queue('workqueue_depth', 'Keys that wait for their controller.', 'gauge', 'depth');
  queue('workqueue_adds_total', 'Keys that came into the queue of their controller.', 'counter', 'adds');
  queue('workqueue_retries_total', 'Keys that have to be looked at again because a write failed.', 'counter', 'retries');

  gauge('scheduler_pending_pods', 'Pods without a node, by why they wait.', ['queue'], () => pendingPods(entries(pods.resource)));
}

/** A node is still to be found (`active`), there is none (`unschedulable`), or the pod is not to be scheduled yet (`gated`). */
function pendingPods(all: readonly Entry[]): Reading[] {
  const waiting = { active: 0, gated: 0, unschedulable: 0 };
  for (const { object } of all) {
    const { spec, status } = object as {
      spec?: { nodeName?: string };
      status?: { phase?: string; conditions?: { type: string; status: string; reason?: string }[] };
    };
    if (spec?.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') continue;
    const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (scheduled?.status !== 'False') waiting.active++;
    else waiting[scheduled.reason === 'SchedulingGated' ? 'gated' : 'unschedulable']++;
  }
  return Object.entries(waiting).map(([queue, count]) => [[queue], count]);
}

/** Counts the pods that get a node, as upstream counts successful attempts. Whoever binds them: it is seen in the commits. */
export function countScheduledPods(registry: MetricsRegistry): (changes: readonly Change[]) => void {
  const attempts = registry.add(
    new Counter({ name: 'scheduler_schedule_attempts_total', help: 'Pods that got a node.', labels: ['profile', 'result'] }),
  );
  const scheduled = attempts.of('default-scheduler', 'scheduled');
  const nodeOf = ({ object }: Entry) => (object as { spec?: { nodeName?: string } }).spec?.nodeName;
  return (changes) => {
    for (const { entry, previous } of changes)
      if (entry.key.resource === pods.resource && previous && nodeOf(entry) && !nodeOf(previous)) scheduled.add();
  };
}
