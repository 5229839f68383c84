import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InformerCache } from '../../../src/cluster/informer-cache.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import { createProfiles } from '../../../src/scheduler/profile.ts';
import { Scheduler } from '../../../src/scheduler/scheduler.ts';
import { openStore } from '../../../src/storage/cached-store.ts';
import type { PodShape, SchedulerCase } from './cases.ts';
import { StoredBackend, type StoredCluster } from './stored.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What the process holds, in MiB, after a collection of garbage. */
function heldMiB(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

const none: PodShape = {};

/** The cluster in which a case ends. */
export const clusterOf = ({ zones = [], initPods, measurePods, init, measured }: SchedulerCase): StoredCluster => ({
  nodes: 5_000,
  zones,
  pods: [
    { count: initPods, shape: init ?? measured },
    { count: measurePods, shape: measured },
  ],
});

/** A large cluster of ordinary pods. */
export const largeCluster: StoredCluster = {
  nodes: 5_000,
  zones: ['zone-1', 'zone-2', 'zone-3'],
  pods: [{ count: 50_000, shape: none }],
};

/**
 * What a cluster's object holds for a cluster that it has loaded, in MiB: the objects, the indexes of the controllers and the
 * scheduler. The objects are whole ones, with managedFields and status. `jsonMiB` is their JSON.
 */
export async function wholeMemory(cluster: StoredCluster): Promise<{ heldMiB: number; jsonMiB: number }> {
  const before = heldMiB();
  const store = await openStore(new StoredBackend(cluster));
  const entries = (resource: string) => store.entries(resource);
  const cache = new InformerCache({
    committed: store.committed,
    entries,
    revision: () => store.revision,
    presented: new Set(),
    present: (object) => object,
  });
  for (const { resource } of builtinResources) cache.add(entries(resource));
  const scheduler = new Scheduler(createProfiles());
  scheduler.pass(cache, { now: new Date('2026-02-02T00:00:00Z'), random: seededRandom(1) });
  const held = heldMiB() - before;
  let jsonBytes = 0;
  for (const { resource } of builtinResources) for (const { text } of entries(resource)) jsonBytes += text.length;
  // The scheduler and the cache have to be alive until here.
  if (scheduler.cache.nodes.length !== cluster.nodes || cache.revision === 0) throw new Error('the cluster was not loaded');
  return { heldMiB: held, jsonMiB: jsonBytes / 2 ** 20 };
}
