import { describe, expect, it } from 'vitest';
import { cidrOfSlot, claimAnnotation, freeCIDR, takenBy } from '../../../src/agent/kubelet/pod-cidr.ts';
import type { Node } from '../../../src/resources/core/node.ts';

describe('freeCIDR', () => {
  it.each<[string, string[], number, string]>([
    ['the one asked for', [], 0, '10.128.0.0/24'],
    ['the last one', [], 32_767, '10.255.255.0/24'],
    ['the next free one', ['10.128.5.0/24', '10.128.6.0/24'], 5, '10.128.7.0/24'],
    ['around the end', ['10.255.255.0/24'], 32_767, '10.128.0.0/24'],
    ['outside of larger networks', ['10.128.0.0/22', 'fd00::/64', '192.168.0.0/16'], 1, '10.128.4.0/24'],
    ['outside of smaller networks', ['10.128.0.128/25'], 0, '10.128.1.0/24'],
  ])('gives %s', (_, taken, start, expected) => expect(freeCIDR(taken, start)).toBe(expected));

  it('gives none when all are taken', () => expect(freeCIDR(['10.0.0.0/8'], 0)).toBeUndefined());
});

it('takenBy counts networks and claims of others', () => {
  const node = (name: string, podCIDR?: string, claim?: string) =>
    ({ metadata: { name, annotations: claim && { [claimAnnotation]: claim } }, spec: { podCIDR } }) as unknown as Node;
  const all = [
    node('me', cidrOfSlot(0), cidrOfSlot(1)),
    node('a', cidrOfSlot(2)),
    node('b', undefined, cidrOfSlot(3)),
    node('c'),
  ];
  expect(takenBy(all, 'me')).toEqual([cidrOfSlot(2), cidrOfSlot(3)]);
});
