import { expect, test } from 'vitest';
import { ReconcileLoop, type LoopOptions } from '../../src/cluster/reconcile-loop.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { Snapshot } from '../../src/machinery/reader.ts';
import type { Controller, EventDraft, Plan, ReconcileContext, Write } from '../../src/machinery/reconcile.ts';
import { conflict } from '../../src/machinery/status.ts';
import { configMaps, type ConfigMap } from '../../src/resources/core/configmap.ts';
import type { Change, Entry } from '../../src/storage/store.ts';

const snapshot = {} as Snapshot;

const configMap = (name: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
});
const entry = (name: string): Entry => ({
  key: { resource: 'configmaps', namespace: 'default', name },
  revision: 1,
  text: '',
  object: configMap(name),
});
const added = (name: string): Change => ({ revision: 1, type: 'ADDED', entry: entry(name) });
const write: Write = { verb: 'delete', resource: configMaps, namespace: 'default', name: 'x' };

/** A loop on a clock and a scheduler of the test's own; `run` works until nothing is due. */
function setUp(reconcile: (key: string, context: ReconcileContext) => Plan, options: Partial<LoopOptions> = {}) {
  let nowMs = 1000;
  let tasks: { task: () => void; atMs: number }[] = [];
  const idle: (number | undefined)[] = [];
  const events: EventDraft[] = [];
  const errors: string[] = [];
  let busy = 0;
  const controller: Controller = {
    name: 'test',
    component: 'test-controller',
    triggers: [{ resource: configMaps, keys: (object: ConfigMap) => [object.metadata.name] }],
    reconcile: (key, _snapshot, context) => reconcile(key, context),
  };
  const loop = new ReconcileLoop({
    controllers: [controller],
    resourceOf: () => undefined,
    snapshot,
    execute: async () => undefined,
    recordEvents: async (drafts) => void events.push(...drafts),
    clock: { now: () => new Date(nowMs) },
    random: seededRandom(1),
    schedule: (task, delayMs) => {
      const scheduled = { task, atMs: nowMs + delayMs };
      tasks.push(scheduled);
      return () => void (tasks = tasks.filter((other) => other !== scheduled));
    },
    onError: (message) => void errors.push(message),
    onBusy: () => void busy++,
    onIdle: (nextMs) => void idle.push(nextMs),
    ...options,
  });
  const run = async (untilMs = nowMs) => {
    for (;;) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      const next = tasks.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      tasks = tasks.filter((other) => other !== next);
      nowMs = Math.max(nowMs, next.atMs);
      next.task();
    }
    nowMs = untilMs;
  };
  return { loop, run, idle, events, errors, busyCount: () => busy };
}

const nothing: Plan = { writes: [], events: [] };

test('a key whose controller keeps a pace is looked at at once, and then not before its time', async () => {
  const looks: string[] = [];
  const controller: Controller = {
    name: 'test',
    component: 'test-controller',
    paceMs: 100,
    triggers: [{ resource: configMaps, keys: (object: ConfigMap) => [object.metadata.name] }],
    reconcile: (key) => {
      looks.push(key);
      return nothing;
    },
  };
  const { loop, run } = setUp(() => nothing, { controllers: [controller] });
  loop.changed([added('a')]);
  await run();
  loop.changed([added('a')]);
  await run(1_099);
  expect(looks).toEqual(['a']);
  await run(1_100);
  expect(looks).toEqual(['a', 'a']);
});

test('an update that concerns nobody is passed over', async () => {
  const keys: string[] = [];
  const { loop, run } = setUp(() => nothing, {
    controllers: [
      {
        name: 'test',
        component: 'test-controller',
        triggers: [
          {
            resource: configMaps,
            concerns: (object: ConfigMap, previous: ConfigMap) => object.metadata.name !== previous.metadata.name,
            keys: (object: ConfigMap) => [object.metadata.name],
          },
        ],
        reconcile(key) {
          keys.push(key);
          return nothing;
        },
      },
    ],
  });
  const changed = (type: Change['type'], name: string, previous?: string): Change => ({
    revision: 2,
    type,
    entry: entry(name),
    ...(previous && { previous: entry(previous) }),
  });
  loop.changed([
    changed('MODIFIED', 'same', 'same'),
    changed('MODIFIED', 'new', 'old'),
    changed('MODIFIED', 'unknown'),
    changed('ADDED', 'added'),
    changed('DELETED', 'deleted', 'deleted'),
  ]);
  await run();
  expect(keys).toEqual(['new', 'old', 'unknown', 'added', 'deleted']);
});

test('a change is reconciled once, for the old object and the new one', async () => {
  const keys: string[] = [];
  const { loop, run, idle, busyCount } = setUp((key) => {
    keys.push(key);
    return nothing;
  });
  loop.changed([added('a'), added('a'), { revision: 2, type: 'MODIFIED', entry: entry('b'), previous: entry('c') }]);
  await run();
  expect(keys).toEqual(['a', 'b', 'c']);
  expect(busyCount()).toBe(1);
  expect(idle).toEqual([undefined]);
});

