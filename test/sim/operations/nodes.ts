import { nodes, type Node } from '../../../src/resources/core/node.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { patchSome, pathTo, someOf, type Operation, type Scene } from './operation.ts';

const cordon = (scene: Scene) => patchSome<Node>(scene, nodes, ({ spec }) => ({ spec: { unschedulable: !spec.unschedulable } }));

/** Tolerated by some of the pods. */
async function taint(scene: Scene): Promise<void> {
  const { dice } = scene;
  await patchSome<Node>(scene, nodes, ({ metadata, spec }) => {
    const others = (spec.taints ?? []).filter(({ key }) => key !== 'sim');
    const taint = { key: 'sim', value: 'x', effect: dice.some(['NoSchedule', 'NoExecute', 'PreferNoSchedule']) };
    return {
      metadata: { resourceVersion: metadata.resourceVersion },
      spec: { taints: dice.once(2) ? others : [...others, taint] },
    };
  });
}

async function remove(scene: Scene): Promise<void> {
  const { world, kubelets } = scene;
  const node = someOf<Node>(scene, nodes);
  const machine = kubelets.machines.find(({ name }) => name === node?.metadata.name);
  if (!node || !machine) return;
  kubelets.lose(machine);
  await world.request('DELETE', pathTo(nodes, node));
}

/** A kubelet works on some of its pods only, or on all of them. */
const work = ({ kubelets, dice }: Scene) => kubelets.work(dice.once(3) ? () => true : () => dice.once(2));

async function disturb(scene: Scene): Promise<void> {
  const { kubelets, dice } = scene;
  const pod = someOf<Pod>(scene, pods, ({ status }) => status?.phase === 'Running');
  if (pod && !kubelets.machines.find(({ name }) => name === pod.spec.nodeName)?.isLost) await kubelets.disturb(pod, dice);
}

export const nodeOperations: readonly Operation[] = [
  { name: 'kubelets work', weight: 40, also: ['calm'], run: work },
  { name: 'a pod is disturbed', weight: 6, run: disturb },
  { name: 'cordon or uncordon', weight: 3, run: cordon },
  { name: 'taint', weight: 3, run: taint },
  { name: 'lose a node', weight: 2, run: async ({ kubelets, dice }) => kubelets.lose(dice.some(kubelets.machines)) },
  { name: 'a node returns', weight: 4, run: ({ kubelets, dice }) => kubelets.register(dice.some(kubelets.machines)) },
  { name: 'remove a node', weight: 1, run: remove },
];
