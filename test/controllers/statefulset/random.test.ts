import { describe, expect, it } from 'vitest';
import { isUnavailable } from '../../../src/controllers/statefulset/status.ts';
import { isPodActive } from '../../../src/controllers/support/pods.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import type { PersistentVolumeClaim } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { kubelets, setPod } from '../support/kubelet.ts';
import { claimTemplate, World } from './world.ts';

// Whatever happens in between, and whichever of its plans a controller had carried out by then: the set comes to rest with what
// was asked for last, and on the way it keeps its promises.
describe.each(['OrderedReady', 'Parallel'])('random operations: %s', (podManagementPolicy) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('keep the promises and settle (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const pick = (count: number) => Math.floor(random.next() * count);
    const world = new World(
      { podManagementPolicy, volumeClaimTemplates: [claimTemplate('data') as unknown as PersistentVolumeClaim] },
      seed,
    );
    const { cluster } = world;

    /** Reconciles once, and looks at what was decided in the light of what it was decided on. */
    const reconcile = (id: string) => {
      const [before, set] = [world.pods, world.set];
      const plan = cluster.reconcile(id);
      const created = plan.writes.flatMap((write) => (write.verb === 'create' && write.resource === pods ? [write.object.metadata.name!] : []));
      const deleted = plan.writes.flatMap((write) => (write.verb === 'delete' && write.resource === pods ? [write.name] : []));
      for (const name of created) {
        expect(world.claimNames).toContain(`data-${name}`);
        if (podManagementPolicy === 'Parallel') continue;
        const start = set.spec.ordinals?.start ?? 0;
        const earlier = Array.from({ length: Number(name.slice(4)) - start }, (_, i) =>
          before.find(({ metadata }) => metadata.name === `web-${start + i}`),
        );
        expect(earlier.filter((pod) => isUnavailable(pod, set, cluster.now))).toEqual([]);
      }
      if (podManagementPolicy === 'OrderedReady') expect(created.length + deleted.length).toBeLessThanOrEqual(1);
    };

    for (let i = 0; i < 80; i++) {
      const some = world.pods.filter(isPodActive)[pick(4)];
      const operations = [
        () => world.roll(`web:${pick(3)}`),
        () => world.change((spec) => void (spec.replicas = pick(5))),
        () => world.change((spec) => void (spec.ordinals = { start: pick(2) })),
        () => world.change((spec) => void (spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: pick(4) } })),
        () => some && setPod(cluster, some, { phase: 'Failed' }),
        () => some && setPod(cluster, some, { ready: false }),
        () => some && cluster.remove(pods, 'default', some.metadata.name),
        () => kubelets(cluster, () => random.next() < 0.5),
        () => kubelets(cluster),
      ];
      operations[pick(operations.length)]!();
      const due = cluster.due[0];
      if (due && random.next() < 0.8) reconcile(due);
    }
    world.change((spec) => {
      Object.assign(spec, { replicas: 3, ordinals: { start: 0 }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    });
    world.roll('web:9');
    world.settle();
    expect(world.images).toEqual({ 'web-0': 'web:9', 'web-1': 'web:9', 'web-2': 'web:9' });
    const { updateRevision, ...status } = world.set.status!;
    expect(status).toMatchObject({ replicas: 3, updatedReplicas: 3, availableReplicas: 3, currentRevision: updateRevision });
    expect(cluster.plan('statefulset default/web')).toMatchObject({ writes: [], events: [] });
  });
});
