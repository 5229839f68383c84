import { expect, test } from 'vitest';
import { LiveCluster } from '../controllers/support/live-cluster.ts';

const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';

test('a cluster has what every cluster has, and gets back what is missing when it starts', async () => {
  const cluster = await LiveCluster.start(() => []);
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
  const system = ['system-cluster-critical', 'system-node-critical'];
  expect(await cluster.names('/api/v1/namespaces')).toEqual(namespaces);
  expect(await cluster.names(classes)).toEqual(system);
  const { metadata, value } = await cluster.request('GET', `${classes}/system-node-critical`);
  expect(value).toBe(2_000_001_000);
  await cluster.request('DELETE', `${classes}/system-cluster-critical`);
  await cluster.request('DELETE', '/api/v1/namespaces/default/services/kubernetes');
  await cluster.restart(() => []);
  expect(await cluster.names(classes)).toEqual(system);
  expect(await cluster.names('/api/v1/namespaces/default/services')).toEqual(['kubernetes']);
  // What was there is left alone.
  expect((await cluster.request('GET', `${classes}/system-node-critical`)).metadata).toEqual(metadata);
});
