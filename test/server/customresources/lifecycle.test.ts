import { expect, test } from 'vitest';
import { testCluster } from '../support/cluster.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../support/definitions.ts';

const replicas = withSpec({ replicas: { type: 'integer', minimum: 0 }, image: { type: 'string', default: 'busybox' } });

test('a kind is served with the commit of its definition, and its first object is there', async () => {
  const { ok, request } = await testCluster();
  expect((await request('GET', cronTabsPath)).status).toBe(404);
  const crd = await ok('POST', definitionsPath, cronTabs(replicas));
  expect(crd.status.acceptedNames).toEqual({
    plural: 'crontabs',
    singular: 'crontab',
    kind: 'CronTab',
    listKind: 'CronTabList',
    shortNames: ['ct'],
  });
  expect(crd.status.conditions.map(({ type, status }: { type: string; status: string }) => [type, status])).toEqual([
    ['NamesAccepted', 'True'],
    ['Established', 'True'],
  ]);
  expect(crd.status.storedVersions).toEqual(['v1']);
  const made = await ok('POST', cronTabsPath, cronTab('a', { spec: { replicas: 2 } }));
  expect(made).toMatchObject({ apiVersion: 'stable.example.com/v1', kind: 'CronTab', spec: { replicas: 2, image: 'busybox' } });
  expect(made.metadata.generation).toBe(1);
  expect(made.status).toBeUndefined();
  expect(await ok('GET', cronTabsPath)).toMatchObject({ kind: 'CronTabList', items: [{ metadata: { name: 'a' } }] });
});

test('what breaks the schema is refused in upstream words', async () => {
  const { ok, request } = await testCluster();
  await ok('POST', definitionsPath, cronTabs(replicas));
  const refused = await request('POST', cronTabsPath, cronTab('a', { spec: { replicas: -1 } }));
  expect(refused.status).toBe(422);
  expect(refused.body.message).toBe(
    'CronTab.stable.example.com "a" is invalid: spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0',
  );
});
