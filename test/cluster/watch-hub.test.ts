import { expect, test } from 'vitest';
import { messagesOf, WatchHub, type WatchSink } from '../../src/cluster/watch-hub.ts';
import { limits } from '../../src/lib/limits.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { configMaps } from '../../src/resources/core/configmap.ts';
import type { WatchSpec } from '../../src/server/watch/spec.ts';
import { openStore } from '../../src/storage/cached-store.ts';
import { MemoryBackend } from '../../src/storage/memory.ts';

const scheme = createScheme([configMaps]);
const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const spec: WatchSpec = { resource: 'configmaps', namespace: '', format: 'object', bookmarks: true, apiVersion: 'v1', kind: 'ConfigMap' };

async function setUp() {
  const store = await openStore(new MemoryBackend());
  // What is scheduled runs after the commit's writers were answered; `await delivered()` comes after it.
  const hub = new WatchHub(scheme, clock, (task) => void setImmediate(task));
  store.subscribe((changes) => hub.deliver(changes));
  const write = (name: string, data: string, label = 'x') =>
    store.write({ resource: 'configmaps', namespace: 'default', name }, () => ({
      type: 'put',
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: 'default', uid: name, resourceVersion: '', creationTimestamp: '', labels: { label } },
        data: { data },
      } as never,
    }));
  return { store, hub, write };
}

const delivered = () => new Promise((resolve) => setImmediate(resolve));

/** A sink that keeps what it was told. */
function sink() {
  const seen: string[] = [];
  const positions: number[] = [];
  const saved: number[] = [];
  const target: WatchSink = {
    send: (position, revisions, lines) => {
      positions.push(position);
      for (const [i, line] of lines.entries()) {
        const { type, object } = JSON.parse(line as string) as { type: string; object: { metadata: { name: string; resourceVersion: string } } };
        expect(Number(object.metadata.resourceVersion)).toBe(revisions[i]);
        seen.push(`${type} ${object.metadata.name}`);
      }
    },
    save: (position) => void saved.push(position),
  };
  return { target, seen, positions, saved };
}

test('a watch gets what came after its position, then what comes, each once', async () => {
  const { store, hub, write } = await setUp();
  await write('a', '1');
  const { revision } = store;
  await write('b', '1');
  await write('a', '2');
  const { target, seen } = sink();
  await hub.attach(store, spec, revision, target);
  expect(seen).toEqual(['ADDED b', 'MODIFIED a']);
  await write('c', '1');
  await delivered();
  expect(seen).toEqual(['ADDED b', 'MODIFIED a', 'ADDED c']);
});

test('nothing is lost or repeated when commits and the catch-up meet', async () => {
  const { store, hub, write } = await setUp();
  const { target, seen } = sink();
  const writes = Array.from({ length: 50 }, (_, i) => write(`w${i}`, '1'));
  const attached = hub.attach(store, spec, store.revision, target);
  await Promise.all(writes);
  await attached;
  await write('last', '1');
  await delivered();
  expect(seen).toEqual([...Array.from({ length: 50 }, (_, i) => `ADDED w${i}`), 'ADDED last']);
});

test('a watch that ended gets nothing more, and others go on', async () => {
  const { store, hub, write } = await setUp();
  const one = sink();
  const other = sink();
  const subscription = await hub.attach(store, spec, store.revision, one.target);
  await hub.attach(store, { ...spec, labelSelector: 'label=y' }, store.revision, other.target);
  await write('a', '1');
  await delivered();
  hub.detach(subscription);
  await write('b', '1', 'y');
  await delivered();
  expect([one.seen, other.seen]).toEqual([['ADDED a'], ['ADDED b']]);
});

test('a position that the log has lost is 410', async () => {
  const { store, hub, write } = await setUp();
  const { revision } = store;
  await write('a', '1');
  await store.compact(store.revision);
  await expect(hub.attach(store, spec, revision, sink().target)).rejects.toMatchObject({ reason: 'Expired' });
});

test('at rest positions are saved, and who was told nothing for long learns how far it is', async () => {
  const { store, hub, write } = await setUp();
  const { target, positions, saved } = sink();
  await hub.attach(store, { ...spec, labelSelector: 'label=y' }, store.revision, target);
  await write('a', '1');
  expect([positions, saved]).toEqual([[], []]);
  hub.rest(store.revision);
  hub.rest(store.revision);
  expect([positions, saved]).toEqual([[store.revision], [store.revision]]);
});

test('commits that come before a delivery go out together, and watches that want the same share them', async () => {
  const { store, hub, write } = await setUp();
  const arrays: (readonly unknown[])[] = [];
  const target: WatchSink = { send: (_position, _revisions, events) => void arrays.push(events), save: () => {} };
  const late = sink();
  await hub.attach(store, spec, store.revision, target);
  await hub.attach(store, { ...spec }, store.revision, target);
  await write('a', '1');
  await hub.attach(store, spec, store.revision, late.target);
  await write('b', '1');
  await delivered();
  expect(arrays.map((events) => events.length)).toEqual([2, 2]);
  expect(arrays[0]).toBe(arrays[1]);
  expect(late.seen).toEqual(['ADDED b']);
});

test('messages are bounded, and none is empty', () => {
  const line = 'x'.repeat(limits.watchMessageBytes / 4);
  expect([...messagesOf(Array<string>(10).fill(line))].map((lines) => lines.length)).toEqual([4, 4, 2]);
  expect([...messagesOf([line.repeat(8), 'y'])].map((lines) => lines.length)).toEqual([1, 1]);
  expect([...messagesOf([])]).toEqual([]);
});
