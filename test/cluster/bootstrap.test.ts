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

test('a new cluster has a default storage class, which stays away when it was deleted', async () => {
  const storageClasses = '/apis/storage.k8s.io/v1/storageclasses';
  const cluster = await LiveCluster.start(() => []);
  expect(await cluster.request('GET', `${storageClasses}/standard`)).toMatchObject({
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'hibernetes.dev/local',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  });
  await cluster.request('DELETE', `${storageClasses}/standard`);
  await cluster.restart(() => []);
  expect(await cluster.names(storageClasses)).toEqual([]);
});
