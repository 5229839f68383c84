import { describe, expect, test } from 'vitest';
import { customResourceDefinitionController } from '../../../src/controllers/customresourcedefinition/controller.ts';
import { garbageCollector } from '../../../src/controllers/garbagecollector/controller.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../../server/support/definitions.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const paths: Readonly<Record<string, string>> = { ConfigMap: maps, CronTab: cronTabsPath };
const definition = cronTabs(withSpec({ replicas: { type: 'integer' } }), {
  versions: ['v1', 'v1alpha1'].map((name) => ({
    name,
    served: true,
    storage: name === 'v1',
    schema: { openAPIV3Schema: withSpec({ replicas: { type: 'integer' } }) },
  })),
});

async function start(): Promise<LiveCluster> {
  const cluster = await LiveCluster.start((scheme) => [garbageCollector(scheme), customResourceDefinitionController]);
  await cluster.request('POST', definitionsPath, definition);
  return cluster;
}

interface Owner {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  blockOwnerDeletion?: boolean;
}

/** An object of either kind with owners; resolves to what it is as an owner. */
async function make(cluster: LiveCluster, kind: string, name: string, ownerReferences: Owner[] = [], more: object = {}) {
  const base = kind === 'CronTab' ? cronTab(name) : { apiVersion: 'v1', kind };
  const made = await cluster.request('POST', paths[kind]!, { ...base, metadata: { name, ownerReferences, ...more } });
  return { apiVersion: base.apiVersion, kind, name, uid: made.metadata.uid as string };
}

const blocked = (owner: Owner): Owner => ({ ...owner, blockOwnerDeletion: true });
const remove = (cluster: LiveCluster, kind: string, name: string, propagationPolicy?: string) =>
  cluster.request('DELETE', `${paths[kind]}/${name}`, propagationPolicy && { propagationPolicy });
const release = (cluster: LiveCluster, kind: string, name: string) =>
  cluster.patch(`${paths[kind]}/${name}`, { metadata: { finalizers: null } });
const wait = { finalizers: ['example.dev/wait'] };

// Who owns, and who is owned.
describe.each([
  ['CronTab', 'ConfigMap'],
  ['ConfigMap', 'CronTab'],
  ['CronTab', 'CronTab'],
])('a %s that owns a %s', (above, below) => {
  const left = async (cluster: LiveCluster) => {
    const names = [...(await cluster.names(cronTabsPath)), ...(await cluster.names(maps))];
    return names.sort();
  };

  test('background: the dependent goes after its owner, and waits for its finalizers', async () => {
    const cluster = await start();
    const owner = await make(cluster, above, 'owner');
    const child = await make(cluster, below, 'child', [owner]);
    await make(cluster, above, 'grandchild', [child], wait);
    await cluster.settle();
    expect(await left(cluster)).toEqual(['child', 'grandchild', 'owner']);
    await remove(cluster, above, 'owner');
    await cluster.settle();
    expect(await left(cluster)).toEqual(['grandchild']);
    await release(cluster, above, 'grandchild');
    expect(await left(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  test('foreground: the owner stays until the dependents that block it are gone', async () => {
    const cluster = await start();
    const owner = await make(cluster, above, 'owner');
    await make(cluster, below, 'slow', [blocked(owner)], wait);
    await make(cluster, below, 'quick', [blocked(owner)]);
    await make(cluster, below, 'unblocking', [owner], wait);
    await remove(cluster, above, 'owner', 'Foreground');
    await cluster.settle();
    expect(await left(cluster)).toEqual(['owner', 'slow', 'unblocking']);
    const { metadata } = await cluster.request('GET', `${paths[above]}/owner`);
    expect(metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(metadata.deletionTimestamp).toBeDefined();
    await release(cluster, below, 'slow');
    await cluster.settle();
    expect(await left(cluster)).toEqual(['unblocking']);
    expect(cluster.errors).toEqual([]);
  });

  test('orphan: the dependent loses the reference and stays', async () => {
    const cluster = await start();
    const owner = await make(cluster, above, 'owner');
    const other = await make(cluster, above, 'other');
    await make(cluster, below, 'child', [owner]);
    await make(cluster, below, 'shared', [blocked(owner), other]);
    await remove(cluster, above, 'owner', 'Orphan');
    await cluster.settle();
    expect(await left(cluster)).toEqual(['child', 'other', 'shared']);
    expect((await cluster.request('GET', `${paths[below]}/child`)).metadata).not.toHaveProperty('ownerReferences');
    const { metadata } = await cluster.request('GET', `${paths[below]}/shared`);
    expect(metadata.ownerReferences).toMatchObject([{ name: 'other' }]);
    expect(cluster.errors).toEqual([]);
  });
});

test('an owner is found in every version in which it is served', async () => {
  const cluster = await start();
  const owner = { ...(await make(cluster, 'CronTab', 'owner')), apiVersion: 'stable.example.com/v1alpha1' };
  await make(cluster, 'ConfigMap', 'child', [blocked(owner)], wait);
  await cluster.settle();
  expect((await cluster.request('GET', `${maps}/child`)).metadata).not.toHaveProperty('deletionTimestamp');
  await remove(cluster, 'CronTab', 'owner', 'Foreground');
  await cluster.settle();
  expect(await cluster.names(cronTabsPath)).toEqual(['owner']);
  await release(cluster, 'ConfigMap', 'child');
  await cluster.settle();
  expect([...(await cluster.names(cronTabsPath)), ...(await cluster.names(maps))]).toEqual([]);
});

test('a definition that is deleted takes along what its objects own', async () => {
  const cluster = await start();
  const owners = await Promise.all(Array.from({ length: 40 }, (_, i) => make(cluster, 'CronTab', `owner-${i}`)));
  const children = owners.flatMap((owner) => Array.from({ length: 20 }, (_, i) => [`${owner.name}-${i}`, owner] as const));
  await Promise.all(children.map(([name, owner]) => make(cluster, 'ConfigMap', name, [owner])));
  await make(cluster, 'ConfigMap', 'other');
  await cluster.request('DELETE', `${definitionsPath}/crontabs.stable.example.com`);
  await cluster.settle();
  expect(await cluster.names(definitionsPath)).toEqual([]);
  expect(await cluster.names(`${maps}?limit=2000`)).toEqual(['other']);
  expect(cluster.errors).toEqual([]);
});

test('after a restart, what custom objects have left behind is collected', async () => {
  const cluster = await LiveCluster.start(() => []);
  await cluster.request('POST', definitionsPath, definition);
  const owner = await make(cluster, 'CronTab', 'owner');
  await make(cluster, 'ConfigMap', 'child', [owner]);
  await remove(cluster, 'CronTab', 'owner');
  expect(await cluster.names(maps)).toEqual(['child']);
  await cluster.restart((scheme) => [garbageCollector(scheme)]);
  expect(await cluster.names(maps)).toEqual([]);
});
