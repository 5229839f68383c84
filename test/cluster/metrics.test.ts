import { expect, test } from 'vitest';
import { MetricsRegistry } from '../../src/lib/metrics.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { measuredBackend } from '../../src/cluster/measured-backend.ts';
import { addClusterMetrics, countScheduledPods } from '../../src/cluster/metrics.ts';
import { pods } from '../../src/resources/core/pod.ts';
import { deployments } from '../../src/resources/apps/deployment.ts';
import { CommitOutcomeUnknown } from '../../src/storage/backend.ts';
import { MemoryBackend } from '../../src/storage/memory.ts';
import { StoreError, type Change, type Entry } from '../../src/storage/store.ts';
import { TestClock } from '../server/support/cluster.ts';

const entry = (name: string, spec: object = {}, status?: object): Entry => {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name } as KubeObject['metadata'], spec, ...(status && { status }) };
  return { key: { resource: 'pods', namespace: 'default', name }, revision: 1, object, text: JSON.stringify(object) };
};
const unscheduled = (reason: string) => ({ conditions: [{ type: 'PodScheduled', status: 'False', reason }] });

test('the state of a cluster is read when somebody asks', () => {
  const registry = new MetricsRegistry();
  const all: Record<string, Entry[]> = { pods: [entry('a', { nodeName: 'n' }), entry('b', {}, { phase: 'Failed' }), entry('c')] };
  const watched = { resource: 'pods', format: 'object' as const, bookmarks: true, apiVersion: 'v1', kind: 'Pod' };
  addClusterMetrics(registry, {
    scheme: createScheme([pods, deployments]),
    startedAt: new Date('2026-05-01T12:00:00.500Z'),
    entries: (resource) => all[resource] ?? [],
    hub: {
      *watches() {
        yield [{ ...watched, namespace: '' }, 2];
        yield [{ ...watched, namespace: 'default', labelSelector: 'secret=1' }, 1];
      },
    },
    loop: {
      *queues() {
        yield { name: 'deployment', depth: 1, adds: 5, retries: 2 };
      },
    },
  });
  all['pods']!.push(entry('d', {}, unscheduled('Unschedulable')), entry('e', {}, unscheduled('SchedulingGated')));
  const lines = registry.text().split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'process_start_time_seconds 1777636800.5',
      'apiserver_resource_objects{group="",resource="pods"} 5',
      'apiserver_resource_objects{group="apps",resource="deployments"} 0',
      'apiserver_storage_objects{resource="deployments.apps"} 0',
      'apiserver_longrunning_requests{verb="WATCH",group="",version="v1",resource="pods",subresource="",scope="cluster",component="apiserver"} 2',
      'apiserver_longrunning_requests{verb="WATCH",group="",version="v1",resource="pods",subresource="",scope="namespace",component="apiserver"} 1',
      'workqueue_depth{name="deployment"} 1',
      '# TYPE workqueue_adds_total counter',
      'workqueue_adds_total{name="deployment"} 5',
      'workqueue_retries_total{name="deployment"} 2',
      'scheduler_pending_pods{queue="active"} 1',
      'scheduler_pending_pods{queue="unschedulable"} 1',
      'scheduler_pending_pods{queue="gated"} 1',
    ]),
  );
  expect(lines.find((line) => line.startsWith('kubernetes_build_info'))).toContain('minor="36",git_version="v1.36.0+hibernetes"');
  expect(registry.text()).not.toContain('secret');
});

test('a pod that gets a node was scheduled', () => {
  const registry = new MetricsRegistry();
  const count = countScheduledPods(registry);
  const change = (type: Change['type'], before: Entry | undefined, after: Entry): Change => ({
    revision: 2,
    type,
    entry: after,
    ...(before && { previous: before }),
  });
  const placed = entry('a', { nodeName: 'n' });
  count([
    change('MODIFIED', entry('a'), placed),
    change('MODIFIED', placed, placed),
    change('ADDED', undefined, placed),
    change('MODIFIED', entry('a'), entry('a')),
  ]);
  expect(registry.text()).toContain('scheduler_schedule_attempts_total{profile="default-scheduler",result="scheduled"} 1\n');
});

test('commits are timed, and counted by how they ended', async () => {
  const registry = new MetricsRegistry();
  const clock = new TestClock();
  const memory = new MemoryBackend();
  const { epoch, revision } = await memory.load();
  let fail: Error | undefined;
  const slow = new Proxy(memory, {
    get: (target, name) =>
      name === 'commit'
        ? async (...args: Parameters<MemoryBackend['commit']>) => {
            clock.advance(0.3);
            if (fail) throw fail;
            return target.commit(...args);
          }
        : (Reflect.get(target, name, target) as (...args: unknown[]) => unknown).bind(target),
  });
  const backend = measuredBackend(slow, registry, clock);
  const row = {
    type: 'ADDED' as const,
    resource: 'pods',
    namespace: 'n',
    name: 'a',
    uid: 'u',
    revision: revision + 1,
    previousRevision: 0,
    text: '{}',
  };
  await backend.commit(epoch, revision, [row]);
  for (fail of [new CommitOutcomeUnknown(), new StoreError('fenced', ''), new TypeError('x')])
    await expect(backend.commit(epoch, revision + 1, [])).rejects.toBe(fail);
  expect(await backend.log(revision, 5)).toHaveLength(1);
  const text = registry.text();
  expect(text).toContain('hibernetes_commit_duration_seconds_bucket{outcome="ok",le="0.2"} 0\n');
  expect(text).toContain('hibernetes_commit_duration_seconds_bucket{outcome="ok",le="0.5"} 1\n');
  for (const outcome of ['unknown', 'fenced', 'failed'])
    expect(text).toContain(`hibernetes_commit_duration_seconds_count{outcome="${outcome}"} 1\n`);
  expect(text).toContain('hibernetes_commit_changes_count 1\n');
});
