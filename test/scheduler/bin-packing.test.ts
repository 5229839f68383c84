import { expect, test } from 'vitest';
import { seededRandom, type Random } from '../../src/lib/random.ts';
import { nodes } from '../../src/resources/core/node.ts';
import { pods } from '../../src/resources/core/pod.ts';
import { createProfiles } from '../../src/scheduler/profile.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { bindingsOf, node, pod } from './support.ts';

interface Size {
  cores: number;
  gibibytes: number;
}
const nodeSize: Size = { cores: 16, gibibytes: 64 };

/**
 * Sizes after the Azure public VM trace (Cortez et al., SOSP 2017), in round shares: four in five have one or two cores,
 * few have eight; most have less than 4 GiB a core, some twice that.
 */
function traceLike(count: number, random: Random): Size[] {
  const draw = <T>(shares: readonly (readonly [number, T])[]): T => {
    let left = random.next();
    for (const [share, value] of shares) if ((left -= share) < 0) return value;
    return shares[0]![1];
  };
  return Array.from({ length: count }, () => {
    const cores = draw([[0.5, 1], [0.3, 2], [0.15, 4], [0.05, 8]]);
    const perCore = draw([[0.1, 0.75], [0.5, 1.75], [0.3, 3.5], [0.1, 7]]);
    return { cores, gibibytes: cores * perCore };
  });
}

/** How many nodes first-fit-decreasing takes: the largest first, each on the first node with room for it. */
function firstFitDecreasing(sizes: readonly Size[]): number {
  const share = ({ cores, gibibytes }: Size) => Math.max(cores / nodeSize.cores, gibibytes / nodeSize.gibibytes);
  const left: Size[] = [];
  for (const size of [...sizes].sort((a, b) => share(b) - share(a))) {
    let room = left.find(({ cores, gibibytes }) => cores >= size.cores && gibibytes >= size.gibibytes);
    if (!room) left.push((room = { ...nodeSize }));
    room.cores -= size.cores;
    room.gibibytes -= size.gibibytes;
  }
  return left.length;
}

/** How many nodes the scheduler takes, for pods in the order in which they come. */
function nodesTaken(sizes: readonly Size[], type: 'MostAllocated' | 'LeastAllocated'): number {
  const cluster = new MemoryCluster();
  const settings = { scoringStrategy: { type }, percentageOfNodesToScore: 100 };
  const scheduler = new Scheduler(createProfiles({ profiles: [settings] }));
  const allocatable = { cpu: String(nodeSize.cores), memory: `${nodeSize.gibibytes}Gi` };
  for (let i = 0; i < 200; i++) cluster.put(nodes, node(`n${i}`, { allocatable }));
  const taken = new Set<string>();
  const random = seededRandom(1);
  for (const [i, { cores, gibibytes }] of sizes.entries()) {
    cluster.put(pods, pod(`p${i}`, { requests: { cpu: String(cores), memory: `${gibibytes * 1024}Mi` } }));
    const plan = scheduler.pass(cluster, { now: new Date('2026-01-02T00:00:00Z'), random });
    for (const { nodeName } of bindingsOf(plan)) taken.add(nodeName);
    cluster.carryOut(plan);
  }
  expect(cluster.list(pods).every(({ spec }) => spec.nodeName)).toBe(true);
  return taken.size;
}

test('MostAllocated packs pods that come one by one within 5 % of first-fit-decreasing, which knows them all', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  const sizes = traceLike(600, seededRandom(seed));
  const best = firstFitDecreasing(sizes);
  const packed = nodesTaken(sizes, 'MostAllocated');
  console.log(`first-fit-decreasing ${best} nodes, MostAllocated ${packed}`);
  expect(packed).toBeLessThanOrEqual(best * 1.05);
  expect(nodesTaken(sizes.slice(0, 200), 'LeastAllocated')).toBe(200);
});
