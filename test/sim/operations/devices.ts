import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { deviceClasses } from '../../../src/resources/resource/deviceclass.ts';
import { resourceClaims } from '../../../src/resources/resource/resourceclaim.ts';
import { resourceClaimTemplates } from '../../../src/resources/resource/resourceclaimtemplate.ts';
import { resourceSlices } from '../../../src/resources/resource/resourceslice.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import type { Dice } from '../../support/dice.ts';
import { deleteSome, pathOf, pathTo, simNamespaces, someOf, type Operation, type Scene } from './operation.ts';
import { container } from './templates.ts';

const driver = 'devices.example.com';
const devices = (count: number) => ({ requests: [{ name: 'r', exactly: { deviceClassName: 'sim', count } }] });

/** A driver offers the devices of a node, so that there is a class for them. */
async function offer(scene: Scene): Promise<void> {
  const { world, dice } = scene;
  const node = someOf(scene, nodes);
  if (!node) return;
  const { name } = node.metadata;
  await world.request('POST', pathOf(deviceClasses, ''), { metadata: { name: 'sim' } });
  await world.request('POST', pathOf(resourceSlices, ''), {
    metadata: { name: `devices-${name}` },
    spec: {
      driver,
      nodeName: name,
      pool: { name, generation: 1, resourceSliceCount: 1 },
      devices: Array.from({ length: 1 + dice.below(3) }, (_, i) => ({ name: `d${i}` })),
    },
  });
}

/** A pod with a claim of its own, or with one that several share; what it needs is made as well. */
async function createPod({ world, dice }: Scene): Promise<void> {
  const namespace = dice.some(simNamespaces);
  const count = 1 + dice.below(2);
  const own = dice.below(3) > 0;
  const spec = { devices: devices(count) };
  if (own)
    await world.request('POST', pathOf(resourceClaimTemplates, namespace), { metadata: { name: `t${count}` }, spec: { spec } });
  else await world.request('POST', pathOf(resourceClaims, namespace), { metadata: { name: 'shared' }, spec });
  await world.request('POST', pathOf(pods, namespace), {
    metadata: { name: `dev-${dice.some(['a', 'b', 'c', 'd'])}` },
    spec: {
      containers: [container('web:1')],
      resourceClaims: [{ name: 'c', ...(own ? { resourceClaimTemplateName: `t${count}` } : { resourceClaimName: 'shared' }) }],
    },
  });
}

/** Less for a pod that runs: more might not be there. */
async function resizePod(scene: Scene): Promise<void> {
  const pod = someOf<Pod>(
    scene,
    pods,
    ({ spec }) => spec.nodeName !== undefined && !!spec.containers[0]?.resources?.requests?.['cpu'],
  );
  if (!pod) return;
  const body = {
    spec: { containers: [{ name: pod.spec.containers[0]!.name, resources: { requests: { cpu: cpuOf(scene.dice) } } }] },
  };
  await scene.world.request('PATCH', `${pathTo(pods, pod)}/resize`, body, 'application/strategic-merge-patch+json');
}

const cpuOf = (dice: Dice): string => dice.some(['10m', '20m', '50m']);

export const deviceOperations: readonly Operation[] = [
  { name: 'offer devices', weight: 3, run: offer },
  { name: 'take devices away', weight: 1, run: (scene) => deleteSome(scene, resourceSlices) },
  { name: 'create a pod with devices', weight: 4, run: createPod },
  { name: 'delete a claim of devices', weight: 1, run: (scene) => deleteSome(scene, resourceClaims) },
  { name: 'delete a template of claims', weight: 1, run: (scene) => deleteSome(scene, resourceClaimTemplates) },
  { name: 'resize a pod', weight: 2, run: resizePod },
];
