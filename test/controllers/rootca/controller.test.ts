import { expect, test } from 'vitest';
import { rootCaController } from '../../../src/controllers/rootca/controller.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const path = '/api/v1/namespaces/default/configmaps/kube-root-ca.crt';
const annotation = 'kubernetes.io/description';

test('every namespace has the certificate', async () => {
  const cluster = await LiveCluster.start(() => [rootCaController('PEM')]);
  await cluster.request('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
  await cluster.settle();
  for (const namespace of ['default', 'team'])
    expect(await cluster.request('GET', `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`)).toMatchObject({
      metadata: { annotations: { [annotation]: expect.any(String) } },
      data: { 'ca.crt': 'PEM' },
    });
});

test('what somebody did to it is undone; a description of theirs stays', async () => {
  const cluster = await LiveCluster.start(() => [rootCaController('PEM')]);
  await cluster.patch(path, { data: { 'ca.crt': 'forged', more: 'x' }, metadata: { annotations: { [annotation]: 'theirs' } } });
  await cluster.settle();
  expect((await cluster.request('GET', path)).data).toEqual({ 'ca.crt': 'PEM' });
  await cluster.patch(path, { metadata: { annotations: { [annotation]: 'theirs' } } });
  await cluster.settle();
  expect((await cluster.request('GET', path)).metadata.annotations[annotation]).toBe('theirs');
  await cluster.patch(path, { metadata: { annotations: { [annotation]: null } } });
  await cluster.settle();
  expect((await cluster.request('GET', path)).metadata.annotations[annotation]).toContain('CA bundle');
  await cluster.request('DELETE', path);
  await cluster.settle();
  expect((await cluster.request('GET', path)).data).toEqual({ 'ca.crt': 'PEM' });
});

test('a new certificate replaces the old', async () => {
  const cluster = await LiveCluster.start(() => [rootCaController('old')]);
  await cluster.restart(() => [rootCaController('new')]);
  expect((await cluster.request('GET', path)).data).toEqual({ 'ca.crt': 'new' });
});
