import { describe, expect, it } from 'vitest';
import { planRestore, restoreOn, type Restore, type RestoreOptions } from '../../src/cluster/restore.ts';
import type { CachedStore } from '../../src/storage/cached-store.ts';
import { testCluster, type TestCluster } from '../server/support/cluster.ts';

const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
const configMap = (name: string, value: string, metadata: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data: { value } });

function optionsOf({ api, request }: TestCluster): RestoreOptions {
  return {
    store: api.store as CachedStore,
    scheme: api.scheme,
    ask: async (method, path, body) => {
      const { status, body: answer } = await request(method, path, body);
      return { ok: status < 300, status, text: JSON.stringify(answer) };
    },
  };
}

const wish = ({ api }: TestCluster, revision: number, scope: Partial<Restore['scope']> = {}): Restore => ({
  revision,
  scope: { ...scope, until: api.store.revision },
  position: undefined,
  steps: undefined,
  done: 0,
  problems: [],
});

async function carryOut(options: RestoreOptions, restore: Restore, stepsMax = 100) {
  for (let turns = 1; ; turns++) {
    const turn = await restoreOn(options, restore, stepsMax);
    if (!turn.more) return { ...turn, turns };
    // As it comes back from the database.
    restore = JSON.parse(JSON.stringify(turn.restore)) as Restore;
  }
}

async function changing() {
  const cluster = await testCluster();
  const { ok, api } = cluster;
  await ok('POST', configMaps('default'), configMap('kept', 'one'));
  await ok('POST', configMaps('default'), configMap('changed', 'one', { labels: { a: 'b' } }));
  const owner = await ok('POST', configMaps('default'), configMap('owner', 'one'));
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }];
  // By name it would come first.
  await ok('POST', configMaps('default'), configMap('a-dependent', 'one', { ownerReferences }));
  const past = api.store.revision;
  const changed = await ok('GET', `${configMaps('default')}/changed`);
  await ok('PUT', `${configMaps('default')}/changed`, { ...changed, data: { value: 'two' } });
  await ok('DELETE', `${configMaps('default')}/owner`);
  await ok('DELETE', `${configMaps('default')}/a-dependent`);
  await ok('POST', configMaps('default'), configMap('new', 'two'));
  return { ...cluster, past, owner };
}

const values = async ({ ok }: TestCluster) => (await ok('GET', configMaps('default'))).items.map((item: any) => `${item.metadata.name}=${item.data.value}`);

describe('a restore', () => {
  it('shows what it would do, and does it', async () => {
    const cluster = await changing();
    const options = optionsOf(cluster);
    const restore = wish(cluster, cluster.past);
    const steps = await planRestore(options, restore);
    expect(steps.map(({ action, resource, name }) => `${action} ${resource} ${name}`)).toEqual([
      'delete configmaps new',
      'update configmaps changed',
      'create configmaps owner',
      'create configmaps a-dependent',
    ]);
    const revision = cluster.api.store.revision;
    expect(await values(cluster)).toContain('new=two');
    expect(cluster.api.store.revision).toBe(revision);

    expect(await carryOut(options, restore)).toMatchObject({ succeeded: true, restore: { steps: 4, done: 4, problems: [] } });
    expect(await values(cluster)).toEqual(['a-dependent=one', 'changed=one', 'kept=one', 'owner=one']);
    const owner = await cluster.ok('GET', `${configMaps('default')}/owner`);
    const dependent = await cluster.ok('GET', `${configMaps('default')}/a-dependent`);
    expect(owner.metadata.uid).not.toBe(cluster.owner.metadata.uid);
    expect(dependent.metadata.ownerReferences).toMatchObject([{ name: 'owner', uid: owner.metadata.uid }]);
    expect(await planRestore(options, restore)).toEqual([]);
  });

  it.each([1, 2, 3])('goes on where it was, %i steps at a time, and leaves what somebody changed behind it', async (stepsMax) => {
    const cluster = await changing();
    const options = optionsOf(cluster);
    const first = await restoreOn(options, wish(cluster, cluster.past), 2);
    expect(first).toMatchObject({ more: true, restore: { done: 2, steps: 4 } });
    const changed = await cluster.ok('GET', `${configMaps('default')}/changed`);
    await cluster.ok('PUT', `${configMaps('default')}/changed`, { ...changed, data: { value: 'three' } });
    await cluster.ok('POST', configMaps('default'), configMap('later', 'three'));
    await carryOut(options, JSON.parse(JSON.stringify(first.restore)), stepsMax);
    expect(await values(cluster)).toEqual(['a-dependent=one', 'changed=three', 'kept=one', 'later=three', 'owner=one']);
  });

  it('of one object, and without taking away what is new', async () => {
    const cluster = await changing();
    const options = optionsOf(cluster);
    await carryOut(options, wish(cluster, cluster.past, { resource: 'configmaps', namespace: 'default', name: 'changed' }));
    expect(await values(cluster)).toEqual(['changed=one', 'kept=one', 'new=two']);
    await carryOut(options, wish(cluster, cluster.past, { namespace: 'default', keepNew: true }));
    expect(await values(cluster)).toEqual(['a-dependent=one', 'changed=one', 'kept=one', 'new=two', 'owner=one']);
  });

  it('tells what was refused, and restores the rest', async () => {
    const cluster = await changing();
    const options = optionsOf(cluster);
    const ask: RestoreOptions['ask'] = async (method, path, body) =>
      path.endsWith('/changed?fieldManager=hibernetes-restore') ? { ok: false, status: 422, text: '{"message":"it is invalid"}' } : options.ask(method, path, body);
    const done = await carryOut({ ...options, ask }, wish(cluster, cluster.past));
    expect(done).toMatchObject({ succeeded: false, restore: { problems: [{ object: 'configmaps/default/changed', message: 'it is invalid' }] } });
    expect(await values(cluster)).toContain('owner=one');
  });

  it('waits for what is in the way, but not for ever', async () => {
    const cluster = await changing();
    const options = optionsOf(cluster);
    let refusals = 3;
    const ask: RestoreOptions['ask'] = async (...asked) =>
      refusals-- > 0 ? { ok: false, status: 403, text: '{"message":"… because it is being terminated"}' } : options.ask(...asked);
    expect(await carryOut({ ...options, ask }, wish(cluster, cluster.past))).toMatchObject({ succeeded: true, turns: 4 });
    const never: RestoreOptions['ask'] = async () => ({ ok: false, status: 409, text: 'no JSON' });
    const other = await changing();
    const failed = await carryOut({ ...optionsOf(other), ask: never }, wish(other, other.past));
    expect(failed).toMatchObject({ succeeded: false, turns: 91 });
    expect(failed.restore.problems).toHaveLength(4);
  });

  it('fails when the log has forgotten', async () => {
    const cluster = await changing();
    const restore = wish(cluster, cluster.past);
    await cluster.api.store.compact(cluster.past + 1);
    await expect(planRestore(optionsOf(cluster), restore)).rejects.toMatchObject({ code: 'compacted' });
  });
});
