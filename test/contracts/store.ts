import { describe, expect, test } from 'vitest';
import { CommitOutcomeUnknown } from '../../src/storage/backend.ts';
import { openStore, type CachedStore, type StoreOptions } from '../../src/storage/cached-store.ts';
import { StoreError, type Change, type Entry } from '../../src/storage/store.ts';
import { configMap, keyOf, valueOf } from '../support/configmaps.ts';
import { door, InterceptedBackend } from '../support/intercepted-backend.ts';
import type { ClusterFactory } from './backend.ts';

/** The contract of `Store`, over any backend. */
export function testStore(name: string, newCluster: ClusterFactory): void {
  const noWait = { sleep: () => Promise.resolve() };

  /** A store of a new cluster, its backend to be tampered with, and a way to open the cluster again. */
  async function setUp(options: StoreOptions = {}) {
    const open = await newCluster();
    const backend = new InterceptedBackend(open());
    const store = await openStore(backend, { ...noWait, ...options });
    return { store, backend, open, reopen: () => openStore(open(), noWait) };
  }

  const put = (store: CachedStore, name: string, value = '', namespace = 'default') =>
    store.write(keyOf(name, namespace), () => ({ type: 'put', object: configMap(name, value, namespace) }));
  const remove = (store: CachedStore, name: string) =>
    store.write(keyOf(name), (current) => (current ? { type: 'delete', object: current.object } : { type: 'keep' }));
  const values = (entries: readonly Entry[]) => entries.map((entry) => `${entry.key.name}=${valueOf(entry)}`);
  const lines = (changes: readonly Change[]) =>
    changes.map(({ revision, type, entry, previous }) => {
      const before = previous ? ` was ${valueOf(previous)}@${previous.revision}` : '';
      return `${revision} ${type} ${entry.key.name}=${valueOf(entry)}${before}`;
    });
  const code = (expected: string) => ({ name: 'StoreError', code: expected });

  describe(`store over ${name}: reading and writing`, () => {
    test('gives back what was written, with its revision as resourceVersion', async () => {
      const { store, reopen } = await setUp();
      const object = configMap('a', 'x');
      const entry = await store.write(keyOf('a'), () => ({ type: 'put', object }));
      expect(entry!.revision).toBe(2);
      expect(entry!.object).toEqual({ ...object, metadata: { ...object.metadata, resourceVersion: '2' } });
      expect(JSON.parse(entry!.text)).toEqual(entry!.object);
      expect(object.metadata).not.toHaveProperty('resourceVersion');
      object.data.value = 'changed afterwards';
      for (const each of [store, await reopen()]) {
        expect(valueOf(await each.get(keyOf('a')))).toBe('x');
        expect((await each.get(keyOf('a')))!.text).toBe(entry!.text);
      }
      expect(await store.get(keyOf('b'))).toBeUndefined();
    });

    test('a resourceVersion that the object already has is replaced', async () => {
      const { store } = await setUp();
      await put(store, 'a');
      const entry = await store.write(keyOf('a'), (current) => ({ type: 'put', object: current!.object }));
      expect(entry!.object.metadata.resourceVersion).toBe('3');
    });

    test('lists in order of namespace, then name, with the revision', async () => {
      const { store, reopen } = await setUp();
      for (const [each, namespace] of [['b', 'two'], ['a-b', 'one'], ['a', 'two'], ['a', 'one'], ['a.b', 'one'], ['B', 'one']] as const) {
        await put(store, each, '', namespace);
      }
      await store.write(keyOf('other', 'one', 'secrets'), () => ({ type: 'put', object: configMap('other', '', 'one') }));
      for (const each of [store, await reopen()]) {
        const { revision, entries } = await each.list('configmaps');
        expect(revision).toBe(8);
        const paths = entries.map(({ key }) => `${key.namespace}/${key.name}`);
        expect(paths).toEqual(['one/B', 'one/a', 'one/a-b', 'one/a.b', 'two/a', 'two/b']);
        expect((await each.list('configmaps', { namespace: 'two' })).entries.map(({ key }) => key.name)).toEqual(['a', 'b']);
        expect(await each.list('configmaps', { namespace: 'none' })).toEqual({ revision: 8, entries: [] });
        expect(await each.list('nothing')).toEqual({ revision: 8, entries: [] });
      }
    });

    test('a list stays as it was when things change', async () => {
      const { store } = await setUp();
      await put(store, 'a', '1');
      const { entries } = await store.list('configmaps');
      await put(store, 'a', '2');
      await put(store, 'b');
      expect(values(entries)).toEqual(['a=1']);
    });

    test('deletes; the last state carries the revision of the deletion', async () => {
      const { store, reopen } = await setUp();
      await put(store, 'a', 'last');
      const entry = await remove(store, 'a');
      expect(entry!.object.metadata.resourceVersion).toBe('3');
      expect(valueOf(entry)).toBe('last');
      expect(await store.get(keyOf('a'))).toBeUndefined();
      expect((await put(store, 'b', 'new'))!.revision).toBe(4);
      expect(values((await (await reopen()).list('configmaps')).entries)).toEqual(['b=new']);
    });

    test('keep writes nothing and uses no revision', async () => {
      const { store, backend } = await setUp();
      await put(store, 'a', '1');
      const kept = await store.write(keyOf('a'), () => ({ type: 'keep' }));
      expect(valueOf(kept)).toBe('1');
      expect(await store.write(keyOf('b'), () => ({ type: 'keep' }))).toBeUndefined();
      expect(store.revision).toBe(2);
      expect(backend.asked).toHaveLength(1);
    });

    test('the committed reader follows commits', async () => {
      const { store } = await setUp();
      const definition = { resource: 'configmaps' } as Parameters<typeof store.committed.list>[0];
      expect(store.committed.list(definition)).toEqual([]);
      await put(store, 'b');
      await put(store, 'a', 'x');
      expect(store.committed.list(definition).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
      expect(store.committed.list(definition, 'other')).toEqual([]);
      expect(store.committed.get(definition, 'default', 'a')).toMatchObject({ data: { value: 'x' } });
      expect(store.committed.list(definition)).toBe(store.committed.list(definition));
      expect(values(store.entries('configmaps'))).toEqual(['a=x', 'b=']);
      expect(store.epoch).toBeGreaterThan(0);
    });
  });

  describe(`store over ${name}: deciding`, () => {
    test('each write is decided on the one before it, committed or not', async () => {
      const { store, backend } = await setUp();
      const increment = () =>
        store.write(keyOf('n'), (current) => ({ type: 'put', object: configMap('n', String(Number(valueOf(current) ?? 0) + 1)) }));
      await Promise.all(Array.from({ length: 50 }, increment));
      expect(valueOf(await store.get(keyOf('n')))).toBe('50');
      expect(store.revision).toBe(51);
      expect(backend.asked.length).toBeLessThan(5);
    });

    test('of many that create the same name, one succeeds', async () => {
      const { store } = await setUp();
      const create = (value: string) =>
        store.write(keyOf('a'), (current) => {
          if (current) throw new Error('already exists');
          return { type: 'put', object: configMap('a', value) };
        });
      const results = await Promise.allSettled(['1', '2', '3'].map(create));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(valueOf(await store.get(keyOf('a')))).toBe('1');
    });

    test('what decide throws comes back, and nothing is written', async () => {
      const { store } = await setUp();
      const mistake = new TypeError('no');
      const failing = store.write(keyOf('a'), () => {
        throw mistake;
      });
      await expect(failing).rejects.toBe(mistake);
      expect(store.revision).toBe(1);
      await put(store, 'a');
      expect(store.revision).toBe(2);
    });

    test('decide sees the pending state of everything, readers only what is committed', async () => {
      const { store, backend } = await setUp();
      const definition = { resource: 'configmaps' } as Parameters<typeof store.committed.list>[0];
      await put(store, 'old', '1');
      const { opened, open } = door();
      backend.commits.push(async (proceed) => opened.then(proceed));
      const writing = [put(store, 'old', '2'), put(store, 'new', '1')];
      const seen: unknown[] = [];
      const asking = store.write(keyOf('x'), (_, pending) => {
        seen.push(pending.list(definition).map((object) => object.metadata.resourceVersion));
        seen.push(pending.get(definition, 'default', 'old'));
        return { type: 'keep' };
      });
      expect(seen).toMatchObject([['4', '3'], { data: { value: '2' } }]);
      expect(values((await store.list('configmaps')).entries)).toEqual(['old=1']);
      expect(store.revision).toBe(2);
      expect(await store.changesAfter(2)).toEqual([]);
      open();
      await Promise.all([...writing, asking]);
      expect(values((await store.list('configmaps')).entries)).toEqual(['new=1', 'old=2']);
    });

    test.each(['keep', 'throw'] as const)('%s is answered only when what it was decided on is committed', async (outcome) => {
      const { store, backend } = await setUp();
      const { opened, open } = door();
      backend.commits.push(async (proceed) => opened.then(proceed));
      const order: string[] = [];
      const writing = put(store, 'a').then(() => order.push('written'));
      const answering = store
        .write(keyOf('a'), () => {
          if (outcome === 'throw') throw new Error('exists');
          return { type: 'keep' };
        })
        .then(
          () => order.push('answered'),
          () => order.push('answered'),
        );
      await new Promise((resolve) => setImmediate(resolve));
      expect(order).toEqual([]);
      open();
      await Promise.all([writing, answering]);
      expect(order).toEqual(['written', 'answered']);
    });

    test('an object of the largest size is stored, a larger one refused', async () => {
      const { store, reopen } = await setUp({ limits: { objectBytes: 2000 } });
      const fixed = (await put(store, 'a', ''))!.text.length;
      await put(store, 'a', 'é'.repeat((2000 - fixed) / 2));
      await expect(put(store, 'a', 'é'.repeat((2000 - fixed) / 2 + 1))).rejects.toMatchObject(code('too-large'));
      await put(store, 'b');
      expect((await reopen()).revision).toBe(4);
    });

    test.each(['a\0', '\ud800'])('a name that the database cannot hold fails alone: %j', async (bad) => {
      const { store } = await setUp();
      const results = await Promise.allSettled([put(store, 'a'), put(store, bad), put(store, 'b')]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    });

    test('values that SQL or JSON might trip over survive', async () => {
      const { store, reopen } = await setUp();
      const odd = `\0 \ud800 \udfff 😀 ' " \\ $1 \u2028 ${JSON.stringify({ a: '\n' })}`;
      await put(store, 'odd', odd);
      expect(valueOf(await (await reopen()).get(keyOf('odd')))).toBe(odd);
    });
  });

  describe(`store over ${name}: groups`, () => {
    test('what waits for a commit goes together into the next one, in order', async () => {
      const { store, backend, reopen } = await setUp();
      const { opened, open } = door();
      backend.commits.push(async (proceed) => opened.then(proceed));
      const first = put(store, 'first');
      await new Promise((resolve) => setImmediate(resolve));
      const rest = [put(store, 'a', '1'), put(store, 'b'), put(store, 'a', '2'), remove(store, 'b'), put(store, 'a', '3')];
      open();
      await Promise.all([first, ...rest]);
      expect(backend.asked.map((rows) => rows.length)).toEqual([1, 5]);
      expect(backend.asked[1]!.map(({ revision }) => revision)).toEqual([3, 4, 5, 6, 7]);
      expect(values((await (await reopen()).list('configmaps')).entries)).toEqual(['a=3', 'first=']);
      expect(lines(await (await reopen()).changesAfter(2))).toEqual([
        '3 ADDED a=1',
        '4 ADDED b=',
        '5 MODIFIED a=2 was 1@3',
        '6 DELETED b= was @4',
        '7 MODIFIED a=3 was 2@5',
      ]);
    });

    test('a group is bounded in changes and in bytes', async () => {
      const { store, backend } = await setUp({ limits: { commitChanges: 3, commitBytes: 3000 } });
      await Promise.all(Array.from({ length: 7 }, (_, i) => put(store, `a${i}`)));
      expect(backend.asked.map((rows) => rows.length)).toEqual([3, 3, 1]);
      backend.asked.length = 0;
      const large = 'x'.repeat(1300);
      await Promise.all([put(store, 'b', large), put(store, 'c', large), put(store, 'd', large), put(store, 'e', large + large + large)]);
      expect(backend.asked.map((rows) => rows.length)).toEqual([2, 1, 1]);
    });

    test('too many waiting writes are refused, and only those', async () => {
      const { store } = await setUp({ limits: { writesQueued: 3 } });
      const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((each) => put(store, each)));
      expect(results[3]).toMatchObject({ status: 'rejected', reason: code('overloaded') });
      expect(results.slice(0, 3).every(({ status }) => status === 'fulfilled')).toBe(true);
      await put(store, 'd');
      expect(store.revision).toBe(5);
    });

    test('a group of many objects of many namespaces', async () => {
      const { store, reopen } = await setUp();
      const count = 500;
      await Promise.all(Array.from({ length: count }, (_, i) => put(store, `a${i}`, `${i}`, `ns${i % 40}`)));
      await Promise.all(
        Array.from({ length: count }, (_, i) =>
          store.write(keyOf(`a${i}`, `ns${i % 40}`), (current) =>
            i % 3 === 0 ? { type: 'delete', object: current!.object } : { type: 'put', object: configMap(`a${i}`, 'new', `ns${i % 40}`) },
          ),
        ),
      );
      const texts = async (store: CachedStore) => (await store.list('configmaps')).entries.map(({ text }) => text);
      expect(await texts(await reopen())).toEqual(await texts(store));
      expect(await texts(store)).toHaveLength(count - Math.ceil(count / 3));
    });
  });

  describe(`store over ${name}: changes`, () => {
    test('subscribers see every change once, in order, when it is committed', async () => {
      const { store } = await setUp();
      const seen: Change[] = [];
      const stop = store.subscribe((changes) => {
        expect(store.revision).toBe(changes.at(-1)!.revision);
        seen.push(...changes);
      });
      await Promise.all(Array.from({ length: 30 }, (_, i) => put(store, `a${i % 7}`, `${i}`)));
      await remove(store, 'a0');
      expect(seen.map(({ revision }) => revision)).toEqual(Array.from({ length: 31 }, (_, i) => i + 2));
      expect(lines(seen).at(-1)).toMatch(/^32 DELETED a0=28 was 28@/);
      stop();
      await put(store, 'b');
      expect(seen).toHaveLength(31);
    });

    test('changes after a revision, from memory and from the log, are the same', async () => {
      const { store, reopen } = await setUp();
      const seen: Change[] = [];
      store.subscribe((changes) => seen.push(...changes));
      for (let i = 0; i < 10; i++) await put(store, `a${i % 3}`, `${i}`);
      await remove(store, 'a1');
      const again = await reopen();
      for (const revision of [1, 2, 5, 11, 12]) {
        const expected = lines(seen.filter((change) => change.revision > revision));
        expect(lines(await again.changesAfter(revision))).toEqual(expected);
      }
    });

    test('changes of the future and of before the log are refused', async () => {
      const { store } = await setUp();
      await put(store, 'a');
      expect(await store.changesAfter(2)).toEqual([]);
      await expect(store.changesAfter(3)).rejects.toMatchObject(code('ahead'));
      await expect(store.list('configmaps', { revision: 3 })).rejects.toMatchObject(code('ahead'));
      await expect(store.changesAfter(0)).rejects.toMatchObject(code('compacted'));
    });

    test('memory keeps the newest changes only, the log has the others', async () => {
      const { store } = await setUp({ limits: { recentEvents: 3 } });
      for (let i = 0; i < 10; i++) await put(store, 'a', `${i}`);
      for (const revision of [1, 4, 7, 8, 9, 10, 11]) {
        const changes = await store.changesAfter(revision);
        expect(changes.map((change) => change.revision)).toEqual(Array.from({ length: 11 - revision }, (_, i) => revision + 1 + i));
        expect(changes.every(({ type, previous }) => type === 'ADDED' || previous !== undefined)).toBe(true);
      }
    });

    test('catching up is bounded in changes and in bytes', async () => {
      const { store } = await setUp({ limits: { recentEvents: 2, catchUpEvents: 5 } });
      for (let i = 0; i < 8; i++) await put(store, 'a');
      expect(await store.changesAfter(4)).toHaveLength(5);
      await expect(store.changesAfter(3)).rejects.toMatchObject(code('compacted'));
      const other = await setUp({ limits: { recentEvents: 2, catchUpBytes: 1000 } });
      for (let i = 0; i < 20; i++) await put(other.store, 'a', 'x'.repeat(100));
      await expect(other.store.changesAfter(1)).rejects.toMatchObject(code('compacted'));
    });

    test('a compacted log is refused; what comes after is there', async () => {
      const { store, reopen } = await setUp();
      for (let i = 0; i < 5; i++) await put(store, 'a', `${i}`);
      await store.compact(4);
      await store.compact(3);
      await expect(store.compact(9)).rejects.toMatchObject(code('ahead'));
      for (const each of [store, await reopen()]) {
        await expect(each.changesAfter(3)).rejects.toMatchObject(code('compacted'));
        await expect(each.list('configmaps', { revision: 3 })).rejects.toMatchObject(code('compacted'));
        expect((await each.changesAfter(4)).map(({ revision }) => revision)).toEqual([5, 6]);
      }
    });

    test('lines that are durable, but not acknowledged yet, are not shown', async () => {
      const { store: first, open } = await setUp();
      await put(first, 'a', '1');
      await put(first, 'a', '2');
      const backend = new InterceptedBackend(open());
      const store = await openStore(backend, noWait);
      const [durable, answered] = [door(), door()];
      backend.commits.push(async (proceed) => {
        await proceed();
        durable.open();
        await answered.opened;
      });
      const writing = put(store, 'a', '3');
      await durable.opened;
      expect(lines(await store.changesAfter(1))).toEqual(['2 ADDED a=1', '3 MODIFIED a=2 was 1@2']);
      answered.open();
      await writing;
      expect(await store.changesAfter(1)).toHaveLength(3);
    });

    test('writes while the log is read belong to the changes, but not to an older list', async () => {
      const { store: first, open } = await setUp();
      await put(first, 'a', '1');
      await put(first, 'a', '2');
      const backend = new InterceptedBackend(open());
      const store = await openStore(backend, noWait);
      const during = async <T>(proceed: () => Promise<T>) => {
        const rows = await proceed();
        await put(store, 'b', '1');
        return rows;
      };
      backend.logs.push(during, during);
      expect((await store.changesAfter(1)).map(({ revision }) => revision)).toEqual([2, 3, 4]);
      expect(values((await store.list('configmaps', { revision: 2 })).entries)).toEqual(['a=1']);
    });

    test('lists are given as they were at an older revision', async () => {
      const { store, reopen } = await setUp();
      await put(store, 'b', '1');
      await put(store, 'a', '1');
      await put(store, 'b', '2');
      await remove(store, 'a');
      await put(store, 'c', '1');
      await put(store, 'a', '2');
      await put(store, 'x', '1', 'other');
      const states: Record<number, string[]> = {
        1: [],
        2: ['b=1'],
        3: ['a=1', 'b=1'],
        4: ['a=1', 'b=2'],
        5: ['b=2'],
        6: ['b=2', 'c=1'],
        7: ['a=2', 'b=2', 'c=1'],
        8: ['a=2', 'b=2', 'c=1'],
      };
      for (const each of [store, await reopen()]) {
        for (const [revision, expected] of Object.entries(states)) {
          const list = await each.list('configmaps', { namespace: 'default', revision: Number(revision) });
          expect(list.revision).toBe(Number(revision));
          expect(values(list.entries)).toEqual(expected);
        }
        expect(values((await each.list('configmaps', { revision: 8 })).entries)).toEqual([...states[8]!, 'x=1']);
        expect(values((await each.list('configmaps', { revision: 7 })).entries)).toEqual(states[7]);
      }
    });
  });

  describe(`store over ${name}: the lock`, () => {
    test('the one that lost it can neither write nor read, and its queued writes are lost with an error', async () => {
      let fencedCalls = 0;
      const { store: loser, backend, open } = await setUp({ onFenced: () => fencedCalls++ });
      await put(loser, 'a', 'loser');
      const { opened, open: openDoor } = door();
      backend.commits.push(async (proceed) => opened.then(proceed));
      const underWay = put(loser, 'a', 'under way');
      await new Promise((resolve) => setImmediate(resolve));
      const queued = [put(loser, 'b'), put(loser, 'c'), loser.write(keyOf('a'), () => ({ type: 'keep' }))];
      const winner = await openStore(open(), noWait);
      await put(winner, 'd', 'winner');
      openDoor();
      for (const write of [underWay, ...queued]) await expect(write).rejects.toMatchObject(code('fenced'));
      expect(fencedCalls).toBe(1);
      expect(loser.isFenced).toBe(true);
      await expect(put(loser, 'e')).rejects.toMatchObject(code('fenced'));
      await expect(loser.get(keyOf('a'))).rejects.toMatchObject(code('fenced'));
      await expect(loser.list('configmaps')).rejects.toMatchObject(code('fenced'));
      await expect(loser.changesAfter(1)).rejects.toMatchObject(code('fenced'));
      await expect(loser.compact(1)).rejects.toMatchObject(code('fenced'));
      await put(winner, 'a', 'winner');
      expect(fencedCalls).toBe(1);
      const last = await openStore(open(), noWait);
      expect(values((await last.list('configmaps')).entries)).toEqual(['a=winner', 'd=winner']);
      expect((await last.changesAfter(1)).map(({ revision }) => revision)).toEqual([2, 3, 4]);
    });

    test('compacting finds out as well', async () => {
      let fencedCalls = 0;
      const { store, open } = await setUp({ onFenced: () => fencedCalls++ });
      await put(store, 'a');
      await openStore(open(), noWait);
      await expect(store.compact(2)).rejects.toMatchObject(code('fenced'));
      await expect(put(store, 'b')).rejects.toMatchObject(code('fenced'));
      expect(fencedCalls).toBe(1);
    });
  });

  describe(`store over ${name}: a database that fails`, () => {
    const unavailable = async () => {
      throw new StoreError('unavailable', 'no database');
    };
    const lostQuestion = async (_: () => Promise<void>) => {
      throw new CommitOutcomeUnknown();
    };
    const lostAnswer = async (proceed: () => Promise<void>) => {
      await proceed();
      throw new CommitOutcomeUnknown();
    };

    test('a commit that was not made fails its writes and those decided on them', async () => {
      const { store, backend, reopen } = await setUp();
      await put(store, 'a', '1');
      const { opened, open } = door();
      backend.commits.push(async () => opened.then(unavailable));
      const failing = [put(store, 'a', '2'), remove(store, 'a')];
      await new Promise((resolve) => setImmediate(resolve));
      failing.push(put(store, 'b'), store.write(keyOf('a'), () => ({ type: 'keep' })));
      const refused = store.write(keyOf('a'), (current) => {
        expect(current).toBeUndefined();
        throw new Error('not found');
      });
      open();
      for (const write of [...failing, refused]) await expect(write).rejects.toMatchObject(code('unavailable'));
      expect(store.revision).toBe(2);
      await store.write(keyOf('a'), (current) => {
        expect(valueOf(current)).toBe('1');
        return { type: 'put', object: configMap('a', '3') };
      });
      expect(lines(await (await reopen()).changesAfter(1))).toEqual(['2 ADDED a=1', '3 MODIFIED a=3 was 1@2']);
    });

    test.each([
      ['happened', lostAnswer],
      ['did not happen', lostQuestion],
    ])('a commit without an answer that %s is acknowledged once', async (_, fault) => {
      const { store, backend, reopen } = await setUp();
      const seen: Change[] = [];
      store.subscribe((changes) => seen.push(...changes));
      backend.commits.push(fault);
      const [a, b] = await Promise.all([put(store, 'a', '1'), put(store, 'b', '1')]);
      await put(store, 'a', '2');
      expect([a!.revision, b!.revision]).toEqual([2, 3]);
      expect(lines(seen)).toEqual(['2 ADDED a=1', '3 ADDED b=1', '4 MODIFIED a=2 was 1@2']);
      expect(lines(await (await reopen()).changesAfter(1))).toEqual(lines(seen));
    });

    test('a commit that arrives late, after its outcome was asked for, does not happen', async () => {
      const { store, backend, reopen } = await setUp();
      let late!: () => Promise<void>;
      backend.commits.push(async (proceed) => {
        late = proceed;
        throw new CommitOutcomeUnknown();
      });
      await put(store, 'a', '1');
      await expect(late()).rejects.toMatchObject(code('fenced'));
      await put(store, 'a', '2');
      expect(lines(await (await reopen()).changesAfter(1))).toEqual(['2 ADDED a=1', '3 MODIFIED a=2 was 1@2']);
    });

    test('a commit without an answer, and then the lock is gone: unknown to its writers, fenced for the others', async () => {
      const { store, backend, open } = await setUp();
      const { opened, open: openDoor } = door();
      backend.commits.push(async (proceed) => opened.then(() => lostAnswer(proceed)));
      const underWay = put(store, 'a');
      await new Promise((resolve) => setImmediate(resolve));
      const queued = put(store, 'b');
      backend.renewals.push(async (proceed) => {
        await openStore(open(), noWait);
        return proceed();
      });
      openDoor();
      await expect(underWay).rejects.toMatchObject(code('unknown'));
      await expect(queued).rejects.toMatchObject(code('fenced'));
      expect(store.isFenced).toBe(true);
    });

    test.each([
      ['happened', lostAnswer, 'a=1'],
      ['did not happen', lostQuestion, 'a=0'],
    ])('a database that stays away: what %s shows when it is back', async (_, fault, expected) => {
      const { store, backend, reopen } = await setUp();
      await put(store, 'a', '0');
      const seen: Change[] = [];
      store.subscribe((changes) => seen.push(...changes));
      let away = true;
      const renew = async <T>(proceed: () => Promise<T>) => {
        backend.renewals.push(renew as never);
        return away ? (unavailable() as never) : proceed();
      };
      backend.renewals.push(renew);
      const { opened, open } = door();
      backend.commits.push(async (proceed) => opened.then(() => fault(proceed)));
      const underWay = put(store, 'a', '1');
      await new Promise((resolve) => setImmediate(resolve));
      const waiting = Promise.allSettled([underWay, put(store, 'b'), remove(store, 'a')]);
      open();
      expect(await waiting).toMatchObject(['unknown', 'unavailable', 'unavailable'].map((each) => ({ reason: code(each) })));
      await expect(put(store, 'c')).rejects.toMatchObject(code('unavailable'));
      expect(values((await store.list('configmaps')).entries)).toEqual(['a=0']);
      away = false;
      await Promise.all([put(store, 'd'), put(store, 'e')]);
      expect(values((await store.list('configmaps')).entries)).toEqual([expected, 'd=', 'e=']);
      expect(seen.map(({ revision }) => revision)).toEqual(seen.map((_, i) => i + 3));
      expect(lines(await (await reopen()).changesAfter(2))).toEqual(lines(seen));
    });
  });
}
