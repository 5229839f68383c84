import { describe, expect, test } from 'vitest';
import { refuse, type AdmissionPlugin } from '../../src/admission/plugin.ts';
import { defaultClusterRoleBindings, defaultRoleBindings } from '../../src/authz/defaults/index.ts';
import { userOf } from '../../src/cluster/controllers.ts';
import { clusterRoleAggregationController } from '../../src/controllers/clusterroleaggregation/controller.ts';
import { builtinControllers } from '../../src/controllers/index.ts';
import { ClusterSettings } from '../../src/db/cluster-settings.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { builtinResources } from '../../src/resources/index.ts';
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

describe('default roles', () => {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';

  test('are there, are put together, and come back', async () => {
    const cluster = await LiveCluster.start(() => [clusterRoleAggregationController]);
    expect(await cluster.names(`${rbac}/clusterroles`)).toHaveLength(71);
    expect(await cluster.names(`${rbac}/rolebindings`)).toHaveLength(7);
    const rules = async (role: string): Promise<unknown[]> => (await cluster.request('GET', `${rbac}/clusterroles/${role}`)).rules;
    expect((await rules('admin')).length).toBeGreaterThan((await rules('edit')).length);
    expect((await rules('edit')).length).toBeGreaterThan((await rules('view')).length);
    const { resourceVersion } = (await cluster.request('GET', `${rbac}/clusterroles/system:kube-dns`)).metadata;

    await cluster.request('DELETE', `${rbac}/clusterroles/view`);
    await cluster.request('PATCH', `${rbac}/clusterrolebindings/system:discovery`, { subjects: null }, 'application/merge-patch+json');
    await cluster.restart(() => [clusterRoleAggregationController]);
    expect(await rules('view')).not.toEqual([]);
    const { subjects } = await cluster.request('GET', `${rbac}/clusterrolebindings/system:discovery`);
    expect(subjects).toMatchObject([{ name: 'system:authenticated' }]);
    // What was right is not written again.
    expect((await cluster.request('GET', `${rbac}/clusterroles/system:kube-dns`)).metadata.resourceVersion).toBe(resourceVersion);
    expect(cluster.errors).toEqual([]);
  });

  test('are told, and no more, if they cannot be made', async () => {
    const stubborn: AdmissionPlugin = {
      name: 'Stubborn',
      operations: ['CREATE'],
      resources: ['roles.rbac.authorization.k8s.io'],
      validate(attributes) {
        if (attributes.namespace === 'kube-public') throw refuse(attributes, 'no');
      },
    };
    const cluster = await LiveCluster.start(() => [], [stubborn]);
    const refused = 'roles.rbac.authorization.k8s.io "system:controller:bootstrap-signer" is forbidden: no';
    expect(cluster.errors).toEqual([`default roles: ${refused}`]);
    expect(await cluster.names(`${rbac}/clusterroles`)).toHaveLength(71);
  });
});

test('every controller writes as an account that has its rights by default', () => {
  const controllers = builtinControllers({ ...ClusterSettings.parse({}), scheme: createScheme(builtinResources), caCertificate: '', mayRequest: () => false });
  const users = new Map(controllers.map((controller) => [controller.name, userOf(controller).name]));
  const isDefault = (user: string) =>
    user === 'system:kube-controller-manager' ||
    [...defaultClusterRoleBindings, ...defaultRoleBindings].some(({ subjects }) => subjects?.some(({ name }) => user === `system:serviceaccount:kube-system:${name}`));
  // The end of Events is etcd's business upstream, and nobody's right.
  expect([...users].filter(([, user]) => !isDefault(user))).toEqual([['eventttl', 'system:serviceaccount:kube-system:eventttl-controller']]);
});