test('a key is not reconciled while its writes are under way', async () => {
  const pending: (() => void)[] = [];
  let calls = 0;
  const { loop, run } = setUp(() => (calls++ === 0 ? { writes: [write], events: [] } : nothing), {
    execute: () => new Promise<void>((resolve) => pending.push(resolve)),
  });
  loop.changed([added('a')]);
  await run();
  loop.changed([added('a')]);
  await run();
  expect(calls).toBe(1);
  pending[0]!();
  await run();
  expect(calls).toBe(2);
});

test('a refused write comes back to the controller after a back-off', async () => {
  const seen: number[] = [];
  let refuse = true;
  const { loop, run, events } = setUp(
    (_key, { failures }) => {
      seen.push(failures.length);
      const told: EventDraft = { regarding: configMap('a'), type: 'Normal', reason: 'Done', message: 'done', after: write };
      return seen.length > 2 ? nothing : { writes: [write], events: [told, { ...told, reason: 'Tried', after: undefined }] };
    },
    { execute: async () => (refuse ? Promise.reject(conflict({ group: '', resource: 'configmaps', name: 'x' })) : undefined) },
  );
  loop.changed([added('a')]);
  await run();
  expect(seen).toEqual([0]);
  expect(events.map(({ reason }) => reason)).toEqual(['Tried']);
  refuse = false;
  await run(1010);
  expect(seen).toEqual([0, 1]);
  expect(events.map(({ reason }) => reason)).toEqual(['Tried', 'Done', 'Tried']);
  expect([...loop.queues()].map(({ depth, adds, retries }) => [depth, adds, retries])).toEqual([[0, 1, 1]]);
});

test('requeueAfterMs brings a key back, and idleness says when', async () => {
  let calls = 0;
  const { loop, run, idle } = setUp(() => (calls++ === 0 ? { ...nothing, requeueAfterMs: 500 } : nothing));
  loop.changed([added('a')]);
  await run();
  expect(idle).toEqual([1500]);
  await run(1499);
  expect(calls).toBe(1);
  await run(1500);
  expect(calls).toBe(2);
  expect(idle).toEqual([1500, undefined]);
});

test('a controller that throws is tried again and stops nobody else', async () => {
  const keys: string[] = [];
  const { loop, run, errors } = setUp((key) => {
    keys.push(key);
    if (key === 'bad' && keys.filter((k) => k === 'bad').length === 1) throw new Error('oops');
    return nothing;
  });
  loop.changed([added('bad'), added('good'), added('good')]);
  expect([...loop.queues()].map(({ depth, adds }) => [depth, adds])).toEqual([[2, 2]]);
  await run(2000);
  expect(keys).toEqual(['bad', 'good', 'bad']);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain('oops');
});

test('more keys than one pass takes are all reconciled', async () => {
  const keys = new Set<string>();
  const { loop, run } = setUp((key) => {
    keys.add(key);
    return nothing;
  });
  loop.resync(Array.from({ length: 1000 }, (_, i) => entry(`c${i}`)));
  await run();
  expect(keys.size).toBe(1000);
});

test('a trigger may want other keys after a start than at a change', async () => {
  const keys: string[] = [];
  const controller: Controller = {
    name: 'test',
    component: 'test-controller',
    triggers: [{ resource: configMaps, keys: ({ metadata }) => [`changed ${metadata.name}`], keysAtStart: () => ['start'] }],
    reconcile: (key) => {
      keys.push(key);
      return nothing;
    },
  };
  const { loop, run } = setUp(() => nothing, { controllers: [controller] });
  loop.resync([entry('a'), entry('b')]);
  loop.changed([added('c')]);
  await run();
  expect(keys).toEqual(['start', 'changed c']);
});

test('nodes are asked before a key is looked at again', async () => {
  const seen: unknown[] = [];
  const answers: (() => void)[] = [];
  const meter = {
    of: (node: string) => (answers.length > 1 ? { askedAtMs: 1, usage: { node: { cpu: node }, pods: [], windowSeconds: 1 } } : undefined),
    measure: (nodes: Iterable<string>) => {
      seen.push([...nodes]);
      return new Promise<void>((resolve) => answers.push(resolve));
    },
  };
  const reconcile = (_key: string, { measurements }: ReconcileContext): Plan => {
    const usage = measurements?.of('n')?.usage?.node.cpu;
    seen.push(usage);
    return usage === undefined ? { ...nothing, measure: ['n'] } : nothing;
  };
  const { loop, run, idle } = setUp(reconcile, { meter });
  loop.changed([added('a')]);
  await run();
  expect([seen, idle]).toEqual([[undefined, ['n']], []]);
  answers.push(() => undefined);
  answers[0]!();
  await run();
  expect([seen, idle]).toEqual([[undefined, ['n'], 'n'], [undefined]]);
});
