import { expect, test } from 'vitest';
import { customResourceDefinitionController } from '../../../src/controllers/customresourcedefinition/controller.ts';
import { garbageCollector } from '../../../src/controllers/garbagecollector/controller.ts';
import { namespaceController } from '../../../src/controllers/namespace/controller.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../../server/support/definitions.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const team = '/api/v1/namespaces/team';
const tabs = cronTabsPath.replace('default', 'team');
const definition = cronTabs(withSpec({ replicas: { type: 'integer' } }));

async function start(): Promise<LiveCluster> {
  const cluster = await LiveCluster.start((scheme) => [
    namespaceController(scheme),
    garbageCollector(scheme),
    customResourceDefinitionController,
  ]);
  await cluster.request('POST', definitionsPath, definition);
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  return cluster;
}

const make = (cluster: LiveCluster, name: string, metadata: object = {}) =>
  cluster.request('POST', tabs, cronTab(name, { metadata: { name, ...metadata } }));

const conditions = async (cluster: LiveCluster) => {
  const { status } = await cluster.request('GET', team);
  return Object.fromEntries(
    status.conditions.map(({ type, ...rest }: { type: string; status: string; reason: string; message: string }) => [type, rest]),
  );
};

test('custom objects go with their namespace, others of their kind stay', async () => {
  const cluster = await start();
  const { metadata } = await make(cluster, 'one');
  const ownerReferences = [{ apiVersion: 'stable.example.com/v1', kind: 'CronTab', name: 'one', uid: metadata.uid }];
  await cluster.request('POST', `${team}/configmaps`, { metadata: { name: 'owned', ownerReferences } });
  await cluster.request('POST', cronTabsPath, cronTab('mine'));
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
  expect(await cluster.names('/apis/stable.example.com/v1/crontabs')).toEqual(['mine']);
  expect(await cluster.names('/api/v1/configmaps')).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

test('those with finalizers are waited for, and told', async () => {
  const cluster = await start();
  await make(cluster, 'one', { finalizers: ['example.dev/wait'] });
  await make(cluster, 'two', { finalizers: ['example.dev/wait', 'example.dev/other'] });
  await make(cluster, 'three');
  await cluster.request('DELETE', team);
  await cluster.settle();
  expect(await cluster.names(tabs)).toEqual(['one', 'two']);
  expect((await cluster.request('GET', team)).status.phase).toBe('Terminating');
  expect(await conditions(cluster)).toMatchObject({
    NamespaceDeletionDiscoveryFailure: { status: 'False', reason: 'ResourcesDiscovered' },
    NamespaceDeletionGroupVersionParsingFailure: { status: 'False', reason: 'ParsedGroupVersions' },
    NamespaceDeletionContentFailure: { status: 'False', reason: 'ContentDeleted' },
    NamespaceContentRemaining: {
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: 'Some resources are remaining: crontabs.stable.example.com has 2 resource instances',
    },
    NamespaceFinalizersRemaining: {
      status: 'True',
      reason: 'SomeFinalizersRemain',
      message:
        'Some content in the namespace has finalizers remaining: example.dev/other in 1 resource instances, example.dev/wait in 2 resource instances',
    },
  });
  const late = await cluster.fetch('POST', tabs, cronTab('late'));
  expect([late.status, ((await late.json()) as { message: string }).message]).toEqual([
    403,
    'crontabs.stable.example.com "late" is forbidden: unable to create new content in namespace team because it is being terminated',
  ]);
  await cluster.patch(`${tabs}/one`, { metadata: { finalizers: null } });
  await cluster.settle();
  expect((await conditions(cluster)).NamespaceContentRemaining).toMatchObject({
    message: 'Some resources are remaining: crontabs.stable.example.com has 1 resource instances',
  });
  await cluster.patch(`${tabs}/two`, { metadata: { finalizers: null } });
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
  expect(cluster.errors).toEqual([]);
});

test('a namespace and the definition of what is in it may be deleted at the same time', async () => {
  const cluster = await start();
  await make(cluster, 'one', { finalizers: ['example.dev/wait'] });
  const definitionPath = `${definitionsPath}/crontabs.stable.example.com`;
  await Promise.all([cluster.request('DELETE', team), cluster.request('DELETE', definitionPath)]);
  await cluster.settle();
  expect(await cluster.names(tabs)).toEqual(['one']);
  await cluster.patch(`${tabs}/one`, { metadata: { finalizers: null } });
  await cluster.settle();
  expect(await cluster.names('/api/v1/namespaces')).not.toContain('team');
  expect(await cluster.names(definitionsPath)).toEqual([]);
  expect(cluster.errors).toEqual([]);
});
