import { expect, test } from 'vitest';
import { serviceAccountController } from '../../../src/controllers/serviceaccount/controller.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const accounts = (namespace: string) => `/api/v1/namespaces/${namespace}/serviceaccounts`;

test('every namespace has an account, also after somebody deleted it', async () => {
  const cluster = await LiveCluster.start(() => [serviceAccountController]);
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  await cluster.settle();
  for (const namespace of ['default', 'kube-system', 'team'])
    expect(await cluster.names(accounts(namespace))).toEqual(['default']);
  await cluster.request('DELETE', `${accounts('team')}/default`);
  await cluster.settle();
  expect(await cluster.names(accounts('team'))).toEqual(['default']);
  expect(cluster.errors).toEqual([]);
});

test('not one that is being deleted', async () => {
  const cluster = await LiveCluster.start(() => [serviceAccountController]);
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  await cluster.settle();
  await cluster.request('DELETE', '/api/v1/namespaces/team');
  await cluster.request('DELETE', `${accounts('team')}/default`);
  await cluster.settle();
  expect(await cluster.names(accounts('team'))).toEqual([]);
});
