import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { createIn, holdFinalizer, patchSome, pathTo, someOf, type Operation, type Scene } from './operation.ts';
import { serving } from './templates.ts';

async function remove(scene: Scene): Promise<void> {
  const pod = someOf<Pod>(scene, pods);
  if (pod)
    await scene.world.request(
      'DELETE',
      pathTo(pods, pod),
      scene.dice.some([{}, {}, { gracePeriodSeconds: 0 }, { gracePeriodSeconds: 1 }]),
    );
}

/** Several at once, as a drain does. */
async function evict(scene: Scene): Promise<void> {
  const { world, dice } = scene;
  const chosen = Array.from({ length: 1 + dice.below(4) }, () => someOf<Pod>(scene, pods));
  await Promise.all(
    chosen.map(
      (pod) =>
        pod &&
        world.request('POST', `${pathTo(pods, pod)}/eviction`, {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: pod.metadata.name },
        }),
    ),
  );
}

/** Takes a pod away from its controller, or gives one to a controller. */
const relabel = (scene: Scene) =>
  patchSome<Pod>(scene, pods, () => ({
    metadata: { labels: { app: scene.dice.some(['free', 'free', 'd-a', 's-a', 'r-a', 'r-b', 'c-a', 'n-a']) } },
  }));

const hold = (scene: Scene) => {
  const resource = scene.dice.some([pods, pods, replicaSets, configMaps]);
  return patchSome(
    scene,
    resource,
    ({ metadata }) => ({
      metadata: { finalizers: [...(metadata.finalizers ?? []), holdFinalizer], resourceVersion: metadata.resourceVersion },
    }),
    ({ metadata }) => !metadata.finalizers?.includes(holdFinalizer) && metadata.name !== 'kube-root-ca.crt',
  );
};

export const podOperations: readonly Operation[] = [
  {
    name: 'create a pod',
    weight: 3,
    run: (scene) =>
      createIn(scene, pods, {
        ...serving(scene.dice, scene.dice.some(['free', 'r-a', 'c-a'])),
        metadata: { name: scene.dice.some(['lone', 'alone']), labels: { app: scene.dice.some(['free', 'r-a', 'c-a']) } },
      }),
  },
  { name: 'delete a pod', weight: 5, run: remove },
  { name: 'evict pods', weight: 4, also: ['drain'], run: evict },
  { name: 'relabel a pod', weight: 4, run: relabel },
  { name: 'hold an object by a finalizer', weight: 2, run: hold },
];
