import { describe, expect, test } from 'vitest';
import { garbageCollector } from '../../../src/controllers/garbagecollector/controller.ts';
import { createScheme } from '../../../src/machinery/scheme.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { TestCluster } from '../support/cluster.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const start = () => LiveCluster.start((scheme) => [garbageCollector(scheme)]);
const path = '/api/v1/namespaces/default/configmaps';

interface Owner {
  kind?: string;
  apiVersion?: string;
  name: string;
  uid: string;
  blockOwnerDeletion?: boolean;
}

/** A ConfigMap with owners (ConfigMaps too, unless said otherwise); resolves to what it is as an owner. */
async function configMap(
  cluster: LiveCluster,
  name: string,
  owners: Owner[] = [],
  more: object = {},
  namespace = 'default',
): Promise<Owner> {
  const ownerReferences = owners.map((owner) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...owner }));
  const { metadata } = await cluster.request('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
    metadata: { name, ownerReferences, ...more },
  });
  return { name, uid: metadata.uid };
}

const remove = (cluster: LiveCluster, name: string, propagationPolicy?: string) =>
  cluster.request(
    'DELETE',
    `${path}/${name}`,
    propagationPolicy && { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy },
  );

describe('background', () => {
  test('what has lost all its owners goes, and what it owns', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner');
    const child = await configMap(cluster, 'child', [owner]);
    await configMap(cluster, 'grandchild', [child]);
    await configMap(cluster, 'other');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['child', 'grandchild', 'other', 'owner']);
    await remove(cluster, 'owner');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['other']);
    expect(cluster.errors).toEqual([]);
  });

  test('what has an owner left stays, without the reference to the one that is gone', async () => {
    const cluster = await start();
    const [one, two] = [await configMap(cluster, 'one'), await configMap(cluster, 'two')];
    await configMap(cluster, 'child', [one, two]);
    await remove(cluster, 'one');
    await cluster.settle();
    const child = await cluster.request('GET', `${path}/child`);
    expect(child.metadata.ownerReferences).toMatchObject([{ name: 'two' }]);
  });

  test.each([
    ['an owner that never was', { name: 'nobody', uid: 'x' }, false],
    ['another object of that name', { name: 'owner', uid: 'x' }, false],
    ['a kind that nobody knows', { apiVersion: 'example.dev/v1', kind: 'Widget', name: 'owner', uid: 'x' }, true],
  ])('%s', async (_name, reference, stays) => {
    const cluster = await start();
    await configMap(cluster, 'owner');
    await configMap(cluster, 'child', [reference]);
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(stays ? ['child', 'owner'] : ['owner']);
  });

  test('one owner of an unknown kind keeps it, whatever the others', async () => {
    const cluster = await start();
    const gone = { name: 'gone', uid: 'x' };
    await configMap(cluster, 'child', [gone, { apiVersion: 'example.dev/v1', kind: 'Widget', name: 'w', uid: 'y' }]);
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['child']);
  });

  test('an owner in another namespace is none, and that is said', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner', [], {}, 'kube-system');
    await configMap(cluster, 'child', [owner]);
    await cluster.settle();
    expect(await cluster.names(path)).toEqual([]);
    const { items } = await cluster.request('GET', '/api/v1/namespaces/default/events');
    expect(items).toMatchObject([
      {
        type: 'Warning',
        reason: 'OwnerRefInvalidNamespace',
        message: `ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: ${owner.uid}] does not exist in namespace "default"`,
      },
    ]);
  });

  test('a cluster-scoped owner may own in every namespace; a cluster-scoped object of a namespaced one is left alone', async () => {
    const cluster = await start();
    const { metadata } = await cluster.request('POST', '/api/v1/nodes', { metadata: { name: 'node-0' } });
    await configMap(cluster, 'of-node', [{ kind: 'Node', name: 'node-0', uid: metadata.uid }]);
    const owner = await configMap(cluster, 'owner');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner }];
    await cluster.request('POST', '/api/v1/nodes', { metadata: { name: 'owned', ownerReferences } });
    await remove(cluster, 'owner');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['of-node']);
    expect(await cluster.names('/api/v1/nodes')).toEqual(['node-0', 'owned']);
    await cluster.request('DELETE', '/api/v1/nodes/node-0');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual([]);
  });

  test('what has a finalizer waits for it', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner');
    await configMap(cluster, 'child', [owner], { finalizers: ['example.dev/wait'] });
    await remove(cluster, 'owner');
    await cluster.settle();
    expect((await cluster.request('GET', `${path}/child`)).metadata).toHaveProperty('deletionTimestamp');
    await cluster.patch(`${path}/child`, { metadata: { finalizers: null } });
    await cluster.settle();
    expect(await cluster.names(path)).toEqual([]);
  });
});

