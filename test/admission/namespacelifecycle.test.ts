import { expect, test } from 'vitest';
import { testCluster } from '../server/support/cluster.ts';
import { pod } from './support.ts';

const maps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

test('nothing is created in a namespace that is missing or ends', async () => {
  const { request, ok } = await testCluster();
  expect((await request('POST', maps('none'), { metadata: { name: 'a' } })).body).toMatchObject({
    code: 404,
    message: 'namespaces "none" not found',
  });
  await ok('POST', '/api/v1/namespaces', { metadata: { name: 'ends' } });
  await ok('POST', maps('ends'), { metadata: { name: 'old' } });
  await ok('POST', '/api/v1/namespaces/ends/pods', pod('p'));
  await ok('DELETE', '/api/v1/namespaces/ends');
  expect((await request('POST', maps('ends'), { metadata: { name: 'new' } })).body).toMatchObject({
    code: 403,
    message: 'configmaps "new" is forbidden: unable to create new content in namespace ends because it is being terminated',
    details: {
      causes: [{ reason: 'NamespaceTerminating', message: 'namespace ends is being terminated', field: 'metadata.namespace' }],
    },
  });
  const binding = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } };
  expect((await request('POST', '/api/v1/namespaces/ends/pods/p/binding', binding)).status).toBe(403);
  // What is there may still change, and go.
  await ok('PUT', `${maps('ends')}/old`, { metadata: { name: 'old' }, data: { a: 'b' } });
  await ok('DELETE', `${maps('ends')}/old`);
});

test('some namespaces stay', async () => {
  const { request } = await testCluster();
  expect((await request('DELETE', '/api/v1/namespaces/default')).body).toMatchObject({
    code: 403,
    message: 'namespaces "default" is forbidden: this namespace may not be deleted',
  });
});
