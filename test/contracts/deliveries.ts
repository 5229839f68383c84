import { describe, expect, test } from 'vitest';
import { CommitOutcomeUnknown, type Backend, type NewDelivery } from '../../src/storage/backend.ts';
import { openStore } from '../../src/storage/cached-store.ts';
import type { Change } from '../../src/storage/store.ts';
import { configMap, keyOf, row } from '../support/configmaps.ts';

/** A cluster whose outbox can be read: subscription, revision, event and body of each delivery, by revision. */
export interface OutboxCluster {
  open(): Backend;
  outbox(): Promise<(string | number)[][]>;
}

const told = (subscription: string, body = '{}'): NewDelivery => ({ subscription, event: 'configmaps.created', body });

/** The contract of `Backend` and `CachedStore` about the outbox: what is to be told is committed with what happened. */
export function testDeliveries(name: string, newCluster: () => Promise<OutboxCluster>): void {
  describe(`the outbox of ${name}`, () => {
    test('is written in the commit of the changes', async () => {
      const { open, outbox } = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      const body = JSON.stringify({ odd: 'a"\\\0\ud800 ü😀' });
      await backend.commit(epoch, 1, [
        row(2, 'ADDED', 'a', { deliveries: [told('s1', body), told('s2')] }),
        row(3, 'ADDED', 'b'),
        row(4, 'DELETED', 'b', { previousRevision: 3, deliveries: [told('s1')] }),
      ]);
      expect(await outbox()).toEqual([
        ['s1', 2, 'configmaps.created', body],
        ['s2', 2, 'configmaps.created', '{}'],
        ['s1', 4, 'configmaps.created', '{}'],
      ]);
      expect((await backend.log(1, 10)).every((line) => !('deliveries' in line))).toBe(true);
    });

    test('has nothing of a commit that was refused', async () => {
      const { open, outbox } = await newCluster();
      const backend = open();
      const { epoch } = await backend.load();
      const rows = [row(2, 'ADDED', 'a', { deliveries: [told('s1')] })];
      await open().load();
      await expect(backend.commit(epoch, 1, rows)).rejects.toMatchObject({ code: 'fenced' });
      expect(await outbox()).toEqual([]);
    });

    test('has each change once, whatever the store had to do for its commit', async () => {
      const { open, outbox } = await newCluster();
      const backend = open();
      let faults = 2;
      const flaky: Backend = {
        load: () => backend.load(),
        renew: (epoch) => backend.renew(epoch),
        log: (revision, limit) => backend.log(revision, limit),
        earlier: (revision, until, scope, bytesMax) => backend.earlier(revision, until, scope, bytesMax),
        revisionAt: (time) => backend.revisionAt(time),
        compact: (epoch, revision) => backend.compact(epoch, revision),
        async commit(epoch, base, rows) {
          // The first one does not happen, the second one does, and nobody hears of either.
          if (faults-- > 1) throw new CommitOutcomeUnknown();
          await backend.commit(epoch, base, rows);
          if (faults === 0) throw new CommitOutcomeUnknown();
        },
      };
      const asked: string[] = [];
      const deliveries = ({ type, revision }: Change) => {
        asked.push(`${type} ${revision}`);
        return type === 'DELETED' ? undefined : [told('s', String(revision))];
      };
      const store = await openStore(flaky, { deliveries, sleep: async () => {} });
      const write = (object: string) => store.write(keyOf(object), () => ({ type: 'put', object: configMap(object) }));
      await Promise.all([write('a'), write('b')]);
      await store.write(keyOf('a'), (current) => ({ type: 'delete', object: current!.object }));
      await store.write(keyOf('a'), () => ({ type: 'keep' }));
      await write('b');
      expect(asked).toEqual(['ADDED 2', 'ADDED 3', 'DELETED 4', 'MODIFIED 5']);
      expect((await outbox()).map(([, revision, , body]) => [revision, body])).toEqual([[2, '2'], [3, '3'], [5, '5']]);
    });
  });
}
