import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/storage/cached-store.ts';
import { configMap, keyOf, row, valueOf } from '../support/configmaps.ts';
import type { ClusterFactory } from './backend.ts';

const everything = 1e9;

/** The contract of `Backend` and `Store` about how things were. */
export function testHistory(name: string, newCluster: ClusterFactory): void {
  describe(`${name} tells how things were`, () => {
    test('what changed since, each object once, as it was', async () => {
      const backend = (await newCluster())();
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [row(2, 'ADDED', 'a'), row(3, 'ADDED', 'b', { namespace: 'other' }), row(4, 'ADDED', 'c')]);
      await backend.commit(epoch, 4, [
        row(5, 'MODIFIED', 'a', { previousRevision: 2 }),
        row(6, 'DELETED', 'b', { previousRevision: 3, namespace: 'other' }),
        row(7, 'MODIFIED', 'a', { previousRevision: 5 }),
        row(8, 'ADDED', 'd'),
      ]);
      const at = async (...asked: Parameters<typeof backend.earlier>) =>
        (await backend.earlier(...asked))
          .map(({ name: each, type, revision, text }) => `${each} ${type} ${revision} ${text ? JSON.parse(text).data.value : '-'}`)
          .sort();
      expect(await at(4, 8, {}, everything)).toEqual(['a MODIFIED 2 at 2', 'b DELETED 3 at 3', 'd ADDED 0 -']);
      expect(await at(5, 8, {}, everything)).toEqual(['a MODIFIED 5 at 5', 'b DELETED 3 at 3', 'd ADDED 0 -']);
      expect(await at(4, 6, { namespace: 'default' }, everything)).toEqual(['a MODIFIED 2 at 2']);
      expect(await at(1, 8, { resource: 'configmaps', name: 'c' }, everything)).toEqual(['c ADDED 0 -']);
      expect(await at(8, 8, {}, everything)).toEqual([]);
      expect(await at(4, 8, { resource: 'secrets' }, everything)).toEqual([]);
      await expect(backend.earlier(4, 8, {}, 200)).rejects.toMatchObject({ code: 'compacted' });
      await backend.compact(epoch, 5);
      await expect(backend.earlier(4, 8, {}, everything)).rejects.toMatchObject({ code: 'compacted' });
      expect(await at(5, 8, { name: 'd' }, everything)).toEqual(['d ADDED 0 -']);
    });

    test('the state before is on the line, if it was given: whatever became of the line before', async () => {
      const backend = (await newCluster())();
      const { epoch } = await backend.load();
      const old = row(2, 'ADDED', 'a');
      await backend.commit(epoch, 1, [old]);
      const carried = '{"carried":"\\u0000"}';
      await backend.commit(epoch, 2, [row(3, 'MODIFIED', 'a', { previousRevision: 2, carriedText: carried }), row(4, 'ADDED', 'b')]);
      expect((await backend.earlier(2, 4, { name: 'a' }, everything))[0]!.text).toBe(carried);
      expect((await backend.log(2, 10)).map(({ previousText }) => previousText)).toEqual([carried, undefined]);
    });

    test('the revision of a time is the newest one until then', async () => {
      const backend = (await newCluster())();
      const { epoch } = await backend.load();
      const passed = async () => {
        for (const start = Date.now(); Date.now() === start; ) await new Promise((resolve) => setTimeout(resolve, 1));
      };
      /** A time at which nothing is written. */
      const now = async () => {
        await passed();
        const time = new Date();
        await passed();
        return time;
      };
      const times: Date[] = [await now()];
      for (let i = 0; i < 5; i++) {
        await backend.commit(epoch, 1 + 2 * i, [row(2 + 2 * i, 'ADDED', `a${i}`), row(3 + 2 * i, 'ADDED', `b${i}`)]);
        times.push(await now());
      }
      expect(await Promise.all(times.map((time) => backend.revisionAt(time)))).toEqual([1, 3, 5, 7, 9, 11]);
      await expect(backend.revisionAt(new Date(times[0]!.getTime() - 3_600_000))).rejects.toMatchObject({ code: 'compacted' });
      await backend.compact(epoch, 6);
      await expect(backend.revisionAt(times[1]!)).rejects.toMatchObject({ code: 'compacted' });
      expect(await backend.revisionAt(times[3]!)).toBe(7);
    });

    test('lists and objects as they were, long after they left memory', async () => {
      const open = await newCluster();
      const store = await openStore(open());
      await store.write(keyOf('a'), () => ({ type: 'put', object: configMap('a', 'one') }));
      const { revision } = await store.write(keyOf('b'), () => ({ type: 'put', object: configMap('b', 'one') })) ?? { revision: 0 };
      const forgetful = await openStore(open(), { limits: { recentEvents: 0, catchUpEvents: 1 } });
      for (const value of ['two', 'three'])
        await forgetful.write(keyOf('a'), () => ({ type: 'put', object: configMap('a', value) }));
      await forgetful.write(keyOf('b'), () => ({ type: 'delete', object: configMap('b') }));
      const then = await forgetful.list('configmaps', { namespace: 'default', revision });
      expect(then.entries.map((entry) => `${entry.key.name} ${valueOf(entry)}`)).toEqual(['a one', 'b one']);
      const one = await forgetful.list('configmaps', { namespace: 'default', name: 'b', revision });
      expect(one.entries.map(({ key }) => key.name)).toEqual(['b']);
      const changed = await forgetful.changedSince(revision, forgetful.revision, {});
      expect(changed.map(({ key, type, entry }) => [key.name, type, valueOf(entry)])).toEqual([
        ['a', 'MODIFIED', 'one'],
        ['b', 'DELETED', 'one'],
      ]);
      await expect(forgetful.list('configmaps', { revision: 1_000 })).rejects.toMatchObject({ code: 'ahead' });
    });
  });
}
