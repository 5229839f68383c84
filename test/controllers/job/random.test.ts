import { expect, it } from 'vitest';
import { isTracked } from '../../../src/controllers/job/pod-facts.ts';
import { isPodTerminal } from '../../../src/controllers/support/pods.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { internalError } from '../../../src/machinery/status.ts';
import { isFinished } from '../../../src/resources/batch/job-conditions.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { World } from './world.ts';

const runs = 30;

/**
 * A job whose every write may be lost, in a random order of controller, nodes and clients: pods end, are deleted and are
 * given up, the job is suspended and resized. Each pod that ends while the job holds it is counted once, the job comes to its
 * end, and nothing is left behind.
 */
function life(seed: number, isIndexed: boolean): void {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.next() * n);
  const world = new World(seed);
  let loss = 0;
  world.refuse = () => (random.next() < loss ? internalError('lost') : undefined);
  const truth = { succeeded: new Set<string>(), failed: new Set<string>() };
  const end = (pod: (typeof world.pods)[number], code: number) => {
    if (isTracked(pod)) (code === 0 ? truth.succeeded : truth.failed).add(pod.metadata.uid);
    world.end(pod, code);
  };
  const nodeStep = (pod: (typeof world.pods)[number], code: number): boolean => {
    if (pod.metadata.deletionTimestamp && !isPodTerminal(pod) && pod.spec.nodeName) {
      end(pod, 137);
      return true;
    }
    if (pod.status?.phase !== 'Running') return world.kubelet(pod);
    end(pod, code);
    return true;
  };
  world.start({
    completions: 2 + below(8),
    parallelism: 1 + below(5),
    backoffLimit: 1000,
    podReplacementPolicy: 'Failed',
    ...(isIndexed && { completionMode: 'Indexed' }),
  });

  const check = () => {
    const { succeeded = 0, failed = 0, uncountedTerminatedPods: uncounted } = world.job.status ?? {};
    const noted = isIndexed ? 0 : (uncounted?.succeeded?.length ?? 0);
    expect(succeeded + noted).toBeLessThanOrEqual(truth.succeeded.size);
    expect(failed + (uncounted?.failed?.length ?? 0)).toBeLessThanOrEqual(truth.failed.size);
  };
  loss = 0.2;
  for (let step = 0; step < 250 && !isFinished(world.job); step++) {
    const { due, pods: all } = world;
    const pod = all[below(all.length)];
    const choice = below(40);
    if (choice === 0) world.changeJob((job) => void (job.spec.parallelism = below(6)));
    else if (choice === 1) world.changeJob((job) => void (job.spec.suspend = !job.spec.suspend));
    else if (choice === 2 && pod?.spec.nodeName && !isPodTerminal(pod))
      world.change(
        pods,
        'default',
        pod.metadata.name,
        ({ metadata }) => void (metadata.deletionTimestamp ??= '2026-01-01T00:00:00Z'),
      );
    else if (choice < 6) world.advance(below(30));
    else if (choice < 24 && due.length > 0) {
      const parallelism = world.job.spec.parallelism!;
      const plan = world.reconcile(due[below(due.length)]!);
      if (plan.writes.some(({ verb }) => verb === 'create')) expect(world.active.length).toBeLessThanOrEqual(parallelism);
    } else if (pod) nodeStep(pod, below(3));
    check();
  }

  loss = 0;
  world.changeJob(({ spec }) => {
    spec.suspend = false;
    spec.parallelism = Math.max(1, spec.parallelism!);
  });
  for (let round = 0; round < 200 && !isFinished(world.job); round++) {
    world.settle(() => world.pods.map((pod) => nodeStep(pod, 0)).includes(true));
    if (!isFinished(world.job)) world.advance(600);
  }
  world.settle();
  const { succeeded, failed = 0, uncountedTerminatedPods } = world.job.status!;
  // As upstream, a job whose last pods ended while it was suspended goes on saying that it was.
  const ends = world.conditions.filter((condition) => condition !== 'Suspended JobSuspended');
  expect(ends).toEqual(['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached']);
  if (!isIndexed) expect(succeeded).toBe(truth.succeeded.size);
  else expect(succeeded).toBe(world.job.spec.completions);
  expect(failed).toBe(truth.failed.size);
  expect(uncountedTerminatedPods).toEqual({});
  expect(world.pods.filter((pod) => isTracked(pod))).toEqual([]);
  expect(world.plan('job default/work').writes).toEqual([]);
}

it.each([
  ['counts', false],
  ['indexes', true],
])('every end is counted once, by %s', (_, isIndexed) => {
  const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  for (let seed = first; seed < first + runs; seed++) {
    try {
      life(seed, isIndexed);
    } catch (error) {
      console.error(`failed with SEED=${seed}`);
      throw error;
    }
  }
});
