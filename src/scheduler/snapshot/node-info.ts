import type { Reader } from '../../machinery/reader.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { podInfoOf, type HostPort, type PodInfo } from './pod-info.ts';
import { allocatableOf, emptyResources, type Resources } from './resources.ts';

/** A node and what is placed on it. The sums follow every `add`, so asking costs nothing however many pods there are. */
export class NodeInfo {
  readonly node: Node;
  readonly allocatable: Resources;
  /** How many pods the node takes. */
  readonly allowedPods: number;
  readonly requested: Resources = emptyResources();
  /** As `requested`, with a default for containers that ask for nothing: what scores go by. */
  readonly nonZeroRequested = { milliCpu: 0, memory: 0 };
  readonly pods: PodInfo[] = [];
  readonly hostPorts: HostPort[] = [];

  constructor(node: Node) {
    this.node = node;
    const { resources, pods: allowedPods } = allocatableOf(node);
    this.allocatable = resources;
    this.allowedPods = allowedPods;
  }

  get name(): string {
    return this.node.metadata.name;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.node.metadata.labels ?? {};
  }

  add(info: PodInfo): void {
    const { requested, nonZeroRequested } = this;
    requested.milliCpu += info.requests.milliCpu;
    requested.memory += info.requests.memory;
    requested.ephemeralStorage += info.requests.ephemeralStorage;
    for (const [name, amount] of info.requests.scalars) requested.scalars.set(name, (requested.scalars.get(name) ?? 0) + amount);
    nonZeroRequested.milliCpu += info.nonZero.milliCpu;
    nonZeroRequested.memory += info.nonZero.memory;
    this.pods.push(info);
    this.hostPorts.push(...info.hostPorts);
  }
}

/** Placed and not ended: takes up room on its node. A pod that is being deleted does until it is gone. */
export const takesRoom = (pod: Pod): boolean =>
  !!pod.spec.nodeName && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

/** Every node with the pods that take room on it, in order of name. Costs one look at each pod and node. */
export function buildNodeInfos(reader: Reader): NodeInfo[] {
  const infos = reader.list(nodes).map((node) => new NodeInfo(node));
  const byName = new Map(infos.map((info) => [info.name, info]));
  for (const pod of reader.list(pods)) if (takesRoom(pod)) byName.get(pod.spec.nodeName!)?.add(podInfoOf(pod));
  return infos;
}
