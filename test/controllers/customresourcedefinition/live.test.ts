import { expect, test } from 'vitest';
import { customResourceDefinitionController } from '../../../src/controllers/customresourcedefinition/controller.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../../server/support/definitions.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const path = `${definitionsPath}/crontabs.stable.example.com`;
const definition = cronTabs(withSpec({ replicas: { type: 'integer' } }));
const start = () => LiveCluster.start(() => [customResourceDefinitionController]);

type Conditions = { type: string; status: string; reason: string; message: string }[];
const condition = async (cluster: LiveCluster, at: string, type: string) =>
  ((await cluster.request('GET', at)).status.conditions as Conditions).find((condition) => condition.type === type);

test('a definition that is deleted takes its objects with it, and waits for those that wait', async () => {
  const cluster = await start();
  await cluster.request('POST', definitionsPath, definition);
  await cluster.request('POST', cronTabsPath, cronTab('a'));
  await cluster.request('POST', cronTabsPath, { ...cronTab('b'), metadata: { name: 'b', finalizers: ['example.dev/wait'] } });
  await cluster.request('DELETE', path);
  const late = cluster.request('POST', cronTabsPath, cronTab('c'));
  await expect(late).rejects.toThrow(/create not allowed while custom resource definition is terminating/);
  await cluster.settle();
  expect(await cluster.names(cronTabsPath)).toEqual(['b']);
  expect(await condition(cluster, path, 'Terminating')).toMatchObject({ status: 'True', reason: 'InstanceDeletionInProgress' });
  await cluster.patch(`${cronTabsPath}/b`, { metadata: { finalizers: null } });
  await cluster.settle();
  expect(await cluster.names(definitionsPath)).toEqual([]);
  await expect(cluster.request('GET', cronTabsPath)).rejects.toThrow(/404/);
  expect(cluster.errors).toEqual([]);
});

test('names that others have are waited for', async () => {
  const cluster = await start();
  await cluster.request('POST', definitionsPath, definition);
  const other = `${definitionsPath}/others.stable.example.com`;
  await cluster.request('POST', definitionsPath, {
    ...definition,
    metadata: { name: 'others.stable.example.com' },
    spec: { ...definition.spec, names: { plural: 'others', kind: 'CronTab', listKind: 'OtherList' } },
  });
  expect(await condition(cluster, other, 'NamesAccepted')).toMatchObject({
    status: 'False',
    reason: 'KindConflict',
    message: '"CronTab" is already in use',
  });
  expect(await condition(cluster, other, 'Established')).toMatchObject({ status: 'False', reason: 'NotAccepted' });
  await cluster.request('DELETE', path);
  await cluster.settle();
  expect(await condition(cluster, other, 'Established')).toMatchObject({ status: 'True' });
  expect(await cluster.names(cronTabsPath.replace('crontabs', 'others'))).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

test('kinds and their objects outlive a restart', async () => {
  const cluster = await start();
  await cluster.request('POST', definitionsPath, definition);
  await cluster.request('POST', cronTabsPath, cronTab('a'));
  await cluster.restart(() => [customResourceDefinitionController]);
  expect(await cluster.names(cronTabsPath)).toEqual(['a']);
  await cluster.request('DELETE', path);
  await cluster.settle();
  expect(await cluster.names(definitionsPath)).toEqual([]);
});
