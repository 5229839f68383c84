import { expect, test } from 'vitest';
import { autoregisterController } from '../../../src/controllers/apiservice/autoregister.ts';
import { customResourceDefinitions } from '../../../src/resources/apiextensions/customresourcedefinition.ts';
import { apiServices } from '../../../src/resources/apiregistration/apiservice.ts';
import { automanagedLabel, builtinAPIServices, localAPIService } from '../../../src/resources/apiregistration/local.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import { TestCluster } from '../support/cluster.ts';

const start = () => new TestCluster({ controllers: [autoregisterController] });
const names = (cluster: TestCluster) => cluster.list(apiServices).map(({ metadata }) => metadata.name);

const define = (cluster: TestCluster, plural: string, versions: object[], group = 'example.com') =>
  cluster.create(customResourceDefinitions, {
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: 'Namespaced', names: { plural, kind: plural }, versions },
  });
const version = (name: string, served = true) => ({ name, served, storage: name === 'v1', schema: {} });

test('a version that a definition serves is registered, and gone with the last definition', () => {
  const cluster = start();
  define(cluster, 'as', [version('v1'), version('v1beta1'), version('v2', false)]);
  define(cluster, 'bs', [version('v1')]);
  cluster.settle();
  expect(names(cluster)).toEqual(['v1.example.com', 'v1beta1.example.com']);
  expect(cluster.get(apiServices, '', 'v1.example.com')).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
    spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 100 },
  });
  cluster.remove(customResourceDefinitions, '', 'as.example.com');
  cluster.settle();
  expect(names(cluster)).toEqual(['v1.example.com']);
  cluster.change(customResourceDefinitions, '', 'bs.example.com', ({ spec }) => void (spec.versions[0]!.served = false));
  cluster.settle();
  expect(names(cluster)).toEqual([]);
});

test('what users change about it is put right, what is deleted comes back, and what is theirs is left alone', () => {
  const cluster = start();
  cluster.create(apiServices, {
    metadata: { name: 'v2.example.com' },
    spec: { group: 'example.com', version: 'v2', groupPriorityMinimum: 5, versionPriority: 5 },
  });
  define(cluster, 'as', [version('v1'), version('v2')]);
  cluster.settle();
  cluster.change(apiServices, '', 'v1.example.com', ({ spec }) => void (spec.versionPriority = 7));
  cluster.settle();
  expect(cluster.get(apiServices, '', 'v1.example.com')?.spec.versionPriority).toBe(100);
  cluster.remove(apiServices, '', 'v1.example.com');
  cluster.settle();
  expect(names(cluster)).toEqual(['v1.example.com', 'v2.example.com']);
  cluster.remove(customResourceDefinitions, '', 'as.example.com');
  cluster.settle();
  expect(cluster.list(apiServices).map(({ spec }) => spec.versionPriority)).toEqual([5]);
});

test('built-in ones are put right when the cluster starts, and left to users afterwards', () => {
  const cluster = start();
  for (const service of builtinAPIServices(builtinResources)) cluster.create(apiServices, service);
  cluster.create(apiServices, localAPIService('gone.example.com', 'v1', 'onstart'));
  cluster.change(apiServices, '', 'v1.apps', ({ spec }) => void (spec.groupPriorityMinimum = 7));
  cluster.change(apiServices, '', 'v1.batch', ({ spec, metadata }) => {
    spec.groupPriorityMinimum = 7;
    delete metadata.labels![automanagedLabel];
  });
  cluster.settle();
  const priority = (name: string) => cluster.get(apiServices, '', name)?.spec.groupPriorityMinimum;
  expect([priority('v1.apps'), priority('v1.gone.example.com')]).toEqual([7, 1000]);
  const { keysAtStart } = autoregisterController.triggers[0]!;
  const keys = cluster.list(apiServices).flatMap((service) => keysAtStart!(service, cluster));
  const context = { now: cluster.now, random: cluster.random, failures: [] };
  const writes = keys.flatMap((key) => autoregisterController.reconcile(key, cluster, context).writes);
  expect(writes).toMatchObject([
    { verb: 'update', object: { metadata: { name: 'v1.apps' }, spec: { groupPriorityMinimum: 17_800 } } },
    { verb: 'delete', name: 'v1.gone.example.com' },
  ]);
});
