import { describe, expect, test } from 'vitest';
import { openStore, type CachedStore, type StoreOptions } from '../../src/storage/cached-store.ts';
import { StoreError, type Put } from '../../src/storage/store.ts';
import { configMap, keyOf, valueOf } from '../support/configmaps.ts';
import { InterceptedBackend } from '../support/intercepted-backend.ts';
import type { ClusterFactory } from './backend.ts';

/** The contract of `Store` about decisions that put more than one object. */
export function testStoreTogether(name: string, newCluster: ClusterFactory): void {
  const noWait = { sleep: () => Promise.resolve() };

  async function setUp(options: StoreOptions = {}) {
    const open = await newCluster();
    const backend = new InterceptedBackend(open());
    return { store: await openStore(backend, { ...noWait, ...options }), backend, reopen: () => openStore(open(), noWait) };
  }

  const also = (name: string, value: string): Put => ({ key: keyOf(name), object: configMap(name, value) });
  const put = (store: CachedStore, name: string, ...others: Put[]) =>
    store.write(keyOf(name), () => ({ type: 'put', object: configMap(name), also: others }));
  /** Puts an object and counts it in another one, up to a limit. */
  const counted = (store: CachedStore, name: string, limit = Infinity) =>
    store.write(keyOf(name), (_, pending) => {
      const definition = { resource: 'configmaps' } as Parameters<typeof pending.get>[0];
      const counter = pending.get(definition, 'default', 'counter') as ReturnType<typeof configMap> | undefined;
      const count = Number(counter?.data.value ?? 0);
      if (count >= limit) throw new Error('full');
      return { type: 'put', object: configMap(name), also: [also('counter', String(count + 1))] };
    });

  describe(`store over ${name}: one decision about several objects`, () => {
    test('each has a revision of its own, in the order given; the answer is the first', async () => {
      const { store, backend, reopen } = await setUp();
      await put(store, 'b');
      const entry = await put(store, 'a', also('b', 'changed'), also('c', 'new'));
      expect(entry).toMatchObject({ key: keyOf('a'), revision: 3 });
      expect(store.revision).toBe(5);
      expect(backend.asked.map((rows) => rows.length)).toEqual([1, 3]);
      for (const each of [store, await reopen()]) {
        expect(valueOf(await each.get(keyOf('b')))).toBe('changed');
        const changes = await each.changesAfter(2);
        expect(changes.map(({ type, revision, entry: { key }, previous }) => [revision, type, key.name, previous?.revision])).toEqual([
          [3, 'ADDED', 'a', undefined],
          [4, 'MODIFIED', 'b', 2],
          [5, 'ADDED', 'c', undefined],
        ]);
      }
    });

    test('they are never parted by the bounds of a commit', async () => {
      const { store, backend } = await setUp({ limits: { commitChanges: 3 } });
      await Promise.all([put(store, 'a', also('x', '')), put(store, 'b', also('y', '')), put(store, 'c', also('z', ''))]);
      expect(backend.asked.map((rows) => rows.length)).toEqual([2, 2, 2]);
    });

    test('more than a commit may have go into one all the same', async () => {
      const { store, backend } = await setUp({ limits: { commitChanges: 2 } });
      await Promise.all([put(store, 'a', also('x', ''), also('y', '')), put(store, 'b')]);
      expect(backend.asked.map((rows) => rows.length)).toEqual([3, 1]);
    });

    test('of a decision that cannot be stored as a whole nothing is', async () => {
      const { store } = await setUp({ limits: { objectBytes: 2000 } });
      const tooLarge = put(store, 'a', also('b', 'small'), also('c', 'x'.repeat(3000)));
      await expect(tooLarge).rejects.toMatchObject({ name: 'StoreError', code: 'too-large' });
      expect(store.revision).toBe(1);
      expect(await put(store, 'd')).toMatchObject({ revision: 2 });
      expect(await store.get(keyOf('a'))).toBeUndefined();
      expect(await store.get(keyOf('b'))).toBeUndefined();
    });

    test('a commit that fails takes all of it back', async () => {
      const { store, backend } = await setUp();
      await counted(store, 'a');
      backend.commits.push(() => Promise.reject(new StoreError('unavailable', 'no')));
      await expect(Promise.all([counted(store, 'b'), counted(store, 'c')])).rejects.toMatchObject({ code: 'unavailable' });
      await counted(store, 'd');
      expect(valueOf(await store.get(keyOf('counter')))).toBe('2');
      expect(store.revision).toBe(5);
    });

    test('of 64 writers that count themselves, as many succeed as there is room for', async () => {
      const { store, reopen } = await setUp({ limits: { commitChanges: 7 } });
      const results = await Promise.allSettled(Array.from({ length: 64 }, (_, i) => counted(store, `a${i}`, 20)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
      const { entries } = await (await reopen()).list('configmaps');
      expect(entries).toHaveLength(21);
      expect(valueOf(entries.find(({ key }) => key.name === 'counter'))).toBe('20');
    });
  });
}
