import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { seededRandom } from '../../../src/lib/random.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { createProfiles } from '../../../src/scheduler/profile.ts';
import { Scheduler } from '../../../src/scheduler/scheduler.ts';
import { MemoryCluster } from '../../scheduler/memory-cluster.ts';
import { quantile } from '../load.ts';
import { benchNode, benchPod } from './objects.ts';

/** What the scheduler holds for a cluster of 5,000 nodes and 50,000 pods, and what a pass for one more pod takes. */
export function measureLargeCluster(): { engineMiB: number; objectsMiB: number; onePodMs: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapMiB = () => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const random = seededRandom(1);
  const now = new Date('2026-01-02T00:00:00Z');
  const cluster = new MemoryCluster();
  const empty = heapMiB();
  for (let i = 0; i < 5_000; i++)
    cluster.put(nodes, benchNode(`node-${i}`, { 'topology.kubernetes.io/zone': `zone-${i % 3}` }));
  const podOf = (name: string, i: number) => {
    const app = `app-${i % 1_000}`;
    return benchPod(name, `ns-${i % 50}`, { labels: { app, 'pod-template-hash': `hash-${i % 1_000}` } });
  };
  for (let i = 0; i < 50_000; i++) {
    const pod = podOf(`placed-${i}`, i);
    pod.spec.nodeName = `node-${i % 5_000}`;
    cluster.put(pods, pod);
  }
  cluster.changesSince(cluster.revision, new Set());
  const filled = heapMiB();
  const scheduler = new Scheduler(createProfiles());
  scheduler.pass(cluster, { now, random });
  const following = heapMiB();

  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    cluster.put(pods, podOf(`new-${i}`, i));
    const start = performance.now();
    const plan = scheduler.pass(cluster, { now, random });
    times.push(performance.now() - start);
    cluster.carryOut(plan);
  }
  const onePodMs = quantile(
    times.slice(100).sort((a, b) => a - b),
    0.5,
  );
  return { engineMiB: following - filled, objectsMiB: filled - empty, onePodMs };
}
