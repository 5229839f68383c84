import { describe, expect, test } from 'vitest';
import type { Backend, CommitRow } from '../../src/storage/backend.ts';
import { configMap, row } from '../support/configmaps.ts';

/** Makes a new cluster; the function it resolves to gives one more backend of that cluster. */
export type ClusterFactory = () => Promise<() => Backend>;

/** The contract of `Backend`. */
export function testBackend(name: string, newCluster: ClusterFactory): void {
  const texts = (rows: readonly { name: string; text: string }[]) => new Map(rows.map((each) => [each.name, each.text]));

  describe(`${name} as a backend`, () => {
    test('a new cluster is empty, at revision 1, and its log begins there', async () => {
      const backend = (await newCluster())();
      const { epoch, ...state } = await backend.load();
      expect(state).toEqual({ revision: 1, compactedRevision: 1, settings: '{}', rows: [] });
      expect(await backend.log(1, 10)).toEqual([]);
      await expect(backend.log(0, 10)).rejects.toMatchObject({ code: 'compacted' });
      expect(epoch).toBeGreaterThan(0);
    });

    test('what was committed is loaded', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      const rows = [
        row(2, 'ADDED', 'b'),
        row(3, 'ADDED', 'a', { namespace: 'other' }),
        row(4, 'ADDED', 'node', { resource: 'nodes', namespace: '' }),
      ];
      await backend.commit(epoch, 1, rows);
      const loaded = await open().load();
      expect(loaded.revision).toBe(4);
      const sorted = loaded.rows.sort((one, other) => one.revision - other.revision);
      expect(sorted).toEqual(
        rows.map(({ resource, namespace, name, revision, text }) => ({ resource, namespace, name, revision, text })),
      );
    });

    test('texts come back to the byte', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      const odd = [
        '{ "b" : 1.0,\n"a":1e2, "a": 12345678901234567890 }',
        JSON.stringify({ nul: '\0', half: '\ud800', other: '\udc00', quote: `"'\\`, tab: '\t', line: '\u2028' }),
        JSON.stringify({ pair: '😀', 'ключ': '値', dollar: '$1 $$ %s ?', html: '</script>' }),
        JSON.stringify({ nested: JSON.stringify({ again: JSON.stringify('"\\') }), array: [null, true, [], {}, -0, 1e-7] }),
      ];
      await backend.commit(epoch, 1, odd.map((text, i) => row(i + 2, 'ADDED', `odd-${i}`, { text })));
      const { rows } = await open().load();
      const lines = await backend.log(1, 10);
      for (const [i, text] of odd.entries()) {
        expect(texts(rows).get(`odd-${i}`)).toBe(text);
        expect(lines[i]!.text).toBe(text);
      }
    });

    test('of an object written many times in one commit the last state stays, and the log has all', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      const rows: CommitRow[] = [
        row(2, 'ADDED', 'changed'),
        row(3, 'ADDED', 'deleted'),
        row(4, 'MODIFIED', 'changed', { previousRevision: 2 }),
        row(5, 'DELETED', 'deleted', { previousRevision: 3 }),
        row(6, 'ADDED', 'again'),
        row(7, 'DELETED', 'again', { previousRevision: 6 }),
        row(8, 'ADDED', 'again'),
        row(9, 'MODIFIED', 'changed', { previousRevision: 4 }),
      ];
      await backend.commit(epoch, 1, rows);
      const loaded = await open().load();
      expect(texts(loaded.rows)).toEqual(new Map([['changed', rows[7]!.text], ['again', rows[6]!.text]]));
      expect(loaded.rows.map(({ revision }) => revision).sort()).toEqual([8, 9]);
      const textAt = new Map(rows.map(({ revision, text }) => [revision, text]));
      expect(await backend.log(1, 100)).toEqual(
        rows.map((each) => ({ ...each, ...(each.previousRevision && { previousText: textAt.get(each.previousRevision) }) })),
      );
    });

    test('deletes and replaces what earlier commits wrote', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [row(2, 'ADDED', 'kept'), row(3, 'ADDED', 'gone'), row(4, 'ADDED', 'gone', { namespace: 'other' })]);
      await backend.commit(epoch, 4, [row(5, 'DELETED', 'gone', { previousRevision: 3 })]);
      await backend.commit(epoch, 5, [row(6, 'MODIFIED', 'kept', { previousRevision: 2, uid: 'new' })]);
      const { rows } = await open().load();
      expect(rows.map(({ namespace, name, revision }) => [namespace, name, revision]).sort()).toEqual([
        ['default', 'kept', 6],
        ['other', 'gone', 4],
      ]);
    });

    test('a commit on another revision than the newest is refused whole', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
      await expect(backend.commit(epoch, 1, [row(2, 'ADDED', 'b')])).rejects.toMatchObject({ code: 'fenced' });
      await expect(backend.commit(epoch, 3, [row(4, 'DELETED', 'a')])).rejects.toMatchObject({ code: 'fenced' });
      const { revision, rows } = await open().load();
      expect(revision).toBe(2);
      expect(rows.map(({ name }) => name)).toEqual(['a']);
      expect(await backend.log(1, 10)).toHaveLength(1);
    });

    test('whoever loads has the lock, and nobody else', async () => {
      const open = await newCluster();
      const [first, second] = [open(), open()];
      const { epoch } = await first.load();
      await first.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
      const state = await second.load();
      expect(state.epoch).toBeGreaterThan(epoch);
      await expect(first.commit(epoch, 2, [row(3, 'DELETED', 'a', { previousRevision: 2 })])).rejects.toMatchObject({ code: 'fenced' });
      await expect(first.renew(epoch)).rejects.toMatchObject({ code: 'fenced' });
      await expect(first.compact(epoch, 2)).rejects.toMatchObject({ code: 'fenced' });
      expect(await second.log(1, 10)).toHaveLength(1);
      await second.commit(state.epoch, 2, [row(3, 'MODIFIED', 'a', { previousRevision: 2 })]);
      expect((await open().load()).rows).toMatchObject([{ name: 'a', revision: 3 }]);
    });

    test('renewing keeps the lock and shuts the old epoch out', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
      const lock = await backend.renew(epoch);
      expect(lock.revision).toBe(2);
      await expect(backend.commit(epoch, 2, [row(3, 'ADDED', 'b')])).rejects.toMatchObject({ code: 'fenced' });
      await backend.commit(lock.epoch, 2, [row(3, 'ADDED', 'c')]);
      expect((await backend.log(1, 10)).map(({ name }) => name)).toEqual(['a', 'c']);
    });

    test('of two that load and commit at the same time one wins each revision', async () => {
      const open = await newCluster();
      const winners: string[] = [];
      const compete = async (name: string) => {
        const backend = open();
        for (let i = 0; i < 20; i++) {
          const { epoch, revision } = await backend.load();
          const type = i === 0 ? 'ADDED' : 'MODIFIED';
          await backend.commit(epoch, revision, [row(revision + 1, type, name)]).then(
            () => winners.push(name),
            (error: unknown) => expect(error).toMatchObject({ code: 'fenced' }),
          );
        }
      };
      await Promise.all([compete('a'), compete('b'), compete('c')]);
      const { revision } = await open().load();
      expect(revision).toBe(1 + winners.length);
      const lines = await open().log(1, 100);
      expect(lines.map((line) => line.revision)).toEqual(winners.map((_, i) => i + 2));
      expect(lines.map((line) => line.name).sort()).toEqual(winners.sort());
    });

    test('the log is read in parts', async () => {
      const backend = (await newCluster())();
      const { epoch } = await backend.load();
      await backend.commit(epoch, 1, [row(2, 'ADDED', 'a'), row(3, 'ADDED', 'b'), row(4, 'ADDED', 'c')]);
      const revisions = async (after: number, limit: number) => (await backend.log(after, limit)).map(({ revision }) => revision);
      expect(await revisions(1, 2)).toEqual([2, 3]);
      expect(await revisions(3, 2)).toEqual([4]);
      expect(await revisions(4, 2)).toEqual([]);
    });

    test('a compacted log begins later, and no longer has the states before', async () => {
      const open = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      const text = JSON.stringify(configMap('a', 'before'));
      await backend.commit(epoch, 1, [row(2, 'ADDED', 'a', { text }), row(3, 'ADDED', 'b'), row(4, 'MODIFIED', 'a', { previousRevision: 2 })]);
      await backend.compact(epoch, 3);
      await backend.compact(epoch, 2);
      await expect(backend.log(2, 10)).rejects.toMatchObject({ code: 'compacted' });
      expect(await backend.log(3, 10)).toMatchObject([{ revision: 4, name: 'a' }]);
      const { compactedRevision, rows } = await open().load();
      expect(compactedRevision).toBe(3);
      expect(rows).toHaveLength(2);
    });

    test('clusters do not see each other', async () => {
      const [one, other] = [(await newCluster())(), (await newCluster())()];
      const [{ epoch }, state] = [await one.load(), await other.load()];
      await one.commit(epoch, 1, [row(2, 'ADDED', 'a')]);
      await other.commit(state.epoch, 1, [row(2, 'ADDED', 'a'), row(3, 'DELETED', 'a', { previousRevision: 2 })]);
      expect((await one.load()).rows).toHaveLength(1);
      expect(await one.log(1, 10)).toHaveLength(1);
    });
  });
}
