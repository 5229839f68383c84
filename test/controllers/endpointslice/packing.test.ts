import { describe, expect, test } from 'vitest';
import { packEndpoints } from '../../../src/controllers/endpointslice/packing.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import type { Endpoint, EndpointSlice } from '../../../src/resources/discovery/endpointslice.ts';

const endpoint = (i: number, more: Partial<Endpoint> = {}): Endpoint => ({
  addresses: [`10.0.${i >> 8}.${i & 255}`],
  conditions: { ready: true, serving: true, terminating: false },
  nodeName: 'node-0',
  targetRef: { kind: 'Pod', namespace: 'default', name: `web-${i}`, uid: `uid-${i}` },
  ...more,
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => endpoint(from + i));
const slice = (name: string, endpoints: Endpoint[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'default', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  addressType: 'IPv4',
  endpoints,
});

const shape = (slices: EndpointSlice[], desired: Endpoint[], max: number) => {
  const packing = packEndpoints(slices, desired, { max });
  return {
    update: Object.fromEntries(packing.update.map((part) => [part.slice.metadata.name, part.endpoints.length])),
    remove: packing.remove.map(({ metadata }) => metadata.name),
    create: packing.create.map((part) => part.length),
  };
};

describe('few slices change', () => {
  const nothing = { update: {}, remove: [], create: [] };
  const cases: [string, EndpointSlice[], Endpoint[], ReturnType<typeof shape>][] = [
    ['nothing to do', [slice('a', range(0, 3))], range(0, 3), nothing],
    ['the order does not matter', [slice('a', range(0, 3))], range(0, 3).reverse(), nothing],
    ['new ones come in full slices', [], range(0, 23), { ...nothing, create: [10, 10, 3] }],
    ['one more goes into the slice with room', [slice('a', range(0, 3))], range(0, 4), { ...nothing, update: { a: 4 } }],
    [
      'into the fullest of them',
      [slice('a', range(0, 3)), slice('b', range(10, 18))],
      [...range(0, 3), ...range(10, 18), endpoint(99)],
      { ...nothing, update: { b: 9 } },
    ],
    [
      'into one that takes them all',
      [slice('a', range(0, 3)), slice('b', range(10, 18))],
      [...range(0, 3), ...range(10, 18), ...range(90, 95)],
      { ...nothing, update: { a: 8 } },
    ],
    ['else into a new one', [slice('a', range(0, 8))], range(0, 13), { ...nothing, create: [5] }],
    ['one less', [slice('a', range(0, 3))], range(0, 2), { ...nothing, update: { a: 2 } }],
    ['the last one', [slice('a', range(0, 3)), slice('b', range(5, 6))], range(0, 3), { ...nothing, remove: ['b'] }],
    [
      'a slice that changes anyway takes new ones first',
      [slice('a', range(0, 9)), slice('b', range(10, 14))],
      [...range(0, 9), ...range(10, 13), endpoint(99)],
      { ...nothing, update: { b: 4 } },
    ],
    [
      'full slices first, and what is left over into one that is there',
      [slice('a', range(0, 3))],
      range(0, 16),
      { ...nothing, update: { a: 6 }, create: [10] },
    ],
    ['an empty one is filled', [slice('a', [])], range(0, 2), { ...nothing, update: { a: 2 } }],
  ];
  test.each(cases)('%s', (_name, slices, desired, expected) => {
    expect(shape(slices, desired, 10)).toEqual(expected);
  });

  test.each<[string, Partial<Endpoint>, boolean]>([
    ['readiness', { conditions: { ready: false, serving: false, terminating: false } }, true],
    ['serving', { conditions: { ready: true, serving: false, terminating: false } }, true],
    ['termination', { conditions: { ready: true, serving: true, terminating: true } }, true],
    ['the node', { nodeName: 'node-1' }, true],
    ['the zone', { zone: 'z' }, true],
    ['another pod of the same name', { targetRef: { ...endpoint(1).targetRef, uid: 'other' } }, true],
    ["the pod's resourceVersion", { targetRef: { ...endpoint(1).targetRef, resourceVersion: '7' } }, false],
  ])('an endpoint changes in place: %s', (_name, change, written) => {
    const packing = packEndpoints([slice('a', range(0, 3))], [endpoint(0), endpoint(1, change), endpoint(2)]);
    expect(packing.update.map(({ endpoints }) => endpoints)).toEqual(
      written ? [[endpoint(0), endpoint(1, change), endpoint(2)]] : [],
    );
    expect(packing.changed).toEqual(written ? [endpoint(1, change)] : []);
  });

  test('an endpoint that moved to another address is a new one', () => {
    expect(shape([slice('a', [endpoint(0)])], [endpoint(0, { addresses: ['10.9.9.9'] })], 10)).toEqual({
      ...nothing,
      remove: ['a'],
      create: [1],
    });
  });
});

test('an invariant: every endpoint is in exactly one slice, none holds more than the maximum, and then nothing is to do', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const random = seededRandom(seed);
  const max = 10;
  let slices: EndpointSlice[] = [];
  let created = 0;
  for (let round = 0; round < 300; round++) {
    const desired = range(0, 80)
      .filter(() => random.next() < 0.6)
      .map((each) => ({ ...each, conditions: { ready: random.next() < 0.5 } }));
    const { update, remove, create, unchanged } = packEndpoints(slices, desired, { max });
    expect(new Set([...update.map((part) => part.slice), ...remove, ...unchanged])).toEqual(new Set(slices));
    slices = [
      ...unchanged,
      ...update.map((part) => slice(part.slice.metadata.name, part.endpoints)),
      ...create.map((endpoints) => slice(`s${++created}`, endpoints)),
    ];
    for (const { endpoints } of slices) expect(endpoints!.length).toBeLessThanOrEqual(max);
    const placed = slices.flatMap(({ endpoints }) => endpoints!);
    const sorted = (list: Endpoint[]) => [...list].sort((a, b) => (a.addresses[0]! < b.addresses[0]! ? -1 : 1));
    expect(sorted(placed)).toEqual(sorted(desired));
    expect(shape(slices, desired, max)).toEqual({ update: {}, remove: [], create: [] });
  }
});
