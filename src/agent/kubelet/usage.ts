import { addQuantities, formatQuantity, parseQuantity } from '../../machinery/quantity.ts';
import type { NodeUsage, PodUsage, ResourceUsage } from '../../machinery/node-usage.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Runtime } from '../runtimes/runtime.ts';

/** Over how long usage is taken to be measured, as metrics-server's resolution. */
const windowSeconds = 15;

/** What the containers of these pods use, and the machine as a whole. */
export async function nodeUsage(pods: readonly Pod[], runtime: Runtime): Promise<NodeUsage> {
  const measured = await Promise.all(pods.map((pod) => podUsage(pod, runtime)));
  const running = measured.filter(({ containers }) => containers.length > 0);
  const containers = running.flatMap((pod) => pod.containers.map(({ usage }) => usage));
  return { node: sum([await runtime.systemUsage(), ...containers]), pods: running, windowSeconds };
}

async function podUsage(pod: Pod, runtime: Runtime): Promise<PodUsage> {
  const containers: { name: string; usage: ResourceUsage }[] = [];
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const usage = await runtime.usage(pod, container);
    if (usage) containers.push({ name: container.name, usage });
  }
  return { uid: pod.metadata.uid, containers };
}

function sum(usages: readonly ResourceUsage[]): ResourceUsage {
  const total: Record<string, string> = {};
  for (const usage of usages)
    for (const [resource, amount] of Object.entries(usage))
      total[resource] = formatQuantity(addQuantities(parseQuantity(total[resource] ?? '0'), parseQuantity(amount)));
  return total;
}
