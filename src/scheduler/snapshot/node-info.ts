import type { Node } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { HostPort } from '../../resources/shared/host-ports.ts';
import type { PodInfo } from './pod-info.ts';
import { allocatableOf, emptyResources, type NonZeroRequests, type Resources } from './resources.ts';

/** A node and what is placed on it. The sums follow every `add` and `remove`, so asking costs nothing however many pods there are. */
export class NodeInfo {
  readonly name: string;
  /** What plugins look at of it (`nodePart`): the whole one would be kept in memory for this alone. */
  node!: Node;
  labels!: Readonly<Record<string, string>>;
  allocatable!: Resources;
  /** How many pods the node takes. */
  allowedPods!: number;
  readonly requested: Resources = emptyResources();
  /** As `requested`, with a default for containers that ask for nothing: what scores go by. */
  readonly nonZeroRequested: NonZeroRequests = { milliCpu: 0, memory: 0 };
  /** In no order. */
  readonly pods: PodInfo[] = [];
  readonly hostPorts: HostPort[] = [];

  constructor(node: Node) {
    this.name = node.metadata.name;
    this.setNode(node);
  }

  /** The node as it is now; what is placed on it stays. */
  setNode(node: Node): void {
    this.node = nodePart(node);
    this.labels = node.metadata.labels ?? noLabels;
    const { resources, pods: allowedPods } = allocatableOf(node);
    this.allocatable = resources;
    this.allowedPods = allowedPods;
  }

  add(info: PodInfo): void {
    this.#count(info, 1);
    this.pods.push(info);
    if (info.hostPorts.length > 0) this.hostPorts.push(...info.hostPorts);
  }

  /** Takes a pod away again. Does nothing if it is not there. */
  remove(info: PodInfo): void {
    const { pods, hostPorts } = this;
    const at = pods.lastIndexOf(info);
    if (at < 0) return;
    const last = pods.pop()!;
    if (last !== info) pods[at] = last;
    this.#count(info, -1);
    for (const port of info.hostPorts) hostPorts.splice(hostPorts.indexOf(port), 1);
  }

  #count({ requests, nonZero }: PodInfo, times: 1 | -1): void {
    const { requested, nonZeroRequested } = this;
    requested.milliCpu += times * requests.milliCpu;
    requested.memory += times * requests.memory;
    requested.ephemeralStorage += times * requests.ephemeralStorage;
    for (const [name, amount] of requests.scalars) {
      const sum = (requested.scalars.get(name) ?? 0) + times * amount;
      if (sum === 0) requested.scalars.delete(name);
      else requested.scalars.set(name, sum);
    }
    nonZeroRequested.milliCpu += times * nonZero.milliCpu;
    nonZeroRequested.memory += times * nonZero.memory;
  }
}

/** A node's name, labels, taints and images. What it has for pods, its info says. */
const nodePart = ({ apiVersion, kind, metadata, spec, status }: Node): Node => {
  const { name, uid, resourceVersion, creationTimestamp, labels } = metadata;
  const part = { name, uid, resourceVersion, creationTimestamp, labels };
  return { apiVersion, kind, metadata: part, spec, status: { images: status?.images } };
};

const noLabels: Readonly<Record<string, string>> = {};

/** Placed and not ended: takes up room on its node. A pod that is being deleted does until it is gone. */
export const takesRoom = (pod: Pod): boolean =>
  !!pod.spec.nodeName && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
