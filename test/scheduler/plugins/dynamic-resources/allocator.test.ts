import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/machinery/meta.ts';
import type { ResourceClaim } from '../../../../src/resources/resource/resourceclaim.ts';
import { allocate } from '../../../../src/scheduler/plugins/dynamic-resources/allocator.ts';
import { devicesFor, takenDevices } from '../../../../src/scheduler/plugins/dynamic-resources/devices.ts';
import { requestsOf } from '../../../../src/scheduler/plugins/dynamic-resources/requests.ts';
import { clusterOf, node } from '../../support.ts';
import { cel, claim, deviceClass, driver, exactly, gpu, has, slice } from './objects.ts';

/** What the claims get on node `a`, as `REQUEST=DEVICE`; or why they get nothing. */
function given(claims: ResourceClaim[], others: KubeObject[]): string {
  const cluster = clusterOf([node('a')], [], [...claims, ...others]);
  const requests = requestsOf(claims, cluster.reader);
  if (typeof requests === 'string') return requests;
  const grants = allocate(requests, devicesFor(node('a'), cluster), takenDevices(cluster));
  if (grants === undefined || typeof grants === 'string') return grants ?? 'nothing';
  return claims
    .map(({ metadata: { uid } }) =>
      grants
        .get(uid)!
        .map(({ alternative, offered }) => `${alternative.name}=${offered.device.name}`)
        .join(' '),
    )
    .join(' | ');
}