describe('foreground', () => {
  test('an owner stays until the dependents that block it are gone', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner');
    await configMap(cluster, 'slow', [{ ...owner, blockOwnerDeletion: true }], { finalizers: ['example.dev/wait'] });
    await configMap(cluster, 'quick', [{ ...owner, blockOwnerDeletion: true }]);
    await configMap(cluster, 'unblocking', [owner], { finalizers: ['example.dev/wait'] });
    await remove(cluster, 'owner', 'Foreground');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['owner', 'slow', 'unblocking']);
    expect((await cluster.request('GET', `${path}/owner`)).metadata.finalizers).toEqual(['foregroundDeletion']);
    await cluster.patch(`${path}/slow`, { metadata: { finalizers: null } });
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['unblocking']);
  });

  test('goes down the whole tree, leaves first', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner');
    const child = await configMap(cluster, 'child', [{ ...owner, blockOwnerDeletion: true }]);
    await configMap(cluster, 'leaf', [{ ...child, blockOwnerDeletion: true }], { finalizers: ['example.dev/wait'] });
    await remove(cluster, 'owner', 'Foreground');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['child', 'leaf', 'owner']);
    expect((await cluster.request('GET', `${path}/child`)).metadata.finalizers).toEqual(['foregroundDeletion']);
    await cluster.patch(`${path}/leaf`, { metadata: { finalizers: null } });
    await cluster.settle();
    expect(await cluster.names(path)).toEqual([]);
  });

  test('a dependent with another owner stays, without the reference', async () => {
    const cluster = await start();
    const [one, two] = [await configMap(cluster, 'one'), await configMap(cluster, 'two')];
    await configMap(cluster, 'child', [{ ...one, blockOwnerDeletion: true }, two]);
    await remove(cluster, 'one', 'Foreground');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['child', 'two']);
    expect((await cluster.request('GET', `${path}/child`)).metadata.ownerReferences).toMatchObject([{ name: 'two' }]);
  });

  test('a circle of owners does not hold itself up', async () => {
    const cluster = await start();
    const one = await configMap(cluster, 'one');
    const two = await configMap(cluster, 'two', [{ ...one, blockOwnerDeletion: true }]);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', ...two, blockOwnerDeletion: true }];
    await cluster.patch(`${path}/one`, { metadata: { ownerReferences } });
    await cluster.settle();
    await remove(cluster, 'one', 'Foreground');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual([]);
  });
});

describe('orphan', () => {
  test('the dependents lose the reference, and the owner goes', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner');
    const other = await configMap(cluster, 'other');
    await configMap(cluster, 'child', [owner]);
    await configMap(cluster, 'shared', [owner, other]);
    await remove(cluster, 'owner', 'Orphan');
    await cluster.settle();
    expect(await cluster.names(path)).toEqual(['child', 'other', 'shared']);
    expect((await cluster.request('GET', `${path}/child`)).metadata).not.toHaveProperty('ownerReferences');
    expect((await cluster.request('GET', `${path}/shared`)).metadata.ownerReferences).toMatchObject([{ name: 'other' }]);
  });

  test('one plan lets go of 500 dependents at the most', () => {
    const cluster = new TestCluster({ controllers: [garbageCollector(createScheme([configMaps]))] });
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const owner = cluster.create(configMaps, {
      metadata: { name: 'owner', namespace: 'default', deletionTimestamp, finalizers: ['orphan'] },
    });
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }];
    for (let i = 0; i < 620; i++)
      cluster.create(configMaps, { metadata: { name: `cm-${i}`, namespace: 'default', ownerReferences } });
    expect(cluster.plan('garbagecollector configmaps|default/owner').writes).toHaveLength(500);
  });

  test('more dependents than one plan takes', async () => {
    const cluster = await start();
    const owner = await configMap(cluster, 'owner');
    await Promise.all(Array.from({ length: 620 }, (_, i) => configMap(cluster, `child-${i}`, [owner])));
    await remove(cluster, 'owner', 'Orphan');
    await cluster.settle();
    const names = await cluster.names(`${path}?limit=1000`);
    expect(names.length).toBe(620);
    expect(names).not.toContain('owner');
  });
});

test('what is deleted may change meanwhile, but for its owners', () => {
  const cluster = new TestCluster({ controllers: [garbageCollector(createScheme([configMaps]))] });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'x' }];
  const { metadata } = cluster.create(configMaps, { metadata: { name: 'child', namespace: 'default', ownerReferences } });
  const [write] = cluster.plan('garbagecollector configmaps|default/child').writes;
  expect(write).toMatchObject({ verb: 'delete', uid: metadata.uid, ownerReferences });
  expect(write).not.toHaveProperty('resourceVersion');
});

test('after a restart, what was left undone is done', async () => {
  const cluster = await LiveCluster.start(() => []);
  const owner = await configMap(cluster, 'owner');
  await configMap(cluster, 'child', [owner]);
  await configMap(cluster, 'other', [{ name: 'gone', uid: 'x' }]);
  await remove(cluster, 'owner', 'Foreground');
  expect(await cluster.names(path)).toEqual(['child', 'other', 'owner']);
  await cluster.restart((scheme) => [garbageCollector(scheme)]);
  expect(await cluster.names(path)).toEqual([]);
});

test('an object whose owners are all there is not looked at', async () => {
  const cluster = await start();
  const owner = await configMap(cluster, 'owner');
  const keys: string[][] = [];
  await cluster.restart((scheme) => {
    const collector = garbageCollector(scheme);
    const triggerFor: typeof collector.triggerFor = (resource) => {
      const trigger = collector.triggerFor!(resource);
      return (
        trigger && {
          ...trigger,
          keys: (...args) => {
            const found = trigger.keys(...args);
            if (found.length > 0) keys.push([...found]);
            return found;
          },
        }
      );
    };
    return [{ ...collector, triggerFor }];
  });
  await configMap(cluster, 'child', [owner]);
  await cluster.settle();
  expect(keys).toEqual([]);
});
