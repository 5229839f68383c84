import { expect, test } from 'vitest';
import { nodeIpamController } from '../../../src/controllers/nodeipam/controller.ts';
import { FreeNetworks } from '../../../src/controllers/nodeipam/pod-networks.ts';
import { parseCidr } from '../../../src/lib/ip-range.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { serviceCidrs } from '../../../src/resources/networking/servicecidr.ts';
import { TestCluster } from '../support/cluster.ts';

function setUp(clusterCIDRs: string[], sizes = { IPv4: 24, IPv6: 64 }) {
  const cluster = new TestCluster({ controllers: [nodeIpamController({ clusterCIDRs, nodeCIDRMaskSizes: sizes })] });
  const join = (name: string, spec = {}) => cluster.create(nodes, { metadata: { name }, spec });
  const networks = () => cluster.list(nodes).map(({ spec }) => spec.podCIDRs?.join() ?? '-');
  return { cluster, join, networks };
}

test('nodes that join at once get a network each, and keep it', () => {
  const { cluster, join, networks } = setUp(['10.128.0.0/9']);
  for (const name of ['a', 'b', 'c']) join(name);
  cluster.settle();
  expect(networks()).toEqual(['10.128.0.0/24', '10.128.1.0/24', '10.128.2.0/24']);
  join('a0');
  cluster.settle();
  expect(networks()).toEqual(['10.128.0.0/24', '10.128.3.0/24', '10.128.1.0/24', '10.128.2.0/24']);
  expect(cluster.get(nodes, '', 'b')!.spec.podCIDR).toBe('10.128.1.0/24');
});

test('a network of each family', () => {
  const { cluster, join, networks } = setUp(['fd00:10::/56', '10.128.0.0/9']);
  join('a');
  join('b');
  cluster.settle();
  expect(networks()).toEqual(['fd00:10::/64,10.128.0.0/24', 'fd00:10:0:1::/64,10.128.1.0/24']);
});

test('what other nodes and Services have is left out, whatever its size', () => {
  const { cluster, join, networks } = setUp(['10.128.0.0/16']);
  cluster.create(serviceCidrs, { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.128.0.0/23'] } });
  join('large', { podCIDR: '10.128.2.0/23', podCIDRs: ['10.128.2.0/23'] });
  join('new');
  join('small', { podCIDR: '10.128.4.128/25', podCIDRs: ['10.128.4.128/25'] });
  cluster.settle();
  expect(networks()).toEqual(['10.128.2.0/23', '10.128.5.0/24', '10.128.4.128/25']);
});

test('without a free one a node waits until another goes', () => {
  const { cluster, join, networks } = setUp(['10.128.0.0/23']);
  for (const name of ['a', 'b', 'c']) join(name);
  cluster.settle();
  expect(networks()).toEqual(['10.128.0.0/24', '10.128.1.0/24', '-']);
  expect(cluster.events).toEqual([
    { type: 'Normal', reason: 'CIDRNotAvailable', message: 'Node c status is now: CIDRNotAvailable', regarding: 'Node/c' },
  ]);
  cluster.remove(nodes, '', 'a');
  cluster.settle();
  expect(networks()).toEqual(['10.128.1.0/24', '10.128.0.0/24']);
});

test('what a node reports concerns nobody', () => {
  const { cluster, join } = setUp(['10.128.0.0/9']);
  join('a');
  cluster.settle();
  cluster.change(nodes, '', 'a', (node) => void (node.status = { phase: 'Running' }));
  expect(cluster.due).toEqual([]);
});

test('every network of a range is given out once', () => {
  const free = new FreeNetworks({ range: parseCidr('10.0.0.0/24')!, maskSize: 28 }, [
    '10.0.0.16/28',
    '10.0.0.64/27',
    'fd00::/64',
  ]);
  const given: string[] = [];
  for (let network = free.take(); network; network = free.take()) given.push(network);
  expect(given).toHaveLength(13);
  expect(new Set(given).size).toBe(13);
  expect(given.slice(0, 5)).toEqual(['10.0.0.0/28', '10.0.0.32/28', '10.0.0.48/28', '10.0.0.96/28', '10.0.0.112/28']);
});

test('a range that is smaller than a network has none', () =>
  expect(new FreeNetworks({ range: parseCidr('10.0.0.0/25')!, maskSize: 24 }, []).take()).toBeUndefined());