describe('devices for claims', () => {
  const four = slice({ devices: ['a0', 'a1', 'b2', 'b3'].map((name) => gpu(name)) });
  test.each<[string, ResourceClaim[], KubeObject[], string]>([
    ['one', [claim('x')], [slice()], 'r=a0'],
    ['several', [claim('x', { requests: [exactly({ count: 2 })] })], [slice()], 'r=a0 r=b1'],
    ['not more than there are', [claim('x', { requests: [exactly({ count: 3 })] })], [slice()], 'nothing'],
    ['all', [claim('x', { requests: [exactly({ allocationMode: 'All' })] })], [four], 'r=a0 r=a1 r=b2 r=b3'],
    [
      'all that match',
      [claim('x', { requests: [exactly({ allocationMode: 'All', ...cel('device.attributes["gpu.example.com"].index > 1') })] })],
      [four],
      'r=b2 r=b3',
    ],
    ['all, one at least', [claim('x', { requests: [exactly({ allocationMode: 'All' })] })], [], 'nothing'],
    [
      'all, but one is taken',
      [claim('x', { requests: [exactly({ allocationMode: 'All' })] })],
      [four, claim('y', {}, { status: has('a1') })],
      'nothing',
    ],
    ['what others have is not free', [claim('x')], [slice(), claim('y', {}, { status: has('a0') })], 'r=b1'],
    ['each claim its own', [claim('x'), claim('y')], [slice()], 'r=a0 | r=b1'],
    [
      'a choice that leaves nothing for others is taken back',
      [claim('x'), claim('y', { requests: [exactly(cel('device.attributes["gpu.example.com"].index == 0'))] })],
      [slice()],
      'r=b1 | r=a0',
    ],
    [
      'for administration also what others have',
      [claim('x', { requests: [exactly({ adminAccess: true })] })],
      [slice(), claim('y', {}, { status: has('a0') })],
      'r=a0',
    ],
    [
      'with enough capacity',
      [claim('x', { requests: [exactly({ capacity: { requests: { memory: '40Gi' } } })] })],
      [slice()],
      'r=a0',
    ],
    [
      'not with less',
      [claim('x', { requests: [exactly({ capacity: { requests: { memory: '41Gi' } } })] })],
      [slice()],
      'nothing',
    ],
    [
      'not those with taints',
      [claim('x')],
      [slice({ devices: [gpu('a0', { taints: [{ key: 'sick', effect: 'NoSchedule' }] }), gpu('b1')] })],
      'r=b1',
    ],
    [
      'those with taints that are tolerated',
      [claim('x', { requests: [exactly({ tolerations: [{ key: 'sick', operator: 'Exists' }] })] })],
      [slice({ devices: [gpu('a0', { taints: [{ key: 'sick', effect: 'NoSchedule', value: 'x' }] })] })],
      'r=a0',
    ],
    ['not of other nodes', [claim('x')], [slice({ nodeName: 'b' })], 'nothing'],
    ['of all nodes', [claim('x')], [slice({ nodeName: undefined, allNodes: true })], 'r=a0'],
    [
      'of nodes with labels',
      [claim('x')],
      [
        slice({
          nodeName: undefined,
          nodeSelector: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['b'] }] }],
          },
        }),
      ],
      'nothing',
    ],
    [
      'device by device',
      [claim('x')],
      [
        slice({
          nodeName: undefined,
          perDeviceNodeSelection: true,
          devices: [gpu('a0', { nodeName: 'b' }), gpu('b1', { allNodes: true })],
        }),
      ],
      'r=b1',
    ],
    [
      'not of an older generation',
      [claim('x')],
      [
        slice({ devices: [gpu('old')] }),
        slice({ devices: [gpu('a0')], pool: { name: 'a', generation: 2, resourceSliceCount: 1 } }),
      ],
      'r=a0',
    ],
    [
      'not of a pool that is not complete',
      [claim('x')],
      [slice({ pool: { name: 'a', generation: 1, resourceSliceCount: 2 } })],
      'nothing',
    ],
    [
      'all of a pool that is not complete',
      [claim('x', { requests: [exactly({ allocationMode: 'All' })] })],
      [slice({ pool: { name: 'a', generation: 1, resourceSliceCount: 2 } })],
      'claim default/x, request r: asks for all devices, but resource pool a is currently being updated',
    ],
    [
      'alike in an attribute',
      [
        claim('x', {
          requests: [exactly({ count: 2, ...cel('device.attributes["gpu.example.com"].index > 0') })],
          constraints: [{ matchAttribute: `${driver}/numa` }],
        }),
      ],
      [four],
      'r=b2 r=b3',
    ],
    [
      'different in an attribute',
      [claim('x', { requests: [exactly({ count: 2 })], constraints: [{ distinctAttribute: `${driver}/numa` }] })],
      [four],
      'r=a0 r=b2',
    ],
    [
      'not alike in what none has',
      [claim('x', { requests: [exactly()], constraints: [{ matchAttribute: `${driver}/none` }] })],
      [four],
      'nothing',
    ],
    [
      'a constraint on some requests',
      [
        claim('x', {
          requests: [exactly({}, 'r'), exactly({}, 's'), exactly({}, 't')],
          constraints: [{ requests: ['r', 't'], matchAttribute: `${driver}/numa` }],
        }),
      ],
      [slice({ devices: ['a0', 'b1', 'a2'].map((name) => gpu(name)) })],
      'r=a0 s=b1 t=a2',
    ],
    [
      'the first that is there',
      [
        claim('x', {
          requests: [
            {
              name: 'r',
              firstAvailable: [
                { name: 'big', deviceClassName: 'gpu', count: 3 },
                { name: 'small', deviceClassName: 'gpu' },
              ],
            },
          ],
        }),
      ],
      [slice()],
      'r/small=a0',
    ],
    [
      'a class that is not there',
      [claim('x', { requests: [exactly({ deviceClassName: 'none' })] })],
      [slice()],
      'request r: device class none does not exist',
    ],
    ['a text that is no expression', [claim('x', { requests: [exactly(cel('device.'))] })], [slice()], 'CEL compile error'],
    [
      'an expression about what a device has not',
      [claim('x', { requests: [exactly(cel('device.attributes["gpu.example.com"].none'))] })],
      [slice()],
      'CEL runtime error: no such key: none',
    ],
    [
      'an expression about a domain that a device has not',
      [claim('x', { requests: [exactly(cel('!has(device.attributes["other.example.com"].none)'))] })],
      [slice()],
      'r=a0',
    ],
    [
      'an expression about capacity and driver',
      [
        claim('x', {
          requests: [
            exactly(
              cel(
                'device.driver == "gpu.example.com" && device.capacity["gpu.example.com"].memory.isGreaterThan(quantity("1Gi"))',
              ),
            ),
          ],
        }),
      ],
      [slice()],
      'r=a0',
    ],
    [
      'counters that devices share',
      [claim('x', { requests: [exactly({ count: 2 })] })],
      [
        slice({
          sharedCounters: [{ name: 'chip', counters: { slots: { value: '3' } } }],
          devices: [2, 2, 1].map((slots, i) =>
            gpu(`a${i}`, { consumesCounters: [{ counterSet: 'chip', counters: { slots: { value: `${slots}` } } }] }),
          ),
        }),
      ],
      'r=a0 r=a2',
    ],
  ])('%s', (_, claims, others, expected) => {
    expect(given(claims, [deviceClass(), ...others])).toContain(expected);
  });

  test('the class selects too', () => {
    const selecting = deviceClass('gpu', cel('device.attributes["gpu.example.com"].index == 1'));
    expect(given([claim('x')], [selecting, slice()])).toBe('r=b1');
  });

  test('a search that takes too long ends', () => {
    const many = slice({ devices: Array.from({ length: 60 }, (_, i) => gpu(`a${i}`)) });
    const devices = {
      requests: [exactly({ count: 20 })],
      constraints: [{ distinctAttribute: `${driver}/index` }, { distinctAttribute: `${driver}/model` }],
    };
    expect(given([claim('x', devices)], [deviceClass(), many])).toBe('nothing');
  });
});
