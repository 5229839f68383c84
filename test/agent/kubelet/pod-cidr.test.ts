import { expect, it } from 'vitest';
import type { Api } from '../../../src/agent/api.ts';
import { awaitPodCIDR } from '../../../src/agent/kubelet/pod-cidr.ts';
import type { Node } from '../../../src/resources/core/node.ts';

const node = (podCIDR?: string) => ({ metadata: { name: 'n' }, spec: { podCIDR } }) as Node;

/** An API that gives the node its network at the read of that number, and what was waited for in between. */
function setUp(atRead: number) {
  const delays: number[] = [];
  let reads = 0;
  const get = async (path: string) => {
    expect(path).toBe('/api/v1/nodes/n');
    return node(++reads === atRead ? '10.128.0.0/24' : undefined);
  };
  const timers = {
    nowMs: () => 0,
    after: (delayMs: number, action: () => void) => {
      delays.push(delayMs);
      action();
      return () => {};
    },
  };
  return { api: { get } as unknown as Api, timers, delays };
}

it('a node that has a network asks for nothing', async () => {
  const { api, timers, delays } = setUp(1);
  expect(await awaitPodCIDR(api, node('10.0.0.0/24'), timers)).toEqual(node('10.0.0.0/24'));
  expect(delays).toEqual([]);
});

it('waits longer each time until it has one', async () => {
  const { api, timers, delays } = setUp(3);
  expect((await awaitPodCIDR(api, node(), timers)).spec.podCIDR).toBe('10.128.0.0/24');
  expect(delays).toEqual([50, 100, 200]);
});

it('gives up with the reason', async () => {
  const { api, timers, delays } = setUp(1000);
  await expect(awaitPodCIDR(api, node(), timers)).rejects.toThrow('no network for pods');
  expect(Math.max(...delays)).toBe(2000);
});
