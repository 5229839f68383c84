/** The columns of the smaller kinds, as `kubectl get -o wide` shows them. */
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { leases } from '../../../src/resources/coordination/lease.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { endpoints } from '../../../src/resources/core/endpoints.ts';
import { events } from '../../../src/resources/core/event.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { secrets } from '../../../src/resources/core/secret.ts';
import { serviceAccounts } from '../../../src/resources/core/serviceaccount.ts';
import { endpointSlices } from '../../../src/resources/discovery/endpointslice.ts';
import { cells, metadata } from '../objects.ts';

const row = (resource: AnyResource, fields: object, meta: Partial<KubeObject['metadata']> = {}) =>
  cells(resource, { apiVersion: resource.apiVersion, kind: resource.kind, metadata: metadata('web', meta), ...fields });

const nodeInfo = {
  kubeletVersion: 'v1.36.0',
  osImage: 'Debian 13',
  kernelVersion: '6.12',
  architecture: 'arm64',
  containerRuntimeVersion: 'containerd://2.1',
};
const conditions = [{ type: 'Ready', status: 'True' }];
const involvedObject = { kind: 'Pod', name: 'web-1', namespace: 'default', fieldPath: 'spec.containers{web}' };
const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: 'TCP' }));
const ips = (...addresses: string[]) => addresses.map((ip) => ({ ip }));

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a ConfigMap', row(configMaps, { data: { a: '1', b: '2' }, binaryData: { c: 'AA==' } }), { Name: 'web', Data: 3, Age: '60m' }],
  ['a Secret', row(secrets, { type: 'Opaque', data: { a: 'AA==' } }), { Name: 'web', Type: 'Opaque', Data: 1, Age: '60m' }],
  ['a ServiceAccount', row(serviceAccounts, {}), { Name: 'web', Age: '60m' }],
  [
    'a Namespace',
    row(namespaces, { spec: {}, status: { phase: 'Terminating' } }),
    { Name: 'web', Status: 'Terminating', Age: '60m' },
  ],
  ['a Lease', row(leases, { spec: { holderIdentity: 'me' } }), { Name: 'web', Holder: 'me', Age: '60m' }],
  [
    'a ready Node',
    row(
      nodes,
      { spec: {}, status: { conditions, nodeInfo, addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } },
      {
        labels: {
          'node-role.kubernetes.io/worker': '',
          'node-role.kubernetes.io/control-plane': '',
          'kubernetes.io/role': 'edge',
        },
      },
    ),
    {
      Name: 'web',
      Status: 'Ready',
      Roles: 'control-plane,edge,worker',
      Age: '60m',
      Version: 'v1.36.0',
      'Internal-IP*': '10.0.0.1',
      'External-IP*': '<none>',
      'OS-Image*': 'Debian 13',
      'Kernel-Version*': '6.12 (arm64)',
      'Container-Runtime*': 'containerd://2.1',
    },
  ],
  [
    'a bare Node',
    row(nodes, { spec: { unschedulable: true } }),
    {
      Name: 'web',
      Status: 'Unknown,SchedulingDisabled',
      Roles: '<none>',
      Age: '60m',
      Version: '',
      'Internal-IP*': '<none>',
      'External-IP*': '<none>',
      'OS-Image*': '<unknown>',
      'Kernel-Version*': '<unknown>',
      'Container-Runtime*': '<unknown>',
    },
  ],
  ['no Endpoints', row(endpoints, {}), { Name: 'web', Endpoints: '<none>', Age: '60m' }],
  [
    'Endpoints that are not ready',
    row(endpoints, { subsets: [{ notReadyAddresses: ips('10.0.0.1'), ports: tcp(80) }] }),
    { Name: 'web', Endpoints: '', Age: '60m' },
  ],
  [
    'many Endpoints',
    row(endpoints, { subsets: [{ addresses: ips('10.0.0.1', 'fd00::1'), ports: tcp(80, 81) }, { addresses: ips('10.0.0.3') }] }),
    { Name: 'web', Endpoints: '10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 2 more...', Age: '60m' },
  ],
  [
    'an EndpointSlice',
    row(endpointSlices, {
      addressType: 'IPv4',
      ports: [{ port: 80 }, { name: 'x' }],
      endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2', '10.0.0.3'] }, { addresses: ['10.0.0.4'] }],
    }),
    { Name: 'web', AddressType: 'IPv4', Ports: '80,x', Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...', Age: '60m' },
  ],
  [
    'an empty EndpointSlice',
    row(endpointSlices, { addressType: 'IPv4', endpoints: [] }),
    { Name: 'web', AddressType: 'IPv4', Ports: '<unset>', Endpoints: '<unset>', Age: '60m' },
  ],
  [
    'an Event',
    row(events, {
      involvedObject,
      type: 'Warning',
      reason: 'BackOff',
      message: ' restarting \n',
      count: 4,
      firstTimestamp: '2026-05-01T11:50:00Z',
      lastTimestamp: '2026-05-01T11:59:00Z',
      source: { component: 'kubelet', host: 'n1' },
    }),
    {
      'Last Seen': '60s',
      Type: 'Warning',
      Reason: 'BackOff',
      Object: 'pod/web-1',
      'Subobject*': 'spec.containers{web}',
      'Source*': 'kubelet, n1',
      Message: 'restarting',
      'First Seen*': '10m',
      'Count*': 4,
      'Name*': 'web',
    },
  ],
  [
    'an Event of the newer sort',
    row(events, {
      involvedObject: { kind: 'Node' },
      type: 'Normal',
      reason: 'Ready',
      message: 'yes',
      eventTime: '2026-05-01T11:50:00.000000Z',
      series: { count: 7, lastObservedTime: '2026-05-01T11:58:00.000000Z' },
      reportingComponent: 'node-controller',
      reportingInstance: '',
    }),
    {
      'Last Seen': '2m',
      Type: 'Normal',
      Reason: 'Ready',
      Object: 'node',
      'Subobject*': '',
      'Source*': 'node-controller',
      Message: 'yes',
      'First Seen*': '10m',
      'Count*': 7,
      'Name*': 'web',
    },
  ],
])('%s', (_, actual, expected) => {
  expect(Object.entries(actual)).toEqual(Object.entries(expected));
});
