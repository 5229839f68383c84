import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/storage/cached-store.ts';
import { MemoryBackend } from '../../src/storage/memory.ts';
import { QuotaStore, type StoreQuota } from '../../src/storage/quota-store.ts';
import { configMap, keyOf } from '../support/configmaps.ts';
import { InterceptedBackend } from '../support/intercepted-backend.ts';

async function limited(quota: StoreQuota, present: readonly string[] = []) {
  const backend = new InterceptedBackend(new MemoryBackend());
  const inner = await openStore(backend, { sleep: () => Promise.resolve() });
  const plain = (name: string) => inner.write(keyOf(name), () => ({ type: 'put', object: configMap(name, '', 'default') }));
  for (const name of present) await plain(name);
  const { entries } = await inner.list(keyOf('x').resource);
  const store = new QuotaStore(inner, quota, entries);
  const key = (name: string, resource?: string) => (resource ? { resource, namespace: '', name } : keyOf(name));
  const put = (name: string, value = '', resource?: string) =>
    store.write(key(name, resource), () => ({ type: 'put', object: configMap(name, value, 'default') }));
  const remove = (name: string) => store.write(keyOf(name), (current) => ({ type: 'delete', object: current!.object }));
  return { store, backend, put, remove };
}

const refused = (what: string, limit: number) => ({ name: 'StoreError', code: 'quota', message: `exceeded quota of the cluster: ${what}, limited: ${limit}` });

describe('a quota', () => {
  test('is not looked at before it is enforced', async () => {
    const { put } = await limited({ objects: 0, bytes: 0, nodes: 0 });
    await put('a');
  });

  test('of objects counts what is there, what comes and what goes', async () => {
    const { store, put, remove } = await limited({ objects: 3 }, ['a']);
    store.enforce();
    await put('b');
    await put('b', 'changed');
    await put('c');
    await expect(put('d')).rejects.toMatchObject(refused('objects', 3));
    await put('a', 'changed');
    await remove('a');
    await put('d');
  });

  test('holds for creates at one moment', async () => {
    const { store, put } = await limited({ objects: 3 });
    store.enforce();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => put(`a${i}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  test('is free again after a write that was refused', async () => {
    const { store, put } = await limited({ objects: 1 });
    store.enforce();
    const fails = store.write(keyOf('a'), () => ({ type: 'put', object: configMap('a', 'x'.repeat(2_000_000), 'default') }));
    await expect(fails).rejects.toMatchObject({ code: 'too-large' });
    await put('b');
  });

  test('of nodes counts nodes only', async () => {
    const { store, put } = await limited({ nodes: 1 });
    store.enforce();
    await put('one', '', 'nodes');
    await expect(put('two', '', 'nodes')).rejects.toMatchObject(refused('nodes', 1));
    await put('a');
  });

  test('of bytes lets through what makes room', async () => {
    const { store, put, remove } = await limited({ bytes: 1_000 });
    store.enforce();
    await put('a', 'x'.repeat(500));
    await put('b', 'x'.repeat(500));
    await expect(put('c')).rejects.toMatchObject(refused('bytes', 1_000));
    await expect(put('a', 'x'.repeat(501))).rejects.toMatchObject(refused('bytes', 1_000));
    await put('a', 'x'.repeat(499));
    await remove('a');
    await put('c');
  });
});
