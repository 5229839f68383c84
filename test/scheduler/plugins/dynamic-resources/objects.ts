/** Devices, classes and claims for the tests of DynamicResources. */
import type { DeviceClass } from '../../../../src/resources/resource/deviceclass.ts';
import type { ResourceClaim } from '../../../../src/resources/resource/resourceclaim.ts';
import type { ResourceSlice, ResourceSliceSpec } from '../../../../src/resources/resource/resourceslice.ts';

export const driver = 'gpu.example.com';
let created = 0;
const meta = (name: string, namespace?: string) => ({
  name,
  namespace,
  uid: `dra-${++created}`,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
});

type Device = NonNullable<ResourceSliceSpec['devices']>[number];
export const gpu = (name: string, more: Partial<Device> = {}): Device => ({
  name,
  attributes: {
    model: { string: 'a100' },
    index: { int: Number(name.replace(/\D/g, '') || 0) },
    [`${driver}/numa`]: { int: name.charCodeAt(0) },
  },
  capacity: { memory: { value: '40Gi' } },
  ...more,
});
export const slice = (spec: Partial<ResourceSliceSpec> = {}): ResourceSlice => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceSlice',
  metadata: meta(`slice-${created}`),
  spec: {
    driver,
    nodeName: 'a',
    pool: { name: spec.nodeName ?? 'a', generation: 1, resourceSliceCount: 1 },
    devices: [gpu('a0'), gpu('b1')],
    ...spec,
  },
});
export const deviceClass = (name = 'gpu', spec: DeviceClass['spec'] = {}): DeviceClass => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: meta(name),
  spec,
});

type Devices = NonNullable<ResourceClaim['spec']['devices']>;
type Exactly = NonNullable<NonNullable<Devices['requests']>[number]['exactly']>;
export const exactly = (more: Partial<Exactly> = {}, name = 'r') => ({ name, exactly: { deviceClassName: 'gpu', ...more } });
export const cel = (expression: string) => ({ selectors: [{ cel: { expression } }] });
export const claim = (
  name: string,
  devices: Devices = { requests: [exactly()] },
  more: { status?: ResourceClaim['status']; finalizers?: string[] } = {},
): ResourceClaim => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: { ...meta(name, 'default'), finalizers: more.finalizers ?? ['resource.kubernetes.io/delete-protection'] },
  spec: { devices },
  ...(more.status && { status: more.status }),
});
export const has = (...devices: string[]) => ({
  allocation: { devices: { results: devices.map((device) => ({ request: 'r', driver, pool: 'a', device })) } },
});
