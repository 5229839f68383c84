import { describe, expect, test } from 'vitest';
import { compareVersions, discoveryOf } from '../../src/machinery/discovery.ts';
import { addedGroups, reference } from './reference.ts';
import { scheme, subresources } from './served.ts';

const discovery = discoveryOf(scheme, subresources);

interface List {
  resources: { name: string; verbs: string[]; storageVersionHash?: string }[];
}

describe('legacy documents', () => {
  test('versions of the core group', () =>
    expect(discovery.apiVersions('10.0.0.1:443')).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:443' }],
    }));

  test('groups', () => {
    const apps = {
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    };
    const list = discovery.groupList() as { kind: string; apiVersion: string; groups: { name: string }[] };
    expect(list).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' });
    expect(list.groups).toContainEqual(apps);
    expect(list.groups.map((group) => group.name)).not.toContain('');
    expect(discovery.group('apps')).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...apps });
    expect(discovery.group('')).toBeUndefined();
    expect(discovery.group('nothing')).toBeUndefined();
  });

  test('resources of a group', () => {
    const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
    const part = { singularName: '', namespaced: true, verbs: ['get', 'patch', 'update'] };
    const list = discovery.resourceList('apps', 'v1') as List;
    expect(list).toMatchObject({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'apps/v1' });
    expect(list.resources).toEqual([
      { name: 'controllerrevisions', singularName: 'controllerrevision', namespaced: true, kind: 'ControllerRevision', verbs },
      {
        name: 'daemonsets',
        singularName: 'daemonset',
        namespaced: true,
        kind: 'DaemonSet',
        verbs,
        shortNames: ['ds'],
        categories: ['all'],
      },
      { ...part, name: 'daemonsets/status', kind: 'DaemonSet' },
      {
        name: 'deployments',
        singularName: 'deployment',
        namespaced: true,
        kind: 'Deployment',
        verbs,
        shortNames: ['deploy'],
        categories: ['all'],
      },
      { ...part, name: 'deployments/scale', group: 'autoscaling', version: 'v1', kind: 'Scale' },
      { ...part, name: 'deployments/status', kind: 'Deployment' },
      {
        name: 'replicasets',
        singularName: 'replicaset',
        namespaced: true,
        kind: 'ReplicaSet',
        verbs,
        shortNames: ['rs'],
        categories: ['all'],
      },
      { ...part, name: 'replicasets/scale', group: 'autoscaling', version: 'v1', kind: 'Scale' },
      { ...part, name: 'replicasets/status', kind: 'ReplicaSet' },
      {
        name: 'statefulsets',
        singularName: 'statefulset',
        namespaced: true,
        kind: 'StatefulSet',
        verbs,
        shortNames: ['sts'],
        categories: ['all'],
      },
      { ...part, name: 'statefulsets/scale', group: 'autoscaling', version: 'v1', kind: 'Scale' },
      { ...part, name: 'statefulsets/status', kind: 'StatefulSet' },
    ]);
    expect(discovery.resourceList('apps', 'v2')).toBeUndefined();
  });
});

describe('versions', () => {
  test('are in order of stability, then age', () => {
    const order = ['v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10'];
    expect([...order].reverse().sort(compareVersions)).toEqual(order);
  });
});

const core = reference('discovery-core-1.36.json');
const groups = reference('discovery-1.36.json');

describe("against upstream's documents", () => {
  test.skipIf(!core.present)('the core group', () => {
    const theirs = new Map((core.read() as List).resources.map(({ storageVersionHash: _, ...each }) => [each.name, each]));
    const ours = discovery.resourceList('', 'v1') as List;
    expect(ours.resources.length).toBeGreaterThan(8);
    for (const each of ours.resources) expect(each).toEqual(theirs.get(each.name));
    expect(ours.resources[0]).toEqual({ name: 'bindings', singularName: 'binding', namespaced: true, kind: 'Binding', verbs: ['create'] });
    expect(Object.keys(ours).sort()).toEqual(Object.keys(core.read()).sort());
  });

  test.skipIf(!groups.present)('the aggregated groups', () => {
    type Group = {
      metadata: { name?: string };
      versions: { version: string; resources: { resource: string; subresources?: { subresource: string }[] }[] }[];
    };
    const theirs = new Map((groups.read() as { items: Group[] }).items.map((group) => [group.metadata.name, group]));
    const ours = discovery.aggregated('groups') as { items: Group[]; kind: string; apiVersion: string };
    expect(ours).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    expect(ours.items.map((group) => group.metadata.name)).toContain('apps');
    expect(addedGroups.filter((name) => theirs.has(name))).toEqual([]);
    expect(ours.items.slice(-addedGroups.length).map(({ metadata }) => metadata.name)).toEqual(addedGroups);
    for (const group of ours.items.filter(({ metadata }) => !addedGroups.includes(metadata.name ?? '')))
      for (const version of group.versions) {
        const other = theirs.get(group.metadata.name)?.versions.find((each) => each.version === version.version);
        expect({ ...version, resources: [] }).toEqual({ ...other, resources: [] });
        for (const resource of version.resources)
          expect(resource).toEqual(other?.resources.find((each) => each.resource === resource.resource));
      }
  });

  test('the aggregated core group has no name', () => {
    type Part = { subresource: string; responseKind: object };
    type Kind = { resource: string; subresources?: Part[] };
    const { items } = discovery.aggregated('core') as {
      items: { metadata: object; versions: { version: string; resources: Kind[] }[] }[];
    };
    const kinds = items[0]!.versions[0]!.resources;
    expect(kinds[0]).toEqual({
      resource: 'bindings',
      responseKind: { group: '', version: '', kind: 'Binding' },
      scope: 'Namespaced',
      singularResource: 'binding',
      verbs: ['create'],
    });
    const pods = kinds.find(({ resource }) => resource === 'pods');
    expect(pods?.subresources?.find(({ subresource }) => subresource === 'exec')?.responseKind).toEqual({
      group: '',
      version: '',
      kind: 'PodExecOptions',
    });
    expect(items).toHaveLength(1);
    expect(items[0]?.metadata).toEqual({});
    expect(items[0]?.versions.map((each) => each.version)).toEqual(['v1']);
  });
});
