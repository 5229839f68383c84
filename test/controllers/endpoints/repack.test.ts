import { describe, expect, test } from 'vitest';
import { repackSubsets, truncateSubsets, type AddressPort } from '../../../src/controllers/endpoints/repack.ts';
import { seededRandom } from '../../../src/lib/random.ts';

const at = (ip: string, port: number | undefined, ready = true, uid = ip): AddressPort => ({
  address: { ip, targetRef: { kind: 'Pod', uid } },
  ready,
  port: port === undefined ? undefined : { port, protocol: 'TCP' },
});
const ips = (pairs: readonly AddressPort[]) =>
  repackSubsets(pairs).map(({ addresses, notReadyAddresses, ports }) => ({
    ready: addresses?.map(({ ip }) => ip),
    notReady: notReadyAddresses?.map(({ ip }) => ip),
    ports: ports?.map(({ port }) => port),
  }));

describe('subsets', () => {
  const cases: [string, AddressPort[], ReturnType<typeof ips>][] = [
    ['nothing', [], []],
    ['addresses of a port', [at('b', 80), at('a', 80)], [{ ready: ['a', 'b'], notReady: undefined, ports: [80] }]],
    [
      'ports of the same addresses',
      [at('a', 81), at('b', 81), at('a', 80), at('b', 80)],
      [{ ready: ['a', 'b'], notReady: undefined, ports: [80, 81] }],
    ],
    [
      'ports of other addresses',
      [at('a', 80), at('b', 81)],
      [
        { ready: ['a'], notReady: undefined, ports: [80] },
        { ready: ['b'], notReady: undefined, ports: [81] },
      ],
    ],
    ['not ready', [at('a', 80), at('b', 80, false)], [{ ready: ['a'], notReady: ['b'], ports: [80] }]],
    [
      'not ready by one of two of the same port',
      [at('a', 80), at('a', 80, false)],
      [{ ready: undefined, notReady: ['a'], ports: [80] }],
    ],
    [
      'two pods on one address',
      [at('a', 80, true, 'x'), at('a', 80, true, 'y')],
      [{ ready: ['a', 'a'], notReady: undefined, ports: [80] }],
    ],
    ['no ports', [at('a', undefined)], [{ ready: ['a'], notReady: undefined, ports: undefined }]],
  ];
  test.each(cases)('%s', (_name, pairs, expected) => expect(ips(pairs)).toEqual(expected));

  test('an invariant: the order of pods and ports does not matter, and every pair is there', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    for (let round = 0; round < 100; round++) {
      const pairs: AddressPort[] = [];
      for (let i = 0; i < 10; i++)
        for (let port = 80; port < 84; port++) if (random.next() < 0.6) pairs.push(at(`10.0.0.${i}`, port, i % 3 > 0));
      const shuffled = [...pairs].sort(() => random.next() - 0.5);
      expect(repackSubsets(shuffled)).toEqual(repackSubsets(pairs));
      const found = ips(pairs).flatMap(({ ready = [], notReady = [], ports = [] }) =>
        [...ready, ...notReady].flatMap((ip) => ports.map((port) => `${ip} ${port}`)),
      );
      expect(found.sort()).toEqual(pairs.map(({ address, port }) => `${address.ip} ${port!.port}`).sort());
    }
  });
});

describe('past the maximum', () => {
  const list = (count: number) => Array.from({ length: count }, (_, i) => ({ ip: String(i) }));
  const counts = (subsets: Parameters<typeof truncateSubsets>[0], max: number) =>
    truncateSubsets(subsets, max)?.map(({ addresses = [], notReadyAddresses = [] }) => [
      addresses.length,
      notReadyAddresses.length,
    ]);
  test.each<[string, [number, number][], [number, number][] | undefined]>([
    ['not past it', [[6, 4]], undefined],
    ['those not ready go first', [[6, 6]], [[6, 4]]],
    ['then ready ones', [[12, 5]], [[10, 0]]],
    [
      'each by its share',
      [
        [0, 30],
        [0, 10],
      ],
      [
        [0, 8],
        [0, 2],
      ],
    ],
    [
      'rounded up while there is room',
      [
        [15, 0],
        [15, 0],
        [15, 0],
      ],
      [
        [4, 0],
        [4, 0],
        [2, 0],
      ],
    ],
  ])('%s', (_name, given, expected) => {
    const subsets = given.map(([ready, notReady]) => ({ addresses: list(ready), notReadyAddresses: list(notReady) }));
    expect(counts(subsets, 10)).toEqual(expected);
  });
});
