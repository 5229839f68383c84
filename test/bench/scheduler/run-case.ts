import { seededRandom } from '../../../src/lib/random.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { createProfiles } from '../../../src/scheduler/profile.ts';
import { Scheduler } from '../../../src/scheduler/scheduler.ts';
import { MemoryCluster } from '../../scheduler/memory-cluster.ts';
import type { SchedulerCase } from './cases.ts';
import { benchNode, benchPod } from './objects.ts';

const nodeCount = 5_000;

/**
 * Runs one case on the engine alone: passes on a snapshot, each carried out at once. Answers with the pods per second of
 * the passes, in which following the changes is counted in.
 */
export function runCase({ zones = [], initPods, measurePods, init, measured, name }: SchedulerCase): number {
  const cluster = new MemoryCluster();
  const scheduler = new Scheduler(createProfiles());
  const random = seededRandom(1);
  for (let i = 0; i < nodeCount; i++) {
    const zone = zones[i % zones.length];
    cluster.put(nodes, benchNode(`node-${i}`, zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }));
  }
  let clockMs = Date.UTC(2026, 0, 2);
  const settle = (): number => {
    let spentMs = 0;
    for (;;) {
      const start = performance.now();
      const plan = scheduler.pass(cluster, { now: new Date(clockMs), random });
      spentMs += performance.now() - start;
      if (plan.writes.length === 0) return spentMs;
      cluster.carryOut(plan);
      clockMs += 100;
    }
  };
  const shapes = init ?? measured;
  for (let i = 0; i < initPods; i++) cluster.put(pods, benchPod(`init-${i}`, 'sched-0', shapes));
  settle();
  for (let i = 0; i < measurePods; i++) cluster.put(pods, benchPod(`pod-${i}`, 'sched-1', measured));
  const spentMs = settle();
  const placed = cluster.list(pods, 'sched-1').filter(({ spec }) => spec.nodeName).length;
  if (placed !== measurePods) throw new Error(`${name}: ${placed} of ${measurePods} pods have a node`);
  return (measurePods * 1_000) / spentMs;
}
