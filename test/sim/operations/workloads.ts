import { controllerOf } from '../../../src/machinery/meta.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { controllerRevisions } from '../../../src/resources/apps/controllerrevision.ts';
import { daemonSets, type DaemonSet } from '../../../src/resources/apps/daemonset.ts';
import { deployments, type Deployment } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { statefulSets, type StatefulSet } from '../../../src/resources/apps/statefulset.ts';
import { replicationControllers } from '../../../src/resources/core/replicationcontroller.ts';
import type { Dice } from '../../support/dice.ts';
import { createIn, deleteSome, patchSome, pathTo, someOf, type Operation, type Scene } from './operation.ts';
import { container, serving, someImage } from './templates.ts';

const names = ['a', 'b'];
const scalable = [deployments, statefulSets, replicaSets, replicationControllers];
const withTemplates = [deployments, statefulSets, daemonSets];
const all = [...scalable, daemonSets];

function some(dice: Dice): { name: string; app: string; base: object } {
  const name = dice.some(names);
  return { name, app: name, base: { replicas: dice.below(5), ...(dice.once(3) && { minReadySeconds: 10 }) } };
}

const selecting = (app: string) => ({ selector: { matchLabels: { app } } });

export function deploymentStrategy(dice: Dice): object {
  if (dice.once(4)) return { type: 'Recreate', rollingUpdate: null };
  const [maxSurge, maxUnavailable] = dice.some([
    [1, 0],
    [0, 1],
    [2, 1],
    ['25%', '25%'],
    ['50%', 0],
    [0, '60%'],
  ]);
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
}

function statefulSetStrategy(dice: Dice): object {
  if (dice.once(5)) return { type: 'OnDelete', rollingUpdate: null };
  return {
    type: 'RollingUpdate',
    rollingUpdate: { partition: dice.some([0, 0, 0, 1, 3]), maxUnavailable: dice.some([1, 1, 2, '50%']) },
  };
}

function daemonSetStrategy(dice: Dice): object {
  if (dice.once(5)) return { type: 'OnDelete', rollingUpdate: null };
  const [maxSurge, maxUnavailable] = dice.some([
    [0, 1],
    [0, 2],
    [1, 0],
    ['50%', 0],
  ]);
  return { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
}

const drafts: Record<string, (dice: Dice) => object> = {
  [deployments.resource]: (dice) => {
    const { name, app, base } = some(dice);
    const spec = { ...base, ...selecting(`d-${app}`), template: serving(dice, `d-${app}`), strategy: deploymentStrategy(dice) };
    return { metadata: { name }, spec: { ...spec, revisionHistoryLimit: dice.below(4), paused: dice.once(8) } };
  },
  [statefulSets.resource]: (dice) => {
    const { name, app, base } = some(dice);
    const spec = {
      ...base,
      ...selecting(`s-${app}`),
      template: serving(dice, `s-${app}`),
      updateStrategy: statefulSetStrategy(dice),
    };
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const podManagementPolicy = dice.some(['OrderedReady', 'OrderedReady', 'Parallel']);
    const persistentVolumeClaimRetentionPolicy = {
      whenDeleted: dice.some(['Retain', 'Delete']),
      whenScaled: dice.some(['Retain', 'Delete']),
    };
    const claims = dice.once(4) && { volumeClaimTemplates: [claim], persistentVolumeClaimRetentionPolicy };
    return {
      metadata: { name: `s${name}` },
      spec: { ...spec, serviceName: '', podManagementPolicy, revisionHistoryLimit: dice.below(3), ...claims },
    };
  },
  [daemonSets.resource]: (dice) => {
    const { name, app, base } = some(dice);
    const { replicas: _, ...others } = base as { replicas: number };
    return {
      metadata: { name },
      spec: { ...others, ...selecting(`n-${app}`), template: serving(dice, `n-${app}`), updateStrategy: daemonSetStrategy(dice) },
    };
  },
  [replicaSets.resource]: (dice) => {
    const { name, app, base } = some(dice);
    return { metadata: { name: `r${name}` }, spec: { ...base, ...selecting(`r-${app}`), template: serving(dice, `r-${app}`) } };
  },
  [replicationControllers.resource]: (dice) => {
    const { name, app, base } = some(dice);
    return { metadata: { name }, spec: { ...base, selector: { app: `c-${app}` }, template: serving(dice, `c-${app}`) } };
  },
};

const create = async (scene: Scene) => {
  const resource = scene.dice.some([...all, deployments, statefulSets]);
  await createIn(scene, resource, drafts[resource.resource]!(scene.dice));
};

/** Of a kind: those that nobody else manages. */
const free = (scene: Scene, resource: AnyResource) => someOf(scene, resource, (object) => controllerOf(object) === undefined);

async function scale(scene: Scene): Promise<void> {
  const resource = scene.dice.some(scalable);
  const object = free(scene, resource);
  if (object) await scene.world.patch(`${pathTo(resource, object)}/scale`, { spec: { replicas: scene.dice.below(6) } });
}

const update = (scene: Scene) => {
  const image = someImage(scene.dice);
  return patchSome(scene, scene.dice.some(withTemplates), () => ({
    spec: { template: { spec: { containers: [container(image)] } } },
  }));
};

/** kubectl rollout undo. */
async function rollBack(scene: Scene): Promise<void> {
  const { world, dice } = scene;
  const resource = dice.some(withTemplates);
  const object = someOf<Deployment | StatefulSet | DaemonSet>(scene, resource);
  if (!object) return;
  if (resource === deployments) {
    const old = world.state.ownedBy(replicaSets, object.metadata.uid);
    if (old.length === 0) return;
    const template = structuredClone(dice.some(old).spec.template) as { metadata?: { labels?: Record<string, string> } };
    delete template.metadata?.labels?.['pod-template-hash'];
    await world.request(
      'PATCH',
      pathTo(resource, object),
      [{ op: 'replace', path: '/spec/template', value: template }],
      'application/json-patch+json',
    );
  } else {
    const old = world.state.ownedBy(controllerRevisions, object.metadata.uid);
    if (old.length > 0)
      await world.request('PATCH', pathTo(resource, object), dice.some(old).data, 'application/strategic-merge-patch+json');
  }
}

const changeStrategy = (scene: Scene) => {
  const { dice } = scene;
  return dice.some([
    () => patchSome(scene, deployments, () => ({ spec: { strategy: deploymentStrategy(dice) } })),
    () => patchSome(scene, statefulSets, () => ({ spec: { updateStrategy: statefulSetStrategy(dice) } })),
    () => patchSome(scene, daemonSets, () => ({ spec: { updateStrategy: daemonSetStrategy(dice) } })),
  ])();
};

const pause = (scene: Scene) => patchSome(scene, deployments, () => ({ spec: { paused: scene.dice.once(2) } }));

export const workloadOperations: readonly Operation[] = [
  { name: 'create a workload', weight: 14, run: create },
  { name: 'scale', weight: 8, also: ['calm'], run: scale },
  { name: 'update a template', weight: 10, also: ['calm'], run: update },
  { name: 'roll back', weight: 4, also: ['calm'], run: rollBack },
  { name: 'change a strategy', weight: 2, run: changeStrategy },
  { name: 'pause or resume', weight: 3, also: ['calm'], run: pause },
  { name: 'delete a workload', weight: 5, run: (scene) => deleteSome(scene, scene.dice.some([...all, replicaSets])) },
];
